from odoo import api, models


class ResGroups(models.Model):
    """The same on the side of the groups: members, and what a group brings with it."""

    _inherit = "res.groups"

    @api.model_create_multi
    def create(self, vals_list):
        groups = super().create(vals_list)
        self._follow_mobifone_access()
        return groups

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"user_ids", "implied_ids", "implied_by_ids"}:
            self._follow_mobifone_access()
        return result

    def unlink(self):
        result = super().unlink()
        self._follow_mobifone_access()
        return result

    def _follow_mobifone_access(self):
        if self.env.registry.ready:  # what is there when add-ons are loaded is recorded at the end (_repair)
            self.env["mobifone.access"]._follow()
