"""A call script as plain data: steps by key, answers that point forward. No database here.

The content of a version is a dict, the same in the shipped files, in exports and in the compiled version:

    {"format": 1, "key", "name", "hotline", "version", "steps": [
        {"key", "kind", "section", "title", "text", "act", "form", "outcome", "exclusion", "answers": [
            {"key", "label", "hotkey", "main", "submits", "next", "exclusion", "device", "when", "after"}]}]}

Kinds: `say` and `ask` show a text; `act` and `form` do something when an answer that `submits` is given; `decide`
takes the first branch whose `when` holds; `end` has the outcome. `when` is `fact.value`, `answered` (then `after` is
`step.answer`, given earlier in the call) or `otherwise`.
"""

FORMAT = 1
KINDS = ("say", "ask", "decide", "form", "act", "end")
SECTIONS = ("matter", "papers", "request", "consult", "occupation", "closing")
ACTS = ("consult", "transfer")
FORMS = ("occupation", "registration")
OUTCOMES = (
    "link_sent", "refused", "already_has_app", "benefits_introduced", "excluded", "referred_shop", "guided_online",
    "guided_point", "transferred", "abandoned", "done",
)  # fmt: skip
# An answer's keys on the keyboard: digits and letters. Enter, Backspace and Escape have a meaning of their own.
HOTKEYS = "123456789abcdefghijklmnopqrstuvwxyz"
# Facts a branch may look at, and their values.
FACTS = {
    "hotline": ("1090", "9090", "18001090"),
    "line": ("active", "one_way", "two_way", "terminated", "not_found"),
    "usage": ("personal", "official", "operations", "test"),
    "payment": ("prepaid", "postpaid"),
    "device": ("smartphone", "feature_phone", "unknown"),
    "app": ("installed", "not_installed", "unknown"),
    "papers": ("complete", "incomplete", "unknown"),
    "route": ("none", "online", "main_store", "transaction_point", "ask_device"),
    "nice": ("yes", "no"),
    "consult": (
        "ok", "other_network", "line_terminated", "excluded", "no_smartphone", "app_installed", "app_unknown",
        "blacklisted", "locked",
    ),
    "occupation": ("ok", "other_network", "line_class", "lost_phone", "outside_hours", "recorded"),
    "registration": ("ok", "other_network", "line_terminated", "main_store", "pending"),
    "request": ("none", "draft", "pending", "overdue", "approved", "rejected"),
    "promotion": ("yes", "no"),
    "excluded": ("yes", "no"),
    "consulted": ("yes", "no"),
    "told_occupation": ("yes", "no"),
    "registered": ("yes", "no"),
    "transferred": ("yes", "no"),
}  # fmt: skip
CONDITIONS = tuple(f"{fact}.{value}" for fact, values in FACTS.items() for value in values)


class Graph:
    """A script to walk through."""

    def __init__(self, content: dict):
        self.content = content
        self.steps = {step["key"]: step for step in content["steps"]}

    @property
    def roots(self) -> list:
        """Keys of the steps that no other step points to, in the script's order; a sound script has one."""
        targets = {
            answer.get("next")
            for step in self.steps.values()
            for answer in step.get("answers") or ()
            if answer.get("next") != step["key"]
        }
        return [key for key in self.steps if key not in targets]

    @property
    def start(self) -> str:
        """Key of the step a call begins with."""
        return next(iter(self.roots), next(iter(self.steps)))

    def answer(self, step_key: str, answer_key: str) -> dict | None:
        """The answer of that key, None when the step has none."""
        answers = self.steps[step_key].get("answers") or ()
        return next((answer for answer in answers if answer["key"] == answer_key), None)

    def branch(self, step: dict, facts: dict, given: set) -> dict:
        """The first branch of a `decide` step that holds.

        :param facts: fact → value (FACTS)
        :param given: answers given so far in the call, as (step key, answer key)
        """
        return next(branch for branch in step["answers"] if holds(branch, facts, given))

    def shown(self, key: str, facts: dict, given: set) -> tuple:
        """Follow the decisions from the step `key`: (the first step to be shown, [(step, branch) passed])."""
        passed = []
        while (step := self.steps[key])["kind"] == "decide":
            branch = self.branch(step, facts, given)
            passed.append((step, branch))
            key = branch["next"]
        return step, passed


def holds(branch: dict, facts: dict, given: set) -> bool:
    """Does the branch's condition hold?"""
    when = branch.get("when") or "otherwise"
    if when == "otherwise":
        return True
    if when == "answered":
        return tuple(branch["after"].split(".")) in given
    fact, _dot, value = when.partition(".")
    return facts.get(fact) == value


def outcome_of(step: dict) -> str:
    """The outcome of an `end` step, with the reason when it is an exclusion."""
    outcome = step.get("outcome") or "done"
    return f"excluded:{step['exclusion']}" if outcome == "excluded" else outcome


def difference(before: list, after: list, tell=None) -> list:
    """What changed between the steps of two versions: list of {step, title, change, field, old, new}.

    `change` is added, removed or changed; of an answer `field` is "answer.<key>".

    :param tell: function that tells an answer in words
    """
    tell = tell or _answer_text
    old, new = ({step["key"]: step for step in steps} for steps in (before, after))
    found = []
    for key in [*new, *(key for key in old if key not in new)]:
        step = new.get(key) or old[key]
        if key not in old or key not in new:
            change = "added" if key in new else "removed"
            text = _text(step, tell)
            found.append(_change(step, change, "", *(("", text) if key in new else (text, ""))))
            continue
        for name in ("kind", "section", "title", "text", "act", "form", "outcome", "exclusion"):
            if (old[key].get(name) or "") != (step.get(name) or ""):
                found.append(_change(step, "changed", name, old[key].get(name) or "", step.get(name) or ""))
        found += _answer_changes(step, old[key].get("answers") or [], step.get("answers") or [], tell)
    return found


def _answer_changes(step, before, after, tell):
    old, new = ({answer["key"]: tell(answer) for answer in answers} for answers in (before, after))
    return [
        _change(step, "changed", f"answer.{key}", old.get(key, ""), new.get(key, ""))
        for key in [*new, *(key for key in old if key not in new)]
        if old.get(key) != new.get(key)
    ]


def _change(step, change, field, old, new):
    title = step.get("title") or step["key"]
    return {"step": step["key"], "title": title, "change": change, "field": field, "old": old, "new": new}


def _text(step, tell):
    lines = [step.get("text") or step.get("outcome") or "", *map(tell, step.get("answers") or ())]
    return "\n".join(line for line in lines if line)


def _answer_text(answer):
    marks = {name: answer.get(name) for name in ("hotkey", "main", "submits", "exclusion", "device", "after")}
    shown = ", ".join(f"{name}={value}" for name, value in marks.items() if value)
    label = answer.get("label") or answer.get("when") or answer["key"]
    return f"{label} → {answer.get('next') or '?'}" + (f" ({shown})" if shown else "")
