"""What is wrong with a call script, found without running it."""

import re
from typing import NamedTuple

from . import script_graph, script_text

KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")


class Finding(NamedTuple):
    """One thing about a script. An `error` keeps it from being published."""

    level: str  # "error", "warning" or "info"
    code: str
    step: str | None = None
    answer: str | None = None
    detail: str = ""


def check(content: dict, exclusions: set) -> list:
    """All that is wrong with the shape of a script, in the order of its steps.

    :param content: as script_graph describes it
    :param exclusions: codes of the exclusion reasons there are
    """
    if not content["steps"]:
        return [Finding("error", "no_steps")]
    graph = script_graph.Graph(content)
    found = list(_keys(content))
    for step in content["steps"]:
        found += _step(graph, step, exclusions)
    return found + _shape(graph)


def _keys(content):
    seen = set()
    for step in content["steps"]:
        if not KEY.fullmatch(step["key"] or ""):
            yield Finding("error", "bad_key", step["key"])
        if step["key"] in seen:
            yield Finding("error", "key_twice", step["key"])
        seen.add(step["key"])


def _step(graph, step, exclusions):
    key, kind, answers = step["key"], step["kind"], step.get("answers") or []
    for name in ("title", "text"):
        yield from _text(step.get(name), key)
    if kind == "end":
        yield from _end(step, answers, exclusions)
        return
    if not answers:
        yield Finding("error", "dead_end", key)
    if kind != "decide" and not (step.get("text") or "").strip():
        yield Finding("warning", "no_text", key)
    if kind == "say" and len(answers) > 1:
        yield Finding("error", "say_with_answers", key)
    if kind in ("act", "form"):
        yield from _deed(step, answers)
    seen = set()
    for answer in answers:
        if answer["key"] in seen:
            yield Finding("error", "key_twice", key, answer["key"])
        seen.add(answer["key"])
        yield from _answer(graph, key, answer, exclusions)
    yield from _branches(graph, step, answers) if kind == "decide" else _hotkeys(step, answers)


def _text(text, step_key, answer_key=None):
    for code, excerpt in script_text.problems(text):
        yield Finding("error", code, step_key, answer_key, excerpt)


def _deed(step, answers):
    if not step.get(step["kind"]):
        yield Finding("error", f"no_{step['kind']}", step["key"])
    if answers and not any(answer.get("submits") for answer in answers):
        yield Finding("error", "nothing_submits", step["key"])


def _end(step, answers, exclusions):
    outcome = step.get("outcome")
    if answers:
        yield Finding("error", "end_with_answers", step["key"])
    if not outcome:
        yield Finding("error", "no_outcome", step["key"])
    elif outcome not in script_graph.OUTCOMES:
        yield Finding("error", "unknown_outcome", step["key"], None, outcome)
    elif outcome == "excluded" and step.get("exclusion") not in exclusions:
        yield Finding("error", "unknown_exclusion", step["key"], None, step.get("exclusion") or "")


def _answer(graph, key, answer, exclusions):
    if not KEY.fullmatch(answer["key"] or ""):
        yield Finding("error", "bad_key", key, answer["key"])
    target = answer.get("next")
    if not target:
        yield Finding("error", "dead_end", key, answer["key"])
    elif target not in graph.steps:
        yield Finding("error", "foreign_step", key, answer["key"], target)
    yield from _text(answer.get("label"), key, answer["key"])
    if answer.get("exclusion") and answer["exclusion"] not in exclusions:
        yield Finding("error", "unknown_exclusion", key, answer["key"], answer["exclusion"])


def _branches(graph, step, branches):
    """A decision is total: the last branch, and only the last, is `otherwise`."""
    for place, branch in enumerate(branches):
        when, is_last = branch.get("when") or "otherwise", place == len(branches) - 1
        if when == "answered":
            earlier, _dot, answer_key = (branch.get("after") or "").partition(".")
            if earlier not in graph.steps or not graph.answer(earlier, answer_key):
                yield Finding("error", "unknown_answer", step["key"], branch["key"], branch.get("after") or "")
        elif when != "otherwise" and when not in script_graph.CONDITIONS:
            yield Finding("error", "unknown_condition", step["key"], branch["key"], when)
        if when == "otherwise" and not is_last:
            yield Finding("error", "branch_after_otherwise", step["key"], branch["key"])
        if when != "otherwise" and is_last:
            yield Finding("error", "no_otherwise", step["key"])


def _hotkeys(step, answers):
    seen = set()
    mains = [answer["key"] for answer in answers if answer.get("main")]
    if len(mains) > 1:
        yield Finding("error", "two_mains", step["key"], mains[1])
    for answer in answers:
        hotkey = answer.get("hotkey")
        if not (answer.get("label") or "").strip():
            yield Finding("error", "no_label", step["key"], answer["key"])
        if not hotkey and not answer.get("main"):
            yield Finding("error", "no_hotkey", step["key"], answer["key"])
        elif hotkey and (len(hotkey) != 1 or hotkey not in script_graph.HOTKEYS):
            yield Finding("error", "bad_hotkey", step["key"], answer["key"], hotkey)
        elif hotkey and hotkey in seen:
            yield Finding("error", "hotkey_twice", step["key"], answer["key"], hotkey)
        seen.add(hotkey)


def _shape(graph):
    """Cycles, several beginnings, and steps that no call gets to."""
    found = [Finding("error", "cycle", cycle[0], None, " → ".join([*cycle, cycle[0]])) for cycle in _cycles(graph)]
    roots = graph.roots
    if not roots and not found:
        found.append(Finding("error", "no_root"))
    found += [Finding("error", "two_roots", key, None, roots[0]) for key in roots[1:]]
    if graph.steps[graph.start]["kind"] != "ask":
        # The caller's matter may be told when the call is started, so nothing else may come first.
        found.append(Finding("error", "no_matter", graph.start))
    reached, todo = set(), [graph.start]
    while todo:
        key = todo.pop()
        if key in graph.steps and key not in reached:
            reached.add(key)
            todo += _targets(graph, key)
    below_other_roots = set(roots[1:])
    found += [
        Finding("error", "unreachable", key)
        for key in graph.steps
        if key not in reached and key not in below_other_roots
    ]
    return found + _late_conditions(graph)


def _targets(graph, key):
    answers = graph.steps[key].get("answers") or ()
    return [answer["next"] for answer in answers if answer.get("next") in graph.steps]


def _cycles(graph):
    """One list of keys for each way back that a walk from every step finds."""
    state, cycles = {}, []
    for first in graph.steps:
        if first in state:
            continue
        trail, stack = [], [(first, iter(_targets(graph, first)))]
        state[first] = "open"
        trail.append(first)
        while stack:
            _key, targets = stack[-1]
            target = next(targets, None)
            if target is None:
                stack.pop()
                state[trail.pop()] = "done"
            elif state.get(target) == "open":
                cycles.append(trail[trail.index(target) :])
            elif target not in state:
                state[target] = "open"
                trail.append(target)
                stack.append((target, iter(_targets(graph, target))))
    return cycles


def _late_conditions(graph):
    """Branches on an answer that is given only later, or on another way."""
    below = {}

    def leads_to(key, goal):
        if key not in below:
            seen, todo = set(), _targets(graph, key)
            while todo:
                step = todo.pop()
                if step not in seen:
                    seen.add(step)
                    todo += _targets(graph, step)
            below[key] = seen
        return goal in below[key]

    return [
        Finding("error", "answer_comes_later", step["key"], branch["key"], branch["after"])
        for step in graph.steps.values()
        if step["kind"] == "decide"
        for branch in step.get("answers") or ()
        if branch.get("when") == "answered"
        and (branch.get("after") or "").split(".")[0] in graph.steps
        and not leads_to(branch["after"].split(".")[0], step["key"])
    ]
