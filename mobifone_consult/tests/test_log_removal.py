import os
from unittest.mock import patch

from psycopg2.errors import RaiseException

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import mobifone_log_seal
from ..tools import identity_cipher
from .common import OPEN
from .seal_common import LOG, SealedLogCase

OLD = 1000  # days


@tagged("-at_install", "post_install")
class TestLogRemoval(SealedLogCase):
    """A log loses whole sealed ranges that are past its retention, on record, and nothing else in any other way."""

    def setUp(self):
        super().setUp()
        # What others have written is old too: the ranges below are the only ones with anything younger.
        self.tamper(f"UPDATE mobifone_lookup SET looked_up_on = looked_up_on - interval '{OLD} days'")
        self.removals = self.env["mobifone.log.removal"]
        self.set_param("lookup_months", "24")

    def remove(self):
        """The scheduled action, as it is run; what it removed, oldest first."""
        before = self.removals.search([])
        with self.enter_registry_test_mode():
            self.env.ref("mobifone_consult.ir_cron_remove_old_logs").method_direct_trigger()
        self.env.invalidate_all()
        return (self.removals.search([]) - before).sorted("id")

    def left(self, ids):
        return self.env["mobifone.lookup"].search([("id", "in", ids)], order="id").ids

    @mute_logger("odoo.sql_db")
    def refused(self, statement, parameters=(), words="append-only"):
        with self.assertRaisesRegex(RaiseException, words), self.env.cr.savepoint():
            self.env.cr.execute(statement, parameters)  # pylint: disable=sql-injection

    def appended(self, seal, **values):
        """(statement, parameters) that append to the record what somebody without the key would."""
        values = {"seal_id": seal.id, "user_id": 1, "months": 24, "key_name": "x", "mac": "x", **values}
        names, places = ", ".join(values), ", ".join(["%s"] * len(values))
        return (
            f"""INSERT INTO mobifone_log_removal ({names}, removed_on)
                VALUES ({places}, clock_timestamp() AT TIME ZONE 'UTC')""",
            list(values.values()),
        )

    # ------------------------------------------------------------
    # Retention
    # ------------------------------------------------------------

    def test_whole_old_ranges_go_and_are_on_record(self):
        self.seal()
        old = self.look_up(3, days=OLD)
        seal = self.seal()
        mixed = [*self.look_up(1, days=OLD), *self.look_up(1, days=300)]
        young = self.seal()
        removals = self.remove()
        self.assertEqual(self.left(old + mixed), mixed, "a range goes when its youngest row is past it")
        last = removals[-1]
        self.assertEqual(
            (last.seal_id, last.log_model, last.first_id, last.last_id, last.row_count, last.months),
            (seal, LOG, seal.first_id, seal.last_id, 3, 24),
        )
        self.assertEqual(last.user_id, self.env.ref("base.user_root"))
        self.assertFalse(last.youngest_on > last.removed_on)
        self.assertTrue(young.exists() and seal.exists(), "the seals stay")
        self.assertEqual(self.problems(), [])
        self.assertEqual(self.seals._verify(), [])
        self.assertFalse(self.remove(), "once")

    def test_the_record_is_sealed_itself(self):
        self.look_up(1, days=OLD)
        self.seal()
        removals = self.remove()
        with patch.object(mobifone_log_seal, "AGE", mobifone_log_seal.timedelta(0)):
            self.seal()
        seal = self.seals._last(removals._name)
        self.assertEqual(seal.last_id, removals[-1].id)
        self.tamper("UPDATE mobifone_log_removal SET user_id = 2", (), "mobifone_log_removal")
        self.assertIn("changed", [fault["problem"] for fault in self.seals._verify(removals._name)])

    def test_everything_is_kept_as_the_settings_come(self):
        self.look_up(1, days=9999)
        self.seal()
        for months in ("0", "nonsense"):
            self.env.cr.execute(
                "UPDATE ir_config_parameter SET value = %s WHERE key = 'mobifone_consult.lookup_months'", [months]
            )
            self.env.registry.clear_cache("stable")
            self.assertFalse(self.remove(), months)
        for key, value in (("lookup_months", "11"), ("identity_log_months", "0.5"), ("agent_event_months", "-1")):
            with self.assertRaises(ValidationError):
                self.set_param(key, value)
        self.set_param("lookup_months", "12")
        self.assertTrue(self.remove())

    def test_what_came_of_a_look_up_stays(self):
        desk = self.desk(self.agent_a1)
        lookup_id = desk.lookup(OPEN)["lookup_id"]
        call = self.env["mobifone.call"].browse(desk.start_call(lookup_id)["call_id"])
        consultation = self.env["mobifone.consultation"].browse(desk.consult(lookup_id)["consultation_id"])
        self.tamper(f"UPDATE mobifone_lookup SET looked_up_on = looked_up_on - interval '{OLD} days'")
        self.seal()
        self.assertEqual((call.lookup_id.id, consultation.lookup_id.id), (lookup_id, lookup_id))
        self.assertTrue(self.remove())
        self.assertFalse(self.left([lookup_id]))
        self.assertFalse(call.lookup_id or consultation.lookup_id)
        self.assertEqual((call.agent_id, consultation.state), (self.account(self.agent_a1), "open"))
        shown = self.env["mobifone.call"].with_user(self.leader_a).browse(call.id)
        self.assertFalse(shown.number_masked, "whose number it was is gone with the look-up")
        self.assertTrue(shown.replay)

    def test_nothing_begins_without_a_look_up(self):
        self.refused(
            """INSERT INTO mobifone_consultation (subscriber_id, saved_on, channel, user_id, state, sms_state)
               VALUES (%s, now(), 'web', 1, 'open', 'none')""",
            [self.line(OPEN).id],
            "mobifone_consultation without lookup_id",
        )

    def test_stopped_half_way_the_next_run_goes_on(self):
        self.seal()
        self.remove()
        ids = self.look_up(6, days=OLD)
        with patch.object(mobifone_log_seal, "ROWS", 2):
            self.seal()
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=0) as told:
            self.assertEqual(self.removals._remove_all(), 2)
        # Odoo would warn of a run that says it did nothing.
        self.assertEqual((told.call_args.args, told.call_args.kwargs["remaining"] > 0), ((1,), True))
        self.assertEqual(self.left(ids), ids[2:])
        self.assertEqual(self.problems(), [])
        self.assertEqual(self.remove().mapped("row_count"), [2, 2])
        self.assertFalse(self.left(ids))
        self.assertEqual(self.problems(), [])

    def test_the_second_of_two_servers_does_nothing(self):
        self.look_up(2, days=OLD)
        seal = self.seal()
        self.remove()
        with patch.object(type(self.removals), "_oldest", return_value=seal):
            self.assertFalse(self.removals._remove_next(LOG), "the other one was faster")

    def test_without_a_key_nothing_is_removed(self):
        self.look_up(1, days=OLD)
        self.seal()
        with patch.dict(os.environ, {identity_cipher.ENVIRONMENT: str(self.key_file.with_name("none"))}):
            self.assertFalse(self.remove())
        self.assertTrue(self.remove())

    def test_what_was_tampered_with_stays(self):
        ids = self.look_up(2, days=OLD)
        self.seal()
        self.tamper("UPDATE mobifone_lookup SET ip = '' WHERE id = %s", ids[:1])
        self.remove()
        self.assertEqual(self.left(ids), ids)
        self.assertIn("changed", [fault["problem"] for fault in self.seals._verify(LOG)])
        self.assertTrue(self.env["mobifone.finding"].search([("kind", "=", "seal_broken")]))

    # ------------------------------------------------------------
    # No other way
    # ------------------------------------------------------------

    def test_no_other_way_removes_a_row(self):
        old = self.look_up(2, days=OLD)
        seal = self.seal()
        young = self.look_up(2, days=300)
        young_seal = self.seal()
        delete = "DELETE FROM mobifone_lookup WHERE id = %s"
        self.refused(delete, old[:1])
        self.env.cr.execute("SELECT set_config('mobifone.removing', pg_current_xact_id()::text, true)")
        self.refused(delete, old[:1])
        self.env.cr.execute("CREATE TEMP TABLE mobifone_log_removal AS TABLE mobifone_log_removal LIMIT 0")
        self.env.cr.execute(
            """INSERT INTO pg_temp.mobifone_log_removal (id, log_model, first_id, last_id, transaction_ref)
               VALUES (1, 'mobifone.lookup', 1, %s, pg_current_xact_id()::text)""",
            [young[-1]],
        )
        self.refused(delete, old[:1])
        self.env.cr.execute("DROP TABLE pg_temp.mobifone_log_removal")
        self.refused(*self.appended(young_seal), "are to be kept")
        self.refused(*self.appended(seal, months=12), "not kept for 12 months")
        self.refused(*self.appended(seal, last_id=2**30, first_id=1, months=0), "not kept for 0 months")
        self.remove()
        self.refused(delete, young[:1])
        self.refused("UPDATE mobifone_lookup SET ip = '' WHERE id = %s", young[:1])
        self.refused("TRUNCATE mobifone_lookup CASCADE")
        for statement in ("UPDATE mobifone_log_removal SET months = 1", "DELETE FROM mobifone_log_removal"):
            self.refused(statement)
        removal = self.removals.search([], limit=1)
        for change in (removal.unlink, lambda: removal.write({"months": 1}), lambda: removal.create({"months": 1})):
            with self.assertRaises(UserError):
                change()

    def test_a_range_is_what_its_seal_says(self):
        """Whatever is given as a range, an age or a moment of the past: the rows and the clock decide."""
        ids = self.look_up(2, days=OLD)
        seal = self.seal()
        far = {"first_id": 1, "last_id": 2**30, "row_count": 9, "log_model": "mobifone.agent.event"}
        self.env.cr.execute(*self.appended(seal, **far))
        self.env.invalidate_all()
        self.assertFalse(self.left(ids))
        removal = self.removals.search([("seal_id", "=", seal.id)])
        self.assertEqual((removal.first_id, removal.last_id, removal.log_model), (seal.first_id, seal.last_id, LOG))
        self.assertEqual(self.problems(), [("removal", seal.first_id)], "who did it has no key")

    def test_the_floor_does_not_depend_on_the_settings(self):
        self.look_up(1, days=OLD)
        seal = self.seal()
        self.env.cr.execute("UPDATE ir_config_parameter SET value = '3' WHERE key = 'mobifone_consult.lookup_months'")
        self.refused(*self.appended(seal, months=3), "not kept for 3 months")

    # ------------------------------------------------------------
    # Checking
    # ------------------------------------------------------------

    def test_other_missing_and_added_rows_are_found(self):
        ids = self.look_up(2, days=OLD)
        seal = self.seal()
        young = self.look_up(3, days=300)
        young_seal = self.seal()
        self.remove()
        self.tamper("DELETE FROM mobifone_lookup WHERE id = %s", young[:1])
        self.assertEqual(self.problems(), [("rows_missing", young_seal.first_id)])
        self.tamper(
            """INSERT INTO mobifone_lookup (id, looked_up_on, kind, user_id)
               SELECT %s, looked_up_on, kind, user_id FROM mobifone_lookup WHERE id = %s""",
            [ids[1], young[1]],
        )
        self.assertEqual(self.problems(), [("rows_added", seal.first_id), ("rows_missing", young_seal.first_id)])

    def test_a_record_made_up_is_found(self):
        """Young rows deleted with the triggers off, and a removal put on record by hand."""
        self.seal()
        ids = self.look_up(2, days=30)
        seal = self.seal()
        self.tamper("DELETE FROM mobifone_lookup WHERE id IN %s", [tuple(ids)])
        self.env.cr.execute("ALTER TABLE mobifone_log_removal DISABLE TRIGGER USER")
        keyring = identity_cipher.keyring()
        for key_name in (keyring.name, "00000000"):
            savepoint = self.env.cr.savepoint()
            values = {"log_model": LOG, "first_id": seal.first_id, "last_id": seal.last_id, "row_count": 2}
            values |= {"key_name": key_name, "youngest_on": "2020-01-01", "transaction_ref": "1"}
            self.env.cr.execute(*self.appended(seal, **values))
            self.assertEqual(self.problems(), [("removal", seal.first_id)], key_name)
            savepoint.close(rollback=True)
            self.env.invalidate_all()
        self.env.cr.execute("ALTER TABLE mobifone_log_removal ENABLE TRIGGER USER")
        self.assertEqual(self.problems(), [("rows_missing", seal.first_id)])

    def test_removals_outlive_their_key(self):
        first_key, second_key = identity_cipher.new_key(), identity_cipher.new_key()
        with self.keys(first_key):
            self.tamper("DELETE FROM mobifone_log_seal", (), "mobifone_log_seal")
            self.look_up(2, days=OLD)
            self.seal()
            self.assertTrue(self.remove())
            with patch.object(mobifone_log_seal, "AGE", mobifone_log_seal.timedelta(0)):
                self.seal()
        with self.keys(second_key, first_key):
            self.seals._sign_anew()
            self.assertEqual(self.problems(), [])
        with self.keys(second_key):
            self.assertEqual({fault["problem"] for fault in self.seals._verify()}, {"key_unknown"})

    def test_who_sees_the_record(self):
        self.look_up(1, days=OLD)
        self.seal()
        self.remove()
        self.assertTrue(self.removals.with_user(self.manager).search([]))
        for user in (self.agent_a1, self.leader_a, self.vendor_manager_a, self.care, self.stranger):
            self.assertFalse(self.removals.with_user(user).has_access("read"), user.login)
