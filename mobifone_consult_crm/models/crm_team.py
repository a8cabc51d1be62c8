from odoo import models


class CrmTeam(models.Model):
    _inherit = "crm.team"

    def write(self, vals):
        result = super().write(vals)
        if "active" in vals:
            # An archived team takes no leads.
            self.env.registry.clear_cache()
        return result
