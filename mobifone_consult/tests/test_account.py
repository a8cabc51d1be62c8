from datetime import datetime, timedelta

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools import leave_moment
from .common import OPEN, ConsultCase


@tagged("-at_install", "post_install")
class TestAccount(ConsultCase):
    """Accounts: proposed by vendors, opened by MobiFone on a signed commitment (domain 1.7, design 7)."""

    def propose(self, code="P1", user=None, **values):
        files = self.env["mobifone.agent"].with_user(user or self.vendor_manager_a)
        return files.create({"name": f"Ứng viên {code}", "employee_code": code, **values})

    def test_a_user_name_with_an_underscore(self):
        self._user("ta.nx1", "base.group_user")
        draft = self.propose("N_1", commitment_date="2026-02-03")
        draft.with_user(self.manager).action_activate()
        self.assertEqual(draft.sudo().user_id.login, "ta.n_1")

    def test_a_vendor_proposes_and_mobifone_opens(self):
        draft = self.propose(commitment_date="2026-02-03", email="p1@example.com", phone="0900000001")
        self.assertEqual((draft.state, draft.vendor_id, draft.role), ("draft", self.vendor_a, "agent"))
        self.assertEqual(draft.commitment_id.version, "1")
        draft.with_user(self.manager).action_activate()
        user = draft.sudo().user_id
        self.assertEqual((draft.state, user.login, user.active), ("active", "ta.p1", True))
        self.assertTrue(user.has_group("mobifone_consult.group_agent"))
        self.assertEqual(user.mobifone_vendor_id, self.vendor_a)
        self.env.cr.execute("SELECT password FROM res_users WHERE id = %s", [user.id])
        self.assertEqual(self.env.cr.fetchone(), (None,), "he chooses his password himself")
        self.assertEqual(draft.event_ids.mapped("kind"), ["activated"])
        self.assertTrue(self.desk(user).lookup(OPEN)["found"])

    def test_what_a_vendor_does_not_say(self):
        draft = self.propose()
        for values in (
            {"role": "vendor_manager"},
            {"user_id": self.stranger.id},
            {"login": "admin2"},
            {"vendor_id": self.vendor_b.id},
            {"state": "active"},
            {"activated_on": "2026-01-01 00:00:00"},
            {"departure_id": 1},
            {"accepted_on": "2026-01-01 00:00:00"},
            {"event_ids": [Command.clear()]},
            {"event_ids": [Command.create({"kind": "activated"})]},
        ):
            with self.subTest(values=values):
                self.assert_denied(draft.write, values)
                if "state" not in values:
                    self.assert_denied(lambda values=values: self.propose("P2", **values))
        sly = self.env["mobifone.agent"].with_user(self.vendor_manager_a)
        sly = sly.with_context(default_state="active", default_role="team_leader", default_user_id=self.stranger.id)
        made = sly.create({"name": "S", "employee_code": "S"})
        self.assertEqual((made.state, made.role, made.sudo().user_id.id), ("draft", "agent", False))
        for method in ("action_activate", "action_suspend", "action_close", "action_rehire", "action_invite"):
            with self.assertRaises(AccessError):
                getattr(made, method)()

    def test_a_working_account_is_mobifones_to_change(self):
        mine = self.account(self.agent_a1).with_user(self.vendor_manager_a)
        mine.extension = "112"
        mine.commitment_date = "2026-05-05"
        self.assertIn("commitment", mine.event_ids.mapped("kind"))
        for values in ({"name": "X"}, {"email": "x@example.com"}, {"phone": "1"}, {"employee_code": "X"}):
            with self.assertRaises(AccessError):
                mine.write(values)
        self.assert_denied(mine.unlink)
        self.assert_denied(self.account(self.agent_a1).with_user(self.leader_a).read, ["commitment_file"])
        self.assert_denied(mine.event_ids.read, ["ip"])
        self.set_param("commitment_file_required", "True")
        with self.assertRaisesRegex(UserError, "as a file"):
            mine.commitment_date = "2026-05-06"
        mine.write({"commitment_date": "2026-05-06", "commitment_file": "c2lnbmVk"})
        mine.report_leaver()
        self.assert_denied(mine.write, {"commitment_date": "2026-05-07", "commitment_file": "c2lnbmVk"})
        theirs = self.account(self.agent_b1).with_user(self.vendor_manager_a)
        for call in (
            lambda: theirs.write({"extension": "1"}),
            lambda: theirs.report_leaver(),
            lambda: theirs.read(["name"]),
            theirs.unlink,
        ):
            self.assert_denied(call)
        vendor = self.vendor_a.with_user(self.vendor_manager_a)
        for values in (
            {"agent_ids": [Command.update(mine.id, {"role": "team_leader"})]},
            {"agent_ids": [Command.link(theirs.id)]},
            {"mail_recipients": "x@example.com"},
        ):
            self.assert_denied(vendor.write, values)

    def test_what_only_buttons_write(self):
        account = self.account(self.agent_a1)
        moment = "2020-01-01 00:00:00"
        for values in ({"departure_id": 1}, {"started_on": moment}, {"accepted_on": moment}, {"state": "left"}):
            with self.assertRaises(UserError):
                account.write(values)
        made = self.propose("B", user=self.manager, vendor_id=self.vendor_a.id, started_on=moment)
        self.assertFalse(made.started_on)

    def test_people_who_may_not_even_propose(self):
        for user in (self.agent_a1, self.leader_a, self.care, self.feed, self.stranger):
            with self.assertRaises(AccessError):
                self.propose("Q", user=user, vendor_id=self.vendor_a.id)

    def test_nonsense(self):
        for values in (
            {"commitment_date": fields.Date.today() + timedelta(days=2)},
            {"email": "nobody"},
            {"name": "  "},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.propose("N", **values)
        odd = self.propose("!!!", commitment_date="2026-01-05", user=self.manager, vendor_id=self.vendor_a.id)
        with self.assertRaisesRegex(UserError, "user name"):
            odd.action_activate()
        odd.login = "T_Agent_A1"
        with self.assertRaisesRegex(UserError, "already"):
            odd.action_activate()

    @mute_logger("odoo.sql_db")
    def test_a_user_has_one_file(self):
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self.propose("T", user=self.manager, vendor_id=self.vendor_b.id, user_id=self.agent_a1.id)

    def test_what_was_signed_stays_on_file(self):
        mine = self.account(self.agent_a1).with_user(self.vendor_manager_a)
        mine.write({"commitment_file": "c2lnbmVk", "commitment_filename": "a.pdf"})
        for values in (
            {"commitment_file": False},
            {"commitment_file": "b3RoZXI="},
            {"commitment_filename": "b.pdf"},
            {"commitment_date": False},
            {"commitment_date": "2026-05-05", "commitment_file": False},
            {"commitment_date": "2026-01-01", "commitment_file": "b3RoZXI="},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                mine.write(values)
        self.assertEqual(mine.commitment_file, b"c2lnbmVk")
        mine.write({"commitment_date": "2026-05-05", "commitment_file": "b3RoZXI="})
        self.assertEqual(mine.commitment_file, b"b3RoZXI=")

    def test_texts_of_a_file(self):
        files = self.env["mobifone.agent"].with_user(self.vendor_manager_a)
        for values in (
            {"name": "a\0b"}, {"name": "\x01"}, {"name": "x" * 101}, {"name": 5}, {"name": "\u200b"},
            {"employee_code": "c" * 51}, {"phone": "1" * 31}, {"extension": "1" * 31},
        ):  # fmt: skip
            with self.subTest(values=values), self.assertRaises(UserError):
                files.create({"name": "N", "employee_code": "N", **values})
        # A line break would keep the mail about his leaving from being sent.
        self.assertEqual(files.create({"name": " Lê\n\u202eAn ", "employee_code": "N"}).name, "Lê An")

    def test_no_commitment_no_account(self):
        draft = self.propose().with_user(self.manager)
        with self.assertRaisesRegex(UserError, "commitment"):
            draft.action_activate()
        draft.commitment_date = "2020-01-01"
        with self.assertRaisesRegex(UserError, "run out"):
            draft.action_activate()
        draft.commitment_date = "2026-06-01"
        self.set_param("commitment_file_required", "True")
        with self.assertRaisesRegex(UserError, "as a file"):
            draft.action_activate()
        draft.with_user(self.vendor_manager_a).commitment_file = "c2lnbmVk"
        draft.action_activate()
        self.assertEqual(draft.state, "active")

    def test_a_new_commitment_asks_for_a_new_signature(self):
        account, commitments = self.account(self.agent_a1), self.env["mobifone.commitment"].with_user(self.manager)
        self.assertIsNone(self.env["mobifone.agent"].with_user(self.agent_a1)._commitment_to_accept())
        newer = commitments.create(
            {"version": "T2", "text": "<p>Mới</p>", "sign_days": 5, "published_on": "2020-01-01"}
        )
        self.assertFalse(newer.published_on, "only the button publishes")
        newer.action_publish()
        with self.assertRaises(UserError):
            newer.text = "<p>Khác</p>"
        with self.assertRaises(UserError):
            newer.unlink()
        account.invalidate_recordset()
        self.assertTrue(account.must_sign)
        today = fields.Datetime.context_timestamp(newer.with_context(tz="Asia/Ho_Chi_Minh"), newer.published_on).date()
        self.assertEqual(account.commitment_until, today + timedelta(days=5))
        mine = self.env["mobifone.agent"].with_user(self.agent_a1)
        self.assertEqual(mine._commitment_to_accept(), newer)
        with self.assertRaises(UserError):
            mine.accept_commitment(self.env.ref("mobifone_consult.commitment_1").id)
        self.assertEqual(mine.accept_commitment(newer.id), {"accepted": "T2"})
        self.assertIsNone(mine._commitment_to_accept())
        account.with_user(self.vendor_manager_a).commitment_date = today
        account.invalidate_recordset()
        self.assertFalse(account.must_sign)
        self.assertEqual(account.commitment_id, newer)
        self.assert_denied(self.env["mobifone.agent"].with_user(self.stranger).accept_commitment)

    def test_rehired(self):
        account = self.account(self.agent_a1)
        with self.assertRaises(UserError):
            account.action_rehire("chưa nghỉ")
        account.with_user(self.vendor_manager_a).report_leaver()
        first = account.departure_id
        account.action_rehire("quay lại")
        self.assertEqual((account.state, account.left_at, account.commitment_date), ("draft", False, False))
        self.assertTrue(first.rehired_at)
        with self.assertRaisesRegex(UserError, "commitment"):
            account.action_activate()
        account.commitment_date = fields.Date.today() - timedelta(days=1)
        account.action_activate()
        self.assertTrue(self.agent_a1.active)
        self.env.cr.execute("SELECT password FROM res_users WHERE id = %s", [self.agent_a1.id])
        self.assertEqual(self.env.cr.fetchone(), (None,), "the old password stays dead")
        account.report_leaver()
        self.assertNotEqual(account.departure_id, first, "a second leaving has a file of its own")
        kinds = account.event_ids.sorted("id").mapped("kind")
        once = ["reported", "left"]
        self.assertEqual(kinds, ["activated", "accepted", *once, "rehired", "activated", *once])

    def test_history_is_for_ever(self):
        event = self.account(self.agent_a1).event_ids[0]
        for user in (self.vendor_manager_a, self.manager, self.env.ref("base.user_root")):
            for change in (lambda row: row.write({"reason": "x"}), lambda row: row.unlink()):
                self.assert_denied(change, event.with_user(user))
        with self.assertRaisesRegex(Exception, "append-only"), self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
            self.env.cr.execute("DELETE FROM mobifone_agent_event WHERE id = %s", [event.id])
        self.assertFalse(
            self.env["mobifone.agent.event"]
            .with_user(self.vendor_manager_a)
            .search([("vendor_id", "=", self.vendor_b.id)])
        )

    def test_nobody_does_it_to_himself(self):
        for call in (self.account(self.vendor_manager_a).with_user(self.vendor_manager_a).report_leaver,):
            with self.assertRaises(UserError):
                call()

    def test_invited_by_mail(self):
        account = self.account(self.agent_a1)
        with self.assertRaises(UserError):
            account.action_invite()
        account.email = "a1@example.com"
        account.action_invite()
        self.assertEqual(self.agent_a1.email, "a1@example.com")
        self.assertIn("invited", account.event_ids.mapped("kind"))

    def test_moments_as_people_write_them(self):
        last_minute = datetime(2026, 3, 31, 16, 59)
        for text in ("31/03/2026", "2026-03-31", "31-3-2026", " 31.03.2026 ", datetime(2026, 3, 31).date()):
            self.assertEqual(leave_moment.read(text), last_minute, text)
        self.assertEqual(leave_moment.read("31/03/2026 17:30"), datetime(2026, 3, 31, 10, 30))
        self.assertEqual(leave_moment.read("2026-03-31 10:30:00"), datetime(2026, 3, 31, 10, 30), "as clients send it")
        for nonsense in (
            "",
            "hôm qua",
            "31/02/2026",
            "32/01/2026",
            5,
            None,
            "1/1/26",
            "٣١/٠٣/٢٠٢٦",
            [],
            "x" * 9999,
            "1/1/0001 00:00",
        ):
            self.assertIsNone(leave_moment.read(nonsense), str(nonsense)[:20])
