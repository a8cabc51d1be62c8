from datetime import datetime
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import LOCKED, MISSING, OPEN, ConsultCase


@tagged("-at_install", "post_install")
class TestOccupation(ConsultCase):
    """One main code a customer, recorded only when the rules allow (domain 1.6, invariant 9)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name in ("occupation_from", "occupation_to"):
            cls.set_param(name, "0")

    def record(self, code=8, number=OPEN, user=None, **options):
        desk = self.desk(user or self.agent_a1)
        return desk.set_occupation(desk.lookup(number, hotline="1090")["lookup_id"], code, **options)

    def test_recorded_on_the_customer_of_the_line(self):
        customer = self.env["res.partner"].create({"name": "Khách hàng T"})
        self.line(OPEN).partner_id = customer
        answer = self.record(8)
        self.assertEqual((answer["ok"], answer["occupation"]["code"]), (True, 8))
        self.assertEqual(answer["change_menu"], "Thay đổi thông tin trả sau, trả trước")
        seen = customer.with_user(self.care)
        self.assertEqual(seen.occupation_id.code, 8)
        self.assertEqual((seen.occupation_user_id, seen.occupation_channel), (self.agent_a1, "1090"))
        self.assertTrue(seen.occupation_on)
        self.assertIn("chăm sóc", seen.occupation_purpose)
        self.assertTrue(seen.occupation_consent)

    def test_a_line_without_a_customer_gets_one_without_his_number(self):
        self.assertTrue(self.record()["ok"])
        customer = self.line(OPEN).partner_id
        self.assertEqual(customer.name, "0900•••001")
        self.assertTrue(self.record(9, change=True)["ok"])
        self.assertEqual(self.line(OPEN).partner_id, customer, "and only one")

    def test_one_code_and_changed_only_when_asked_to(self):
        self.record(8)
        answer = self.record(9, user=self.agent_b1)
        self.assertEqual((answer["ok"], answer["verdict"]["code"]), (False, "recorded"))
        self.assertEqual(self.line(OPEN).partner_id.occupation_id.code, 8)
        for change in (1, "yes", [True], None):
            self.assertFalse(self.record(9, change=change)["ok"], change)
        self.assertTrue(self.record(9, user=self.agent_b1, change=True)["ok"])
        self.assertEqual(self.line(OPEN).partner_id.occupation_id.code, 9)

    def test_lines_that_are_not_asked(self):
        for usage in ("official", "operations", "test"):
            self.change(OPEN, usage_class=usage)
            self.assertEqual(self.record()["verdict"]["code"], "line_class")
        self.assertEqual(self.record(number="0320000001")["verdict"]["code"], "other_network")
        self.assertFalse(self.line(OPEN).partner_id)

    def test_not_on_a_call_about_a_lost_phone(self):
        desk = self.desk(self.agent_a1)
        lookup_id = desk.lookup(OPEN)["lookup_id"]
        desk.exclude(lookup_id, "urgent_lost_phone")
        self.assertEqual(desk.set_occupation(lookup_id, 1)["verdict"]["code"], "lost_phone")
        desk.exclude(lookup_id, "complaint")
        self.assertTrue(desk.set_occupation(lookup_id, 1)["ok"], "other exclusions do not stop it")

    def test_a_number_that_is_another_network_s_now_stops_all(self):
        desk = self.desk(self.agent_a1)
        lookup_id = desk.lookup(OPEN)["lookup_id"]
        self.assertEqual(desk.exclude(lookup_id, "other_network")["stops"], "all")
        self.assertEqual(desk.set_occupation(lookup_id, 1)["verdict"]["code"], "other_network")
        papers = desk.submit_registration(lookup_id, {"consent": True})
        self.assertEqual((papers["verdict"]["code"], papers["registration_id"]), ("other_network", False))

    def test_not_before_the_notice_is_answered(self):
        self.assertEqual(self.record(number=MISSING)["verdict"]["code"], "not_acknowledged")

    def test_hours_by_the_look_up(self):
        self.set_param("occupation_from", "7")
        self.set_param("occupation_to", "22")
        for hour, code in ((6, "outside_hours"), (22, "outside_hours"), (21, "ok")):
            desk = self.desk(self.agent_a1)
            lookup_id = desk.lookup(LOCKED)["lookup_id"]
            moment = datetime(2026, 11, 20, hour - 7 if hour >= 7 else 23, 59 if hour == 21 else 0)
            lookup = {**self.env["mobifone.lookup"]._row(lookup_id), "looked_up_on": moment}
            with (
                patch.object(type(self.env["mobifone.lookup"]), "_open", lambda *_args, row=lookup: row),
                patch.object(fields.Datetime, "now", lambda: datetime(2026, 11, 20, 15, 30)),
            ):
                self.assertEqual(desk.set_occupation(lookup_id, 1)["verdict"]["code"], code, hour)

    def test_nonsense_codes(self):
        for code in (None, 0, 19, -1, "8", 8.0, True, [8], {}, 2**70):
            with self.assertRaises(UserError, msg=repr(code)):
                self.record(code)

    def test_it_is_logged_without_the_code(self):
        self.record(13)
        row = self.env["mobifone.lookup"].search([("kind", "=", "occupation")], limit=1)
        self.assertEqual((row.user_id, row.result), (self.agent_a1, "ok"))
        self.assertFalse(row.purpose or row.verdicts)

    def test_eighteen_codes(self):
        codes = self.env["mobifone.occupation"].search([])
        self.assertEqual(codes.mapped("code"), list(range(1, 19)))
        self.assertFalse([code.code for code in codes if not code.description and code.code != 17])
