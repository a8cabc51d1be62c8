"""A small script with every kind of step, and how to make one live."""

import copy
import json

from ..tools import script_package
from .common import ConsultCase

NEXT = {"key": "next", "label": "Tiếp tục", "main": True}


def step(key, kind, **values):
    """A step as plain data; its answers are given the hotkeys 1, 2, … where they have none and are not main."""
    answers = [dict(answer) for answer in values.pop("answers", [])]
    for place, answer in enumerate(answers, 1):
        if kind != "decide" and not answer.get("main"):
            answer.setdefault("hotkey", str(place))
    values = {"section": "matter", "title": key.capitalize(), "text": f"Lời của {key}", **values}
    return {"key": key, "kind": kind, **values, **({"answers": answers} if answers else {})}


STEPS = [
    step(
        "matter",
        "ask",
        text="Dạ, {canh_bao|không có cảnh báo}. Số {so_tb}.",
        answers=[
            {"key": "service", "label": "Hỏi dịch vụ", "next": "device"},
            {"key": "complaint", "label": "Khiếu nại", "next": "occupation", "exclusion": "complaint"},
        ],
    ),
    step(
        "device",
        "decide",
        answers=[
            {"key": "unknown", "when": "device.unknown", "next": "ask_device"},
            {"key": "else", "when": "otherwise", "next": "may_consult"},
        ],
    ),
    step(
        "ask_device",
        "ask",
        answers=[
            {"key": "smart", "label": "Smartphone", "device": "smartphone", "next": "may_consult"},
            {
                "key": "feature",
                "label": "Phổ thông",
                "device": "feature_phone",
                "exclusion": "no_smartphone",
                "next": "occupation",
            },
        ],
    ),
    step(
        "may_consult",
        "decide",
        section="consult",
        answers=[
            {"key": "ok", "when": "consult.ok", "next": "pitch"},
            {"key": "else", "when": "otherwise", "next": "occupation"},
        ],
    ),
    step(
        "pitch",
        "ask",
        section="consult",
        text="Giới thiệu. {ctkm|Hiện chưa có khuyến mại.}",
        answers=[
            {"key": "agree", "label": "Đồng ý", "next": "save"},
            {"key": "refuse", "label": "Từ chối", "next": "occupation"},
        ],
    ),
    step(
        "save",
        "act",
        section="consult",
        act="consult",
        answers=[{"key": "save", "label": "Lưu", "main": True, "submits": True, "next": "occupation"}],
    ),
    step(
        "occupation",
        "decide",
        section="occupation",
        answers=[
            {"key": "ok", "when": "occupation.ok", "next": "ask_job"},
            {"key": "else", "when": "otherwise", "next": "closing"},
        ],
    ),
    step(
        "ask_job",
        "ask",
        section="occupation",
        text="Xin hỏi nghề nghiệp để chăm sóc tốt hơn ạ?",
        answers=[
            {"key": "tell", "label": "Cho biết", "next": "job"},
            {"key": "decline", "label": "Không", "next": "closing"},
        ],
    ),
    step(
        "job",
        "form",
        section="occupation",
        form="occupation",
        answers=[
            {"key": "save", "label": "Lưu", "main": True, "submits": True, "next": "closing"},
            {"key": "decline", "label": "Thôi", "next": "closing"},
        ],
    ),
    step(
        "closing",
        "decide",
        section="closing",
        answers=[
            {"key": "sent", "when": "consulted.yes", "next": "end_sent"},
            {"key": "refused", "when": "answered", "after": "pitch.refuse", "next": "end_refused"},
            {"key": "complaint", "when": "answered", "after": "matter.complaint", "next": "end_complaint"},
            {"key": "else", "when": "otherwise", "next": "end_done"},
        ],
    ),
    step("end_sent", "end", section="closing", outcome="link_sent"),
    step("end_refused", "end", section="closing", outcome="refused"),
    step("end_complaint", "end", section="closing", outcome="excluded", exclusion="complaint"),
    step("end_done", "end", section="closing", outcome="done"),
]


def content(steps=None, **headings):
    """A script as plain data."""
    heading = {"format": 1, "key": "t_script", "name": "Kịch bản thử", "hotline": "1090", "version": "Thử"}
    return {**heading, **headings, "steps": copy.deepcopy(STEPS if steps is None else steps)}


class ScriptCase(ConsultCase):
    """The mini script is the live one of hotline 1090; what the add-on ships is put aside."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["mobifone.script"].search([]).active = False
        cls.env["mobifone.promotion"].search([]).active = False
        cls.version = cls.publish(content())
        cls.script = cls.version.script_id
        # Asked at any hour, so that the tests know no clock.
        for name in ("occupation_from", "occupation_to"):
            cls.set_param(name, "0")

    @classmethod
    def draft(cls, plain):
        """A draft of a script, as a manager imports it."""
        package = cls.env["mobifone.script.package"].with_user(cls.manager)
        return package._import(script_package.write(plain))

    @classmethod
    def publish(cls, plain):
        """A live version, checked and published by a manager."""
        version = cls.draft(plain)
        version.action_check()
        version.action_publish()
        return version

    def start(self, user=None, number=None, matter=None, **options):
        """Look up, answer the notice, start the call; (desk, answer of start_call)."""
        desk = self.desk(user or self.agent_a1)
        lookup = desk.lookup(number or "0900091001", hotline="1090", **options)
        if lookup["registration"]["must_acknowledge"]:
            desk.acknowledge(lookup["lookup_id"])
        return desk, desk.start_call(lookup["lookup_id"], matter)

    def call_of(self, answer):
        return self.env["mobifone.call"].browse(answer["call_id"])

    def give(self, desk, call, *answers):
        """Give answers one after another; the last step."""
        answered = call
        for answer in answers:
            values = None
            if isinstance(answer, tuple):
                answer, values = answer
            answered = desk.answer(call["call_id"], answered["step"]["id"], answer, values)
        return answered["step"]

    def errors(self, version):
        """{(code, step)} of the errors a check finds."""
        version.action_check()
        findings = json.loads(json.dumps(version.check_report))["findings"]
        return {(finding["code"], finding["step"]) for finding in findings if finding["level"] == "error"}
