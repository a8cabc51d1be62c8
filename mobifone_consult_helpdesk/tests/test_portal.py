from unittest.mock import patch

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.mobifone_consult_helpdesk.controllers.helpdesk_portal import MobifoneCustomerPortalHelpdesk

from .common import TicketCase


@tagged("-at_install", "post_install")
class TestPortal(TicketCase, HttpCase):
    """The portal's routes: no link closes or opens a ticket, and vendors' people have no business there."""

    def post(self, path, **values):
        page = self.url_open("/my/account")
        token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
        return self.url_open(path, data={**values, "csrf_token": token}, allow_redirects=False)

    def customer(self):
        """A portal user with a ticket of his own."""
        user = new_test_user(self.env, "t_portal", "base.group_portal", name="t_portal")
        ticket = self.env["helpdesk.ticket"].create(
            {"name": "Own", "description": "x", "partner_id": user.partner_id.id, "team_id": self.care_team.id}
        )
        self.authenticate("t_portal", "t_portal")
        return ticket

    def test_a_customer_closes_his_own_ticket(self):
        ticket = self.customer()
        self.assertEqual(self.url_open(f"/my/ticket/{ticket.id}").status_code, 200)
        [form] = (
            self.env.ref("helpdesk_mgmt.portal_helpdesk_ticket_page")
            ._get_combined_arch()
            .xpath("//form[@t-attf-action='/ticket/close']")
        )
        self.assertEqual((form.get("method"), len(form.xpath(".//input[@name='csrf_token']"))), ("POST", 1))
        answer = self.post("/ticket/close", ticket_id=ticket.id, stage_id=self.done.id)
        self.assertEqual(answer.status_code, 302)
        self.env.invalidate_all()
        self.assertTrue(ticket.closed)

    def test_feedback_is_closed_by_customer_care_only(self):
        own = self.customer()
        feedback, ticket = self.feedback_ticket()
        ticket.sudo().partner_id = own.partner_id
        offered = []

        def shown(*args, **kwargs):
            values = on_page(*args, **kwargs)
            offered.append(bool(values["closed_stages"]))
            return values

        on_page = MobifoneCustomerPortalHelpdesk._ticket_get_page_view_values
        with patch.object(MobifoneCustomerPortalHelpdesk, "_ticket_get_page_view_values", shown):
            for record in own + ticket:
                self.assertEqual(self.url_open(f"/my/ticket/{record.id}").status_code, 200)
        self.assertEqual(offered, [True, False])
        self.assertEqual(self.post("/ticket/close", ticket_id=ticket.id, stage_id=self.done.id).status_code, 404)
        self.env.invalidate_all()
        self.assertEqual(feedback.state, "new")

    def test_nobody_closes_another_s(self):
        self.customer()
        foreign = self.open_ticket()
        answer = self.post("/ticket/close", ticket_id=foreign.id, stage_id=self.done.id)
        self.assertEqual(answer.status_code, 404)
        self.env.invalidate_all()
        self.assertFalse(foreign.closed)

    def test_not_by_a_link(self):
        ticket = self.customer()
        answer = self.url_open(f"/ticket/close?ticket_id={ticket.id}&stage_id={self.done.id}", allow_redirects=False)
        self.assertIn(answer.status_code, (404, 405))
        answer = self.url_open("/submitted/ticket?subject=x&description=y", allow_redirects=False)
        self.assertIn(answer.status_code, (404, 405))
        values = {"ticket_id": ticket.id, "stage_id": self.done.id}
        with mute_logger("odoo.http"):
            answer = self.url_open("/ticket/close", data=values, allow_redirects=False)
        self.assertEqual(answer.status_code, 400, "no token of a form")
        self.env.invalidate_all()
        self.assertFalse(ticket.closed)

    def test_nonsense(self):
        ticket = self.customer()
        rejected = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_rejected")
        for values in (
            {},
            {"ticket_id": "x", "stage_id": "y"},
            {"ticket_id": ticket.id},
            {"ticket_id": ticket.id, "stage_id": rejected.id},
            {"ticket_id": ticket.id, "stage_id": 2**31},
            {"ticket_id": -1, "stage_id": self.done.id},
        ):
            with self.subTest(values=values):
                self.assertEqual(self.post("/ticket/close", **values).status_code, 404)
        self.env.invalidate_all()
        self.assertFalse(ticket.closed)

    def test_vendors_people_are_not_let_in(self):
        ticket = self.open_ticket()
        self.authenticate("t_agent_a1", "t_agent_a1")
        for path in ("/my/tickets", f"/my/ticket/{ticket.id}", "/new/ticket"):
            with self.subTest(path=path):
                self.assertEqual(self.url_open(path).status_code, 404)
