from odoo import models


class MobifoneAgent(models.Model):
    _inherit = "mobifone.agent"

    def _still_alive(self, since):
        alive = super()._still_alive(since)
        # sudo: the check looks into what nobody may read
        mine = [("user_id", "=", self.sudo().user_id.id), ("closed", "=", False)]
        return {**alive, "tasks": alive["tasks"] + self.env["helpdesk.ticket"].sudo().search_count(mine)}
