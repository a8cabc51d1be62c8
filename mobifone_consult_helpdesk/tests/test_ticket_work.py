from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import TicketCase


@tagged("-at_install", "post_install")
class TestTicketWork(TicketCase):
    """What becomes of a ticket: who works on it, until when, in which company."""

    def test_assigned_within_the_vendor(self):
        ticket = self.open_ticket()
        ticket.team_id.user_ids += self.agent_a2 + self.agent_b1
        ticket.with_user(self.manager).user_id = self.agent_a2
        self.assertTrue(ticket.with_user(self.agent_a2).name)
        with self.assertRaises(UserError):
            ticket.with_user(self.manager).user_id = self.agent_b1
        plain = self.env["helpdesk.ticket"].create({"name": "By mail", "description": "x"})
        with self.assertRaises(UserError):
            plain.user_id = self.agent_a1

    def test_leaver_s_tickets_go_back_to_the_team(self):
        ticket = self.open_ticket(self.agent_a2)
        ticket.team_id.user_ids += self.agent_a2
        ticket.user_id = self.agent_a2
        file = self.account(self.agent_a2)
        self.assertEqual(file._still_alive(fields.Datetime.now())["tasks"], 1)
        file.with_user(self.vendor_manager_a).report_leaver()
        self.assertFalse(ticket.user_id)
        self.assertNotIn(self.agent_a2, ticket.team_id.with_context(active_test=False).user_ids)
        self.assertEqual(file._still_alive(fields.Datetime.now())["tasks"], 0)
        self.assertTrue(ticket.with_user(self.leader_a).name, "the vendor still sees it")

    def test_time_limit(self):
        self.route_complaint.hours = 2
        ticket = self.open_ticket()
        tickets = self.env["helpdesk.ticket"].with_user(self.manager)
        self.assertFalse(ticket.mobifone_is_overdue)
        ticket.mobifone_due_on = fields.Datetime.now() - timedelta(minutes=1)
        overdue = [("mobifone_is_overdue", "=", True)]
        self.assertIn(ticket, tickets.search(overdue))
        self.assertNotIn(ticket, tickets.search([("mobifone_is_overdue", "=", False)]))
        self.assertTrue(ticket.mobifone_is_overdue)
        ticket.stage_id = self.done
        self.assertNotIn(ticket, tickets.search(overdue))
        self.assertFalse(ticket.mobifone_is_overdue)

    def test_not_deleted_nor_copied_with_its_call(self):
        ticket = self.open_ticket()
        boss = self._user("t_boss", "helpdesk_mgmt.group_helpdesk_manager")
        with self.assertRaises(UserError):
            ticket.with_user(boss).unlink()
        copied = ticket.with_user(boss).copy()
        self.assertFalse(copied.sudo().mobifone_vendor_id or copied.sudo().mobifone_lookup_id)

    def test_handlers_work_on_it_but_not_on_where_it_comes_from(self):
        ticket = self.open_ticket()
        form = Form(ticket.with_user(self.handler))
        form.mobifone_answer = "Đã xử lý"
        form.priority = "3"
        form.save()
        self.assertEqual((ticket.mobifone_answer, ticket.priority), ("Đã xử lý", "3"))
        for values in (
            {"mobifone_vendor_id": self.vendor_b.id},
            {"mobifone_user_id": self.agent_b1.id},
            {"mobifone_number_masked": "x"},
            {"mobifone_due_on": False},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                ticket.with_user(self.handler).write(values)
            with self.subTest(values=values), self.assertRaises(AccessError):
                self.env["helpdesk.ticket"].with_user(self.handler).create({"name": "x", "description": "x", **values})

    def test_several_companies(self):
        other = self.env["res.company"].create({"name": "T Company"})
        self.agent_b1.write({"company_ids": [Command.link(other.id)], "company_id": other.id})
        self.agent_b1.company_ids = other
        ticket = self.open_ticket(self.agent_b1)
        self.assertEqual(ticket.company_id, other, "a team of all companies: the agent's")
        self.assertTrue(ticket.with_user(self.agent_b1).name)
        self.assertEqual(ticket.with_user(self.agent_b1).stage_id, self.new)
        team = self.env["helpdesk.ticket.team"].create({"name": "T Team", "company_id": self.env.company.id})
        self.route_complaint.team_id = team
        self.assertEqual(self.open_ticket(self.agent_b1).company_id, self.env.company, "a team of one company: its own")
