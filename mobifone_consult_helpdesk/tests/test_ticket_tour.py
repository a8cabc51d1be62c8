from odoo.tests import HttpCase, tagged

from odoo.addons.mobifone_consult.tests.common import MISSING, OPEN

from .common import TicketCase


@tagged("-at_install", "post_install")
class TestTicketTour(TicketCase, HttpCase):
    """A complaint becomes a ticket, and the ticket leads back to the desk; by tours that read no words."""

    def walk(self, tour, lang):
        self.env["res.lang"]._activate_lang(lang)
        self.agent_a1.lang = lang
        self.start_tour("/odoo/mobifone-desk", tour, login="t_agent_a1")

    def tickets(self, number):
        return self.env["helpdesk.ticket"].search([("mobifone_subscriber_id", "=", self.line(number).id)])

    def check_from_call(self, lang):
        self.walk("mobifone_ticket_from_call", lang)
        ticket = self.tickets(OPEN)
        self.assertEqual((len(ticket), ticket.mobifone_route_id.code), (1, "complaint"))
        self.assertIn("Khách gọi lại", ticket.description)
        lookups = self.env["mobifone.lookup"].search([("user_id", "=", self.agent_a1.id), ("kind", "=", "lookup")])
        self.assertEqual(lookups.mapped("purpose"), [ticket.number, False], "newest first: from the ticket")

    def test_from_call_english(self):
        self.check_from_call("en_US")

    def test_from_call_vietnamese(self):
        self.check_from_call("vi_VN")

    def test_feedback(self):
        self.walk("mobifone_ticket_feedback", "vi_VN")
        self.assertEqual(self.tickets(MISSING).mobifone_route_id.code, "papers_feedback")
