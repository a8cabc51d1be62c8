import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import FEATURE, LOCKED, OPEN
from .wall_common import WallCase

AT_THE_DESK = ["calls", "consults", "installs", "exclusions", "refusals"]


@tagged("-at_install", "post_install")
class TestWall(WallCase):
    """Who sees what on the wall, and what it costs."""

    def test_each_role_has_its_tiles(self):
        for user, keys in (
            (self.leader_a, AT_THE_DESK),
            (self.vendor_manager_a, [*AT_THE_DESK, "findings", "letters"]),
            (self.care, ["papers", "feedback"]),
            (self.manager, [*AT_THE_DESK, "papers", "feedback", "findings", "letters"]),
        ):
            self.assertEqual(
                set(self.tiles(user)) & {*AT_THE_DESK, "papers", "feedback", "findings", "letters"}, {*keys}
            )

    def test_nobody_else_has_a_wall(self):
        for user in (self.agent_a1, self.feed, self.stranger):
            with self.assertRaises(AccessError):
                self.wall(user).overview()
            with self.assertRaises(AccessError):
                self.wall(user).records("consults")

    def test_a_figure_that_is_not_theirs_leads_nowhere(self):
        for user, figure in (
            (self.leader_a, "findings"),
            (self.leader_a, "letters"),
            (self.leader_a, "papers"),
            (self.vendor_manager_a, "feedback"),
            (self.care, "consults"),
            (self.care, "exclusions"),
        ):
            with self.assertRaises(AccessError):
                self.wall(user).records(figure)

    def test_another_vendor_never_leaks(self):
        self.saved()
        self.start(number=FEATURE)
        saved_b = self.saved(self.agent_b1, LOCKED)
        _desk, call_b = self.start(self.agent_b1, LOCKED)
        self.desk(self.agent_b1).exclude(self.desk(self.agent_b1).lookup(OPEN)["lookup_id"], "mnp")
        self.env["mobifone.finding"]._find("quota", "t-b", agent=self.account(self.agent_b1), count=3)
        self.letter(self.vendor_b, "2026-02-04 16:59:00")
        for user in (self.leader_a, self.vendor_manager_a):
            for days in (1, 7, 30):
                overview = self.wall(user).overview(days=days)
                self.assertEqual(overview["vendors"], [])
                text = json.dumps(overview, ensure_ascii=False)
                self.assertNotIn(self.agent_b1.name, text)
                self.assertNotIn(self.vendor_b.name, text)
            figures = self.figures(user)
            self.assertEqual(figures["consults"], 1)
            self.assertEqual(figures["calls"], 1)
            self.assertEqual(figures["exclusions"], 0)
            self.assertNotIn(saved_b, self.behind(user, "consults"))
            self.assertNotIn(self.call_of(call_b), self.behind(user, "calls"))
            with self.assertRaises(AccessError):
                self.wall(user).overview(vendor_id=self.vendor_b.id)
            with self.assertRaises(AccessError):
                self.wall(user).records("consults", vendor_id=self.vendor_b.id)
        figures = self.figures(self.vendor_manager_a)
        self.assertEqual((figures["findings"], figures["letters"]), (0, 0))
        self.assertEqual(self.figures(self.leader_b)["consults"], 1)

    def test_a_manager_chooses_a_vendor(self):
        before = self.figures(self.manager)
        self.saved()
        self.saved(self.agent_b1, LOCKED)
        overview = self.wall(self.manager).overview()
        self.assertLessEqual({self.vendor_a.id, self.vendor_b.id}, {vendor["id"] for vendor in overview["vendors"]})
        self.assertEqual(self.figures(self.manager)["consults"], before["consults"] + 2)
        figures = self.figures(self.manager, vendor_id=self.vendor_a.id)
        self.assertEqual(figures["consults"], 1)
        self.assertNotIn("persons_overdue", figures, "no vendor has part in them")
        self.assertEqual(self.behind(self.manager, "consults", vendor_id=self.vendor_a.id).vendor_id, self.vendor_a)
        with self.assertRaises(AccessError):
            self.wall(self.care).overview(vendor_id=self.vendor_a.id)

    def test_malformed_parameters(self):
        wall = self.wall(self.manager)
        for options in ({"days": 2}, {"days": True}, {"days": [1]}, {"vendor_id": "1"}, {"vendor_id": True}):
            with self.assertRaises(UserError):
                wall.overview(**options)
        for arguments in (("no_such",), (None,), (["consults"],), ("consults", None, "kanban"), ("exclusions", [1])):
            with self.assertRaises(UserError):
                wall.records(*arguments)

    def test_the_callers_context_changes_nothing(self):
        self.saved()
        context = {"tz": "America/New_York", "active_test": False, "default_state": "cancelled"}
        wall = self.env(user=self.leader_a, context=context)["mobifone.wall"]
        self.assertEqual(
            wall.overview()["tiles"][1]["chart"]["labels"], self.tiles(self.leader_a)["consults"]["chart"]["labels"]
        )
        self.assertEqual(wall.records("consults")["context"], {})

    def statements(self, user, **options):
        self.env.flush_all()
        self.env.transaction.reset()
        before = self.cr.sql_log_count
        self.env(user=user.id, context={"lang": "en_US"})["mobifone.wall"].overview(**options)
        return self.cr.sql_log_count - before

    def test_it_costs_few_statements(self):
        limits = {self.leader_a: 18, self.vendor_manager_a: 23, self.care: 12, self.manager: 28}
        for user, limit in limits.items():
            for days in (1, 7, 30):
                self.statements(user, days=days)  # what is cached is cached
                self.assertLessEqual(self.statements(user, days=days), limit, user.login)

    def test_more_to_show_costs_no_more(self):
        self.start(number=OPEN)
        self.saved(self.agent_a2, LOCKED)
        self.statements(self.leader_a)
        before = self.statements(self.leader_a)
        self.start(self.agent_a2, FEATURE)
        self.start(self.leader_a, LOCKED)
        self.saved(self.leader_a, OPEN)
        self.consult(self.agent_a1, OPEN)
        self.assertLessEqual(self.statements(self.leader_a), before + 1)
