"""For tests with real transactions on real connections."""

import os
import tempfile
import threading
from contextlib import nullcontext
from pathlib import Path
from unittest.mock import patch

from odoo.api import Environment
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, new_test_user

from ..tools import identity_cipher

RIVALS = 6
LINES = 11


class RaceCase(BaseCase):
    """Agents of one vendor and a few lines, committed, for requests that come at once.

    What is committed stays in the test database (the log cannot be deleted), under a name of its own in each run.
    """

    def setUp(self):
        super().setUp()
        # Odoo's own runner holds this lock while it runs tests; the rivals' threads need their environments.
        self.enterContext(patch.object(Registry, "_lock", nullcontext()))
        self.registry = Registry(get_db_name())
        key_file = Path(self.enterContext(tempfile.TemporaryDirectory())) / "identity.key"
        key_file.write_text(identity_cipher.new_key())
        self.enterContext(patch.dict(os.environ, {identity_cipher.ENVIRONMENT: str(key_file)}))
        with self.registry.cursor() as cr:
            env = Environment(cr, 1, {})
            cr.execute("SELECT coalesce(max(id), 0) FROM mobifone_subscriber")
            self.run = cr.fetchone()[0]
            env["ir.config_parameter"].set_param("mobifone_consult.sms_local_outbox", "True")
            vendor = env["mobifone.vendor"].create({"name": f"Race {self.run}", "code": f"R{self.run}"})
            self.users = [self._hire(env, vendor, index) for index in range(RIVALS)]
            values = {"app_status": "not_installed", "device_class": "smartphone", "registration_state": "complete"}
            numbers = [f"+84{320_500_000 + self.run + index}" for index in range(LINES)]
            self.lines = env["mobifone.subscriber"].create([{**values, "msisdn": number} for number in numbers]).ids
            self.numbers = numbers
        self.registry.clear_all_caches()

    def _hire(self, env, vendor, index):
        login = f"race_{self.run}_{index}"
        user = new_test_user(env, login, "base.group_user", context={"no_reset_password": True})
        file = env["mobifone.agent"].create(
            {
                "name": login,
                "vendor_id": vendor.id,
                "employee_code": login,
                "user_id": user.id,
                "commitment_date": "2026-01-01",
            }
        )
        file.action_activate()
        return user.id

    def race(self, calls):
        """Run the calls at once, each (user id, function of a desk) in its own transaction; their answers."""
        start, answers = threading.Barrier(len(calls)), [None] * len(calls)

        def attempt(place, user_id, call):
            with self.registry.cursor() as cr:
                desk = Environment(cr, user_id, {})["mobifone.desk"]
                cr.execute("SELECT 1")  # the snapshot is made before the others commit
                start.wait(30)
                answers[place] = call(desk)

        threads = [threading.Thread(target=attempt, args=(place, *call)) for place, call in enumerate(calls)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertNotIn(None, answers, "a rival died")
        return answers

    def look_up(self, user_id, number):
        with self.registry.cursor() as cr:
            return Environment(cr, user_id, {})["mobifone.desk"].lookup(number)["lookup_id"]
