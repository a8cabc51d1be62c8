import json
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..tools import local_time
from .common import FEATURE, LOCKED, OPEN
from .wall_common import WallCase


@tagged("-at_install", "post_install")
class TestWallCount(WallCase):
    """The wall counts what its user may read, and a click leads to just that."""

    def test_calls_and_where_help_is_needed(self):
        _desk, call = self.start(number=OPEN)
        desk, other = self.start(self.agent_a2, FEATURE)
        desk, ended = self.start(self.leader_a, LOCKED)
        desk.finish(ended["call_id"])
        self.set_param("long_call_minutes", "10")
        self.move(self.call_of(other), "started_on", fields.Datetime.now() - timedelta(minutes=11))
        tile = self.tiles(self.leader_a)["calls"]
        self.assertEqual([figure["value"] for figure in tile["figures"]], [2, 1])
        first, second = tile["rows"]["items"]
        self.assertEqual((first["id"], first["tone"]), (other["call_id"], "danger"))
        self.assertEqual((second["id"], second["tone"]), (call["call_id"], ""))
        self.assertEqual(first["title"], self.agent_a2.name)
        self.assertIn("Matter", first["detail"])
        self.assertNotIn("0900", json.dumps(tile), "a wall is seen by many: no number on it")
        self.assertEqual(self.behind(self.leader_a, "calls_long"), self.call_of(other))

    def test_days_are_vietnams(self):
        saved = self.saved()
        today = local_time.local(fields.Datetime.now()).date()
        for days_ago, seconds, counted in (
            (0, 0, {1: 1, 7: 1, 30: 1}),
            (0, -1, {1: 0, 7: 1, 30: 1}),
            (6, 0, {1: 0, 7: 1, 30: 1}),
            (6, -1, {1: 0, 7: 0, 30: 1}),
            (29, 0, {1: 0, 7: 0, 30: 1}),
            (29, -1, {1: 0, 7: 0, 30: 0}),
        ):
            midnight = local_time.begin_of_day(today - timedelta(days=days_ago))
            self.move(saved, "saved_on", midnight + timedelta(seconds=seconds))
            found = {days: self.figures(self.leader_a, days=days)["consults"] for days in (1, 7, 30)}
            self.assertEqual(found, counted, (days_ago, seconds))

    def test_the_chart_compares(self):
        saved = self.saved()
        other = self.saved(self.agent_a2, LOCKED)
        now = fields.Datetime.now()
        hour = local_time.local(now).strftime("%Hh")
        for moment, series in ((now - timedelta(days=1), 1), (now - timedelta(days=7), 2)):
            self.move(other, "saved_on", moment)
            chart = self.tiles(self.leader_a)["consults"]["chart"]
            place = chart["labels"].index(hour)
            expected = [0, 0, 0]
            expected[0] = expected[series] = 1
            self.assertEqual([one["values"][place] for one in chart["series"]], expected)
            self.assertNotIn(None, chart["series"][1]["values"])
        # By this time yesterday: what was saved later yesterday is not compared with.
        self.move(other, "saved_on", now - timedelta(days=1, seconds=1))
        self.assertIn(": 1", self.tiles(self.leader_a)["consults"]["figures"][0]["note"])
        end_of_yesterday = local_time.begin_of_day(local_time.local(now).date()) - timedelta(seconds=1)
        self.move(other, "saved_on", end_of_yesterday)
        self.assertIn(": 0", self.tiles(self.leader_a)["consults"]["figures"][0]["note"])
        for days in (7, 30):
            self.move(other, "saved_on", now - timedelta(days=days))
            tile = self.tiles(self.leader_a, days=days)["consults"]
            self.assertEqual([sum(one["values"]) for one in tile["chart"]["series"]], [1, 1])
            self.assertEqual([len(one["values"]) for one in tile["chart"]["series"]], [days, days])
            self.assertIn(": 1", tile["figures"][0]["note"])
        self.assertEqual(self.behind(self.leader_a, "consults"), saved)

    def test_installs_after_the_link(self):
        first, second = self.saved(), self.saved(self.agent_a2, LOCKED)
        self.install(first)
        second.sms_state = "sent"
        self.assertEqual(self.figures(self.leader_a)["installs"], 1)
        tile = self.tiles(self.leader_a)["installs"]
        self.assertEqual(tile["figures"][0]["text"], "50.0%")
        self.assertEqual([bar["value"] for bar in tile["bars"]["items"]], [2, 2, 1])
        # An install that no link can have led to, and a cancelled consult, count for nothing.
        self.install(second, "failed")
        tile = self.tiles(self.leader_a)["installs"]
        self.assertEqual([bar["value"] for bar in tile["bars"]["items"]], [2, 1, 1])
        second.write({"state": "cancelled", "installed_on": False})
        self.assertEqual([bar["value"] for bar in self.tiles(self.leader_a)["installs"]["bars"]["items"]], [1, 1, 1])
        report = self.env["mobifone.consultation.report"].with_user(self.leader_a)
        measures = ["consults:sum", "links:sum", "installs:sum", "install_rate:avg"]
        self.assertEqual(report._read_group([], [], measures), [(1, 1, 1, 100)])

    def test_the_last_reason_counts(self):
        desk = self.desk(self.agent_a1)
        lookup_id = desk.lookup(OPEN)["lookup_id"]
        desk.exclude(lookup_id, "mnp")
        desk.exclude(lookup_id, "difficult")
        desk.exclude(desk.lookup(FEATURE)["lookup_id"], "mnp")
        desk, call = self.start(self.agent_a2, LOCKED)
        self.give(desk, call, "complaint")
        bars = self.tiles(self.leader_a)["exclusions"]["bars"]["items"]
        reasons = {self.env["mobifone.exclusion.reason"].browse(bar["part"]).code: bar["value"] for bar in bars}
        self.assertEqual(reasons, {"mnp": 1, "difficult": 1, "complaint": 1})
        report = self.behind(self.leader_a, "exclusions")
        self.assertEqual(report.call_id, self.call_of(call))
        # Taken back.
        desk.back(call["call_id"])
        self.assertEqual(self.figures(self.leader_a)["exclusions"], 2)

    def test_refused_consults(self):
        self.saved()
        self.assertEqual(self.consult(self.agent_a2, OPEN)["verdict"]["code"], "locked")
        self.consult(self.agent_a2, FEATURE)
        bars = self.tiles(self.leader_a)["refusals"]["bars"]["items"]
        self.assertEqual({bar["part"]: bar["value"] for bar in bars}, {"locked": 1, "no_smartphone": 1})
        self.assertNotIn("locked", [bar["label"] for bar in bars], "in words")

    def test_papers_findings_and_letters(self):
        before = self.figures(self.care)
        request = self.request(self.submit())
        self.assertEqual(self.figures(self.care)["papers"], before["papers"] + 1)
        self.age(request, due_on=-11)
        self.assertEqual(self.figures(self.care)["papers_soon"], before["papers_soon"] + 1)
        self.age(request, due_on=1)
        figures = self.figures(self.care)
        self.assertEqual(figures["papers_overdue"], before["papers_overdue"] + 1)
        self.assertEqual(figures["papers_soon"], before["papers_soon"])
        find = self.env["mobifone.finding"]._find
        find("quota", "t-a1", agent=self.account(self.agent_a1), user=self.agent_a1, count=3)
        find("quota", "t-a2", agent=self.account(self.agent_a2), user=self.agent_a2, count=3)
        find("two_addresses", "t-a3", agent=self.account(self.agent_a1), user=self.agent_a1, count=2)
        find("quota", "t-self", vendor=self.vendor_a, user=self.vendor_manager_a, count=3)
        bars = self.tiles(self.vendor_manager_a)["findings"]["bars"]["items"]
        self.assertEqual([(bar["part"], bar["value"]) for bar in bars], [("quota", 2), ("two_addresses", 1)])
        self.letter(self.vendor_a, fields.Datetime.now() - timedelta(minutes=1))
        figures = self.figures(self.vendor_manager_a)
        self.assertEqual((figures["letters"], figures["letters_overdue"]), (1, 1))

    def test_every_figure_leads_to_what_it_counts(self):
        self.install(self.saved())
        self.saved(self.agent_b1, LOCKED)
        self.consult(self.agent_a2, OPEN)
        self.start(self.agent_a2, FEATURE)
        desk = self.desk(self.agent_a1)
        desk.exclude(desk.lookup(FEATURE)["lookup_id"], "mnp")
        self.submit()
        self.env["mobifone.finding"]._find("quota", "t-a1", agent=self.account(self.agent_a2), count=3)
        self.letter(self.vendor_a, "2026-02-04 16:59:00")
        for user, least in ((self.leader_a, 10), (self.vendor_manager_a, 14), (self.care, 5), (self.manager, 19)):
            for days in (1, 7, 30):
                self.assertGreaterEqual(self.assert_leads_to_what_it_counts(user, days=days), least, user.login)
        self.assert_leads_to_what_it_counts(self.manager, vendor_id=self.vendor_a.id)

    def test_every_tile_has_its_list_graph_and_pivot(self):
        for tile in self.tiles(self.manager).values():
            for mode in ("list", "graph", "pivot"):
                action = self.wall(self.manager).records(tile["lead"], mode=mode)
                self.assertIn(mode, [view[1] for view in action["views"]], tile["key"])
                self.env(user=self.manager)[action["res_model"]].get_views(action["views"])
