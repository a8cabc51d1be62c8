from odoo import models
from odoo.fields import Command


class ResUsers(models.Model):
    _inherit = "res.users"

    def _mobifone_off_board(self):
        """As the product does; open tickets go back to their teams, which the leaver is no member of any more."""
        # sudo: whoever reports a leaver may not work on tickets
        tickets_sudo = self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        tickets_sudo.search([("user_id", "in", self.ids), ("closed", "=", False)]).write({"user_id": False})
        self.sudo().write({"helpdesk_team_ids": [Command.clear()]})  # sudo: as above
        return super()._mobifone_off_board()
