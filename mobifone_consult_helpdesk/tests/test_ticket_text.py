import zipfile
from io import BytesIO
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.mobifone_consult.tests.common import MISSING, OPEN
from odoo.addons.mobifone_consult_helpdesk.models import helpdesk_ticket

from .common import TicketCase


@tagged("-at_install", "post_install")
class TestTicketText(TicketCase):
    """What is said of a ticket, what becomes of it, and what a ticket needs not."""

    def test_said_again_it_is_not_kept_twice(self):
        desk, lookup_id = self.desk(self.agent_a1), self.look_up(self.agent_a1)
        for text in ('Nói "chậm" & <b>', "Một\nhai\n\nba", "it's", "a \u00a0 b"):
            answers = []
            for _ in range(2):
                ticket = self.env["helpdesk.ticket"].browse(desk.open_ticket(lookup_id, "complaint", text)["ticket_id"])
                self.env.flush_all()
                self.env.invalidate_all()
                answers.append(ticket.description)
            with self.subTest(text=text):
                self.assertEqual(*answers)

    def test_it_does_not_grow_without_end(self):
        desk, lookup_id = self.desk(self.agent_a1), self.look_up(self.agent_a1)
        with patch.object(helpdesk_ticket, "MAX_DESCRIPTION", 100):
            ticket = self.env["helpdesk.ticket"].browse(desk.open_ticket(lookup_id, "complaint", "x" * 60)["ticket_id"])
            with self.assertRaises(UserError):
                desk.open_ticket(lookup_id, "complaint", "y" * 60)
        self.assertNotIn("y", ticket.description)

    def test_an_archived_ticket_takes_no_more(self):
        desk, lookup_id = self.desk(self.agent_a1), self.look_up(self.agent_a1)
        ticket = self.env["helpdesk.ticket"].browse(desk.open_ticket(lookup_id, "complaint", "Một")["ticket_id"])
        ticket.active = False
        self.assertFalse(desk.open_ticket(lookup_id, "complaint", "Hai")["ok"])
        self.assertNotIn("Hai", ticket.description)

    def test_without_the_helpdesk_s_channel(self):
        self.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_phone").unlink()
        self.assertFalse(self.open_ticket().channel_id)

    def test_no_ticket_goes_to_an_archived_team(self):
        team = self.route_complaint.team_id
        with self.assertRaises(UserError):
            team.active = False
        self.route_complaint.active = False
        team.active = False
        with self.assertRaises(UserError):
            self.route_complaint.active = True

    def test_the_newest_calls_that_one_may_read(self):
        calls = {}
        for user in (self.agent_a1, self.agent_b1):
            desk = self.desk(user)
            calls[user] = desk.start_call(desk.lookup(OPEN, "1090")["lookup_id"])["call_id"]
        ticket = self.open_ticket()
        with patch.object(helpdesk_ticket, "MAX_CALLS", 1):
            self.assertEqual(ticket.with_user(self.leader_a).mobifone_call_ids.ids, [calls[self.agent_a1]])
            self.assertEqual(ticket.with_user(self.manager).mobifone_call_ids.ids, [calls[self.agent_b1]])

    def person_request(self, kind, number):
        requests = self.env["mobifone.person.request"].with_user(self.manager)
        return requests._open_for(number, kind, fields.Datetime.now()).with_user(self.manager)

    def test_copied_for_the_person(self):
        ticket = self.open_ticket(text="Mạng chậm ở Phường Mẫu")
        request = self.person_request("copy", OPEN)
        page = zipfile.ZipFile(BytesIO(request._copy())).read("du_lieu.json").decode()
        self.assertIn(ticket.number, page)
        self.assertIn("Mạng chậm ở Phường Mẫu", page)

    def test_erased_with_the_person(self):
        feedback, of_feedback = self.feedback_ticket("Tên tôi là Khách Mẫu")
        of_feedback.write({"stage_id": self.done.id, "mobifone_answer": "Đã gọi Khách Mẫu"})
        complaint = self.open_ticket(number=MISSING, text="Khách Mẫu nói mạng chậm")
        customer = feedback.sudo().partner_id
        complaint.partner_id = customer
        complaint.message_post(body="Khách Mẫu", attachments=[("mau.txt", b"Khach Mau")])
        by_mail = self.env["helpdesk.ticket"].create(
            {"name": "Khách Mẫu", "description": "Khách Mẫu", "partner_id": customer.id, "partner_name": "Khách Mẫu"}
        )
        other_line_s = self.open_ticket(text="Khách Mẫu khác")
        request = self.person_request("erase", MISSING)
        self.assertIn("Khách Mẫu nói", str(request._parts(request._records(), self.env["mobifone.identity"])))
        request.action_erase()
        tickets = of_feedback.sudo() + complaint + by_mail
        self.assertEqual((request.proof["before"]["ticket"], request.proof["after"]["ticket"]), (3, 0))
        self.assertNotIn("Khách Mẫu", str(tickets.read(["name", "description", "mobifone_answer", "partner_name"])))
        self.assertFalse(tickets.message_ids)
        self.assertFalse(complaint.attachment_ids)
        self.assertEqual(of_feedback.sudo().mobifone_answer, feedback.sudo().answer)
        self.assertIn("Khách Mẫu", other_line_s.description)

    def test_an_earlier_owner_s_tickets_are_not_the_person_s(self):
        earlier, now = self.env["res.partner"].create([{"name": "T Earlier"}, {"name": "T Now"}])
        self.line(OPEN).partner_id = earlier
        ticket = self.open_ticket(text="Chuyện cũ")
        self.line(OPEN).partner_id = now
        self.person_request("erase", OPEN).action_erase()
        self.assertIn("Chuyện cũ", ticket.description)
