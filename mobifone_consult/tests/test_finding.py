from datetime import datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import OPEN, ConsultCase


@tagged("-at_install", "post_install")
class TestFinding(ConsultCase):
    """Findings are made by the system, read by few, and closed with a word."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.findings = cls.env["mobifone.finding"]
        cls.params = {"count": 3, "day": "20/11/2026", "since": "01:02", "until": "03:04", "lookup_ids": []}

    def find(self, key="1", user=None, **options):
        user = user or self.agent_a1
        agent = user.mobifone_agent_id
        values = {"params": self.params, "user": user, "agent": agent, "vendor": agent.vendor_id, "count": 3}
        return self.findings._find("quota", key, **{**values, **options})

    def test_the_same_is_found_once_and_takes_larger_figures_while_it_is_open(self):
        finding = self.find()
        self.assertEqual((finding.agent_id.user_id, finding.vendor_id), (self.agent_a1, self.vendor_a))
        self.assertIsNone(self.find())
        self.assertIsNone(self.find(count=2, params={**self.params, "count": 2}))
        self.assertEqual(finding.count, 3)
        self.assertIsNone(self.find(count=9, params={**self.params, "count": 9}))
        self.env.invalidate_all()
        self.assertEqual(finding.count, 9)
        self.assertIn("9", finding.text)
        finding.with_user(self.manager).action_close("spoken to")
        self.assertIsNone(self.find(count=12))
        self.assertEqual((finding.count, finding.state), (9, "closed"), "what was judged stays as it was")
        self.assertTrue(self.findings._find("other", "1", text="x"), "another kind is another finding")

    def test_the_text_is_told_in_the_readers_language(self):
        finding = self.find().with_user(self.manager)
        self.assertIn("20/11/2026: 3 look-ups were refused", finding.with_context(lang="en_US").text)
        bare = self.find("bare", params={"count": 3})
        self.assertIn("?: 3 look-ups", bare.with_context(lang="en_US").text, "an older one may lack a figure")
        other = self.findings._find("own_notice", "1", text="Left on 1 November, he says")
        self.assertEqual(other.with_user(self.manager).text, "Left on 1 November, he says")

    def test_who_reads(self):
        mine, theirs = self.find(), self.find("2", self.agent_b1)
        about_him = self.find("3", self.vendor_manager_a)
        of_both = self.findings._find("many_agents", "4", text="two vendors")
        every = mine | theirs | about_him | of_both
        for user, expected in (
            (self.manager, every),
            (self.vendor_manager_a, mine),
        ):
            found = self.findings.with_user(user).search([("id", "in", every.ids)])
            self.assertEqual(set(found.ids), set(expected.ids), user.login)
        for user in (self.agent_a1, self.leader_a, self.care, self.feed, self.stranger):
            for read in (lambda f: f.search([]), lambda f: f.browse(mine.id).read(["text"])):
                with self.assertRaises(AccessError):
                    read(self.findings.with_user(user))
        for read in (
            lambda: theirs.with_user(self.vendor_manager_a).read(["text"]),
            lambda: about_him.with_user(self.vendor_manager_a).action_open_lookups(),
            lambda: mine.with_user(self.vendor_manager_a).read(["params"]),
        ):
            self.assert_denied(read)

    def test_closing_needs_a_manager_and_a_word(self):
        finding = self.find()
        of_manager = finding.with_user(self.manager)
        for user in (self.agent_a1, self.leader_a, self.vendor_manager_a, self.care):
            for change in (
                lambda f: f.action_close("no matter"),
                lambda f: f.write({"word": "no matter"}),
                lambda f: f.unlink(),
            ):
                self.assert_denied(change, finding.with_user(user))
        for word in (None, "", "  ", "x" * 1001):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                of_manager.action_close(word)
        self.assertEqual(finding.state, "open")
        of_manager.write({"word": "Spoken to; his card 001190123456 was shown"})
        of_manager.action_close()
        self.assertEqual((finding.state, finding.closed_by_id), ("closed", self.manager))
        self.assertNotIn("001190123456", finding.word, "it stays for ever")
        for change in (lambda: of_manager.action_close("again"), lambda: of_manager.write({"word": "another"})):
            with self.assertRaises(UserError):
                change()

    @mute_logger("odoo.sql_db")
    def test_what_was_found_cannot_be_changed(self):
        finding = self.find()
        for user in (self.manager, self.env.ref("base.user_admin")):
            for change in (
                lambda f: f.write({"state": "closed"}),
                lambda f: f.write({"user_id": 1, "word": "x"}),
                lambda f: f.create({"kind": "other", "key": "x"}),
                lambda f: f.unlink(),
            ):
                self.assert_denied(change, finding.with_user(user))
        for statement in ("DELETE FROM mobifone_finding", "UPDATE mobifone_finding SET user_id = 1"):
            with self.assertRaisesRegex(Exception, "append-only"), self.env.cr.savepoint():
                self.env.cr.execute(statement)
        with self.assertRaisesRegex(Exception, "closed_has_word"), self.env.cr.savepoint():
            self.env.cr.execute("UPDATE mobifone_finding SET state = 'closed'")

    def test_the_look_ups_that_are_meant(self):
        ids = [self.desk(self.agent_a1).lookup(OPEN)["lookup_id"] for _time in range(3)]
        rows = self.env["mobifone.lookup"].browse(ids)
        by_ids = self.find(params={**self.params, "lookup_ids": ids[:2]}).with_user(self.vendor_manager_a)
        self.assertTrue(by_ids.has_lookups)
        self.assertEqual(self.opened(by_ids), rows[:2])
        since = rows[0].looked_up_on.replace(microsecond=0)
        by_time = self.find("2", since=since, until=datetime(2099, 1, 1))
        self.assertEqual(self.opened(by_time.with_user(self.manager)), rows)
        neither = self.find("3", user=self.agent_a2).with_user(self.manager)
        self.assertFalse(neither.has_lookups)
        with self.assertRaises(UserError):
            neither.action_open_lookups()

    def opened(self, finding):
        action = finding.action_open_lookups()
        return self.env[action["res_model"]].with_user(finding.env.user).search(action["domain"]).sorted("id")
