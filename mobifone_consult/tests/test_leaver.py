import json
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools import local_time
from .common import LOCKED, OPEN, ConsultCase


@tagged("-at_install", "post_install")
class TestLeaver(ConsultCase):
    """Leavers: one report takes everything away and opens the liability file (domain 1.8, design 7)."""

    def setUp(self):
        super().setUp()
        self.file = self.account(self.agent_a1)
        self.backdate(self.file, 30)

    def backdate(self, account, days):
        """As if the account had begun so many days ago."""
        moment = fields.Datetime.now() - timedelta(days=days)
        account.sudo().write({"started_on": moment, "activated_on": moment})

    def report(self, *arguments, user=None, account=None):
        return (account or self.file).with_user(user or self.vendor_manager_a).report_leaver(*arguments)

    def test_reported_and_out(self):
        self.set_param("leaver_recipients", "dai1090@example.com")
        self.vendor_a.mail_recipients = "nhansu@example.com"
        answer = self.report(None, "nộp lại tai nghe")
        self.assertTrue(answer["disabled"])
        departure = self.env["mobifone.departure"].with_user(self.manager).browse(answer["departures"])
        self.assertEqual((self.file.state, self.agent_a1.active), ("left", False))
        self.assertFalse(self.agent_a1.has_group("mobifone_consult.group_agent"))
        self.assertEqual(departure.exposure_minutes, 0)
        self.assertEqual((departure.login, departure.source), ("t_agent_a1", "vendor"))
        mail = self.env["mail.mail"].search([("email_to", "=", "dai1090@example.com")])
        day = local_time.local(departure.left_at)
        self.assertEqual(
            mail.subject, f"[Yêu cầu xóa user] t_agent_a1 – Agent t_agent_a1 – nghỉ việc ngày {day:%d/%m/%Y}"
        )
        self.assertEqual(mail.email_cc, "nhansu@example.com")
        with self.enter_registry_test_mode():
            self.assert_denied(self.desk(self.agent_a1).lookup, OPEN)
        departure._verify()
        self.assertTrue(departure.verified_at)
        self.assertFalse(any(departure.proof.values()), departure.proof)
        proof = self.file.event_ids.filtered(lambda event: event.kind == "verified").evidence
        self.assertEqual(set(json.loads(proof).values()), {0})

    def test_exposure_is_the_vendors(self):
        early = self.desk(self.agent_a1).lookup(OPEN)["lookup_id"]
        left_at = fields.Datetime.now() - timedelta(hours=5, minutes=7)
        self.env.cr.execute(
            """ALTER TABLE mobifone_lookup DISABLE TRIGGER append_only_rows;
               UPDATE mobifone_lookup SET looked_up_on = %s WHERE id = %s;
               ALTER TABLE mobifone_lookup ENABLE TRIGGER append_only_rows""",
            [left_at - timedelta(minutes=1), early],
        )
        late = self.desk(self.agent_a1).lookup(LOCKED)["lookup_id"]
        self.env.invalidate_all()
        self.report(left_at)
        departure = self.file.departure_id
        # He left at a whole minute, and another may have begun since.
        self.assertIn(departure.exposure_minutes, (5 * 60 + 7, 5 * 60 + 8))
        self.assertEqual(departure.exposure, f"5 h {departure.exposure_minutes - 5 * 60} min")
        found = self.env["mobifone.lookup"].search(departure._exposed_lookups())
        self.assertEqual((found.ids, departure.lookup_count), ([late], 1))
        self.assertEqual(departure.with_user(self.vendor_manager_a).action_lookups()["res_model"], "mobifone.lookup")

    def test_days_to_come(self):
        today = local_time.local(fields.Datetime.now()).date()
        self.assertTrue(self.report(today)["disabled"], "who leaves today is out at once")
        other = self.account(self.agent_a2)
        self.backdate(other, 30)
        answer = self.report(str(today + timedelta(days=3)), account=other)
        self.assertFalse(answer["disabled"])
        self.assertEqual((other.state, self.agent_a2.active), ("active", True))
        self.assertEqual(other.departure_id.exposure_minutes, 0)
        self.job("leavers")
        self.assertEqual(other.state, "active", "his day has not come")
        other.departure_id.action_correct(fields.Datetime.now() - timedelta(minutes=1), "đã nghỉ sớm")
        self.job("leavers")
        self.assertEqual((other.state, self.agent_a2.active), ("left", False))

    def test_a_report_ahead_does_not_stop_the_clock(self):
        today = local_time.local(fields.Datetime.now()).date()
        with self.assertRaisesRegex(UserError, "ahead"):
            self.report(str(today + timedelta(days=40)))
        self.assertFalse(self.report(str(today + timedelta(days=20)))["disabled"])
        departure = self.file.departure_id
        with self.assertRaisesRegex(UserError, "was reported"):
            self.report(str(today + timedelta(days=25)))
        # He left three hours ago: his vendor says so now.
        self.env.cr.execute(
            """ALTER TABLE mobifone_departure DISABLE TRIGGER append_only_columns;
               UPDATE mobifone_departure SET reported_at = reported_at - interval '5 days' WHERE id = %s;
               ALTER TABLE mobifone_departure ENABLE TRIGGER append_only_columns""",
            [departure.id],
        )
        self.env.invalidate_all()
        self.desk(self.agent_a1).lookup(OPEN)
        answer = self.report(fields.Datetime.now() - timedelta(hours=3), "nghỉ sớm hơn")
        self.assertEqual((answer["departures"], answer["disabled"]), (departure.ids, True))
        self.assertFalse(self.agent_a1.active)
        self.assertAlmostEqual(departure.exposure_minutes, 180, delta=1)
        self.assertEqual(departure.lookup_count, 1)
        self.assertIn("nghỉ sớm hơn", self.file.event_ids.mapped("reason"))
        with self.assertRaisesRegex(UserError, "was reported"):
            self.report()

    def test_once(self):
        self.report()
        with self.assertRaisesRegex(UserError, "was reported"):
            self.report()

    def test_moments_that_cannot_be(self):
        for left_at in ("hôm qua", "31/02/2026", 5, "2019-01-01", "2099-01-01"):
            with self.subTest(left_at=left_at), self.assertRaises(UserError):
                self.report(left_at)
        draft = self.env["mobifone.agent"].with_user(self.vendor_manager_a).create({"name": "D", "employee_code": "D"})
        with self.assertRaises(UserError):
            draft.report_leaver()

    def test_who_may_not(self):
        for user in (self.agent_a2, self.leader_a, self.care, self.feed, self.stranger):
            with self.assertRaises(AccessError):
                self.report(user=user)
        departure = self.env["mobifone.departure"].browse(self.report()["departures"])
        for user in (self.vendor_manager_a, self.leader_a, self.manager):
            for call in (
                lambda row: row.write({"left_at": "2026-01-01 00:00:00"}),
                lambda row: row.write({"reported_at": "2026-01-01 00:00:00"}),
                lambda row: row.copy(),
                lambda row: row.unlink(),
            ):
                self.assert_denied(call, departure.with_user(user))
        for user in (self.vendor_manager_a, self.leader_a):
            self.assert_denied(departure.with_user(user).action_correct, "2026-01-01", "x")
            self.assert_denied(departure.with_user(user).action_verify)
        self.assertFalse(self.env["mobifone.departure"].with_user(self.leader_b).search([]))
        with self.assertRaisesRegex(Exception, "append-only"), self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
            self.env.cr.execute("UPDATE mobifone_departure SET reported_at = reported_at - interval '1 day'")

    def test_dialog(self):
        dialogs = self.env["mobifone.leaver.report"].with_user(self.vendor_manager_a)
        dialog = dialogs.with_context(active_ids=self.file.ids).create({})
        self.assertEqual(dialog.agent_id.id, self.file.id)
        self.assert_denied(dialog.with_user(self.leader_b).action_report)
        dialog.action_report()
        self.assertEqual(self.file.state, "left")
        theirs = self.account(self.agent_b1)
        self.assert_denied(lambda: dialogs.with_context(active_ids=theirs.ids).create({}).action_report())
        self.assert_denied(lambda: dialogs.create({"agent_id": theirs.id}).action_report())
        self.assertEqual(theirs.state, "active")

    def test_an_open_call_ends_with_the_account(self):
        desk = self.desk(self.agent_a1)
        call_id = desk.start_call(desk.lookup(OPEN)["lookup_id"])["call_id"]
        self.report()
        call = self.env["mobifone.call"].browse(call_id)
        self.assertEqual((call.state, call.outcome), ("finished", "abandoned"))

    def test_corrected(self):
        self.report()
        departure, day = self.file.departure_id, fields.Datetime.now() - timedelta(days=2)
        with self.assertRaises(UserError):
            departure.action_correct(day, " ")
        departure.action_correct(day, "ghi nhầm ngày")
        self.assertAlmostEqual(departure.exposure_minutes, 2 * 24 * 60, delta=1)
        self.assertIn("ghi nhầm ngày", self.file.event_ids.mapped("reason"))

    def test_a_leaver_who_lives_again_is_found(self):
        self.report()
        self.agent_a1.sudo().active = True
        departure = self.file.departure_id
        disabled_at = departure.disabled_at
        self.assertEqual(departure._verify(), departure)
        self.assertEqual(departure.sudo().proof["account"], 1)
        # Not in the second of the report: what is set once cannot be set to another moment.
        with freeze_time(disabled_at + timedelta(hours=1)):
            self.assertEqual(self.job("leavers").done_count, 1)
        self.assertFalse(self.agent_a1.active)
        self.assertEqual(departure.disabled_at, disabled_at)
        departure._verify()
        self.assertTrue(departure.verified_at)

    def test_corrected_to_a_day_that_has_come(self):
        self.report(fields.Datetime.now() + timedelta(days=5))
        departure = self.file.departure_id
        self.assertEqual((self.file.state, departure.disabled_at), ("active", False))
        departure.action_correct(fields.Datetime.now() - timedelta(hours=2), "nghỉ sớm hơn")
        self.assertEqual((self.file.state, self.agent_a1.active), ("left", False))
        self.assertTrue(departure.disabled_at)

    def test_dialog_names_nobody_of_another_vendor(self):
        dialogs = self.env["mobifone.leaver.report"].with_user(self.vendor_manager_a)
        theirs = self.account(self.agent_b1)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            dialogs.create({"agent_id": theirs.id})
        with self.assertRaises(AccessError):
            dialogs.with_context(active_ids=theirs.ids).default_get(["agent_id"])
        mine = dialogs.create({"agent_id": self.file.id})
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            mine.agent_id = theirs.id

    def test_a_form_tells_nothing_of_another_vendors_file(self):
        theirs = self.account(self.agent_b1)
        theirs.report_leaver()
        forms = self.env["mobifone.agent"].with_user(self.vendor_manager_a)
        spec = {name: {} for name in ("left_at", "reported_at", "disabled_at", "verified_at", "listed_at")}
        for form in (forms, forms.browse(self.file.id)):
            with self.assertRaises(AccessError):
                form.onchange({"departure_id": theirs.departure_id.id}, ["departure_id"], spec)
