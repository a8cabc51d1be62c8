from collections import Counter

from odoo import api, models

from ..tools import script_check, script_graph, script_paths, script_samples, sms_length


class MobifoneScriptCompiler(models.AbstractModel):
    """Checks a script before it is published, and tries it out, on sample lines with the rules of the desk."""

    _name = "mobifone.script.compiler"
    _description = "Script Compiler"

    @api.model
    def _compile(self, content):
        """The report on a script: {findings: [{level, code, step, answer, message}], paths, outcomes, sms}.

        `paths` are all ways that some sample line can take: [{passed: [[step, answer]], outcome, lines, sample}].

        :param dict content: as tools.script_graph describes it
        """
        findings = script_check.check(content, self._exclusions())
        found = []
        if not any(finding.level == "error" for finding in findings):
            graph = script_graph.Graph(content)
            try:
                found = script_paths.paths(graph, self._samples(content["hotline"]).runs())
            except script_paths.TooManyPathsError:
                findings.append(
                    script_check.Finding("error", "too_many_paths", None, None, str(script_paths.MAX_PATHS))
                )
            else:
                findings += [
                    script_check.Finding("error", "untrue_end", key) for key in script_paths.untrue_ends(found)
                ]
                findings += [
                    script_check.Finding("warning", "never_taken", step, answer)
                    for step, answer in script_paths.never_taken(graph, found)
                ]
        findings += self._sms_findings(content)
        names = self._names(content)
        return {
            "findings": [
                {**finding._asdict(), "message": self._message(finding, names), "what": self._what(finding, names)}
                for finding in findings
            ],
            "paths": [
                {
                    "passed": path.passed,
                    "outcome": script_graph.outcome_of(path.end),
                    "end": path.end["key"],
                    "lines": path.lines,
                    "sample": path.run.key,
                }
                for path in found
            ],
            "outcomes": dict(Counter(script_graph.outcome_of(path.end) for path in found)),
        }

    @api.model
    def _findings_by_step(self, content, report):
        """{key of a step: [(level, message)]} of the shape as it is now, with what the last check said of its ways.

        The messages stand beside their step and do not name it.
        """
        findings = script_check.check(content, self._exclusions()) + self._sms_findings(content)
        findings += [
            script_check.Finding(*(finding[name] for name in script_check.Finding._fields))
            for finding in (report or {}).get("findings", ())
            if finding["code"] == "never_taken"
        ]
        found, names = {}, self._names(content)
        for finding in findings:
            found.setdefault(finding.step, []).append((finding.level, self._what(finding, names)))
        return found

    # ------------------------------------------------------------
    # SAMPLE LINES
    # ------------------------------------------------------------

    @api.model
    def _samples(self, hotline):
        # sudo: settings are readable to administrators only
        words = self.env["ir.config_parameter"].sudo()._mobifone_text("nice_commitment")
        lines = script_samples.lines(words.split(",")[0].strip() or "CK")
        situations = self.env["mobifone.script.situation"]
        return script_samples.Samples(
            lines, lambda run: situations._facts(run.line, hotline, run.exclusion, run.moment, run.done), hotline
        )

    # ------------------------------------------------------------
    # MESSAGES
    # ------------------------------------------------------------

    @api.model
    def _exclusions(self):
        # sudo: names of exclusion reasons are no secret
        return set(self.env["mobifone.exclusion.reason"].sudo().search([]).mapped("code"))

    @api.model
    def _sms_findings(self, content):
        """How long the SMS is that each step sends which saves a consult."""
        # sudo: settings are readable to administrators only
        text = self.env["ir.config_parameter"].sudo()._mobifone_text("sms_text")
        encoding, length, parts = sms_length.measure(text)
        detail = self.env._(
            "%(length)s characters in %(encoding)s: %(parts)s SMS", length=length, encoding=encoding, parts=parts
        )
        return [
            script_check.Finding("info" if encoding == "GSM-7" else "warning", "sms_length", step["key"], None, detail)
            for step in content["steps"]
            if step.get("act") == "consult"
        ]

    @api.model
    def _names(self, content):
        """What people call the steps and answers: {key of a step: title, (key of a step, key of an answer): label}."""
        conditions = dict(self.env["mobifone.script.answer"]._fields["condition"]._description_selection(self.env))
        names = {step["key"]: step.get("title") or step["key"] for step in content["steps"]}
        branches = []
        for step in content["steps"]:
            for answer in step.get("answers") or ():
                label = answer.get("label") or conditions.get(answer.get("when")) or answer["key"]
                names[step["key"], answer["key"]] = label
                if answer.get("when") == "answered" and answer.get("after"):
                    branches.append((step["key"], answer))
        for key, answer in branches:
            names[key, answer["key"]] = self._place(answer["after"], names)
        return names

    @api.model
    def _place(self, place, names):
        """“step.answer” in people's words."""
        step, _dot, answer = place.partition(".")
        return f"{names.get(step, step)} › {names.get((step, answer), answer)}"

    @api.model
    def _message(self, finding, names):
        """The finding in the user's language, with its step and answer named."""
        what = self._told(finding, names)
        step = names.get(finding.step, finding.step)
        if finding.answer:
            answer = names.get((finding.step, finding.answer), finding.answer)
            return self.env._("Step “%(step)s”, answer “%(answer)s”: %(what)s", step=step, answer=answer, what=what)
        if finding.step:
            return self.env._("Step “%(step)s”: %(what)s", step=step, what=what)
        return what

    @api.model
    def _what(self, finding, names):
        """The finding beside its step: only the answer is named."""
        what = self._told(finding, names)
        if finding.answer:
            answer = names.get((finding.step, finding.answer), finding.answer)
            return self.env._("“%(answer)s”: %(what)s", answer=answer, what=what)
        return what[:1].upper() + what[1:]

    @api.model
    def _told(self, finding, names):
        text, detail = self._texts()[finding.code], finding.detail
        if finding.code in ("cycle", "two_roots"):
            detail = " → ".join(names.get(key, key) for key in detail.split(" → "))
        elif finding.code in ("answer_comes_later", "unknown_answer") and detail:
            detail = self._place(detail, names)
        return text % {"detail": detail} if "%(detail)s" in text else text

    @api.model
    def _texts(self):
        return {
            "no_steps": self.env._("The version has no steps."),
            "bad_key": self.env._("the key must be small letters, digits and “_”, and begin with a letter."),
            "key_twice": self.env._("the key is used twice."),
            "unknown_variable": self.env._("there is no variable %(detail)s."),
            "no_fallback": self.env._(
                "the variable %(detail)s may be empty: write what is said then after a bar, as in {name|text}."
            ),
            "malformed": self.env._("braces hold the name of a variable and nothing else: “%(detail)s”."),
            "dead_end": self.env._("it leads nowhere."),
            "no_text": self.env._("there is nothing to say."),
            "say_with_answers": self.env._("a step that says something has one answer: to go on."),
            "no_act": self.env._("choose what it does."),
            "no_form": self.env._("choose the form."),
            "nothing_submits": self.env._("no answer carries it out."),
            "end_with_answers": self.env._("an end has no answers."),
            "no_outcome": self.env._("an end needs an outcome."),
            "unknown_outcome": self.env._("there is no outcome “%(detail)s”."),
            "unknown_exclusion": self.env._("there is no exclusion reason “%(detail)s”."),
            "foreign_step": self.env._("it leads to a step that this version does not have: “%(detail)s”."),
            "unknown_answer": self.env._("it looks at an answer that this version does not have: “%(detail)s”."),
            "unknown_condition": self.env._("there is no condition “%(detail)s”."),
            "branch_after_otherwise": self.env._("“otherwise” comes last."),
            "no_otherwise": self.env._("the last branch of a decision is “otherwise”."),
            "answer_comes_later": self.env._("“%(detail)s” is never answered before it."),
            "two_mains": self.env._("only one answer is given by Enter."),
            "no_label": self.env._("it has no text."),
            "no_hotkey": self.env._("it needs a key on the keyboard."),
            "bad_hotkey": self.env._("“%(detail)s” is no key for an answer: take a digit from 1 or a small letter."),
            "hotkey_twice": self.env._("the key %(detail)s is taken by another answer."),
            "cycle": self.env._("it leads back to itself: %(detail)s."),
            "no_matter": self.env._("a call begins with a question: what the caller needs."),
            "untrue_end": self.env._("a call can get there without a saved consult."),
            "no_root": self.env._("No step comes first."),
            "two_roots": self.env._("two beginnings: no step leads to it, nor to “%(detail)s”."),
            "unreachable": self.env._("no call gets there."),
            "too_many_paths": self.env._("There are more than %(detail)s ways through it."),
            "never_taken": self.env._("no sample line gets there."),
            "sms_length": self.env._("the SMS has %(detail)s."),
        }
