from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.mobifone_consult.tests.common import INSTALLED, MISSING, OPEN

from .common import TicketCase


@tagged("-at_install", "post_install")
class TestTicket(TicketCase):
    """A ticket made from a call, and the way back from it to the desk."""

    def test_each_matter_goes_where_its_routing_says(self):
        lookup_id = self.look_up(self.agent_a1)
        expected = {
            "complaint": ("complaint", "complaint", "2"),
            "urgent_lost_phone": ("urgent", "lost_phone", "3"),
            "wrong_line": ("general", "wrong_line", "1"),
            "unrelated": ("general", "unrelated", "0"),
        }
        for matter, (team, category, priority) in expected.items():
            answer = self.desk(self.agent_a1).open_ticket(lookup_id, matter, f"Nội dung {matter}")
            ticket = self.env["helpdesk.ticket"].browse(answer["ticket_id"])
            self.assertEqual(ticket.team_id, self.env.ref(f"mobifone_consult_helpdesk.helpdesk_team_{team}"))
            self.assertEqual(
                ticket.category_id, self.env.ref(f"mobifone_consult_helpdesk.helpdesk_category_{category}")
            )
            self.assertEqual(ticket.priority, priority)
            self.assertEqual((answer["number"], answer["team"]), (ticket.number, ticket.team_id.name))
            self.assertEqual(ticket.stage_id, self.new)
            self.assertIn(f"Nội dung {matter}", ticket.description)

    def test_routing_is_data(self):
        team = self.env["helpdesk.ticket.team"].create({"name": "T Team"})
        self.route_complaint.with_user(self.manager).write({"team_id": team.id, "priority": "3", "hours": 5})
        ticket = self.open_ticket()
        self.assertEqual((ticket.team_id, ticket.priority), (team, "3"))
        self.assertAlmostEqual(
            ticket.mobifone_due_on, fields.Datetime.now() + timedelta(hours=5), delta=timedelta(minutes=1)
        )
        self.route_complaint.active = False
        with self.assertRaises(UserError):
            self.desk(self.agent_a1).open_ticket(self.look_up(self.agent_a1), "complaint", "x")

    def test_it_knows_its_call_and_whose_it_is(self):
        desk = self.desk(self.agent_a1)
        lookup_id = desk.lookup(OPEN, "1090")["lookup_id"]
        call_id = desk.start_call(lookup_id)["call_id"]
        answer = desk.open_ticket(lookup_id, "complaint", "Mạng chậm", call_id)
        ticket = self.env["helpdesk.ticket"].browse(answer["ticket_id"])
        self.assertEqual(ticket.mobifone_call_id.id, call_id)
        self.assertEqual(ticket.mobifone_lookup_id.id, lookup_id)
        self.assertEqual(ticket.mobifone_subscriber_id, self.line(OPEN))
        self.assertEqual(ticket.mobifone_hotline, "1090")
        self.assertEqual(ticket.mobifone_user_id, self.agent_a1)
        self.assertEqual(ticket.mobifone_agent_id, self.account(self.agent_a1))
        self.assertEqual(ticket.mobifone_vendor_id, self.vendor_a)
        self.assertFalse(ticket.user_id, "the team decides who works on it")
        self.assertNotIn(self.agent_a1.partner_id, ticket.message_partner_ids)
        self.assertNotIn("0900091001", f"{ticket.name} {ticket.description}")
        self.assertIn(ticket.mobifone_number_masked, ticket.name)
        log = self.env["mobifone.lookup"].search([("parent_id", "=", lookup_id), ("kind", "=", "ticket")])
        self.assertEqual(log.mapped("result"), ["ok"])

    def test_the_customer_is_the_line_s(self):
        self.assertFalse(self.open_ticket().partner_id, "a ticket makes no customer")
        customer = self.env["res.partner"].create({"name": "T Customer"})
        self.line(INSTALLED).partner_id = customer
        self.assertEqual(self.open_ticket(number=INSTALLED).partner_id, customer)

    def test_numbers_are_masked(self):
        ticket = self.open_ticket(text="Gọi lại 0900091001, CCCD 001099012345")
        self.assertNotIn("0900091001", ticket.description)
        self.assertNotIn("001099012345", ticket.description)
        ticket.with_user(self.handler).mobifone_answer = "Đã gọi 0900091001"
        self.assertNotIn("0900091001", ticket.mobifone_answer)

    def test_markup_stays_text(self):
        ticket = self.open_ticket(text="<img src=x onerror=alert(1)> & <b>x</b>")
        self.assertNotIn("<img", ticket.description)
        self.assertNotIn("<b>", ticket.description)

    def test_said_again_it_is_added_to(self):
        desk = self.desk(self.agent_a1)
        lookup_id = self.look_up(self.agent_a1)
        first = desk.open_ticket(lookup_id, "complaint", "Một")
        again = desk.open_ticket(lookup_id, "complaint", "Một")
        more = desk.open_ticket(lookup_id, "complaint", "Hai")
        self.assertEqual({answer["ticket_id"] for answer in (first, again, more)}, {first["ticket_id"]})
        self.assertEqual([answer["replayed"] for answer in (first, again, more)], [False, True, True])
        ticket = self.env["helpdesk.ticket"].browse(first["ticket_id"])
        self.assertEqual(ticket.description.count("Một"), 1)
        self.assertIn("Hai", ticket.description)
        other = desk.open_ticket(lookup_id, "other", "Ba")
        self.assertNotEqual(other["ticket_id"], first["ticket_id"])
        ticket.stage_id = self.done
        late = desk.open_ticket(lookup_id, "complaint", "Bốn")
        self.assertEqual((late["ok"], late["verdict"]["code"]), (False, "passed_on"))
        self.assertNotIn("Bốn", ticket.description)
        anew = desk.open_ticket(self.look_up(self.agent_a1), "complaint", "Năm")
        self.assertNotEqual(anew["ticket_id"], first["ticket_id"])

    def test_added_to_a_ticket_that_the_line_has(self):
        ticket = self.open_ticket(self.agent_b1, text="Mạng chậm")
        desk = self.desk(self.agent_a1)
        lookup_id = self.look_up(self.agent_a1)
        answer = desk.open_ticket(lookup_id, None, "Gọi lại, vẫn chậm", number=ticket.number)
        self.assertEqual((answer["ok"], answer["number"], answer["ticket_id"]), (True, ticket.number, False))
        self.assertIn("vẫn chậm", ticket.description)
        self.assertEqual(ticket.mobifone_vendor_id, self.vendor_b)
        own = self.open_ticket(text="Mới")
        answer = desk.open_ticket(lookup_id, None, "Thêm", number=own.number)
        self.assertEqual(answer["ticket_id"], own.id)
        other_line = self.open_ticket(number=INSTALLED)
        ticket.stage_id = self.done
        for number in (ticket.number, other_line.number, "HT", "", "%", 5, [], False):
            with self.subTest(number=number), self.assertRaises(UserError):
                desk.open_ticket(lookup_id, "complaint", "x", number=number)

    def test_rules_of_the_desk_hold(self):
        desk = self.desk(self.agent_a1)
        lookup_id = desk.lookup(MISSING)["lookup_id"]
        self.assertEqual(desk.open_ticket(lookup_id, "complaint", "x")["verdict"]["code"], "not_acknowledged")
        self.assertEqual(desk.ticket_form(lookup_id)["verdict"]["code"], "not_acknowledged")
        foreign = desk.lookup("0910000999")["lookup_id"]
        self.assertEqual(desk.open_ticket(foreign, "complaint", "x")["verdict"]["code"], "other_network")
        self.assertEqual(desk.ticket_form(foreign)["tickets"], [])
        for user in (self.agent_a2, self.agent_b1, self.manager):
            with self.subTest(user=user.login):
                self.assert_denied(self.desk(user).open_ticket, lookup_id, "complaint", "x")
        for user in (self.care, self.feed, self.stranger, self.vendor_manager_a, self.handler):
            with self.subTest(user=user.login):
                self.assert_denied(self.desk(user).open_ticket, lookup_id, "complaint", "x")
                self.assert_denied(self.desk(user).ticket_form, lookup_id)
                self.assert_denied(self.desk(user).lookup_ticket, 1)
                self.assert_denied(self.desk(user).ticket_line, 1)

    def test_nonsense(self):
        lookup_id, desk = self.look_up(self.agent_a1), self.desk(self.agent_a1)
        for text in (None, False, "", "  ", 5, [], {}, "\0", "\ud800", "x" * 2001):
            with self.subTest(text=ascii(text)[:9]), self.assertRaises(UserError):
                desk.open_ticket(lookup_id, "complaint", text)
        for matter in (None, "", "papers_feedback", "no_such", 5, [], {}, self.route_complaint.id):
            with self.subTest(matter=matter), self.assertRaises(UserError):
                desk.open_ticket(lookup_id, matter, "x")
        for ticket_id in (None, True, 0, -1, "1", [], 2**31, 1.5):
            for method in (desk.lookup_ticket, desk.ticket_line):
                with self.subTest(ticket_id=ticket_id), self.assertRaises(UserError):
                    method(ticket_id)

    def test_form(self):
        desk = self.desk(self.agent_a1)
        lookup_id = self.look_up(self.agent_a1)
        form = desk.ticket_form(lookup_id)
        self.assertTrue(form["ok"])
        self.assertEqual(
            [matter["key"] for matter in form["matters"]],
            ["complaint", "urgent_lost_phone", "wrong_line", "unrelated", "other"],
        )
        self.assertFalse(form["matter"])
        excluded = desk.exclude(lookup_id, "urgent_lost_phone")
        self.assertEqual(excluded["ticket_matter"], "urgent_lost_phone")
        self.assertEqual(desk.ticket_form(lookup_id)["matter"], "urgent_lost_phone")
        self.assertFalse(desk.exclude(lookup_id, "difficult")["ticket_matter"])
        self.assertFalse(desk.ticket_form(lookup_id)["matter"])

    def test_form_tells_of_the_line_s_tickets_but_not_whose(self):
        ticket = self.open_ticket(self.agent_b1, text="Bí mật của B")
        shown = self.desk(self.agent_a1).ticket_form(self.look_up(self.agent_a1))["tickets"]
        self.assertEqual([row["number"] for row in shown], [ticket.number])
        self.assertEqual(set(shown[0]), {"number", "matter", "stage", "is_closed", "opened_on"})
        self.assertEqual(self.desk(self.agent_a1).ticket_form(self.look_up(self.agent_a1, INSTALLED))["tickets"], [])

    def test_desk_from_a_ticket(self):
        ticket = self.open_ticket()
        own = ticket.with_user(self.agent_a1)
        action = own.action_mobifone_desk()
        self.assertEqual((action["tag"], action["params"]), ("mobifone_consult.desk", {"ticket_id": ticket.id}))
        answer = self.desk(self.agent_a1).lookup_ticket(ticket.id)
        self.assertEqual((answer["found"], answer["number"]), (True, OPEN))
        row = self.env["mobifone.lookup"].browse(answer["lookup_id"])
        self.assertEqual((row.purpose, row.user_id, row.kind), (ticket.number, self.agent_a1, "lookup"))
        self.assertEqual(self.desk(self.leader_a).lookup_ticket(ticket.id)["number"], OPEN)
        self.assertEqual(self.desk(self.manager).lookup_ticket(ticket.id)["number"], OPEN)
        for user in (self.agent_a2, self.agent_b1, self.leader_b):
            for method in ("lookup_ticket", "ticket_line"):
                self.assert_denied(getattr(self.desk(user), method), ticket.id)
            rows = self.env["mobifone.lookup"].search([("user_id", "=", user.id)])
            self.assertEqual(rows.mapped("kind"), ["refusal"] * 2)
            self.assertEqual(set(rows.mapped("purpose")), {f"ticket {ticket.id}"})

    def test_a_ticket_of_no_call_has_no_line(self):
        ticket = self.env["helpdesk.ticket"].create({"name": "By mail", "description": "x"})
        with self.assertRaises(UserError):
            self.desk(self.manager).lookup_ticket(ticket.id)
        with self.assertRaises(UserError):
            ticket.with_user(self.manager).action_mobifone_desk()
        self.assertEqual(self.desk(self.manager).ticket_line(ticket.id), {"line": False})

    def test_card_while_the_look_up_is_fresh(self):
        ticket = self.open_ticket()
        line = self.desk(self.agent_a1).ticket_line(ticket.id)["line"]
        self.assertEqual((line["number"], line["app"]["status"]), (OPEN, "not_installed"))
        self.assertEqual(self.desk(self.leader_a).ticket_line(ticket.id), {"line": False}, "he did not look it up")
        self.set_param("lookup_minutes", "0.00001")
        self.assertEqual(self.desk(self.agent_a1).ticket_line(ticket.id), {"line": False})

    def test_card_waits_for_the_notice(self):
        ticket = self.open_ticket(number=MISSING)
        self.assertTrue(self.desk(self.agent_a1).ticket_line(ticket.id)["line"])
        self.desk(self.agent_a1).lookup(MISSING)
        self.assertEqual(self.desk(self.agent_a1).ticket_line(ticket.id), {"line": False})

    def test_calls_of_the_line_within_the_role(self):
        calls = {}
        for user in (self.agent_a1, self.agent_b1):
            desk = self.desk(user)
            calls[user] = desk.start_call(desk.lookup(OPEN, "1090")["lookup_id"])["call_id"]
        ticket = self.open_ticket()
        self.assertEqual(ticket.with_user(self.leader_a).mobifone_call_ids.ids, [calls[self.agent_a1]])
        self.assertEqual(set(ticket.with_user(self.manager).mobifone_call_ids.ids), set(calls.values()))
        with self.assertRaises(AccessError):
            ticket.with_user(self.agent_a1).read(["mobifone_call_ids"])
        self.assertEqual(ticket.with_user(self.manager).mobifone_msisdn, OPEN)
        for user in (self.agent_a1, self.leader_a, self.care, self.handler):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                ticket.with_user(user).read(["mobifone_msisdn"])
