from odoo import api, models
from odoo.exceptions import UserError

from ..tools import script_check, script_graph, script_samples, script_text


class MobifoneScriptCompiler(models.AbstractModel):
    """Trying a script out on a sample line, as an agent would see it."""

    _inherit = "mobifone.script.compiler"

    @api.model
    def _try_out(self, content, sample, answers):
        """{step, trail} after some answers on a sample line; nothing is written."""
        findings = script_check.check(content, self._exclusions())
        if errors := [finding for finding in findings if finding.level == "error"]:
            message = self._message(errors[0], self._names(content))
            raise UserError(self.env._("The version has errors:\n%s", message))
        samples = self._samples(content["hotline"])
        if not isinstance(sample, str) or sample not in samples.lines or not isinstance(answers, list):
            raise UserError(self.env._("Choose one of the sample lines."))
        graph, run, given, trail = script_graph.Graph(content), script_samples.Run(samples, sample), set(), []
        step, passed = graph.shown(graph.start, run.facts, given)
        for key in answers:
            given |= {(decision["key"], branch["key"]) for decision, branch in passed}
            answer = graph.answer(step["key"], key) if isinstance(key, str) else None
            if not answer:
                raise UserError(self.env._("This step has no such answer: choose one of those shown."))
            run = run.give(step, answer)
            trail.append((step, answer, *self._result(run, step, answer)))
            given.add((step["key"], key))
            step, passed = graph.shown(answer["next"], run.facts, given)
        return self._tried(samples, run, step, trail)

    @api.model
    def _result(self, run, step, answer):
        """(code, text) of what an act or form would have come to on the sample line."""
        deed = (step.get("act") or step.get("form")) if answer.get("submits") else None
        if not deed or deed in run.done:
            return (deed and "ok", deed and self.env._("Done (tried only)"))
        verdicts = self.env["mobifone.verdict"]
        if deed == "registration":
            verdict = verdicts._registration_rule(run.line)
        elif deed == "occupation":
            verdict = verdicts._occupation_rule(run.line, run.exclusion, run.moment)
        else:
            verdict = verdicts._consult(run.line, run.exclusion)
        return verdict["code"], verdict["reason"]

    @api.model
    def _tried(self, samples, run, step, trail):
        results = [text for _step, _answer, _code, text in trail if text]
        variables = self.env["mobifone.script.situation"]._variables(
            run.line, script_samples.NUMBER, samples.hotline, run.exclusion, results[-1] if results else ""
        )
        desk = self.env["mobifone.desk"]
        return {
            "step": desk._step(step, len(trail) + 1, variables),
            "trail": [
                {
                    "id": place,
                    "kind": past["kind"],
                    "section": past.get("section"),
                    "title": script_text.render(past.get("title"), variables),
                    "answer": script_text.render(answer.get("label"), variables),
                    "result": code or False,
                    "result_text": text or False,
                    "is_voided": False,
                }
                for place, (past, answer, code, text) in enumerate(trail, 1)
            ],
        }

    @api.model
    def _sample_labels(self):
        words = {
            "smartphone": self.env._("Smartphone"),
            "feature_phone": self.env._("Feature phone"),
            "unknown": self.env._("Unknown handset"),
            "papers_complete": self.env._("papers complete"),
            "papers_missing": self.env._("papers missing"),
            "papers_missing_nice": self.env._("papers missing, nice number"),
            "not_installed": self.env._("no app"),
            "installed": self.env._("app installed"),
            "app_unknown": self.env._("app unknown"),
            "locked": self.env._("locked"),
            "blacklisted": self.env._("wants no messages"),
            "occupation_open": self.env._("occupation may be asked"),
            "occupation_recorded": self.env._("occupation on record"),
            "official_line": self.env._("official line"),
            "at_night": self.env._("outside the hours of the occupation"),
            "other_network": self.env._("Not a MobiFone line"),
            "terminated": self.env._("Terminated line"),
            "postpaid": self.env._("Postpaid line"),
            "one_way": self.env._("Line locked one way"),
            "two_way": self.env._("Line locked both ways"),
            "operations": self.env._("Operations line"),
            "test": self.env._("Test SIM"),
            script_samples.TAKEN: self.env._("Open line that another channel takes before the consult is saved"),
            "papers_unknown": self.env._("Papers unknown"),
            script_samples.NOT_AT_HAND: self.env._("Papers missing, not all of them at hand"),
            "request_draft": self.env._("Papers missing, draft of an update request"),
            "request_pending": self.env._("Papers missing, update request waits"),
            "request_overdue": self.env._("Papers missing, update request overdue"),
            "request_approved": self.env._("Papers missing again after an approved update request"),
            "request_rejected": self.env._("Papers missing, update request rejected"),
        }
        keys = list(self._samples(False).lines)
        first = "smartphone/papers_complete/not_installed/occupation_open"
        keys.sort(key=lambda key: (key != first, key.count("/") == 3))
        return [{"key": key, "label": ", ".join(words[part] for part in key.split("/"))} for key in keys]
