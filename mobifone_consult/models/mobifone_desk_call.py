from odoo import api, models
from odoo.exceptions import UserError

from ..tools import script_graph
from .mobifone_lookup import MAX_ID


class MobifoneDesk(models.AbstractModel):
    """The desk's guided calls: a look-up is led through the script that is live on its hotline (design 4 and 6).

    A step is {id, kind, section, title, text, answers: [{key, label, hotkey, is_main, submits}], form, fields,
    outcome}. Each method below answers with the step to show and with `trail`, what was shown before; and with `line`,
    as `lookup` answers, where an answer changed what is known of the line.
    """

    _inherit = "mobifone.desk"

    @api.model
    def start_call(self, lookup_id, matter=None):
        """Begin the guided call of a look-up, or go on with it: a look-up has one call.

        :param str matter: key of the answer to the script's first question, when the caller has told it already
        :return: {call_id, step, trail}; {ok: False, verdict} while the notice of missing papers waits for its OK
        :raise UserError: when no script is live on the hotline, or it knows no such matter
        """
        desk = self._enter()
        lookup = desk.env["mobifone.lookup"]._open(lookup_id)
        facts = desk._facts_of(lookup)
        if desk._must_acknowledge(lookup, facts):
            verdict = desk.env["mobifone.verdict"]._not_acknowledged()
            return {"ok": False, "verdict": verdict, "call_id": False, "step": False, "trail": []}
        # sudo: agents have no access to calls; this is the one of the user's own look-up
        call_sudo = desk.env["mobifone.call"].sudo().browse(lookup["call_id"])
        if not call_sudo:
            script_id, version_id = desk.env["mobifone.script"]._live(lookup["hotline"] or False)
            if not version_id:
                raise UserError(desk.env._("No script is live on this hotline."))
            # sudo: scripts are the managers'
            compiled = desk.env["mobifone.script.version"].sudo().browse(version_id)._compiled()
            desk._check_matter(compiled.graph, matter)
            call_sudo = desk.env["mobifone.call"]._begin(lookup, script_id, version_id)
            if not call_sudo:
                return desk._read_apart(lambda fresh: fresh.start_call(lookup_id))
            run = desk._run(call_sudo, lookup)
            desk._show(run, compiled.graph.start)
            if matter:
                desk._give(run, run["open"], compiled.graph.answer(compiled.graph.start, matter), None)
        else:
            run = desk._run(call_sudo, lookup)
        return {"call_id": call_sudo.id, **desk._shown(run)}

    @api.model
    def answer(self, call_id, step_id, answer=None, values=None):
        """Answer the step that is shown; an `act` or `form` acts only now.

        One of several equal requests advances the call; a stale `step_id` changes nothing and gets the current step.

        :param int step_id: `id` of the step that was shown
        :param str answer: key of the answer; may be left out where one is the main answer or the only one
        :param dict values: of a form's fields, by name
        :return: {step, trail}
        :raise UserError: when there is no such answer, or a value of the form is wrong: nothing is changed
        """
        desk = self._enter()
        if isinstance(step_id, bool) or not isinstance(step_id, int) or not 0 < step_id <= MAX_ID:
            raise UserError(desk.env._("“step_id” must be the number of the step that was shown."))
        call_sudo = desk.env["mobifone.call"]._own(call_id)
        run = desk._run(call_sudo)
        row = run["open"]
        if call_sudo.state != "open" or row is None or row["id"] != step_id:
            # Whoever missed the answer to his first try missed what it changed.
            return desk._shown({**run, "is_line_changed": True})
        step = run["compiled"].graph.steps[row["key"]]
        if step["kind"] == "end":
            return desk._shown(run)
        chosen = desk._choose(step, answer)
        form = desk._form_values(step, values) if step["kind"] == "form" and chosen.get("submits") else None
        if not desk._give(run, row, chosen, form):
            return desk._read_apart(lambda fresh: fresh._shown(fresh._run(fresh.env["mobifone.call"]._own(call_id))))
        return desk._shown(run)

    @api.model
    def back(self, call_id, step_id=None):
        """Take the last answer back and show its step again. What was saved stays saved.

        :param int step_id: the step that is shown, when a repeated request must not go back twice
        :return: {step, trail}
        """
        desk = self._enter()
        call_sudo = desk.env["mobifone.call"]._own(call_id)
        run = desk._run(call_sudo)
        row, graph = run["open"], run["compiled"].graph
        live = [past for past in run["trail"] if not past["voided_on"]]
        earlier = [past for past in live if past is not row and graph.steps[past["key"]]["kind"] != "decide"]
        is_stale = step_id is not None and row is not None and row["id"] != step_id
        if call_sudo.state != "open" or row is None or is_stale or not earlier:
            return desk._shown(run)
        taken_back = [past["id"] for past in live if past["id"] >= earlier[-1]["id"]]
        if not desk.env["mobifone.call.step"]._void(taken_back):
            return desk._read_apart(lambda fresh: fresh._shown(fresh._run(fresh.env["mobifone.call"]._own(call_id))))
        desk._readmit(run, set(taken_back))
        desk._forget_handset(run, set(taken_back))
        run = {**desk._run(call_sudo, run["lookup"]), "is_line_changed": True}
        desk._show(run, earlier[-1]["key"])
        return desk._shown(run)

    @api.model
    def finish(self, call_id, outcome=None):
        """Close the call: with the outcome of its end step, or before that with what the agent says.

        :param str outcome: one of the outcomes of design 4; left out before the end: abandoned
        :return: {outcome}; of a closed call the one it has
        :raise UserError: when the outcome is none, or says what did not happen
        """
        desk = self._enter()
        call_sudo = desk.env["mobifone.call"]._own(call_id)
        desk._check_outcome(outcome)
        if call_sudo.state == "open":
            run = desk._run(call_sudo)
            step = run["compiled"].graph.steps[run["open"]["key"]]
            if step["kind"] == "end":
                outcome = script_graph.outcome_of(step)
            elif outcome:
                desk._check_truth(outcome, run)
            # The row that is shown decides between an answer and an end that come at once.
            if not desk.env["mobifone.call.step"]._touch(run["open"]["id"]):
                return desk._read_apart(lambda fresh: fresh.finish(call_id, outcome))
            call_sudo._finish(outcome or "abandoned")
        return {"outcome": call_sudo.outcome}

    @api.model
    def resume_call(self, call_id):
        """Show an interrupted call of the user's own again, where it was left.

        :return: {call_id, lookup_id, msisdn_masked, hotline, step, trail}
        """
        desk = self._enter()
        call_sudo = desk.env["mobifone.call"]._own(call_id)
        run = desk._run(call_sudo)
        desk._log_reread(run["lookup"], call_sudo)
        return {**desk._heading(call_sudo), **desk._shown(run)}

    @api.model
    def call_line(self, call_id):
        """What `lookup` answers, as it is now, for the line of an open call of the user's own.

        :raise AccessError: when the call is not the user's
        """
        desk = self._enter()
        call_sudo = desk.env["mobifone.call"]._own(call_id)
        lookup = desk.env["mobifone.lookup"]._row(call_sudo.lookup_id.id)
        desk._log_reread(lookup, call_sudo)
        return desk._line_of(lookup, desk._facts_of(lookup) if call_sudo.state == "open" else None)

    @api.model
    def open_calls(self):
        """The user's own calls that are not finished, newest first.

        :return: list of {call_id, lookup_id, msisdn_masked, hotline, started_on}
        """
        desk = self._enter()
        # sudo: agents have no access to calls; these are the user's own
        calls_sudo = desk.env["mobifone.call"].sudo().search([("user_id", "=", desk.env.uid), ("state", "=", "open")])
        return [desk._heading(call_sudo) for call_sudo in calls_sudo]

    # ------------------------------------------------------------
    # INPUT
    # ------------------------------------------------------------

    @api.model
    def _check_matter(self, graph, matter):
        if matter in (None, False, ""):
            return
        answers = graph.steps[graph.start].get("answers") or []
        if not isinstance(matter, str) or not graph.answer(graph.start, matter):
            known = ", ".join(answer["key"] for answer in answers)
            raise UserError(self.env._("The script knows no such matter; it knows: %s.", known))

    @api.model
    def _choose(self, step, key):
        answers = step["answers"]
        if key in (None, False, "") and (len(answers) == 1 or any(answer.get("main") for answer in answers)):
            return next((answer for answer in answers if answer.get("main")), answers[0])
        chosen = next((answer for answer in answers if answer["key"] == key), None) if isinstance(key, str) else None
        if not chosen:
            raise UserError(self.env._("This step has no such answer: choose one of those shown."))
        return chosen

    @api.model
    def _form_values(self, step, values):
        if not isinstance(values, dict):
            raise UserError(self.env._("Fill in the form first."))
        names = {field["name"] for field in self._form_fields(step)}
        if unknown := sorted(str(name)[:50] for name in values if name not in names):
            raise UserError(self.env._("The form has no field “%s”.", unknown[0]))
        if step["form"] == "registration":
            return values
        return {"occupation": self._occupation_of_code(values.get("occupation")).code}

    @api.model
    def _check_outcome(self, outcome):
        if outcome in (None, False, ""):
            return
        known = dict(self.env["mobifone.call"]._selection_outcome())
        if not isinstance(outcome, str) or outcome not in known:
            raise UserError(self.env._("There is no such outcome."))

    @api.model
    def _check_truth(self, outcome, run):
        """A call that was not led to an end may not claim what did not happen."""
        facts, _variables = self._situation(run)
        kind, _colon, code = outcome.partition(":")
        untrue = {
            "link_sent": facts["consulted"] == "no",
            "refused": facts["consulted"] == "yes",
            "already_has_app": facts["app"] != "installed",
            "benefits_introduced": facts["app"] != "installed",
            "excluded": run["lookup"]["exclusion"] != code,
        }
        if untrue.get(kind):
            raise UserError(self.env._("This did not happen in the call: choose another outcome."))

    # ------------------------------------------------------------
    # OUTPUT
    # ------------------------------------------------------------

    @api.model
    def _read_apart(self, read):
        """Answer from a fresh snapshot: another request changed the call after ours was made, and has committed."""
        with self.env.registry.cursor() as cr:
            return read(self.with_env(self.env(cr=cr)))
