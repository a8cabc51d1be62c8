from odoo import api, models
from odoo.fields import Domain

from odoo.addons.mobifone_consult.models.mobifone_wall import Figure


class MobifoneWall(models.AbstractModel):
    """Tickets from calls, beside the feedback, for MobiFone's own people."""

    _inherit = "mobifone.wall"

    @api.model
    def _figures(self, scope):
        tickets = Domain("mobifone_route_id", "!=", False) & Domain("closed", "=", False)
        if scope.vendor_id:
            tickets &= Domain("mobifone_vendor_id", "=", scope.vendor_id)
        ticket = ("helpdesk.ticket", "mobifone_consult_helpdesk.helpdesk_ticket_action")
        overdue = tickets & Domain("mobifone_due_on", "<", scope.now)
        return {
            **super()._figures(scope),
            "tickets": Figure(self.env._("Open Tickets from Calls"), *ticket, tickets),
            "tickets_overdue": Figure(self.env._("Overdue Tickets from Calls"), *ticket, overdue),
        }

    @api.model
    def _complaints_tile(self, scope):
        tile = super()._complaints_tile(scope)
        if self.env["helpdesk.ticket"].has_access("read"):
            overdue, count = self._count(scope, "tickets_overdue"), self._count(scope, "tickets")
            tile["figures"] += [
                self._shown("tickets_overdue", self.env._("overdue tickets"), overdue, tone="danger"),
                self._shown("tickets", self.env._("open tickets"), count),
            ]
        return tile
