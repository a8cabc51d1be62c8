from odoo.tests import tagged

from .common import FEATURE, LOCKED, OPEN
from .plan_common import filter_domain
from .script_common import ScriptCase

BY_CALL = ("consults:count_distinct", "installs:count_distinct")


@tagged("-at_install", "post_install")
class TestCallReport(ScriptCase):
    """What supervisors count."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_param("occupation_to", "0.001")  # never asked: short calls

    def setUp(self):
        super().setUp()
        desk, call = self.start(number=OPEN)
        self.give(desk, call, "service", "agree", "save")
        desk.finish(call["call_id"])
        self.converted = self.env["mobifone.call"].browse(call["call_id"]).consultation_ids
        desk, call = self.start(number=FEATURE)
        self.give(desk, call, "complaint")
        desk.finish(call["call_id"])
        desk, call = self.start(self.agent_b1, LOCKED)
        self.give(desk, call, "service")
        desk.finish(call["call_id"])
        desk, call = self.start(self.agent_a2, LOCKED)
        self.give(desk, call, "service", "refuse")
        self.give(desk, {**call, **desk.back(call["call_id"])}, "refuse")
        desk.finish(call["call_id"])

    def counted(self, groupby, *measures, domain=(), user=None):
        report = self.env["mobifone.call.report"].with_user(user or self.manager)
        domain = [("version_id", "=", self.version.id), *domain]
        return report._read_group(domain, groupby, [f"{name}:sum" for name in measures])

    def test_starts_completions_and_drops(self):
        [totals] = self.counted([], "starts", "completions", "drops")
        self.assertEqual(totals, (4, 3, 1))
        drops = {step.key: count for step, count in self.counted(["step_id"], "drops") if count}
        self.assertEqual(drops, {"pitch": 1})

    def test_the_filter_of_calls_given_up(self):
        report = self.env["mobifone.call.report"].with_user(self.manager)
        domain = filter_domain(self.env, "mobifone_consult.mobifone_call_report_view_search", "filter_dropped")
        self.assertEqual(report.search(domain), report.search([("drops", ">", 0)]))
        [row] = report.search([*domain, ("version_id", "=", self.version.id)])
        self.assertEqual((row.step_id.key, row.drops), ("pitch", 1))

    def test_answers_consults_and_installs_of_a_branch(self):
        self.env["mobifone.consultation"]._convert({self.converted.subscriber_id.id: self.converted.saved_on})
        report = self.env["mobifone.call.report"].with_user(self.manager)
        pitch = [("version_id", "=", self.version.id), ("step_id.key", "=", "pitch")]
        groups = report._read_group(pitch, ["answer_id"], ["__count", *BY_CALL])
        found = {answer.key: counts for answer, *counts in groups}
        self.assertEqual(found, {"agree": [1, 1, 1], "refuse": [1, 0, 0], False: [1, 0, 0]}, "taken back: not counted")

    def test_by_agent_vendor_and_hotline(self):
        by_vendor = {vendor.code: count for vendor, count in self.counted(["vendor_id"], "starts")}
        self.assertEqual(by_vendor, {"TA": 3, "TB": 1})
        by_agent = {user.login: count for user, count in self.counted(["user_id"], "starts")}
        self.assertEqual(by_agent, {"t_agent_a1": 2, "t_agent_a2": 1, "t_agent_b1": 1})
        self.assertEqual(self.counted(["hotline"], "starts"), [("1090", 4)])

    def test_a_call_of_several_steps_has_one_consult(self):
        self.env["mobifone.consultation"]._convert({self.converted.subscriber_id.id: self.converted.saved_on})
        report = self.env["mobifone.call.report"].with_user(self.manager)
        [totals] = report._read_group([("version_id", "=", self.version.id)], [], BY_CALL)
        self.assertEqual(totals, (1, 1))

    def test_vendors_count_their_own(self):
        for user, starts in ((self.leader_a, 3), (self.vendor_manager_a, 3), (self.leader_b, 1)):
            self.assertEqual(self.counted([], "starts", user=user), [(starts,)])

    def test_time_per_step(self):
        report = self.env["mobifone.call.report"].with_user(self.manager)
        groups = report._read_group([("version_id", "=", self.version.id)], ["step_id"], ["seconds:avg"])
        self.assertTrue(all(seconds is None or seconds >= 0 for _step, seconds in groups))
        self.assertTrue(any(seconds is not None for _step, seconds in groups))
