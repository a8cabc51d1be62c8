"""Files of call scripts: the shipped ones and what admins export and import are the same JSON."""

import json
import re
from pathlib import Path

from . import script_graph

MAX_BYTES = 2_000_000
MAX_STEPS = 500
MAX_LINE, MAX_TEXT = 200, 10_000  # characters
HEADINGS = ("key", "name", "hotline", "version")
_TEXT = str
# NUL and lone surrogates: PostgreSQL takes neither.
_SCRIPT_KEY = re.compile(r"[a-z0-9][a-z0-9_]{0,59}")
_UNREADABLE = re.compile(r"[\0\ud800-\udfff]")
_STEP = {
    "key": _TEXT, "kind": script_graph.KINDS, "section": script_graph.SECTIONS, "title": _TEXT, "text": _TEXT,
    "act": script_graph.ACTS, "form": script_graph.FORMS, "outcome": script_graph.OUTCOMES, "exclusion": _TEXT,
    "answers": list,
}  # fmt: skip
_ANSWER = {
    "key": _TEXT, "label": _TEXT, "hotkey": _TEXT, "main": bool, "submits": bool, "next": _TEXT, "exclusion": _TEXT,
    "device": ("smartphone", "feature_phone"), "when": ("otherwise", "answered", *script_graph.CONDITIONS),
    "after": _TEXT,
}  # fmt: skip


class BadPackageError(Exception):
    """It is no script. `code` says why, `place` where."""

    def __init__(self, code: str, place: str = ""):
        super().__init__(f"{code} {place}")
        self.code, self.place = code, place


def read(data: bytes) -> dict:
    """The content of a file, as script_graph describes it.

    A text may be written as a list of its lines.

    :raise BadPackageError: too_big, not_json, not_a_script, wrong_format, missing, unknown, wrong_value, key_twice
    """
    if len(data) > MAX_BYTES:
        raise BadPackageError("too_big")
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BadPackageError("not_json") from error
    if not isinstance(content, dict) or not isinstance(content.get("steps"), list):
        raise BadPackageError("not_a_script")
    if content.get("format") != script_graph.FORMAT:
        raise BadPackageError("wrong_format")
    _check_headings(content)
    if len(content["steps"]) > MAX_STEPS:
        raise BadPackageError("too_big")
    steps = [_typed(step, _STEP, f"steps[{place}]") for place, step in enumerate(content["steps"])]
    for step in steps:
        answers = enumerate(step.get("answers") or ())
        step["answers"] = [_typed(answer, _ANSWER, f"{step['key']}.answers[{place}]") for place, answer in answers]
        _unique(step["answers"], step["key"])
        if not step["answers"]:
            del step["answers"]
    _unique(steps, "steps")
    return {
        "format": script_graph.FORMAT,
        **{name: content[name] for name in HEADINGS},
        "steps": steps,
    }


def _check_headings(content):
    for name in HEADINGS:
        if not isinstance(content.get(name), str) or not content[name].strip():
            raise BadPackageError("missing", name)
        if len(content[name]) > MAX_LINE or _UNREADABLE.search(content[name]):
            raise BadPackageError("wrong_value", name)
    if not _SCRIPT_KEY.fullmatch(content["key"]):
        raise BadPackageError("wrong_value", "key")
    if content["hotline"] not in script_graph.FACTS["hotline"]:
        raise BadPackageError("wrong_value", "hotline")


def write(content: dict) -> bytes:
    """The file of a content; texts of several lines are written line by line, so that differences can be read."""
    steps = [
        {**step, "text": step["text"].split("\n")} if "\n" in step.get("text", "") else step
        for step in content["steps"]
    ]
    return (json.dumps({**content, "steps": steps}, ensure_ascii=False, indent=1) + "\n").encode()


def shipped(folder: Path) -> list:
    """The files of a folder as bytes of complete scripts, in the order of their names.

    A file that has `base` is that other file with some of its steps replaced or added, and other headings: the scripts
    of the hotlines share most of their steps. Files whose name begins with `_` are only bases.
    """
    return [
        json.dumps(_complete(folder, path.name)).encode()
        for path in sorted(folder.glob("*.json"))
        if not path.name.startswith("_")
    ]


def _complete(folder, name):
    content = json.loads((folder / name).read_text(encoding="utf-8"))
    if "base" not in content:
        return content
    base = _complete(folder, content.pop("base"))
    own = {step["key"]: step for step in content.pop("steps", [])}
    steps = [own.pop(step["key"], step) for step in base["steps"]]
    dropped = set(content.pop("without", ()))
    return {**base, **content, "steps": [step for step in [*steps, *own.values()] if step["key"] not in dropped]}


def _typed(values, types, place):
    if not isinstance(values, dict):
        raise BadPackageError("wrong_value", place)
    if not isinstance(values.get("key"), str) or not values["key"]:
        raise BadPackageError("missing", f"{place}.key")
    typed = {}
    for name, value in values.items():
        if name not in types:
            raise BadPackageError("unknown", f"{place}.{str(name)[:40]}")
        if name == "text" and isinstance(value, list) and all(isinstance(line, str) for line in value):
            value = "\n".join(value)
        if value in ("", None):
            continue
        wanted = types[name]
        if not (value in wanted if isinstance(wanted, tuple) else isinstance(value, wanted)):
            raise BadPackageError("wrong_value", f"{place}.{name}")
        longest = MAX_TEXT if name == "text" else MAX_LINE
        if isinstance(value, str) and (len(value) > longest or _UNREADABLE.search(value)):
            raise BadPackageError("wrong_value", f"{place}.{name}")
        if value:
            typed[name] = value
    return typed


def _unique(items, place):
    keys = [item["key"] for item in items]
    if twice := next((key for key in keys if keys.count(key) > 1), None):
        raise BadPackageError("key_twice", f"{place}: {twice}")
