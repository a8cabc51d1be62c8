from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import MISSING, OPEN
from .papers_common import PapersCase, whole_form
from .script_common import NEXT, ScriptCase, content, step

STEPS = [
    step("matter", "ask", answers=[{"key": "papers", "label": "Hỏi giấy tờ", "next": "may_register"}]),
    step(
        "may_register",
        "decide",
        section="papers",
        answers=[
            {"key": "late", "when": "request.overdue", "next": "sorry"},
            {"key": "ok", "when": "registration.ok", "next": "form"},
            {"key": "else", "when": "otherwise", "next": "told"},
        ],
    ),
    step("sorry", "say", section="papers", text="Xin lỗi. {yeu_cau|}", answers=[{**NEXT, "next": "told"}]),
    step(
        "form",
        "form",
        section="papers",
        form="registration",
        answers=[
            {"key": "send", "label": "Gửi", "main": True, "submits": True, "next": "sent"},
            {"key": "later", "label": "Để sau", "next": "told"},
        ],
    ),
    step(
        "sent",
        "decide",
        section="papers",
        answers=[
            {"key": "yes", "when": "registered.yes", "next": "end_done"},
            {"key": "else", "when": "otherwise", "next": "told"},
        ],
    ),
    step(
        "told",
        "say",
        section="papers",
        text="Kết quả: {ket_qua|chưa có}. {yeu_cau|}",
        answers=[{**NEXT, "next": "end_done"}],
    ),
    step("end_done", "end", section="closing", outcome="done"),
]


@tagged("-at_install", "post_install")
class TestCallRegistration(PapersCase, ScriptCase):
    """The update request as a form of a call script."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.papers_version = cls.publish(content(STEPS, key="t_papers", hotline="9090"))

    def call(self, number=MISSING):
        desk = self.desk(self.agent_a1)
        lookup = desk.lookup(number, hotline="9090")
        if lookup["registration"]["must_acknowledge"]:
            desk.acknowledge(lookup["lookup_id"])
        return desk, desk.start_call(lookup["lookup_id"])

    def test_the_check_knows_the_ways(self):
        outcomes = {tuple(map(tuple, path["passed"])) for path in self.papers_version.check_report["paths"]}
        self.assertTrue(any(("form", "send") in way for way in outcomes))
        self.assertTrue(any(("sorry", "next") in way for way in outcomes))
        self.assertEqual(self.papers_version.check_report["findings"], [])

    def test_submitted_in_the_call(self):
        desk, call = self.call()
        form = desk.answer(call["call_id"], call["step"]["id"], "papers")
        self.assertEqual((form["step"]["kind"], form["step"]["form"]), ("form", "registration"))
        self.assertIn("document_number", {field["name"] for field in form["step"]["fields"]})
        done = desk.answer(call["call_id"], form["step"]["id"], "send", whole_form())
        self.assertEqual(done["step"]["outcome"], "done")
        self.assertEqual(done["trail"][-1]["result"], "ok")
        self.assertEqual(done["line"]["registration"]["request"]["state"], "submitted")
        request = self.made("mobifone.registration")
        self.assertEqual((request.call_id.id, request.state), (call["call_id"], "submitted"))

    def test_a_wrong_value_changes_nothing_and_a_missing_one_is_a_draft(self):
        desk, call = self.call()
        form = desk.answer(call["call_id"], call["step"]["id"], "papers")["step"]
        for values in (None, {}, {"x": 1}, whole_form(document_number="1"), whole_form(consent=False)):
            with self.subTest(values=str(values)[:40]), self.assertRaises(UserError), self.env.cr.savepoint():
                desk.answer(call["call_id"], form["id"], "send", values)
        with self.assertRaisesRegex(UserError, "Document number: "), self.env.cr.savepoint():
            desk.answer(call["call_id"], form["id"], "send", whole_form(document_number="1"))
        self.assertFalse(self.made("mobifone.registration"))
        told = desk.answer(call["call_id"], form["id"], "send", whole_form(portrait=None))
        self.assertIn("Ảnh chân dung", told["step"]["text"])
        self.assertEqual(told["trail"][-1]["result"], "incomplete")
        back = desk.back(call["call_id"])
        given = {field["name"] for field in back["step"]["fields"] if field["given"]}
        self.assertIn("document_number", given)
        self.assertNotIn("portrait", given)

    def test_nothing_of_it_stays_in_the_call(self):
        desk, call = self.call(OPEN)
        form = desk.answer(call["call_id"], call["step"]["id"], "papers")["step"]
        desk.answer(call["call_id"], form["id"], "send", whole_form())
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT string_agg(step::text, ' ') FROM mobifone_call_step step WHERE call_id = %s", [call["call_id"]]
        )
        kept = self.env.cr.fetchone()[0]
        for secret in ("001190123456", "Khách Hàng Mẫu", "Số 1 đường"):
            self.assertNotIn(secret, kept)

    def test_an_overdue_request_is_told(self):
        request = self.request(self.submit())
        self.age(request, due_on=3)
        desk, call = self.call()
        sorry = desk.answer(call["call_id"], call["step"]["id"], "papers")["step"]
        self.assertEqual(sorry["title"], "Sorry")
        self.assertIn("OVERDUE", sorry["text"])

    def test_tried_out(self):
        lines = ("smartphone/papers_missing/not_installed/occupation_open", "request_overdue", "request_draft")
        for sample, title in zip(lines, ("Form", "Sorry", "Form"), strict=True):
            with self.subTest(sample=sample):
                tried = self.env["mobifone.script.compiler"]._try_out(
                    content(STEPS, hotline="9090"), sample, ["papers"]
                )
                self.assertEqual(tried["step"]["title"], title)
