from odoo import api, models


class ResUsers(models.Model):
    """Who got and who lost a role is kept (mobifone.access)."""

    _inherit = "res.users"

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        self.env["mobifone.access"]._follow(users)
        return users

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"group_ids", "active"}:
            self.env["mobifone.access"]._follow(self)
        return result
