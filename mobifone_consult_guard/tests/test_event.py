from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mobifone_consult.tests.common import ConsultCase
from odoo.addons.mobifone_consult.tests.seal_common import SealCase

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


@tagged("-at_install", "post_install")
class TestKeptEvents(SealCase):
    """The guard's events are a log as the others: sealed, and removed when they were kept long enough."""

    def test_sealed_and_removed_after_their_time(self):
        log = "mobifone.guard.event"
        self.env.cr.execute(
            """INSERT INTO mobifone_guard_event (happened_on, kind, user_id, detail)
               SELECT now() AT TIME ZONE 'UTC' - n * interval '1 month', 'call', %s, 'x' FROM unnest(%s) n""",
            [self.agent_a1.id, [40, 39, 38]],
        )
        self.seals._seal_next(log, self.seals._open_until(log))
        self.assertEqual(self.seals._verify(log), [])
        removals = self.env["mobifone.log.removal"]
        self.assertFalse(removals._remove_next(log), "kept for ever, as the settings come")
        self.set_param("guard_event_months", "36")
        removal = removals._remove_next(log)
        self.assertEqual((removal.log_model, removal.row_count), (log, 3))
        self.env.cr.execute("SELECT count(*) FROM mobifone_guard_event WHERE detail = 'x'")
        self.assertEqual(self.env.cr.fetchone(), (0,))
        self.assertEqual(self.seals._verify(log), [])
