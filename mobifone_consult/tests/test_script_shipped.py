import logging
from contextlib import contextmanager
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..tools.script_graph import Graph
from ..tools.script_samples import TAKEN, Run
from .common import ConsultCase

_logger = logging.getLogger(__name__)
# What of a sample line is a column of the line.
COLUMNS = (
    "payment_mode", "line_status", "usage_class", "commitment_type", "owner_unit", "app_status", "app_installed_on",
    "device_class", "registration_state", "registration_missing",
)  # fmt: skip


@tagged("-at_install", "post_install")
class TestScriptShipped(ConsultCase):
    """Every way through the scripts that come with the add-on, walked through the desk on a real line."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_param("occupation_from", "7")
        cls.set_param("occupation_to", "22")
        cls.customers = {}

    def live(self, hotline):
        version = self.env["mobifone.script"].search([("hotline", "=", hotline)]).live_version_id
        self.assertTrue(version.source_checksum, "the one that was shipped")
        return version

    def walk_all(self, hotline):
        version = self.live(hotline)
        compiler = self.env["mobifone.script.compiler"].with_user(self.manager)
        content = version._content()
        report = compiler._compile(content)
        problems = [finding["message"] for finding in report["findings"] if finding["level"] != "info"]
        self.assertFalse(problems)
        samples = compiler._samples(hotline)
        numbers = {key: self.make_line(place, line) for place, (key, line) in enumerate(samples.lines.items())}
        graph = Graph(content)
        for path in report["paths"]:
            moment = Run(samples, path["sample"]).moment
            with self.taken_back(), patch.object(fields.Datetime, "now", lambda moment=moment: moment):
                try:
                    self.walk(hotline, numbers[path["sample"]], graph, path)
                except Exception as error:
                    raise AssertionError(f"{path['sample']}: {path['passed']}: {error}") from error
        # `make test` shows these lines.
        _logger.info("%s: %s ways walked, %s", hotline, len(report["paths"]), report["outcomes"])
        return report["paths"]

    @contextmanager
    def taken_back(self):
        savepoint = self.env.cr.savepoint()
        try:
            yield
        finally:
            self.env.invalidate_all(flush=False)
            savepoint.close(rollback=True)

    def make_line(self, place, sample):
        """A real line that is as the sample is; its number."""
        number = f"+8490009{5000 + place:04d}"
        if sample is None:
            return "0320000001"
        values = {name: sample[name] for name in COLUMNS}
        if sample["occupation_code"]:
            occupation = self.env["mobifone.occupation"].search([("code", "=", sample["occupation_code"])])
            values["partner_id"] = self.env["res.partner"].create({"name": "K", "occupation_id": occupation.id}).id
        line = self.env["mobifone.subscriber"].create({"msisdn": number, **values})
        if sample["is_blacklisted"]:
            self.env["phone.blacklist"].create({"number": number})
        if sample["locked_until"]:
            self.env["mobifone.consult.lease"].create(
                {"subscriber_id": line.id, "channel": "sms", "until": sample["locked_until"]}
            )
        return number

    def walk(self, hotline, number, graph, path):
        desk = self.desk(self.agent_a1)
        lookup = desk.lookup(number, hotline=hotline)
        lookup_id = lookup["lookup_id"]
        if lookup["registration"]["must_acknowledge"]:
            desk.acknowledge(lookup_id)
        call = desk.start_call(lookup_id)
        answered, told = call, False
        for step_key, answer_key in path["passed"]:
            step = graph.steps[step_key]
            if step["kind"] == "decide":
                continue
            self.assertEqual(answered["step"]["kind"], step["kind"])
            answer = graph.answer(step_key, answer_key)
            values = {"occupation": 17} if step["kind"] == "form" and answer.get("submits") else None
            told = told or bool(values)
            if path["sample"] == TAKEN and step.get("act") == "consult":
                self.assertTrue(self.consult(self.agent_b1, number)["ok"])
            answered = desk.answer(call["call_id"], answered["step"]["id"], answer_key, values)
            self.assertNotIn("{", answered["step"]["text"] + answered["step"]["title"])
        self.assertEqual(answered["step"]["outcome"], path["outcome"])
        self.assertEqual(desk.finish(call["call_id"])["outcome"], path["outcome"])
        record = self.env["mobifone.call"].browse(call["call_id"])
        passed = [[row.step_id.key, row.answer_id.key] for row in record.step_ids if row.answer_id]
        self.assertEqual(passed, [list(pair) for pair in path["passed"]], "with the decisions on the way")
        self.check_traces(record, path, graph, told, number)

    def check_traces(self, call, path, graph, told, number):
        """The consult, its SMS, the exclusion and the occupation are those of the way that was taken."""
        acts = [
            graph.steps[step].get("act") for step, answer in path["passed"] if graph.answer(step, answer).get("submits")
        ]
        saved = call.consultation_ids
        self.assertEqual(len(saved), 0 if path["sample"] == TAKEN else acts.count("consult"))
        self.assertEqual(path["outcome"] == "link_sent", bool(saved))
        # One SMS: of this call, or of the channel that was faster.
        self.assertEqual(self.env["sms.sms"].search_count([("number", "=", number)]), acts.count("consult"))
        exclusions = [graph.answer(*pair).get("exclusion") for pair in path["passed"]]
        recorded = [code for code in exclusions if code]
        kind, _colon, code = path["outcome"].partition(":")
        expected = code if kind == "excluded" else recorded[-1] if recorded else False
        self.assertEqual(call.exclusion_id.code or False, expected)
        occupation = self.line(number).partner_id.occupation_id.code
        if told:
            self.assertEqual(occupation, 17)
        else:
            self.assertIn(occupation, (0, 4, False))

    def test_1090(self):
        ways = self.walk_all("1090")
        outcomes = {way["outcome"] for way in ways}
        self.assertLessEqual(
            {
                "link_sent", "refused", "already_has_app", "benefits_introduced", "referred_shop", "guided_online",
                "guided_point", "excluded:complaint", "excluded:urgent_lost_phone", "excluded:no_smartphone",
                "excluded:difficult", "excluded:mnp", "excluded:unrelated", "excluded:hot_promo_done",
                "excluded:other_network",
            },
            outcomes,
        )  # fmt: skip

    def test_9090(self):
        self.assertLessEqual(
            {"link_sent", "guided_online", "guided_point", "referred_shop"},
            {way["outcome"] for way in self.walk_all("9090")},
        )

    def test_18001090(self):
        self.assertLessEqual({"transferred", "link_sent"}, {way["outcome"] for way in self.walk_all("18001090")})

    def test_the_corrected_wording_is_there_and_not_live(self):
        for hotline in ("1090", "9090", "18001090"):
            script = self.env["mobifone.script"].search([("hotline", "=", hotline)])
            drafts = script.version_ids.filtered(lambda version: version.state == "draft" and version.source_checksum)
            self.assertTrue(drafts, hotline)
            texts = [step.text or "" for step in drafts[-1].step_ids]
            self.assertTrue([text for text in texts if "xác thực thông tin thuê bao" in text])
            self.assertFalse([text for text in texts if "Bộ Thông tin và Truyền thông" in text])
            live = [step.text or "" for step in script.live_version_id.step_ids]
            self.assertTrue([text for text in live if "Bộ Thông tin và Truyền thông" in text], "the source's wording")

    def test_case_two_takes_few_keys(self):
        """From the number to the saved consult on an open smartphone line: at most eight keys (1090)."""
        graph = Graph(self.live("1090")._content())
        report = self.env["mobifone.script.compiler"].with_user(self.manager)._compile(graph.content)
        ways = [
            path
            for path in report["paths"]
            if path["outcome"] == "link_sent"
            and path["sample"] == "smartphone/papers_complete/not_installed/occupation_open"
        ]
        consult = next(key for key, step in graph.steps.items() if step.get("act") == "consult")
        shown = [
            [key for key, _answer in way["passed"] if graph.steps[key]["kind"] != "decide"].index(consult) + 1
            for way in ways
        ]
        # Enter looks the number up, one key opens the script.
        self.assertLessEqual(min(shown) + 2, 8)
