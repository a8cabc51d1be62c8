import threading
import time
from contextlib import nullcontext
from unittest.mock import patch

from dateutil.relativedelta import relativedelta
from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.api import Environment
from odoo.exceptions import ConcurrencyError, LockError, UserError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged

from odoo.addons.mobifone_consult.tools import local_time

MONTHS = 4
# Seconds: who confirms waits until those before him have printed.
GIVEN_UP_AFTER = 60


@tagged("-at_install", "post_install", "mobifone_race")
class TestLetterRace(BaseCase):
    """Real transactions on real connections: two servers draft, two people confirm at the same moment.

    What it commits stays in the test database (letters cannot be deleted), under a vendor of its own in each run.
    """

    def setUp(self):
        super().setUp()
        # Odoo's own runner holds this lock while it runs tests; the rivals' threads need their environments.
        self.enterContext(patch.object(Registry, "_lock", nullcontext()))
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = Environment(cr, 1, {})
            cr.execute("SELECT coalesce(max(id), 0) FROM mobifone_vendor")
            run = cr.fetchone()[0]
            vendor = env["mobifone.vendor"].create({"name": f"Letters {run}", "code": f"L{run}"})
            self.vendor_id = vendor.id
            this_month = local_time.month_of(fields.Datetime.now())
            for month in range(1, MONTHS + 1):
                agent = env["mobifone.agent"].create(
                    {"name": f"Leaver {month}", "vendor_id": vendor.id, "employee_code": str(month)}
                )
                left_at = local_time.begin_of_day(this_month - relativedelta(months=month))
                env["mobifone.departure"].create(
                    {
                        "agent_id": agent.id,
                        "vendor_id": vendor.id,
                        "name": agent.name,
                        "employee_code": agent.employee_code,
                        "left_at": left_at,
                        "reported_at": left_at,
                        "reported_by_id": 1,
                        "source": "mobifone",
                    }
                )

    def at_once(self, calls):
        """Run the calls, functions of an environment, each in its own transaction, until each went through."""
        start, answers = threading.Barrier(len(calls)), [None] * len(calls)

        def attempt(place, call):
            deadline, turn = time.monotonic() + GIVEN_UP_AFTER, 0
            while time.monotonic() < deadline:
                try:
                    with self.registry.cursor() as cr:
                        cr.execute("SELECT 1 FROM mobifone_vendor")  # the snapshot is made before the others commit
                        if not turn:
                            turn = start.wait(30) + 1
                        call(Environment(cr, 1, {}))
                        answers[place] = "done"
                        return
                except (ConcurrencyError, LockError, SerializationFailure):
                    threading.Event().wait(0.1)
                except UserError as error:
                    answers[place] = str(error)
                    return

        threads = [threading.Thread(target=attempt, args=(place, call)) for place, call in enumerate(calls)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(GIVEN_UP_AFTER + 30)
        return answers

    def letters(self, env):
        return env["mobifone.removal.letter"].search([("vendor_id", "=", self.vendor_id)], order="id")

    def test_letters_are_drafted_once_and_numbered_without_gaps(self):
        def draft(env):
            letters = env["mobifone.removal.letter"]
            # As the scheduled action does it, without its lock on the vendor: the database alone decides.
            letters._draft_for(env["mobifone.vendor"].browse(self.vendor_id))

        self.assertEqual(self.at_once([draft] * 4), ["done"] * 4)
        with self.registry.cursor() as cr:
            letters = self.letters(Environment(cr, 1, {}))
            self.assertEqual(len(set(letters.mapped("month"))), MONTHS)
            self.assertEqual((len(letters), len(letters.line_ids)), (MONTHS, MONTHS))
            letter_ids = letters.ids

        def confirm(letter_id):
            return lambda env: env["mobifone.removal.letter"].browse(letter_id).action_confirm()

        answers = self.at_once([confirm(letter_id) for letter_id in letter_ids[:2] * 2 + letter_ids[2:]])
        self.assertEqual(answers.count("done"), MONTHS)
        self.assertEqual(len([answer for answer in answers if "confirmed already" in str(answer)]), 2)
        with self.registry.cursor() as cr:
            letters = self.letters(Environment(cr, 1, {}))
            self.assertEqual(sorted(letters.mapped("number")), list(range(1, MONTHS + 1)))
            self.assertEqual(set(letters.mapped("state")), {"confirmed"})
            self.assertEqual(len({letter.pdf for letter in letters}), MONTHS)
