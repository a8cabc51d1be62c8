from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.mobifone_consult.tests.common import MISSING

from .common import TicketCase


@tagged("-at_install", "post_install")
class TestTicketClosing(TicketCase):
    """Ways around closing feedback and its ticket together."""

    def team_with_first_stage(self, **stage):
        """A team whose tickets begin at a stage of its own."""
        team = self.env["helpdesk.ticket.team"].create({"name": "T Team"})
        every = self.env["helpdesk.ticket.stage"].search([("team_ids", "=", False)])
        every.team_ids = [Command.link(self.care_team.id)]
        values = {"name": "T Stage", "company_id": False, "team_ids": [Command.link(team.id)], **stage}
        self.env["helpdesk.ticket.stage"].create(values)
        return team

    def test_no_flag_in_the_context_reopens(self):
        feedback, ticket = self.feedback_ticket()
        ticket.write({"stage_id": self.done.id, "mobifone_answer": "Đã duyệt"})
        own = ticket.with_user(self.handler).with_context(mobifone_feedback_closed=True)
        for values in ({"stage_id": self.new.id}, {"mobifone_answer": "Khác"}):
            with self.subTest(values=values), self.assertRaises(UserError):
                own.write(values)
        self.assertEqual((ticket.closed, ticket.mobifone_answer), (True, feedback.answer))

    def test_another_team_closes_no_feedback_without_answer(self):
        feedback, ticket = self.feedback_ticket()
        team = self.team_with_first_stage(closed=True)
        with self.assertRaises(AccessError):
            ticket.with_user(self.handler).team_id = team
        with self.assertRaises(UserError):
            ticket.with_user(self.manager).team_id = team
        ticket.with_user(self.manager).write({"team_id": team.id, "mobifone_answer": "Đã duyệt"})
        self.assertEqual((feedback.state, feedback.answer, ticket.closed), ("closed", "Đã duyệt", True))

    def test_another_team_reopens_nothing(self):
        _feedback, ticket = self.feedback_ticket()
        ticket.write({"stage_id": self.done.id, "mobifone_answer": "Đã duyệt"})
        team = self.team_with_first_stage()
        with self.assertRaises(UserError):
            ticket.with_user(self.manager).team_id = team

    def test_what_was_left_open_is_closed_later(self):
        feedback, ticket = self.feedback_ticket()
        closing = self.env["helpdesk.ticket.stage"].search([("closed", "=", True)])
        closing.team_ids = [Command.link(self.route_complaint.team_id.id)]
        feedback.answer = "Đã duyệt"
        feedback.action_close()
        self.assertFalse(ticket.closed)
        closing.team_ids = False
        ticket.with_user(self.handler).stage_id = self.done
        self.assertTrue(ticket.closed)

    def test_an_archived_ticket_is_still_its_feedback_s(self):
        lookup_id, desk = self.look_up(self.agent_a1, MISSING), self.desk(self.agent_a1)
        answer = desk.file_feedback(lookup_id, "Một")
        feedback = self.env["mobifone.feedback"].browse(answer["feedback_id"])
        ticket = feedback.ticket_ids
        ticket.active = False
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(desk.file_feedback(lookup_id, "Hai")["ticket"], ticket.number)
        self.assertIn("Hai", ticket.description)
        feedback.with_user(self.care).answer = "Đã duyệt"
        feedback.with_user(self.care).action_close()
        self.assertTrue(ticket.closed)

    def test_closed_feedback_opens_no_ticket(self):
        route = self.env.ref("mobifone_consult_helpdesk.route_papers_feedback")
        route.active = False
        lookup_id, desk = self.look_up(self.agent_a1, MISSING), self.desk(self.agent_a1)
        answer = desk.file_feedback(lookup_id, "Một")
        feedback = self.env["mobifone.feedback"].with_user(self.care).browse(answer["feedback_id"])
        feedback.answer = "Đã duyệt"
        feedback.action_close()
        route.active = True
        self.assertFalse(desk.file_feedback(lookup_id, "Hai")["ok"])
        self.assertFalse(feedback.ticket_ids)
