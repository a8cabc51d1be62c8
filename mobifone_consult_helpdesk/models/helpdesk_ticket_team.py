from odoo import api, models


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    @api.constrains("active")
    def _check_mobifone_routes(self):
        # sudo: whoever keeps teams may not read routing
        self.env["mobifone.ticket.route"].sudo().search([("team_id", "in", self.ids)])._check_team()
