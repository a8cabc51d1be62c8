from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import script_text


class MobifoneDesk(models.AbstractModel):
    """How a guided call goes on: what one answer does, and what is shown next."""

    _inherit = "mobifone.desk"

    @api.model
    def _run(self, call_sudo, lookup=None):
        """All about a call that a request needs: {call, lookup, compiled, trail, open}."""
        compiled = call_sudo.version_id._compiled()
        trail = self.env["mobifone.call.step"]._trail(call_sudo.id, compiled)
        is_open = [row for row in trail if not row["answered_on"] and not row["voided_on"]]
        lookup = lookup or self.env["mobifone.lookup"]._row(call_sudo.lookup_id.id)
        return {
            "call": call_sudo, "lookup": lookup, "compiled": compiled, "trail": trail,
            "open": is_open[0] if is_open else None, "situation": None,
            "line": None, "is_line_changed": False,
        }  # fmt: skip

    @api.model
    def _situation(self, run):
        """(facts, variables) of the call as it stands; read once, until something is done in the call."""
        if run["situation"]:
            return run["situation"]
        lookup, graph = run["lookup"], run["compiled"].graph
        if run["call"].state != "open":
            # A closed call shows what it showed, never what has become of the line since.
            shown = (run["open"] or {}).get("variables") or {}
            run["situation"] = ({}, {**shown, "so_tb": lookup["number_masked"]})
            return run["situation"]
        line = run["line"] = self._facts_of(lookup)
        done = {
            step.get("act") or step.get("form")
            for row in run["trail"]
            if (step := graph.steps[row["key"]]) and row["result"] == "ok"
            # Only words: taken back, it did not happen.
            if not (step.get("act") == "transfer" and row["voided_on"])
        }
        if lookup["consultation_id"]:
            done.add("consult")  # also one that was saved at the desk
        results = [row["result_text"] for row in run["trail"] if row["result_text"] and not row["voided_on"]]
        situations = self.env["mobifone.script.situation"]
        exclusion, moment = lookup["exclusion"], run["call"].started_on
        run["situation"] = (
            situations._facts(line, lookup["hotline"], exclusion, moment, done),
            situations._variables(
                line, line["msisdn"] if line else lookup["number_masked"], lookup["hotline"], exclusion,
                results[-1] if results else "",
            ),
        )  # fmt: skip
        return run["situation"]

    @api.model
    def _show(self, run, key):
        """Go to the step `key`, through the decisions there, and show what comes."""
        facts, variables = self._situation(run)
        given = {(row["key"], row["answer"]) for row in run["trail"] if row["answer"] and not row["voided_on"]}
        step, passed = run["compiled"].graph.shown(key, facts, given)
        kept = {name: value for name in step["variables"] - script_text.PRIVATE if (value := variables.get(name))}
        self.env["mobifone.call.step"]._append(run["call"].id, run["compiled"], passed, step, kept)
        # Nothing but the rows is new.
        known = {name: run[name] for name in ("line", "is_line_changed")}
        run.update(self._run(run["call"], run["lookup"]), situation=(facts, variables), **known)

    @api.model
    def _give(self, run, row, chosen, form):
        """Give an answer, do what it does, and show the next step; False when another request was faster."""
        call_sudo, compiled = run["call"], run["compiled"]
        step = compiled.graph.steps[row["key"]]
        if not self.env["mobifone.call.step"]._claim(row["id"], compiled.answer_ids[step["key"], chosen["key"]]):
            return False
        row["answered_on"], row["answer"] = fields.Datetime.now(), chosen["key"]
        if step["key"] == compiled.graph.start:
            call_sudo._set_by_answer(matter=chosen["key"])
        if chosen.get("exclusion"):
            self._exclude_call(run, chosen["exclusion"])
        if chosen.get("device") and run["lookup"]["line_id"]:
            self.env["mobifone.subscriber.note"]._put(run["lookup"]["line_id"], "device_class", chosen["device"])
        if chosen.get("submits"):
            code, text = self._carry_out(run, step, form)
            row["result"], row["result_text"] = code, text
            self.env["mobifone.call.step"]._note_result(row["id"], code, text)
        run["is_line_changed"] = bool(chosen.keys() & {"exclusion", "device", "submits"})
        run["situation"] = None
        self._show(run, chosen["next"])
        return True

    @api.model
    def _carry_out(self, run, step, form):
        """Do what an act or form is for; (code, text) of what it came to."""
        if step.get("act") == "consult":
            answer = self._save_consult(run["lookup"], "web")
            sms = answer["sms"]["verdict"]
            # Saved, but the SMS may be postponed or not go out at all.
            more = sms["reason"] if sms and sms["code"] != "ok" else ""
            return answer["verdict"]["code"], f"{answer['verdict']['reason']} {more}".strip()
        if step.get("form") == "occupation":
            asked = [row for row in run["trail"] if row["answered_on"] and not row["voided_on"]]
            verdict = self._record_occupation(
                run["lookup"], form["occupation"], change=True, moment=run["call"].started_on,
                asked=self._spoken(run, asked),
            )  # fmt: skip
            return verdict["code"], verdict["reason"]
        if step.get("form") == "registration":
            answer = self._submit(run["lookup"], self._facts_of(run["lookup"]), form, run["call"].id)
            if answer["errors"]:
                raise UserError("\n".join(f"{error['label']}: {error['message']}" for error in answer["errors"]))
            text = answer["verdict"]["reason"]
            if answer["missing"]:
                text += " " + self.env._("Missing: %s.", ", ".join(item["label"] for item in answer["missing"]))
            return answer["verdict"]["code"], text
        return "ok", ""

    @api.model
    def _spoken(self, run, rows):
        """The words of the last question before the form: what the customer consented to."""
        graph = run["compiled"].graph
        texts = [graph.steps[row["key"]].get("text") for row in rows if graph.steps[row["key"]]["kind"] == "ask"]
        return script_text.render(texts[-1], {}) if texts else ""

    @api.model
    def _exclude_call(self, run, code):
        lookup = run["lookup"]
        if lookup["exclusion"] != code:
            self.env["mobifone.lookup"]._log("exclude", parent=lookup, result=code)
            lookup["exclusion"] = code
        known = self.env["mobifone.exclusion.reason"]._known(code)
        run["call"]._set_by_answer(exclusion_id=known[0] if known else None)

    @api.model
    def _readmit(self, run, taken_back):
        """Lift the exclusion that an answer now taken back had recorded."""
        graph = run["compiled"].graph
        recorded = [
            graph.answer(row["key"], row["answer"]).get("exclusion")
            for row in run["trail"]
            if row["answer"] and not row["voided_on"] and row["id"] not in taken_back
        ]
        code = next((code for code in reversed(recorded) if code), None)
        was = {
            graph.answer(row["key"], row["answer"]).get("exclusion")
            for row in run["trail"]
            if row["id"] in taken_back and row["answer"]
        } - {None}
        if was and run["lookup"]["exclusion"] in was:
            if code:
                self._exclude_call(run, code)
            else:
                self.env["mobifone.lookup"]._log("exclude", parent=run["lookup"], result="lifted")
                run["lookup"]["exclusion"] = None
                run["call"]._set_by_answer(exclusion_id=None)

    @api.model
    def _forget_handset(self, run, taken_back):
        """Drop the note on the handset that an answer now taken back had put: the question is asked again."""
        graph = run["compiled"].graph
        given = [row for row in run["trail"] if row["id"] in taken_back and row["answer"]]
        if run["lookup"]["line_id"] and any(graph.answer(row["key"], row["answer"]).get("device") for row in given):
            self.env["mobifone.subscriber.note"]._drop(run["lookup"]["line_id"], "device_class", run["call"].started_on)

    @api.model
    def _line_of(self, lookup, facts):
        number = facts["msisdn"] if facts else False
        answer = self._answer(number, facts, lookup["exclusion"], lookup["hotline"], is_acknowledged=True)
        return {"lookup_id": lookup["id"], **answer, "msisdn_masked": lookup["number_masked"]}

    @api.model
    def _log_reread(self, lookup, call_sudo):
        """An open call tells of its line also when its look-up has run out: that leaves a row of its own."""
        if not lookup["is_fresh"] and call_sudo.state == "open":
            self.env["mobifone.lookup"]._log("reread", parent=lookup, result="ok")
