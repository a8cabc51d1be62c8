import copy
import json

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..tools import script_graph, script_package, script_text
from .script_common import STEPS, ScriptCase, content, step


@tagged("-at_install", "post_install")
class TestScriptCheck(ScriptCase):
    """A broken script of each kind is refused, with the step named."""

    def broken(self, *replaced, without=(), **headings):
        """A draft of the mini script with some steps replaced, added or dropped."""
        own = {item["key"]: item for item in replaced}
        steps = [copy.deepcopy(own.pop(item["key"], item)) for item in STEPS if item["key"] not in without]
        return self.draft(content([*steps, *own.values()], version="Hỏng", **headings))

    def changed(self, key, **values):
        return {**copy.deepcopy(next(item for item in STEPS if item["key"] == key)), **values}

    def assert_refused(self, version, code, step_key):
        self.assertIn((code, step_key), self.errors(version))
        with self.assertRaises(UserError) as refused:
            version.action_publish()
        if step_key:
            title = version.step_ids.filtered(lambda item: item.key == step_key).title
            self.assertIn(title, str(refused.exception))
        self.assertEqual(self.script.live_version_id, self.version)

    def test_the_mini_script_is_sound(self):
        self.assertEqual(self.version.check_state, "passed")
        self.assertFalse([f for f in self.version.check_report["findings"] if f["level"] != "info"])

    def test_cycle(self):
        self.assert_refused(
            self.broken(
                self.changed(
                    "ask_job",
                    answers=[
                        {"key": "tell", "label": "A", "hotkey": "1", "next": "job"},
                        {"key": "again", "label": "B", "hotkey": "2", "next": "may_consult"},
                    ],
                )
            ),
            "cycle",
            "may_consult",
        )

    def test_dead_ends(self):
        self.assert_refused(self.broken(self.changed("pitch", answers=[])), "dead_end", "pitch")
        nowhere = [{"key": "save", "label": "Lưu", "main": True, "submits": True}]
        self.assert_refused(self.broken(self.changed("save", answers=nowhere)), "dead_end", "save")

    def test_unknown_variable(self):
        self.assert_refused(
            self.broken(self.changed("pitch", text="{ten_khach|quý khách}")), "unknown_variable", "pitch"
        )

    def test_variable_that_may_be_empty_needs_a_fallback(self):
        self.assert_refused(self.broken(self.changed("pitch", text="Có {ctkm}")), "no_fallback", "pitch")

    def test_two_roots(self):
        stray = step("stray", "ask", answers=[{"key": "x", "label": "X", "next": "pitch"}])
        self.assert_refused(self.broken(stray), "two_roots", "stray")

    def test_unreachable(self):
        ring = [
            step("ring_a", "say", answers=[{"key": "next", "label": "X", "main": True, "next": "ring_b"}]),
            step("ring_b", "say", answers=[{"key": "next", "label": "X", "main": True, "next": "ring_a"}]),
        ]
        version = self.broken(*ring)
        self.assertLessEqual({("cycle", "ring_a"), ("unreachable", "ring_b")}, self.errors(version))

    def test_answer_to_a_step_of_another_version(self):
        version = self.broken(without=("end_done",))
        self.assert_refused(version, "dead_end", "closing")
        target = self.version.step_ids.filtered(lambda item: item.key == "end_done")
        closing = version.step_ids.filtered(lambda item: item.key == "closing").answer_ids
        with self.assertRaises(ValidationError) as refused:
            closing.filtered(lambda answer: answer.key == "else").next_step_id = target
        self.assertIn("Closing", str(refused.exception))
        package = content([*STEPS])
        package["steps"][0]["answers"][0]["next"] = "step_of_another_version"
        self.assert_refused(self.draft(package), "dead_end", "matter")

    def test_a_call_begins_with_a_question(self):
        greeting = step("greeting", "say", answers=[{"key": "next", "label": "X", "main": True, "next": "matter"}])
        steps = [greeting, *copy.deepcopy(STEPS)]
        self.assertIn(("no_matter", "greeting"), self.errors(self.draft(content(steps, version="Chào"))))

    def test_an_end_that_claims_a_consult_nobody_saved(self):
        self.assert_refused(self.broken(step("end_refused", "end", outcome="link_sent")), "untrue_end", "end_refused")

    def test_too_many_ways(self):
        ladder = [
            step(
                f"rung_{n}", "ask",
                answers=[{"key": k, "label": k, "next": f"rung_{n + 1}" if n < 40 else "end_done"} for k in ("a", "b")],
            )
            for n in range(41)
        ]  # fmt: skip
        version = self.draft(content([*ladder, STEPS[-1]], version="Bậc thang"))
        self.assertIn(("too_many_paths", None), self.errors(version))

    def test_missing_outcome(self):
        self.assert_refused(self.broken(step("end_done", "end")), "no_outcome", "end_done")
        self.assert_refused(self.broken(step("end_done", "end", outcome="excluded")), "unknown_exclusion", "end_done")

    def test_template_injection(self):
        for text in (
            "{so_tb.__class__}", "{so_tb!r}", "{so_tb:>99999999}", "{0}", "{}", "{{7*7}}", "{so_tb", "so_tb}",
            "{so_tb|{ctkm|x}}", "${so_tb}{", "{self.env}", "{SO_TB}", "{ so_tb }", "{so_tb[0]}", "{%if%}",
        ):  # fmt: skip
            with self.subTest(text=text):
                version = self.broken(self.changed("pitch", text=text))
                found = {code for code, key in self.errors(version) if key == "pitch"}
                self.assertTrue(found & {"malformed", "unknown_variable", "no_fallback"}, found)
        # Text that means something to other template engines only is text.
        for text in ("<t t-out='user.password'/>", "%(so_tb)s", "$so_tb", "<script>alert(1)</script>"):
            self.assertEqual(script_text.render(text, {"so_tb": "x"}), text)
        self.assertEqual(script_text.render("{ctkm|-}", {"ctkm": "{so_tb}"}), "{so_tb}", "values are not read again")

    def test_injected_text_reads_nothing_even_unchecked(self):
        values = {"so_tb": "0900091001"}
        self.assertEqual(script_text.render("{so_tb.__class__} {uid|} {env}", values), "{so_tb.__class__}  ")

    def test_decisions_are_total(self):
        branches = [{"key": "ok", "when": "consult.ok", "next": "pitch"}]
        self.assert_refused(self.broken(self.changed("may_consult", answers=branches)), "no_otherwise", "may_consult")
        branches = [
            {"key": "a", "when": "otherwise", "next": "pitch"},
            {"key": "b", "when": "otherwise", "next": "occupation"},
        ]
        version = self.broken(self.changed("may_consult", answers=branches))
        self.assert_refused(version, "branch_after_otherwise", "may_consult")

    def test_a_branch_on_an_answer_that_comes_later(self):
        branches = [
            {"key": "ok", "when": "answered", "after": "ask_job.tell", "next": "pitch"},
            {"key": "else", "when": "otherwise", "next": "occupation"},
        ]
        version = self.broken(self.changed("may_consult", answers=branches))
        self.assert_refused(version, "answer_comes_later", "may_consult")

    def test_keys_on_the_keyboard(self):
        def answers(*hotkeys):
            return [
                {"key": f"a{place}", "label": "A", **({"hotkey": key} if key else {}), "next": "save"}
                for place, key in enumerate(hotkeys)
            ]

        for hotkeys, code in ((("1", "1"), "hotkey_twice"), (("1", ""), "no_hotkey"), (("0", "1"), "bad_hotkey")):
            broken = self.broken(self.changed("pitch", answers=answers(*hotkeys)), without=("end_refused",))
            self.assertIn((code, "pitch"), self.errors(broken))

    def test_acts_and_forms_need_somebody_to_carry_them_out(self):
        answers = [{"key": "save", "label": "Lưu", "main": True, "next": "occupation"}]
        self.assert_refused(self.broken(self.changed("save", answers=answers)), "nothing_submits", "save")
        self.assert_refused(self.broken(self.changed("save", act="")), "no_act", "save")

    def test_no_steps(self):
        self.assert_refused(self.draft(content([], version="Rỗng")), "no_steps", None)

    def test_sms_length_is_told(self):
        findings = [f for f in self.version.check_report["findings"] if f["code"] == "sms_length"]
        self.assertEqual([(f["step"], f["level"]) for f in findings], [("save", "info")])
        self.assertIn("170", findings[0]["message"])

    def test_findings_stand_beside_their_step(self):
        version = self.broken(self.changed("pitch", text="{x}"))
        by_level = {item.key: item.finding_level for item in version.step_ids}
        self.assertEqual((by_level["pitch"], by_level["matter"], by_level["save"]), ("error", False, "info"))

    def test_ways_are_those_that_lines_can_take(self):
        ways = self.version.check_report["paths"]
        self.assertEqual(len({json.dumps(way["passed"]) for way in ways}), len(ways))
        passed = [[tuple(pair) for pair in way["passed"]] for way in ways]
        self.assertIn(
            [
                ("matter", "service"), ("device", "else"), ("may_consult", "ok"), ("pitch", "agree"), ("save", "save"),
                ("occupation", "else"), ("closing", "sent"),
            ],
            passed,
        )  # fmt: skip
        self.assertFalse(
            [way for way in passed if ("matter", "complaint") in way and ("may_consult", "ok") in way],
            "an excluded caller is not consulted",
        )

    def test_a_branch_that_no_line_takes_is_told(self):
        branches = [
            {"key": "never", "when": "excluded.yes", "next": "occupation"},
            {"key": "ok", "when": "consult.ok", "next": "pitch"},
            {"key": "else", "when": "otherwise", "next": "occupation"},
        ]
        version = self.broken(self.changed("may_consult", answers=branches))
        version.action_check()
        never = [(f["step"], f["answer"]) for f in version.check_report["findings"] if f["code"] == "never_taken"]
        self.assertEqual(never, [("may_consult", "never")])

    # ------------------------------------------------------------
    # Files
    # ------------------------------------------------------------

    def test_export_and_import_are_the_same(self):
        exported = script_package.write(self.version._content())
        self.assertEqual(script_package.read(exported), self.version._content())
        with self.assertRaises(UserError):
            self.env["mobifone.script.package"].with_user(self.manager)._import(exported)

    def test_nonsense_files(self):
        package = self.env["mobifone.script.package"].with_user(self.manager)
        good = content()
        bad = [
            b"", b"\x89PNG\r\n", b"[]", b"null", b"{}", b'{"steps": []}', b"[" * 100_000, b"\xff\xfe{}",
            json.dumps({**good, "format": 2}).encode(), json.dumps({**good, "hotline": "113"}).encode(),
            json.dumps({**good, "name": ""}).encode(), json.dumps({**good, "steps": ["x"]}).encode(),
            json.dumps({**good, "steps": [{"key": "a", "kind": "jump"}]}).encode(),
            json.dumps({**good, "steps": [{"key": "a", "kind": "say", "sql": "x"}]}).encode(),
            json.dumps({**good, "steps": [{"kind": "say"}]}).encode(),
            json.dumps({**good, "steps": [STEPS[0], STEPS[0]]}).encode(),
            json.dumps({**good, "steps": [{**STEPS[0], "text": "\0"}]}).encode(),
            json.dumps({**good, "steps": [{**STEPS[0], "text": "\ud800"}]}).encode(),
            json.dumps({**good, "steps": [{**STEPS[0], "answers": [{"key": "a"}, {"key": "a"}]}]}).encode(),
            json.dumps({**good, "steps": [{**STEPS[0], "answers": {"key": "a"}}]}).encode(),
            json.dumps({**good, "key": "other"}).encode(),
            b" " * (script_package.MAX_BYTES + 1),
        ]  # fmt: skip
        for data in bad:
            with self.subTest(data=data[:60]), self.assertRaises(UserError) as refused:
                package._import(data)
            self.assertLess(len(str(refused.exception)), 200)

    def test_difference(self):
        version = self.broken(
            self.changed("pitch", text="Lời mới"),
            step("extra", "say", answers=[{"key": "next", "label": "X", "main": True, "next": "pitch"}]),
            without=("end_refused",),
        )
        changes = {(item["step"], item["change"], item["field"]) for item in version.difference}
        self.assertLessEqual(
            {("pitch", "changed", "text"), ("extra", "added", ""), ("end_refused", "removed", "")}, changes
        )
        self.assertEqual(script_graph.difference(STEPS, STEPS), [])
