import os
from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from ..models import mobifone_log_seal
from ..tools import identity_cipher, log_rows
from .common import OPEN
from .seal_common import LOG, SealCase, SealedLogCase


@tagged("-at_install", "post_install")
class TestLogSealOpen(SealCase):
    """What is still being written waits. No trigger is disabled here: that would lock the other transaction out."""

    def test_rows_of_an_open_transaction_wait(self):
        """A transaction that has written a row and is still open: nothing since it began is sealed."""
        self.seal()
        with self.registry.cursor() as cr:
            cr.execute("SET LOCAL lock_timeout = '20s'")
            cr.execute(
                """INSERT INTO mobifone_lookup (looked_up_on, kind, user_id)
                   VALUES (clock_timestamp() AT TIME ZONE 'UTC', 'refusal', 1) RETURNING id"""
            )
            self.env.cr.execute("SELECT clock_timestamp() AT TIME ZONE 'UTC'")
            now = self.env.cr.fetchone()[0]
            later = [self.desk(self.agent_a1).lookup(OPEN)["lookup_id"]]
            with patch.object(mobifone_log_seal, "AGE", timedelta(0)):
                until = self.seals._open_until(LOG)
                self.assertLess(until, now)
                self.assertGreater(until, now - timedelta(minutes=2))
                self.assertLess(self.seal().last_id or 0, later[0])
            cr.rollback()
        with patch.object(mobifone_log_seal, "AGE", timedelta(0)):
            self.assertGreater(self.seals._open_until(LOG), now)
            self.assertEqual(self.seal().last_id, later[0])


@tagged("-at_install", "post_install")
class TestLogSeal(SealedLogCase):
    """Whoever changes a log behind the system's back does not get away with it."""

    # ------------------------------------------------------------
    # Sealing
    # ------------------------------------------------------------

    def test_old_rows_are_sealed_and_fit(self):
        ids = self.look_up(3, minutes=11)
        young = self.look_up(1, minutes=9)[0]
        seal = self.seal()
        self.assertEqual(seal.last_id, ids[-1], "a row of nine minutes ago waits")
        self.assertGreaterEqual(seal.row_count, 3)
        self.assertEqual(seal.log_name, "Look-up Log")
        self.assertEqual(self.problems(), [])
        self.age_one(young)
        following = self.seal()
        self.assertEqual((following.previous_id, following.first_id, following.last_id), (seal, ids[-1] + 1, young))
        self.assertEqual(self.problems(), [])
        self.assertEqual(self.seal(), following, "nothing is sealed twice, nothing makes no seal")

    def age_one(self, row_id):
        self.tamper(
            "UPDATE mobifone_lookup SET looked_up_on = looked_up_on - interval '1 hour' WHERE id = %s", [row_id]
        )

    def test_ranges_follow_each_other_and_memory_is_bounded(self):
        self.seal()
        ids = self.look_up(7, minutes=30)
        with patch.object(mobifone_log_seal, "ROWS", 3), patch.object(log_rows, "CHUNK", 2):
            last = self.seal()
        three = last + last.previous_id + last.previous_id.previous_id
        self.assertEqual(three.mapped("row_count"), [1, 3, 3])
        self.assertEqual(last.last_id, ids[-1])
        self.assertEqual([seal.first_id for seal in three[:2]], [seal.last_id + 1 for seal in three[1:]])
        self.assertEqual(self.problems(), [], "in other chunks too")

    def test_killed_half_way_the_next_run_goes_on(self):
        self.seal()
        ids = self.look_up(6, minutes=30)
        sealed, before = self.seals._seal_next, self.seals._open_until(LOG)
        with patch.object(mobifone_log_seal, "ROWS", 2):
            half = sealed(LOG, before)
        self.assertEqual((half.row_count, half.last_id), (2, ids[1]))
        last = self.seal()
        self.assertEqual((last.previous_id, last.row_count, last.last_id), (half, 4, ids[-1]))
        self.assertEqual(self.problems(), [])

    def test_a_run_out_of_time_says_what_it_did(self):
        """Odoo would warn of one that did nothing and left work."""
        self.seal()
        ids = self.look_up(4, minutes=30)
        self.look_up(2, minutes=30)
        with (
            patch.object(mobifone_log_seal, "ROWS", 4),
            patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=0) as told,
        ):
            self.assertEqual(self.seals._seal_all(), 4)
        self.assertEqual((told.call_args.args, told.call_args.kwargs["remaining"] > 0), ((1,), True))
        self.assertEqual(self.seals._last(LOG).last_id, ids[-1])

    def test_two_servers_at_once_make_one_seal(self):
        self.seal()
        self.look_up(2, minutes=30)
        before, last = self.seals._open_until(LOG), self.seals._last(LOG)
        self.assertTrue(self.seals._seal_next(LOG, before))
        with patch.object(type(self.seals), "_last", return_value=last):
            self.assertFalse(self.seals._seal_next(LOG, before), "the other one was faster")
        self.assertEqual(self.problems(), [])

    def test_without_a_key_nothing_is_sealed_and_that_is_found_once(self):
        before = self.seals._last(LOG)
        self.look_up(1, minutes=30)
        with patch.dict(os.environ, {identity_cipher.ENVIRONMENT: str(self.key_file.with_name("none"))}):
            for _twice in range(2):
                self.assertEqual(self.seal(), before)
        finding = self.env["mobifone.finding"].search([("kind", "=", "not_sealed")])
        self.assertEqual(len(finding), 1)
        self.assertIn("there is none", finding.with_user(self.manager).text)
        self.assertTrue(self.seal(), "with the key it goes on")
