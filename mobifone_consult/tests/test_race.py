import os
import tempfile
import threading
from contextlib import nullcontext
from pathlib import Path
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.api import Environment
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged

from ..tools import identity_cipher
from .papers_common import whole_form

RIVALS = 6
ROUNDS = 10


@tagged("-at_install", "post_install", "mobifone_race")
class TestRace(BaseCase):
    """Real transactions on real connections: of all who save at once on one line, exactly one wins (invariant 1).

    What it commits stays in the test database (the log cannot be deleted), under a name of its own in each run.
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
            numbers = [f"+84{320_500_000 + self.run + index}" for index in range(ROUNDS + 1)]
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

    def count(self, line_id):
        with self.registry.cursor() as cr:
            cr.execute(
                """SELECT count(*), count(sms.id)
                     FROM mobifone_consultation c LEFT JOIN sms_sms sms ON sms.uuid = c.sms_uuid
                    WHERE c.subscriber_id = %s""",
                [line_id],
            )
            return cr.fetchone()

    def consult(self, lookup_id, channel="web"):
        return lambda desk: desk.consult(lookup_id, channel=channel)

    def test_exactly_one_wins(self):
        for line_id, number in zip(self.lines[:ROUNDS], self.numbers, strict=False):
            calls = [
                (user_id, self.consult(self.look_up(user_id, number), "sms" if place % 2 else "web"))
                for place, user_id in enumerate(self.users)
            ]
            answers = self.race(calls)
            self.assertEqual([answer["ok"] for answer in answers].count(True), 1)
            for loser in (answer for answer in answers if not answer["ok"]):
                self.assertEqual(loser["verdict"]["code"], "locked")
                self.assertTrue(loser["verdict"]["by"] and loser["verdict"]["until"], "losers learn who and until when")
            self.assertEqual(self.count(line_id), (1, 1), "one consultation, one SMS")
            with self.registry.cursor() as cr:
                cr.execute(
                    """UPDATE mobifone_consult_lease SET until = until - interval '1 day' WHERE subscriber_id = %s""",
                    [line_id],
                )
            again = self.race([(user_id, self.consult(self.look_up(user_id, number))) for user_id in self.users])
            self.assertEqual([answer["ok"] for answer in again].count(True), 1, "an expired lock is taken once too")

    # ------------------------------------------------------------
    # Guided calls
    # ------------------------------------------------------------

    def test_one_call_started_and_answered_many_times_at_once(self):
        """A key pressed twice, a request sent again: the call begins once and goes on by one step."""
        user_id = self.users[0]
        lookup_id = self.look_up(user_id, self.numbers[ROUNDS])
        started = self.race([(user_id, lambda desk: desk.start_call(lookup_id))] * RIVALS)
        self.assertEqual(len({(call["call_id"], call["step"]["id"]) for call in started}), 1)
        call_id, step = started[0]["call_id"], started[0]["step"]
        answer = step["answers"][0]["key"]
        answered = self.race([(user_id, lambda desk: desk.answer(call_id, step["id"], answer))] * RIVALS)
        self.assertEqual(len({after["step"]["id"] for after in answered}), 1, "one step on, for all of them")
        self.assertNotEqual(answered[0]["step"]["id"], step["id"])
        after = answered[0]["step"]
        backs = self.race([(user_id, lambda desk: desk.back(call_id, after["id"]))] * RIVALS)
        self.assertEqual(len({back["step"]["id"] for back in backs}), 1, "and one back")
        with self.registry.cursor() as cr:
            cr.execute("SELECT count(*) FROM mobifone_call WHERE lookup_id = %s", [lookup_id])
            self.assertEqual(cr.fetchone()[0], 1)
            cr.execute(
                """SELECT count(*) FROM mobifone_call_step
                    WHERE call_id = %s AND answered_on IS NULL AND voided_on IS NULL""",
                [call_id],
            )
            self.assertEqual(cr.fetchone()[0], 1)

    def test_two_admins_publish_at_once(self):
        with self.registry.cursor() as cr:
            versions = Environment(cr, 1, {})["mobifone.script"].search([("hotline", "=", "18001090")]).live_version_id
            live_id = versions.id
            drafts = [versions.copy({"name": f"Race {self.run} {number}"}) for number in range(2)]
            for draft in drafts:
                draft.action_check()
            ids = [draft.id for draft in drafts]

        def publish(version_id):
            def attempt(desk):
                try:
                    desk.env["mobifone.script.version"].browse(version_id).action_publish()
                    desk.env.flush_all()
                except (UserError, SerializationFailure) as error:
                    desk.env.cr.rollback()
                    return type(error).__name__
                return "published"

            return attempt

        answers = self.race([(1, publish(version_id)) for version_id in ids])
        self.assertEqual(answers.count("published"), 1, answers)
        with self.registry.cursor() as cr:
            env = Environment(cr, 1, {})
            live = env["mobifone.script.version"].search(
                [("script_id.hotline", "=", "18001090"), ("state", "=", "live")]
            )
            self.assertEqual(live.id, ids[answers.index("published")])
            loser = env["mobifone.script.version"].browse(ids[1 - answers.index("published")])
            # What Odoo does with a request that lost: it runs it again, and the admin is told.
            with self.assertRaises(UserError):
                loser.action_publish()
            old = env["mobifone.script.version"].browse(live_id)
            old.action_check()
            old.action_publish()

    # ------------------------------------------------------------
    # Papers
    # ------------------------------------------------------------

    def test_one_update_request_sent_many_times_at_once(self):
        """A double click, a retry: one request, and everybody is told of it; another agent is told that one waits."""
        number, line_id = self.numbers[ROUNDS], self.lines[ROUNDS]
        mine, other = self.look_up(self.users[0], number), self.look_up(self.users[1], number)
        form = whole_form(document_number=f"001190{self.run % 1_000_000:06d}")
        calls = [(self.users[0], lambda desk: desk.submit_registration(mine, form))] * (RIVALS - 1)
        calls.append((self.users[1], lambda desk: desk.submit_registration(other, form)))
        answers = self.race(calls)
        self.assertEqual(len({answer["registration_id"] for answer in answers if answer["ok"]}), 1, answers)
        for answer in answers:
            self.assertIn(answer["verdict"]["code"], ("ok", "pending"))
        with self.registry.cursor() as cr:
            cr.execute(
                "SELECT count(*), count(identity_id) FROM mobifone_registration WHERE subscriber_id = %s", [line_id]
            )
            self.assertEqual(cr.fetchone(), (1, 1))
        self.addCleanup(self.forget_papers, line_id)
        told = self.race([(self.users[0], lambda desk: desk.file_feedback(mine, "Chưa được duyệt"))] * RIVALS)
        self.assertEqual(len({answer["feedback_id"] for answer in told}), 1)

    def forget_papers(self, line_id):
        """Other tests count requests and identities."""
        with self.registry.cursor() as cr:
            requests = Environment(cr, 1, {})["mobifone.registration"].search([("subscriber_id", "=", line_id)])
            requests.identity_id.unlink()
            cr.execute("DELETE FROM mobifone_feedback WHERE subscriber_id = %s", [line_id])
            cr.execute("DELETE FROM mobifone_registration WHERE subscriber_id = %s", [line_id])

    def test_one_look_up_sent_twice_at_once(self):
        user_id, number = self.users[0], self.numbers[ROUNDS]
        lookup_id = self.look_up(user_id, number)
        answers = self.race([(user_id, self.consult(lookup_id))] * RIVALS)
        self.assertEqual({answer["ok"] for answer in answers}, {True})
        self.assertEqual(len({answer["consultation_id"] for answer in answers}), 1)
        self.assertEqual([answer["replayed"] for answer in answers].count(False), 1)
        self.assertEqual(self.count(self.lines[ROUNDS]), (1, 1))
