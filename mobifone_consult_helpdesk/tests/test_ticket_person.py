import zipfile
from io import BytesIO

from odoo.tests import tagged

from odoo.addons.mobifone_consult.tests.common import OPEN

from .common import TicketCase


@tagged("-at_install", "post_install")
class TestTicketPerson(TicketCase):
    """A person asks what is kept of him: tickets of his calls are among it."""

    def open(self, kind, number="0900 091 001"):
        wizard = self.env["mobifone.person.search"].with_user(self.manager)
        action = wizard.create({"number": number, "kind": kind}).action_open()
        return self.env["mobifone.person.request"].with_user(self.manager).browse(action["res_id"])

    def test_told_and_copied(self):
        ticket = self.open_ticket(text="Mạng chậm ở Phường Mẫu")
        request = self.open("copy")
        self.assertEqual(request._held()["ticket"], 1)
        self.assertEqual(self.open("access", "0900091002")._held()["ticket"], 0)
        page = zipfile.ZipFile(BytesIO(request._copy())).read("du_lieu.json").decode()
        self.assertIn(ticket.number, page)
        self.assertIn("Mạng chậm ở Phường Mẫu", page)

    def test_erased(self):
        customer = self.env["res.partner"].create({"name": "Khách Mẫu"})
        self.line(OPEN).partner_id = customer
        ticket = self.open_ticket(text="Nhà ở Số 1 đường Mẫu")
        ticket.write({"partner_name": "Khách Mẫu", "partner_email": "khach@example.com", "mobifone_answer": "Đã gặp"})
        ticket.message_post(body="Khách Mẫu hẹn gọi lại")
        self.env["ir.attachment"].create({"name": "x", "raw": b"x", "res_model": ticket._name, "res_id": ticket.id})
        feedback = self.desk(self.agent_a1).file_feedback(self.look_up(self.agent_a1), "Số 1 đường Mẫu chưa duyệt")
        closed = self.env["mobifone.feedback"].with_user(self.care).browse(feedback["feedback_id"])
        closed.answer = "Đã gặp Khách Mẫu"
        closed.action_close()
        self.env.flush_all()
        request = self.open("erase")
        request.action_erase()
        self.env.flush_all()
        tickets = ticket + closed.sudo().ticket_ids
        self.assertEqual(len(tickets.exists()), 2, "that there was something to do stays")
        self.assertNotIn("Mẫu", str(tickets.read(["description", "mobifone_answer", "partner_name", "partner_id"])))
        self.assertFalse(ticket.partner_email or ticket.message_ids or ticket.attachment_ids)
        self.assertEqual(request._held()["ticket"], 0)

    def test_of_an_earlier_owner(self):
        self.line(OPEN).partner_id = self.env["res.partner"].create({"name": "Chủ cũ"})
        ticket = self.open_ticket(text="Của chủ cũ")
        self.line(OPEN).partner_id = self.env["res.partner"].create({"name": "Chủ mới"})
        self.assertEqual(self.open("access")._held()["ticket"], 0)
        self.open("erase").action_erase()
        self.assertIn("Của chủ cũ", ticket.description)
