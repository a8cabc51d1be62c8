from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import local_time, row_lock
from .mobifone_desk import UNREADABLE
from .mobifone_registration import TO_DECIDE, codes_of

MAX_FEEDBACK = 2000


class MobifoneDesk(models.AbstractModel):
    """The desk's papers: a request to complete them, and what a customer complains of (domain 1.3, 1.4)."""

    _inherit = "mobifone.desk"

    @api.model
    def registration_form(self, lookup_id, call_id=None):
        """The form of an update request for the looked-up line.

        :return: {ok, verdict, fields, request}; a field is {name, type, label, group, required, legal_basis, given,
            options, suggestions, example}, `given` when an open draft has it. What a draft says is never told.
        """
        desk = self._enter()
        lookup = desk.env["mobifone.lookup"]._open(lookup_id, call_id)
        facts = desk._facts_of(lookup)
        verdict = desk._registration_verdict(lookup, facts)
        given = desk._given(facts) if facts else []
        return {
            "ok": verdict["code"] == "ok",
            "verdict": verdict,
            "fields": desk.env["mobifone.registration.form"]._definitions(given),
            "request": desk.env["mobifone.verdict"]._request(facts),
        }

    @api.model
    def submit_registration(self, lookup_id, values, call_id=None):
        """Keep what the customer tells of his papers; complete, the request waits for its approval within 48 hours.

        A form that lacks something is kept as a draft, which the next look-up of the line goes on with. With a wrong
        value, or without the customer's consent, nothing is kept.

        :param dict values: by the names that `registration_form` tells; dates dd/mm/yyyy or YYYY-MM-DD, photos base64
        :param int call_id: the call it was told in
        :return: {ok, verdict, registration_id, state, due_on, missing: [{code, label, message, legal_basis}],
            errors: [{field, label, message}], warnings: [{field, label, message}], replayed}
        :raise UserError: when `values` is no form, or no encryption key is set up
        """
        desk = self._enter()
        lookup = desk.env["mobifone.lookup"]._open(lookup_id, call_id)
        return desk._submit(lookup, desk._facts_of(lookup), values, call_id)

    @api.model
    def file_feedback(self, lookup_id, text, call_id=None):
        """Record what the customer complains of about his papers (FB). One per look-up: said again it is replaced.

        :param str text: in the agent's words; numbers in it are masked before it is kept
        :param int call_id: the call it was told in
        :return: {ok, verdict, feedback_id}
        :raise UserError: when there is nothing to keep
        """
        desk = self._enter()
        lookup = desk.env["mobifone.lookup"]._open(lookup_id, call_id)
        facts = desk._facts_of(lookup)
        verdicts = desk.env["mobifone.verdict"]
        if obstacle := desk._obstacle(lookup, facts):
            return {"ok": False, "verdict": obstacle, "feedback_id": False}
        if not isinstance(text, str) or not text.strip() or len(text) > MAX_FEEDBACK or UNREADABLE.search(text):
            raise UserError(desk.env._("Write what the customer says, in at most %s characters.", MAX_FEEDBACK))
        feedback_sudo = desk.env["mobifone.feedback"]._take(lookup, facts, text.strip(), call_id)
        if not feedback_sudo:
            return desk._read_apart(lambda fresh: fresh.file_feedback(lookup_id, text, call_id))
        if feedback_sudo.state != "new":
            reason = desk.env._("The feedback of this look-up was passed on already: look the line up again for more.")
            verdict = verdicts._verdict("passed_on", reason)
            return {"ok": False, "verdict": verdict, "feedback_id": feedback_sudo.id}
        desk.env["mobifone.lookup"]._log("feedback", parent=lookup, result="ok")
        verdict = verdicts._verdict("ok", desk.env._("The feedback is recorded: customer care will handle it."))
        return {"ok": True, "verdict": verdict, "feedback_id": feedback_sudo.id}

    # ------------------------------------------------------------
    # HELPERS
    # ------------------------------------------------------------

    @api.model
    def _registration_verdict(self, lookup, facts):
        """May papers be taken for the line now?"""
        if self._must_acknowledge(lookup, facts):
            return self.env["mobifone.verdict"]._not_acknowledged()
        if self.env["mobifone.verdict"]._stops(lookup["exclusion"]) == "all":
            return self.env["mobifone.verdict"]._other_network()
        return self.env["mobifone.verdict"]._registration_rule(facts)

    @api.model
    def _given(self, facts):
        """Names of the fields that the line's draft has."""
        # sudo: agents have no access to requests; they are told what is there, not what it says
        requests_sudo = self.env["mobifone.registration"].sudo()
        draft_sudo = requests_sudo.search([("subscriber_id", "=", facts["id"]), ("state", "=", "draft")], limit=1)
        return codes_of(draft_sudo.filled) + codes_of(draft_sudo.photos)

    @api.model
    def _submit(self, lookup, facts, values, call_id=None):
        verdict = self._registration_verdict(lookup, facts)
        request_sudo = self.env["mobifone.registration"]._open_of(facts["id"]) if facts else None
        if request_sudo and request_sudo.state in TO_DECIDE and request_sudo.lookup_id.id == lookup["id"]:
            return self._submitted(request_sudo, {}, replayed=True)
        if verdict["code"] != "ok":
            return self._not_submitted(lookup, verdict)
        said, photos, errors, doubts = self.env["mobifone.registration.form"]._take(values)
        if "occupation" in said:
            rule = self.env["mobifone.verdict"]._occupation_rule(facts, lookup["exclusion"], lookup["looked_up_on"])
            if rule["code"] not in ("ok", "recorded"):
                errors["occupation"] = rule["reason"]
        if errors:
            reason = self.env._("Correct what is marked: nothing was kept yet.")
            return self._not_submitted(lookup, self.env["mobifone.verdict"]._verdict("invalid", reason), errors)
        if not request_sudo:
            request_sudo = self.env["mobifone.registration"]._start(lookup, facts, call_id)
            if not request_sudo:
                # Another request for the line was a moment faster, perhaps this very one sent twice: go on behind it.
                return self._read_apart(lambda fresh: fresh._submit(lookup, fresh._facts_of(lookup), values, call_id))
            request_sudo.partner_id = self._customer_of(facts)
        row_lock.held(request_sudo)._fill(said, photos, doubts)
        request_sudo._taken_by(lookup, call_id)
        self.env["mobifone.lookup"]._log("registration", parent=lookup, result=request_sudo.state)
        return self._submitted(request_sudo, said, doubts)

    @api.model
    def _not_submitted(self, lookup, verdict, errors=()):
        self.env["mobifone.lookup"]._log("refusal", parent=lookup, result="registration", verdicts=verdict["code"])
        labels = self.env["mobifone.registration.form"]._labels() if errors else {}
        wrong = [{"field": name, "label": labels[name], "message": errors[name]} for name in labels if name in errors]
        return {
            "ok": False, "verdict": verdict, "registration_id": False, "state": False, "due_on": False,
            "missing": [], "errors": wrong, "warnings": [], "replayed": False,
        }  # fmt: skip

    @api.model
    def _submitted(self, request_sudo, said, doubts=(), *, replayed=False):
        """:param said: what this agent filled in: of what others did before he is told nothing"""
        form, is_complete, missing = self.env["mobifone.registration.form"], request_sudo.state != "draft", []
        if is_complete:
            verdict = self._request_verdict(request_sudo)
        else:
            reason = self.env._("Saved as a draft: something is still missing. It is sent when it is complete.")
            verdict = self.env["mobifone.verdict"]._verdict("incomplete", reason)
            filled = codes_of(request_sudo.filled)
            missing = form._missing_messages(codes_of(request_sudo.missing), filled, said)
        own = [code for code in form._doubts(said, request_sudo) if code != "other_name"]
        return {
            "ok": is_complete,
            "verdict": verdict,
            "registration_id": request_sudo.id,
            "state": request_sudo.state,
            "due_on": fields.Datetime.to_string(request_sudo.due_on) or False,
            "missing": missing,
            "errors": [],
            "warnings": form._doubt_messages([*doubts, *own]),
            "replayed": replayed,
        }

    @api.model
    def _request_verdict(self, request_sudo):
        clock = local_time.spoken(request_sudo.due_on)
        return self.env["mobifone.verdict"]._verdict(
            "ok", self.env._("The request is submitted; it will be decided until %s.", clock), until=request_sudo.due_on
        )
