from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mobifone_consult.tests.common import ConsultCase

from ..models.mobifone_guard_event import ROWS_A_MINUTE


@tagged("-at_install", "post_install")
class TestEvent(ConsultCase):
    def setUp(self):
        super().setUp()
        # Rows are written on a cursor of their own: here within the test's transaction.
        self.enterContext(self.enter_registry_test_mode())

    def rows(self, user):
        self.env.invalidate_all()
        return self.env["mobifone.guard.event"].search([("user_id", "=", user.id)])

    def test_a_refusal_is_written(self):
        self.assert_denied(self.env(user=self.agent_a1)["sms.composer"].create, {})
        [row] = self.rows(self.agent_a1)
        self.assertEqual((row.kind, row.detail, row.vendor_id), ("model", "sms.composer create", self.vendor_a))

    def test_refusals_of_others_are_core_s(self):
        with self.assertRaises(AccessError):
            self.env(user=self.stranger)["mobifone.lookup"].search([])
        self.assertFalse(self.rows(self.stranger))

    def test_no_flood(self):
        for number in range(50):
            self.env["mobifone.guard.event"]._log_apart("call", self.agent_a1.id, f"x.{number}")
            self.env["mobifone.guard.event"]._log_apart("route", self.agent_a1.id, "/the/same")
        kinds = self.rows(self.agent_a1).mapped("kind")
        self.assertEqual((kinds.count("call"), kinds.count("route")), (ROWS_A_MINUTE, 1))

    def test_odd_text(self):
        self.env["mobifone.guard.event"]._log_apart("call", self.agent_a1.id, "a\0\ud800" + "x" * 999)
        self.assertLessEqual(len(self.rows(self.agent_a1).detail), 200)

    def test_who_reads(self):
        self.env["mobifone.guard.event"]._log_apart("call", self.agent_a1.id, "x")
        for user in (self.agent_a1, self.leader_a, self.vendor_manager_a, self.care, self.stranger):
            for model in ("mobifone.guard.event", "mobifone.login.attempt", "mobifone.session"):
                self.assertFalse(self.env(user=user)[model].has_access("read"), (user.login, model))
        self.assertTrue(self.env(user=self.manager)["mobifone.guard.event"].search([]))

    def test_append_only(self):
        self.env["mobifone.guard.event"]._log_apart("call", self.agent_a1.id, "x")
        row = self.rows(self.agent_a1)
        for change in (lambda: row.write({"detail": "y"}), row.unlink, lambda: row.create({"kind": "call"})):
            with self.assertRaises(UserError):
                change()
        for statement in (
            "UPDATE mobifone_guard_event SET detail = 'y'",
            "DELETE FROM mobifone_guard_event",
            "TRUNCATE mobifone_guard_event",
        ):
            with (
                self.subTest(statement=statement),
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex(Exception, "append-only"),
                self.cr.savepoint(),
            ):
                self.cr.execute(statement)  # pylint: disable=sql-injection
