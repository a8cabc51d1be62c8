from odoo import models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    def action_open_sms_kannel_gateway(self):
        """Open the form of the company's Kannel gateway, or that of a new one."""
        self.ensure_one()
        return self.company_id._action_open_sms_kannel_gateway()
