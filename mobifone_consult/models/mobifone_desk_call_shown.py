from odoo import api, fields, models

from ..tools import script_graph, script_text


class MobifoneDesk(models.AbstractModel):
    """A call as its screen shows it: the step, what was said before, the line."""

    _inherit = "mobifone.desk"

    @api.model
    def _shown(self, run):
        """{step, trail} of the call as it stands, and `line` when what is known of the line may have changed."""
        graph = run["compiled"].graph
        row = run["open"]
        _facts, variables = self._situation(run)
        step = self._shown_step(run, graph.steps[row["key"]], row["id"], variables) if row else False
        trail = [self._trail_entry(graph, past, variables) for past in run["trail"] if past is not row]
        shown = {"step": step, "trail": [entry for entry in trail if entry]}
        if run["is_line_changed"] and run["call"].state == "open":
            self._log_reread(run["lookup"], run["call"])
            shown["line"] = self._line_of(run["lookup"], run["line"])
        return shown

    @api.model
    def _shown_step(self, run, step, step_id, variables):
        # What a draft of the line has, the form need not ask for again.
        is_papers = step.get("form") == "registration" and run["call"].state == "open" and run["line"]
        return self._step(step, step_id, variables, self._given(run["line"]) if is_papers else ())

    @api.model
    def _step(self, step, step_id, variables, given=()):
        return {
            "id": step_id,
            "kind": step["kind"],
            "section": step.get("section"),
            "title": script_text.render(step.get("title"), variables),
            "text": script_text.render(step.get("text"), variables),
            "answers": [
                {
                    "key": answer["key"],
                    "label": script_text.render(answer.get("label"), variables),
                    "hotkey": answer.get("hotkey") or False,
                    "is_main": bool(answer.get("main")) or len(step["answers"]) == 1,
                    "submits": bool(answer.get("submits")),
                }
                for answer in step.get("answers") or ()
            ],
            "form": (step["kind"] == "form" and step.get("form")) or False,
            "fields": self._form_fields(step, given) if step["kind"] == "form" else [],
            "act": step.get("act") or False,
            "outcome": script_graph.outcome_of(step) if step["kind"] == "end" else False,
        }

    @api.model
    def _trail_entry(self, graph, row, variables):
        step = graph.steps[row["key"]]
        if step["kind"] == "decide":
            return None
        answer = graph.answer(row["key"], row["answer"]) if row["answer"] else None
        return {
            "id": row["id"],
            "kind": step["kind"],
            "section": step.get("section"),
            "title": script_text.render(step.get("title"), variables),
            "answer": script_text.render(answer.get("label"), variables) if answer else False,
            "result": row["result"] or False,
            "result_text": row["result_text"] or False,
            "is_voided": bool(row["voided_on"]),
        }

    @api.model
    def _heading(self, call_sudo):
        return {
            "call_id": call_sudo.id,
            "lookup_id": call_sudo.lookup_id.id,
            "msisdn_masked": call_sudo.number_masked,
            "hotline": call_sudo.hotline,
            "started_on": fields.Datetime.to_string(call_sudo.started_on),
        }
