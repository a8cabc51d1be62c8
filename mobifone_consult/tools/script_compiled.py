"""A published version ready to run."""

import hashlib
import json

from . import script_graph, script_text


class Compiled:
    """A published version with the ids of its records."""

    def __init__(self, version_sudo):
        content = version_sudo._content()
        for step in content["steps"]:
            labels = [answer.get("label") for answer in step.get("answers") or ()]
            names = map(script_text.names, [step.get("title"), step.get("text"), *labels])
            step["variables"] = frozenset().union(*names)
        self.graph = script_graph.Graph(content)
        self.step_ids = {step.key: step.id for step in version_sudo.step_ids}
        self.step_keys = {step_id: key for key, step_id in self.step_ids.items()}
        self.answer_ids = {(answer.step_id.key, answer.key): answer.id for answer in version_sudo.step_ids.answer_ids}
        self.answer_keys = {answer_id: key for (_step_key, key), answer_id in self.answer_ids.items()}


def checksum(steps: list) -> str:
    """Checksum of the steps of a script, as plain data."""
    text = json.dumps(steps, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
