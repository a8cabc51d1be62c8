from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.mobifone_consult.tests.common import OPEN

from .common import TicketCase


@tagged("-at_install", "post_install")
class TestTicketWalls(TicketCase):
    """What core shows beside the record: by search, as followers, activities and scheduled messages."""

    def setUp(self):
        super().setUp()
        self.customer = self.env["res.partner"].create({"name": "T Customer", "email": "t@example.com"})
        self.line(OPEN).partner_id = self.customer
        self.ticket = self.open_ticket()
        self.ticket.message_subscribe(self.customer.ids)

    def test_no_guessing_by_search(self):
        domains = (
            [("message_partner_ids.name", "=like", "T Cust%")],
            [("message_partner_ids", "in", self.customer.ids)],
            ["!", ("message_partner_ids.email", "=", "t@example.com")],
            [("partner_id", "child_of", self.customer.id)],
            [("activity_summary", "like", "x")],
            [("mobifone_feedback_state", "=", False)],
        )
        for user in (self.agent_a1, self.leader_a, self.vendor_manager_a):
            tickets = self.env["helpdesk.ticket"].with_user(user)
            for domain in domains:
                with self.subTest(user=user.login, domain=domain), self.assertRaises(AccessError):
                    tickets.search_count(domain)
                through_team = [("team_id.ticket_ids", "any", domain)]
                with self.subTest(user=user.login, domain=through_team), self.assertRaises(AccessError):
                    tickets.search(through_team)
            self.assertEqual(tickets.search([("mobifone_is_overdue", "=", False)]), self.ticket)
        found = (
            self.env["helpdesk.ticket"]
            .with_user(self.manager)
            .search([("message_partner_ids.name", "=", "T Customer")])
        )
        self.assertEqual(found, self.ticket)

    def seen(self, model, field, user):
        """Rows about the ticket that the user finds."""
        try:
            return self.env[model].with_user(user).search([(field, "=", "helpdesk.ticket")])
        except AccessError:
            return self.env[model]  # the guard

    def test_followers_and_activities(self):
        activity = self.ticket.activity_schedule("mail.mail_activity_data_todo", summary="x", user_id=self.handler.id)
        for user in (self.agent_a1, self.leader_a, self.vendor_manager_a):
            with self.subTest(user=user.login):
                self.assertFalse(self.seen("mail.followers", "res_model", user))
                self.assertFalse(self.seen("mail.activity", "res_model", user))
                with self.assertRaises(AccessError):
                    activity.with_user(user).read(["note"])
        self.assertIn(activity, self.seen("mail.activity", "res_model", self.manager))
        self.assertIn(self.customer, self.seen("mail.followers", "res_model", self.manager).partner_id)

    def test_nothing_is_sent_later(self):
        values = {
            "model": "helpdesk.ticket",
            "res_id": self.ticket.id,
            "body": "x",
            "scheduled_date": fields.Datetime.now() + timedelta(days=1),
        }
        for user in (self.agent_a1, self.leader_a, self.vendor_manager_a):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["mail.scheduled.message"].with_user(user).create(
                    {**values, "author_id": user.partner_id.id, "partner_ids": self.customer.ids}
                )

    def test_customers_do_not_learn_who_took_the_call(self):
        user = new_test_user(self.env, "t_portal", "base.group_portal", partner_id=self.customer.id)
        own = self.ticket.with_user(user)
        self.assertTrue(own.number)
        for name in ("mobifone_agent_id", "mobifone_user_id", "mobifone_vendor_id", "mobifone_answer"):
            with self.subTest(field=name), self.assertRaises(AccessError):
                own.read([name])
        with self.assertRaises(AccessError):
            own.search([("mobifone_feedback_state", "=", "closed")])


@tagged("-at_install", "post_install")
class TestTicketThread(TicketCase, HttpCase):
    """The routes of mail, which work as superuser."""

    def post_message(self, login, ticket):
        self.authenticate(login, login)
        thread = {"thread_model": "helpdesk.ticket", "thread_id": ticket.id}
        post = {"body": "T said", "message_type": "comment", "subtype_xmlid": "mail.mt_comment"}
        answers = [
            self.url_open(path, json={"jsonrpc": "2.0", "params": params}).json()
            for path, params in (
                ("/mail/message/post", {**thread, "post_data": post}),
                ("/mail/thread/messages", thread),
                ("/mail/data", {"fetch_params": [["mail.thread", {**thread, "request_list": ["followers"]}]]}),
            )
        ]
        self.env.invalidate_all()
        return answers

    def test_vendors_people_post_nothing(self):
        ticket = self.open_ticket()
        ticket.message_subscribe(self.env["res.partner"].create({"name": "T Follower"}).ids)
        before = ticket.message_ids
        for login in ("t_agent_a1", "t_leader_a", "t_vendor_a"):
            with self.subTest(login=login):
                answers = self.post_message(login, ticket)
                self.assertEqual(ticket.message_ids, before)
                self.assertNotIn("T Follower", str(answers))
        self.post_message("t_handler", ticket)
        self.assertIn("T said", ticket.message_ids[0].body)
