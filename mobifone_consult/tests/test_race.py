from psycopg2.errors import SerializationFailure

from odoo.api import Environment
from odoo.exceptions import UserError
from odoo.tests import tagged

from .papers_common import whole_form
from .race_common import LINES, RIVALS, RaceCase

ROUNDS = LINES - 1


@tagged("-at_install", "post_install", "mobifone_race")
class TestRace(RaceCase):
    """Real transactions on real connections: of all who save at once on one line, exactly one wins (invariant 1)."""

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
                    """WITH past AS (UPDATE mobifone_consult_lease SET until = until - interval '1 day'
                                      WHERE subscriber_id = %s RETURNING consultation_id, until)
                       UPDATE mobifone_consultation SET locked_until = until FROM past WHERE id = consultation_id""",
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
            # The feedback stays: another add-on may have made a ticket of it.
            cr.execute("UPDATE mobifone_feedback SET registration_id = NULL WHERE subscriber_id = %s", [line_id])
            cr.execute("DELETE FROM mobifone_registration WHERE subscriber_id = %s", [line_id])

    def test_one_look_up_sent_twice_at_once(self):
        user_id, number = self.users[0], self.numbers[ROUNDS]
        lookup_id = self.look_up(user_id, number)
        answers = self.race([(user_id, self.consult(lookup_id))] * RIVALS)
        self.assertEqual({answer["ok"] for answer in answers}, {True})
        self.assertEqual(len({answer["consultation_id"] for answer in answers}), 1)
        self.assertEqual([answer["replayed"] for answer in answers].count(False), 1)
        self.assertEqual(self.count(self.lines[ROUNDS]), (1, 1))
