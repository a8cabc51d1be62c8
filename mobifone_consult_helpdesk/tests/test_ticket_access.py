from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import TicketCase


@tagged("-at_install", "post_install")
class TestTicketAccess(TicketCase):
    """Who sees which tickets, and what of them; with or without the guard."""

    def test_who_sees_which(self):
        mine, colleague_s, others = (self.open_ticket(user) for user in (self.agent_a1, self.agent_a2, self.agent_b1))
        every = mine + colleague_s + others
        expected = {
            self.agent_a1: mine,
            self.agent_a2: colleague_s,
            self.leader_a: mine + colleague_s,
            self.vendor_manager_a: mine + colleague_s,
            self.leader_b: others,
            self.manager: every,
            self.handler: every,
            self.care: self.env["helpdesk.ticket"],
        }
        for user, tickets in expected.items():
            with self.subTest(user=user.login):
                found = self.env["helpdesk.ticket"].with_user(user).search([("id", "in", every.ids)])
                self.assertEqual(set(found.ids), set(tickets.ids))
        for user in (self.stranger, self.feed):
            self.assertFalse(self.env["helpdesk.ticket"].with_user(user).search([("id", "in", every.ids)]))

    def test_following_or_being_the_customer_opens_nothing(self):
        ticket = self.open_ticket(self.agent_b1)
        plain = self.env["helpdesk.ticket"].create({"name": "By mail", "description": "x"})
        for record in ticket + plain:
            record.message_subscribe((self.agent_a1 + self.leader_a).partner_id.ids)
            record.partner_id = self.agent_a1.partner_id
        colleague_s = self.open_ticket(self.agent_a2)
        colleague_s.message_subscribe(self.agent_a1.partner_id.ids)
        for record in ticket + plain + colleague_s:
            with self.subTest(ticket=record.name), self.assertRaises(AccessError):
                record.with_user(self.agent_a1).read(["name"])
        for group in ("helpdesk_mgmt.group_helpdesk_user", "helpdesk_mgmt.group_helpdesk_manager"):
            self.agent_a1.group_ids = [Command.link(self.env.ref(group).id)]
            with self.subTest(group=group), self.assertRaises(AccessError):
                ticket.with_user(self.agent_a1).read(["name"])

    def test_what_a_vendor_s_people_read(self):
        ticket = self.open_ticket()
        ticket.partner_id = self.env["res.partner"].create({"name": "T Customer", "email": "t@example.com"})
        ticket.partner_name = "T Customer"
        for user in (self.agent_a1, self.leader_a, self.vendor_manager_a):
            own = ticket.with_user(user)
            fields = set(own.fields_get())
            self.assertLessEqual({"number", "name", "description", "stage_id", "team_id", "mobifone_answer"}, fields)
            closed = {
                "partner_id", "partner_name", "partner_email", "commercial_partner_id", "attachment_ids", "user_id",
                "user_ids", "message_ids", "message_follower_ids", "message_partner_ids", "activity_ids",
                "access_token", "access_url", "mobifone_subscriber_id", "mobifone_lookup_id", "mobifone_feedback_id",
                "properties", "create_uid", "write_uid",
            }  # fmt: skip
            self.assertFalse(fields & closed)
            self.assertNotIn("T Customer", str(own.read()))
            for name in sorted(closed):
                with self.subTest(user=user.login, field=name), self.assertRaises(AccessError):
                    own.read([name])
            for domain in ([("partner_id.name", "=", "T Customer")], [("partner_name", "like", "T")]):
                with self.subTest(user=user.login, domain=domain), self.assertRaises(AccessError):
                    own.search(domain)
            with self.assertRaises(AccessError):
                own.formatted_read_group([], ["partner_id"])

    def test_a_vendor_s_people_write_nothing(self):
        ticket = self.open_ticket()
        # Also with a group that writes.
        self.agent_a2.group_ids = [Command.link(self.env.ref("helpdesk_mgmt.group_helpdesk_manager").id)]
        own = self.open_ticket(self.agent_a2).with_user(self.agent_a2)
        for record in (ticket.with_user(self.agent_a1), ticket.with_user(self.leader_a), own):
            for values in ({"stage_id": self.done.id}, {"mobifone_answer": "x"}, {"name": "x"}, {"active": False}):
                with self.subTest(user=record.env.user.login, values=values), self.assertRaises(AccessError):
                    record.write(values)
            with self.assertRaises(AccessError):
                record.create({"name": "x", "description": "x"})
            with self.assertRaises(AccessError):
                record.copy()

    def test_no_messages_and_no_attachments(self):
        ticket = self.open_ticket()
        message = ticket.with_user(self.handler).message_post(body="Nội bộ", subtype_xmlid="mail.mt_note")
        attachment = self.env["ir.attachment"].create(
            {"name": "cccd.jpg", "raw": b"x", "res_model": ticket._name, "res_id": ticket.id}
        )
        self.assertIn("Nội bộ", message.with_user(self.manager).body)
        self.assertEqual(attachment.with_user(self.manager).name, "cccd.jpg")
        for user in (self.agent_a1, self.leader_a, self.vendor_manager_a):
            own = ticket.with_user(user)
            ways = (
                lambda own: message.with_env(own.env).read(["body"]),
                lambda own: own.message_post(body="x"),
                lambda own: own.message_subscribe(own.env.user.partner_id.ids),
                lambda own: attachment.with_env(own.env).read(["name", "raw"]),
                lambda own: own.env["ir.attachment"].create(
                    {"name": "x", "raw": b"x", "res_model": own._name, "res_id": own.id}
                ),
            )
            for number, way in enumerate(ways):
                with self.subTest(user=user.login, way=number), self.assertRaises(AccessError):
                    way(own)
            for model in ("mail.message", "ir.attachment"):
                with self.subTest(user=user.login, model=model):
                    try:
                        records = own.env[model]
                        field = "res_model" if model == "ir.attachment" else "model"
                        # That the ticket was opened is a message of his own.
                        own_words = "create_uid" if model == "ir.attachment" else "author_id.user_ids"
                        domain = [(field, "=", ticket._name), ("res_id", "=", ticket.id), (own_words, "!=", user.id)]
                        found = records.search_read(domain, ["id"])
                    except AccessError:
                        continue  # the guard
                    self.assertEqual(found, [])

    def test_known_holes_of_the_helpdesk(self):
        public = self.env.ref("base.public_user")
        with self.assertRaises(AccessError):
            self.new.with_user(public).write({"name": "x"})
        self.assertTrue(self.new.with_user(public).name)
        self.env.cr.execute(
            """SELECT attname FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
                WHERE indrelid = 'helpdesk_ticket'::regclass"""
        )
        indexed = {name for (name,) in self.env.cr.fetchall()}
        self.assertLessEqual({"partner_id", "commercial_partner_id", "duplicate_id"}, indexed)

    def test_roles_of_mobifone(self):
        self.assertTrue(self.care.has_group("helpdesk_mgmt.group_helpdesk_user_team"))
        self.assertFalse(self.care.has_group("helpdesk_mgmt.group_helpdesk_user"))
        self.assertTrue(self.manager.has_group("helpdesk_mgmt.group_helpdesk_user"))
        self.assertFalse(self.manager.has_group("helpdesk_mgmt.group_helpdesk_manager"))
        for user in (self.agent_a1, self.leader_a, self.vendor_manager_a, self.feed):
            self.assertFalse(user.has_group("helpdesk_mgmt.group_helpdesk_user_own"))

    def test_view_of_a_vendor_s_people(self):
        ticket = self.open_ticket()
        action = self.env.ref("mobifone_consult_helpdesk.helpdesk_ticket_action_vendor")
        for user in (self.agent_a1, self.leader_a, self.vendor_manager_a):
            model = self.env["helpdesk.ticket"].with_user(user)
            views = model.get_views([*action.views, (action.search_view_id.id, "search")])
            for view in views["views"].values():
                self.assertNotIn("partner", view["arch"])
            answer = model.web_search_read(
                [("mobifone_route_id", "!=", False)],
                {
                    "number": {},
                    "mobifone_route_id": {"fields": {"display_name": {}}},
                    "team_id": {"fields": {"display_name": {}}},
                    "stage_id": {"fields": {"display_name": {}}},
                    "mobifone_user_id": {"fields": {"display_name": {}}},
                },
            )
            self.assertEqual([row["id"] for row in answer["records"]], [ticket.id])
            self.assertEqual(answer["records"][0]["team_id"]["display_name"], ticket.team_id.name)
