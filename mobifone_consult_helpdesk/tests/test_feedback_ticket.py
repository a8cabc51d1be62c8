from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.mobifone_consult_helpdesk import hooks

from .common import TicketCase


@tagged("-at_install", "post_install")
class TestFeedbackTicket(TicketCase):
    """Feedback on papers is a ticket of customer care, with 48 hours; both are closed together (domain 1.3)."""

    def test_it_opens_a_ticket(self):
        answer = self.desk(self.agent_a1).file_feedback(self.look_up(self.agent_a1), "Chưa duyệt")
        feedback = self.env["mobifone.feedback"].browse(answer["feedback_id"])
        ticket = feedback.ticket_ids
        self.assertEqual(len(ticket), 1)
        self.assertEqual(answer["ticket"], ticket.number)
        self.assertIn(ticket.number, answer["verdict"]["reason"])
        self.assertEqual(ticket.team_id, self.care_team)
        self.assertEqual(ticket.mobifone_due_on, feedback.taken_on + timedelta(hours=48))
        self.assertEqual(ticket.partner_id, feedback.partner_id)
        self.assertEqual((ticket.mobifone_user_id, ticket.mobifone_vendor_id), (self.agent_a1, self.vendor_a))
        self.assertTrue(ticket.with_user(self.care).name, "his team's")
        self.assertTrue(ticket.with_user(self.agent_a1).name, "he took it")

    def test_said_again_in_the_same_look_up(self):
        lookup_id, desk = self.look_up(self.agent_a1), self.desk(self.agent_a1)
        desk.file_feedback(lookup_id, "Một")
        answer = desk.file_feedback(lookup_id, "Một và hai")
        feedback = self.env["mobifone.feedback"].browse(answer["feedback_id"])
        self.assertEqual(len(feedback.ticket_ids), 1)
        self.assertIn("Một và hai", feedback.ticket_ids.description)

    def test_without_a_routing_there_is_feedback_only(self):
        self.env.ref("mobifone_consult_helpdesk.route_papers_feedback").active = False
        answer = self.desk(self.agent_a1).file_feedback(self.look_up(self.agent_a1), "Chưa duyệt")
        self.assertEqual((answer["ok"], answer["ticket"]), (True, False))

    def test_closing_the_ticket_closes_the_feedback(self):
        feedback, ticket = self.feedback_ticket()
        with self.assertRaises(UserError):
            ticket.stage_id = self.done
        ticket.mobifone_answer = "Đã duyệt, báo khách hàng 0900091003"
        ticket.stage_id = self.done
        self.assertEqual((feedback.state, feedback.handler_id), ("closed", self.care))
        self.assertEqual(feedback.answer, ticket.mobifone_answer)
        self.assertNotIn("0900091003", feedback.answer)
        self.assertEqual(ticket.with_user(self.agent_a1).mobifone_answer, feedback.answer, "the agent reads it")

    def test_closed_in_one_request(self):
        feedback, ticket = self.feedback_ticket()
        ticket.write({"stage_id": self.done.id, "mobifone_answer": "Đã duyệt"})
        self.assertEqual((feedback.state, feedback.answer), ("closed", "Đã duyệt"))

    def test_closing_the_feedback_closes_the_ticket(self):
        feedback, ticket = self.feedback_ticket()
        feedback.answer = "Đã duyệt"
        feedback.action_close()
        self.assertTrue(ticket.closed)
        self.assertEqual(ticket.mobifone_answer, "Đã duyệt")

    def test_closed_for_good(self):
        _feedback, ticket = self.feedback_ticket()
        ticket.write({"stage_id": self.done.id, "mobifone_answer": "Đã duyệt"})
        for values in ({"stage_id": self.new.id}, {"mobifone_answer": "Khác"}):
            with self.subTest(values=values), self.assertRaises(UserError):
                ticket.write(values)
        ticket.write({"stage_id": self.done.id, "priority": "0"})

    def test_only_customer_care_closes(self):
        feedback, ticket = self.feedback_ticket()
        ticket.with_user(self.handler).mobifone_answer = "Đã duyệt"
        with self.assertRaises(AccessError):
            ticket.with_user(self.handler).stage_id = self.done
        self.assertEqual(feedback.state, "new")
        ticket.with_user(self.manager).stage_id = self.done
        self.assertEqual(feedback.state, "closed")

    def test_passed_on_by_mail_as_well(self):
        self.set_param("care_recipients", "cskh@example.com")
        feedback, ticket = self.feedback_ticket()
        feedback.action_send()
        ticket.write({"stage_id": self.done.id, "mobifone_answer": "Đã duyệt"})
        self.assertEqual((feedback.state, feedback.handler_id), ("closed", self.care))

    def test_a_team_without_a_closed_stage(self):
        feedback, ticket = self.feedback_ticket()
        self.env["helpdesk.ticket.stage"].search([("closed", "=", True)]).team_ids = [
            Command.link(self.route_complaint.team_id.id)
        ]
        feedback.answer = "Đã duyệt"
        feedback.action_close()
        self.assertEqual((feedback.state, ticket.closed), ("closed", False))

    def test_other_tickets_close_as_ever(self):
        ticket = self.open_ticket()
        ticket.with_user(self.handler).stage_id = self.done
        ticket.with_user(self.handler).stage_id = self.new
        self.assertFalse(ticket.closed)

    def test_installation_opens_tickets_for_what_waits(self):
        route = self.env.ref("mobifone_consult_helpdesk.route_papers_feedback")
        route.active = False
        waiting, closed = (
            self.env["mobifone.feedback"].browse(
                self.desk(self.agent_a1).file_feedback(self.look_up(self.agent_a1), "Chưa duyệt")["feedback_id"]
            )
            for _ in range(2)
        )
        closed.with_user(self.care).answer = "x"
        closed.with_user(self.care).action_close()
        route.active = True
        hooks.post_init_hook(self.env)
        self.assertEqual(len(waiting.ticket_ids), 1)
        self.assertFalse(closed.ticket_ids)
        self.assertEqual(waiting.ticket_ids.mobifone_due_on, waiting.taken_on + timedelta(hours=48))
