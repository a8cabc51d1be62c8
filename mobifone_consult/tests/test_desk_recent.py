from odoo.tests import tagged

from .common import FEATURE, INSTALLED, MISSING, OPEN
from .script_common import ScriptCase, content


@tagged("-at_install", "post_install")
class TestDeskRecent(ScriptCase):
    """An agent sees his own last look-ups as the log keeps them, and what has become of their consults."""

    def lookups(self, user, **options):
        return self.desk(user).recent(**options)["lookups"]

    def test_own_only(self):
        self.desk(self.agent_a2).lookup(OPEN)
        self.desk(self.agent_b1).lookup(OPEN)
        own = self.desk(self.agent_a1).lookup(INSTALLED)["lookup_id"]
        self.assertEqual([row["lookup_id"] for row in self.lookups(self.agent_a1)], [own])
        with self.enter_registry_test_mode():
            self.assert_denied(self.desk(self.stranger).recent)

    def test_numbers_are_masked(self):
        self.consult(self.agent_a1, OPEN)
        told = str(self.desk(self.agent_a1).recent())
        self.assertIn("0900•••001", told)
        self.assertNotIn(OPEN[-7:], told)

    def test_what_became_of_them(self):
        desk = self.desk(self.agent_a1)
        saved = self.consult(self.agent_a1, OPEN)
        excluded = desk.lookup(INSTALLED)["lookup_id"]
        desk.exclude(excluded, "difficult")
        desk.lookup(FEATURE)
        newest, exclusion, consult = self.lookups(self.agent_a1)
        self.assertEqual((newest["verdict"], newest["outcome"], newest["saved_on"]), ("no_smartphone", False, False))
        self.assertEqual((exclusion["lookup_id"], exclusion["outcome"]), (excluded, "excluded:difficult"))
        self.assertEqual(consult["locked_until"], saved["locked_until"])
        self.assertEqual((consult["sms_state"], consult["is_cancelled"]), ("queued", False))

    def test_sms_state_and_cancelled(self):
        saved = self.consult(self.agent_a1, OPEN)
        tracker = self.env["sms.tracker"].search([("mobifone_consultation_id", "=", saved["consultation_id"])])
        tracker._update_sms_notifications("pending")
        self.assertEqual(self.lookups(self.agent_a1)[0]["sms_state"], "sent")
        self.consult(self.agent_a1, MISSING)
        lookup_id = self.desk(self.leader_a).lookup(MISSING)["lookup_id"]
        self.desk(self.leader_a).acknowledge(lookup_id)
        self.assertTrue(self.desk(self.leader_a).cancel(lookup_id, "saved by mistake")["ok"])
        self.assertTrue(self.lookups(self.agent_a1)[0]["is_cancelled"])

    def test_calls(self):
        self.publish(content(key="t_recent", hotline="9090"))
        desk = self.desk(self.agent_a1)
        lookup_id = desk.lookup(OPEN, hotline="9090")["lookup_id"]
        call_id = desk.start_call(lookup_id)["call_id"]
        self.assertEqual(self.lookups(self.agent_a1)[0]["call_id"], call_id)
        desk.finish(call_id, "abandoned")
        row = self.lookups(self.agent_a1)[0]
        self.assertEqual((row["call_id"], row["outcome"]), (False, "abandoned"))

    def test_history_of_the_line_on_screen(self):
        desk = self.desk(self.agent_a1)
        self.consult(self.agent_b1, OPEN)
        self.assertFalse(desk.recent()["history"], "of no line: none")
        lookup_id = desk.lookup(OPEN)["lookup_id"]
        self.assertEqual(desk.recent(lookup_id)["history"], desk.history(lookup_id))
        unread = desk.lookup(MISSING)["lookup_id"]
        foreign = self.desk(self.agent_b1).lookup(OPEN)["lookup_id"]
        with self.enter_registry_test_mode():
            self.assert_denied(desk.recent, unread)
            self.assert_denied(desk.recent, foreign)

    def test_few_and_young(self):
        desk = self.desk(self.agent_a1)
        for _time in range(10):
            desk.lookup(OPEN)
        self.assertEqual(len(self.lookups(self.agent_a1)), 8)

    def test_one_statement(self):
        for _time in range(3):
            self.consult(self.agent_a1, OPEN)
        self.assert_costs(1, lambda desk: desk.recent())
