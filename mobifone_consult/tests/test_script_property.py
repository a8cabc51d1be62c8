from contextlib import suppress
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..tools import script_graph
from .common import FEATURE, INSTALLED, LOCKED, OPEN
from .script_common import ScriptCase, content

TEXTS = ("Lời", "Số {so_tb}", "{ctkm|không}", "{ctkm}", "{x}", "{", "")
# Seldom wrong, so that many scripts are sound.
SELDOM = st.integers(0, 24).map(lambda number: number == 0)


@st.composite
def scripts(draw):
    """The steps of a script: forward mostly, with now and then something broken in it."""
    size = draw(st.integers(1, 8))
    keys = [f"s{number}" for number in range(size)] + ["end_a", "end_b"]
    steps = [_step(draw, keys, place) for place in range(size)]
    for key in keys[size:]:
        outcome = draw(st.sampled_from(("done", "refused", "excluded", "link_sent")))
        steps.append({"key": key, "kind": "end", "title": key, "text": "Chào", "outcome": outcome})
        if outcome == "excluded" and not draw(SELDOM):
            steps[-1]["exclusion"] = "complaint"
    # Whatever nobody leads to is left out, unless it is meant to be wrong.
    if not draw(SELDOM):
        graph, reached, todo = script_graph.Graph({"steps": steps}), set(), ["s0"]
        while todo:
            key = todo.pop()
            if key in graph.steps and key not in reached:
                reached.add(key)
                todo += [answer.get("next") for answer in graph.steps[key].get("answers") or ()]
        steps = [step for step in steps if step["key"] in reached]
    return steps


def _step(draw, keys, place):
    kind = draw(st.sampled_from(("say", "ask", "ask", "decide", "act", "form")))
    if place == 0 and not draw(SELDOM):
        kind = "ask"
    text = "Lời" if not draw(SELDOM) else draw(st.sampled_from(TEXTS))
    step = {"key": keys[place], "kind": kind, "title": keys[place], "text": text}
    if kind == "act":
        step["act"] = draw(st.sampled_from(script_graph.ACTS))
    if kind == "form":
        step["form"] = "occupation"
    count = 1 if kind == "say" else draw(st.integers(1, 3))
    step["answers"] = [_answer(draw, keys, place, number, kind, count) for number in range(count)]
    return step


def _answer(draw, keys, place, number, kind, count):
    targets = keys[place + 1 :] if not draw(SELDOM) else keys
    answer = {"key": f"a{number}", "next": draw(st.sampled_from(targets)), "label": "A", "hotkey": str(number + 1)}
    if kind in ("act", "form") and number == 0:
        answer["submits"] = True
    if kind == "ask":
        answer |= draw(st.sampled_from(({}, {}, {"exclusion": "difficult"}, {"device": "feature_phone"})))
    if kind == "decide" and number < count - 1:
        answer["when"] = draw(st.sampled_from(script_graph.CONDITIONS))
    return answer


MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("answer"), st.integers(0, 3)),
        st.tuples(st.just("repeat"), st.integers(0, 3)),
        st.tuples(st.just("nonsense"), st.sampled_from((None, "", "zzz", 7, ["a0"]))),
        st.tuples(st.just("back"), st.none()),
        st.tuples(st.just("resume"), st.none()),
    ),
    max_size=14,
)


@tagged("-at_install", "post_install")
class TestScriptProperty(ScriptCase):
    """Whatever script is made and whatever is answered: no call gets into a state that may not be."""

    @settings(max_examples=100, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(steps=scripts(), moves=MOVES, number=st.sampled_from((OPEN, INSTALLED, FEATURE, LOCKED, "0320000001")))
    def test_random_scripts_and_answers(self, steps, moves, number):
        savepoint = self.env.cr.savepoint()
        try:
            self.check_script(steps, moves, number)
        finally:
            self.env.invalidate_all(flush=False)
            savepoint.close(rollback=True)
            self.env.registry.clear_cache()

    def check_script(self, steps, moves, number):
        version = self.draft(content(steps, version="Ngẫu nhiên"))
        version.action_check()
        if version.check_state == "errors":
            with self.assertRaises(UserError):
                version.action_publish()
            self.assertEqual(self.script.live_version_id, self.version)
            return
        version.action_publish()
        self.assertTrue(version.check_report["paths"], "a sound script has a way to an end")
        desk, call = self.start(number=number)
        self.check_call(call["call_id"], version)
        for move, detail in moves:
            self.move(desk, call["call_id"], move, detail)
            self.check_call(call["call_id"], version)
        outcome = desk.finish(call["call_id"])["outcome"]
        self.assertIn(outcome.partition(":")[0], script_graph.OUTCOMES)
        self.check_call(call["call_id"], version)

    def move(self, desk, call_id, move, detail):
        shown = desk.resume_call(call_id)
        step = shown["step"]
        if move == "back":
            desk.back(call_id)
        elif move == "nonsense":
            with suppress(UserError):
                desk.answer(call_id, step["id"], detail)
        elif move in ("answer", "repeat") and step["answers"]:
            answer = step["answers"][detail % len(step["answers"])]
            values = {"occupation": 5} if step["fields"] and answer["submits"] else None
            after = desk.answer(call_id, step["id"], answer["key"], values)
            self.assertNotEqual(after["step"]["id"], step["id"], "an answer leads on")
            if move == "repeat":
                again = desk.answer(call_id, step["id"], answer["key"], values)
                self.assertEqual((again["step"], again["trail"]), (after["step"], after["trail"]))

    def check_call(self, call_id, version):
        self.env.invalidate_all()
        call = self.env["mobifone.call"].browse(call_id)
        rows = call.step_ids.sorted("id")
        waiting = rows.filtered(lambda row: not row.answered_on and not row.voided_on)
        self.assertEqual(len(waiting), 1, "one step is shown")
        self.assertEqual(rows.step_id.version_id, version, "of the call's own version")
        self.assertNotEqual(waiting.step_id.kind, "decide")
        standing = rows.filtered(lambda row: not row.voided_on)
        self.assertEqual(standing[-1], waiting)
        for before, after in pairwise(standing):
            self.assertEqual(before.answer_id.step_id, before.step_id)
            self.assertEqual(before.answer_id.next_step_id, after.step_id, "an unbroken way")
        self.assertEqual(call.state == "finished", bool(call.outcome), "finished calls, and only they, have an outcome")
