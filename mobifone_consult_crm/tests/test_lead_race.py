import threading
from contextlib import nullcontext
from unittest.mock import patch

from odoo.api import Environment
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged

RIVALS = 4


@tagged("-at_install", "post_install", "mobifone_race")
class TestLeadRace(BaseCase):
    """Real transactions on real connections: the same request sent many times at once makes one lead.

    What it commits stays in the test database (the log cannot be deleted), under a name of its own in each run.
    """

    def setUp(self):
        super().setUp()
        # Odoo's own runner holds this lock while it runs tests; the rivals' threads need their environments.
        self.enterContext(patch.object(Registry, "_lock", nullcontext()))
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = Environment(cr, 1, {})
            cr.execute("SELECT coalesce(max(id), 0) FROM mobifone_subscriber")
            run = cr.fetchone()[0]
            vendor = env["mobifone.vendor"].create({"name": f"Lead race {run}", "code": f"L{run}"})
            login = f"lead_race_{run}"
            self.user_id = new_test_user(env, login, "base.group_user", context={"no_reset_password": True}).id
            values = {"name": login, "vendor_id": vendor.id, "employee_code": login, "user_id": self.user_id}
            env["mobifone.agent"].create({**values, "commitment_date": "2026-01-01"}).action_activate()
            number = f"+84{320_400_000 + run}"
            env["mobifone.subscriber"].create({"msisdn": number, "registration_state": "complete"})
            team = env["crm.team"].create({"name": f"Lead race {run}"})
            promotion = env["mobifone.promotion"].create({"name": login, "text": login, "lead_team_id": team.id})
            self.promotion_id = promotion.id
        self.addCleanup(self.forget)
        self.registry.clear_all_caches()
        with self.registry.cursor() as cr:
            self.lookup_id = Environment(cr, self.user_id, {})["mobifone.desk"].lookup(number)["lookup_id"]

    def forget(self):
        """Other tests read the promotions in force; samples are made where there is none."""
        with self.registry.cursor() as cr:
            env = Environment(cr, 1, {})
            promotion = env["mobifone.promotion"].browse(self.promotion_id)
            env["crm.lead"].search([("mobifone_promotion_id", "=", promotion.id)]).unlink()
            promotion.unlink()
        self.registry.clear_all_caches()

    def test_one_request_sent_many_times_at_once(self):
        start, answers = threading.Barrier(RIVALS), [None] * RIVALS

        def attempt(place):
            with self.registry.cursor() as cr:
                desk = Environment(cr, self.user_id, {})["mobifone.desk"]
                cr.execute("SELECT 1")  # the snapshot is made before the others commit
                start.wait(30)
                answers[place] = desk.open_lead(self.lookup_id, self.promotion_id, "Gọi lại")

        threads = [threading.Thread(target=attempt, args=(place,)) for place in range(RIVALS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertNotIn(None, answers, "a rival died")
        self.assertEqual({answer["ok"] for answer in answers}, {True})
        self.assertEqual(len({answer["lead_id"] for answer in answers}), 1)
        self.assertEqual([answer["replayed"] for answer in answers].count(False), 1)
        with self.registry.cursor() as cr:
            cr.execute("SELECT count(*) FROM crm_lead WHERE mobifone_lookup_id = %s", [self.lookup_id])
            self.assertEqual(cr.fetchone()[0], 1)
