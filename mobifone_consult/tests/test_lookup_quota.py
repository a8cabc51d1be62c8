import threading
from contextlib import nullcontext
from datetime import timedelta
from unittest.mock import patch

from odoo.api import Environment
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged

from ..models import mobifone_lookup_quota
from ..tools import local_time
from .common import OPEN, ConsultCase

RIVALS, LIMIT = 30, 10


@tagged("-at_install", "post_install")
class TestLookupQuota(ConsultCase):
    def use(self, user, times):
        for _time in range(times):
            self.desk(user).lookup(OPEN)

    def rows(self, user, **values):
        domain = [("user_id", "=", user.id), *((name, "=", value) for name, value in values.items())]
        return self.env["mobifone.lookup"].with_user(self.manager).search(domain)

    def age(self, rows, **ago):
        """Make rows older, as they would be later."""
        self.env.cr.execute("ALTER TABLE mobifone_lookup DISABLE TRIGGER append_only_rows")
        self.env.cr.execute(
            "UPDATE mobifone_lookup SET looked_up_on = looked_up_on - %s WHERE id IN %s",
            [timedelta(**ago), tuple(rows.ids)],
        )
        self.env.cr.execute("ALTER TABLE mobifone_lookup ENABLE TRIGGER append_only_rows")
        self.env.invalidate_all()

    def test_the_one_too_many_is_refused_told_when_and_logged(self):
        self.set_param("lookup_quota", "3")
        self.speak_english(self.agent_a1)
        told = ""
        with self.enter_registry_test_mode():
            self.use(self.agent_a1, 3)
            first = self.rows(self.agent_a1, kind="lookup")[-1]
            self.age(first, minutes=20)
            for _twice in range(2):
                try:
                    self.desk(self.agent_a1).lookup(OPEN, hotline="9090", purpose="asks")
                except UserError as error:
                    told = str(error)
                else:
                    self.fail("not refused")
            self.assertIn("3 look-ups", told)
            self.assertIn(local_time.spoken(first.looked_up_on + timedelta(minutes=61)), told)
            self.use(self.agent_a2, 3)
        refusals = self.rows(self.agent_a1, kind="refusal")
        self.assertEqual(refusals.mapped("result"), ["quota"] * 2)
        self.assertEqual(refusals.mapped("result_text"), ["Too many look-ups in an hour"] * 2)
        self.assertEqual(set(refusals.mapped("number_masked")), {"0900•••001"})
        self.assertEqual((refusals[0].hotline, refusals[0].purpose), ("9090", "asks"))
        self.assertEqual(len(self.rows(self.agent_a1, kind="lookup")), 3, "no answer without a row, no row without one")

    def test_the_hour_moves_on(self):
        self.set_param("lookup_quota", "2")
        with self.enter_registry_test_mode():
            self.use(self.agent_a1, 2)
            self.assert_denied(self.desk(self.agent_a1).lookup, OPEN)
            self.age(self.rows(self.agent_a1, kind="lookup")[-1], minutes=59)
            self.assert_denied(self.desk(self.agent_a1).lookup, OPEN)
            self.age(self.rows(self.agent_a1, kind="lookup")[-1], minutes=1)
            self.use(self.agent_a1, 1)
            self.assert_denied(self.desk(self.agent_a1).lookup, OPEN)

    def test_only_look_ups_count(self):
        self.set_param("lookup_quota", "2")
        with self.enter_registry_test_mode():
            lookup_id = self.desk(self.agent_a1).lookup(OPEN)["lookup_id"]
            for reason in ("difficult", "urgent_lost_phone", "difficult"):
                self.desk(self.agent_a1).exclude(lookup_id, reason)
            self.use(self.agent_a1, 1)
            self.assert_denied(self.desk(self.agent_a1).lookup, OPEN)

    def test_no_limit(self):
        self.set_param("lookup_quota", "0")
        self.use(self.agent_a1, 5)
        self.assertFalse(self.rows(self.agent_a1, kind="refusal"))

    def test_far_from_a_high_limit_nobody_waits(self):
        self.set_param("lookup_quota", "70")
        with patch.object(mobifone_lookup_quota, "MARGIN", 67), self.enter_registry_test_mode():
            self.use(self.agent_a1, 3)
            self.assertFalse(self.locks(), "the third newest is asked for, and there was none")
            self.use(self.agent_a1, 1)
            self.assertTrue(self.locks())

    def locks(self):
        self.env.cr.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND pid = pg_backend_pid()",
            [mobifone_lookup_quota.LOCK_CLASS],
        )
        return self.env.cr.fetchone()[0]


@tagged("-at_install", "post_install", "mobifone_race")
class TestLookupQuotaRace(BaseCase):
    """Real transactions on real connections. What it commits stays in the test database, under a name of its own."""

    def setUp(self):
        super().setUp()
        # Odoo's own runner holds this lock while it runs tests; the rivals' threads need their environments.
        self.enterContext(patch.object(Registry, "_lock", nullcontext()))
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = Environment(cr, 1, {})
            cr.execute("SELECT coalesce(max(id), 0) FROM mobifone_lookup")
            login = f"quota_{cr.fetchone()[0]}"
            parameters = env["ir.config_parameter"]
            before = parameters.get_param("mobifone_consult.lookup_quota")
            parameters.set_param("mobifone_consult.lookup_quota", str(LIMIT))
            self.addCleanup(self.set_quota, before)
            self.user_id = new_test_user(
                env, login, "mobifone_consult.group_manager", context={"no_reset_password": True}
            ).id
        self.registry.clear_all_caches()

    def set_quota(self, value):
        with self.registry.cursor() as cr:
            Environment(cr, 1, {})["ir.config_parameter"].set_param("mobifone_consult.lookup_quota", value)

    def test_of_thirty_at_once_exactly_as_many_pass_as_are_allowed(self):
        start, told = threading.Barrier(RIVALS), [None] * RIVALS

        def attempt(place):
            try:
                with self.registry.cursor() as cr:
                    desk = Environment(cr, self.user_id, {})["mobifone.desk"]
                    cr.execute("SELECT 1")  # the snapshot is made before the others commit
                    start.wait(30)
                    told[place] = "passed" if desk.lookup("0320000009")["lookup_id"] else None
            except UserError as error:
                told[place] = "refused" if str(LIMIT) in str(error) else str(error)
            except Exception as error:
                told[place] = repr(error)

        threads = [threading.Thread(target=attempt, args=(place,)) for place in range(RIVALS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertEqual(sorted(told), ["passed"] * LIMIT + ["refused"] * (RIVALS - LIMIT))
        with self.registry.cursor() as cr:
            cr.execute(
                "SELECT kind, result, count(*) FROM mobifone_lookup WHERE user_id = %s GROUP BY 1, 2 ORDER BY 1",
                [self.user_id],
            )
            self.assertEqual(cr.fetchall(), [("lookup", "not_found", LIMIT), ("refusal", "quota", RIVALS - LIMIT)])
