from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import TicketCase


@tagged("-at_install", "post_install")
class TestWall(TicketCase):
    """Tickets on the supervisor's wall."""

    def figures(self, user, **options):
        self.env.flush_all()
        tiles = self.env(user=user, context={})["mobifone.wall"].overview(**options)["tiles"]
        return {figure["key"]: figure["value"] for tile in tiles for figure in tile["figures"]}

    def behind(self, user, figure):
        action = self.env(user=user, context={})["mobifone.wall"].records(figure)
        return self.env(user=user)[action["res_model"]].search(action["domain"])

    def test_tickets_beside_the_feedback(self):
        before = self.figures(self.manager)
        ticket = self.open_ticket()
        figures = self.figures(self.manager)
        self.assertEqual(figures["tickets"], before["tickets"] + 1)
        self.assertEqual(figures["tickets_overdue"], before["tickets_overdue"])
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET mobifone_due_on = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(minutes=1), ticket.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self.figures(self.manager)["tickets_overdue"], before["tickets_overdue"] + 1)
        self.assertEqual(self.figures(self.manager, vendor_id=self.vendor_a.id)["tickets_overdue"], 1)
        self.assertEqual(self.figures(self.manager, vendor_id=self.vendor_b.id)["tickets"], 0)
        for figure in ("tickets", "tickets_overdue"):
            self.assertIn(ticket, self.behind(self.manager, figure).sudo())
            self.assertEqual(len(self.behind(self.care, figure)), self.figures(self.care)[figure])

    def test_not_for_vendors(self):
        self.open_ticket()
        self.assertNotIn("tickets", self.figures(self.leader_a))
        # What a click would show of a vendor's own tickets is his rules' to say.
        try:
            behind = self.behind(self.leader_b, "tickets")
        except AccessError:
            return
        self.assertFalse(behind)
