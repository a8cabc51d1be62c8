from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# Whoever took a line before us may give up: then it is tried again, this many times.
TAKE_ATTEMPTS = 3


class MobifoneDesk(models.AbstractModel):
    """The desk's consults: saved once per line and lock, cancelled, replayed."""

    _inherit = "mobifone.desk"

    @api.model
    def consult(self, lookup_id, channel="web", call_id=None):
        """Save the consult: lock the line for every channel and queue the SMS with the link.

        Of any number of calls at once on one line exactly one is ok. Repeated with the same look-up it returns the
        same consultation, `replayed`.

        :param str channel: "web" or "sms"
        :param int call_id: the call it belongs to, when a script runs
        :return: {ok, verdict, consultation_id, locked_until, sms: {state, uuid}, history, replayed}
        """
        desk = self._enter()
        if channel not in ("web", "sms"):
            raise UserError(desk.env._("The channel must be “web” or “sms”."))
        lookup = desk.env["mobifone.lookup"]._open(lookup_id, call_id)
        return desk._save_consult(lookup, channel)

    @api.model
    def cancel(self, lookup_id, reason):
        """Take back the consult that locks the looked-up line; team leaders and managers, with a reason.

        Only while its SMS has not been claimed by the sender; a team leader only within his own vendor.

        :param str reason: in words, kept with the consultation
        :return: {ok, verdict, reason}: the line's verdict afterwards, and why it could not be cancelled
        :raise AccessError: for agents
        """
        desk = self._enter("mobifone_consult.group_team_leader,mobifone_consult.group_manager")
        lookup = desk.env["mobifone.lookup"]._open(lookup_id)
        reason = desk._cancel_reason(reason)
        facts = desk._facts_of(lookup)
        verdicts = desk.env["mobifone.verdict"]
        if desk._must_acknowledge(lookup, facts):
            verdict = verdicts._not_acknowledged()
            return {"ok": False, "verdict": verdict, "reason": verdict["reason"]}
        refusal = desk._cancel_holder(facts, reason)
        verdict = verdicts._consult(desk._facts_of(lookup), lookup["exclusion"])
        return {"ok": not refusal, "verdict": verdict, "reason": refusal}

    # ------------------------------------------------------------
    # HELPERS
    # ------------------------------------------------------------

    @api.model
    def _save_consult(self, lookup, channel):
        """Save the consult of a look-up; what `consult` answers."""
        verdicts = self.env["mobifone.verdict"]
        if consultation := self._consultation_of(lookup):
            if consultation.state == "cancelled":
                raise AccessError(self.env._("The consult of this look-up was cancelled: enter the number again."))
            return self._consulted(consultation, replayed=True)
        facts = self._facts_of(lookup)
        if self._must_acknowledge(lookup, facts):
            return self._refused(lookup, verdicts._not_acknowledged())
        verdict = verdicts._consult(facts, lookup["exclusion"])
        if not verdict["allowed"]:
            return self._refused(lookup, verdict)
        # sudo: settings are readable to administrators only
        hours = self.env["ir.config_parameter"].sudo()._mobifone_number("lock_hours")
        for _attempt in range(TAKE_ATTEMPTS):
            if until := self.env["mobifone.consult.lease"]._take(facts["id"], channel, hours):
                break
            if answer := self._after_race(lookup):
                return answer
        else:
            return self._refused(lookup, verdicts._locked(facts))
        sms = verdicts._sms(facts)
        consultation = self.env["mobifone.consultation"]._save(
            lookup, channel, until, sms, facts["msisdn"], lookup["call_id"]
        )
        self.env["mobifone.consult.lease"]._give(facts["id"], consultation)
        self.env["mobifone.lookup"]._log("consult", parent=lookup, result="ok", verdicts=f"ok/{sms['code']}")
        return self._consulted(consultation, sms_verdict=sms)

    @api.model
    def _cancel_reason(self, text):
        reason = self._short_text(text, self.env._("The reason"))
        if not reason:
            raise UserError(self.env._("Say why the consult is cancelled."))
        return reason

    @api.model
    def _cancel_holder(self, facts, reason):
        """Cancel the consult that holds the line; False when done, else why not."""
        consultation = self.env["mobifone.consultation"].browse(facts and facts["locked_consultation_id"])
        if not consultation:
            return self.env._("Nobody holds this line.")
        if not consultation._filtered_access("read"):
            return self.env._("The consult is another unit's.")
        if consultation._cancel(reason):
            return False
        return self.env._("It cannot be cancelled any more: the SMS is on its way.")

    @api.model
    def _consulted(self, consultation_sudo, *, replayed=False, sms_verdict=None):
        verdict = self.env["mobifone.verdict"]._verdict("ok", self.env._("The consult is saved."))
        return {
            "ok": True,
            "verdict": verdict,
            "consultation_id": consultation_sudo.id,
            "locked_until": fields.Datetime.to_string(consultation_sudo.locked_until),
            "sms": {
                "state": consultation_sudo.sms_state,
                "uuid": consultation_sudo.sms_uuid,
                "verdict": sms_verdict or False,
            },
            "history": self.env["mobifone.consultation"]._history(consultation_sudo.subscriber_id.id),
            "replayed": replayed,
        }

    @api.model
    def _refused(self, lookup, verdict):
        self.env["mobifone.lookup"]._log("refusal", parent=lookup, result="consult", verdicts=verdict["code"])
        return self._refusal(lookup, verdict)

    @api.model
    def _refusal(self, lookup, verdict):
        line_id = lookup["line_id"] if verdict["code"] != "not_acknowledged" else None
        return {
            "ok": False,
            "verdict": verdict,
            "consultation_id": False,
            "locked_until": verdict["until"],
            "sms": {"state": False, "uuid": False, "verdict": False},
            "history": self.env["mobifone.consultation"]._history(line_id) if line_id else [],
            "replayed": False,
        }

    @api.model
    def _after_race(self, lookup):
        """Somebody took the line after our transaction's snapshot was made: wait until he has committed, and answer
        from a fresh snapshot. None when he gave up and the line is free after all."""
        with self.env.registry.cursor() as cr:
            fresh = self.with_env(self.env(cr=cr))
            fresh.env["mobifone.consult.lease"]._wait_for_taker(lookup["line_id"])
            if consultation := fresh._consultation_of(lookup):
                return fresh._consulted(consultation, replayed=True)
            facts = fresh._facts_of(lookup)
            if not facts["locked_until"]:
                return None
            answer = fresh._refusal(lookup, fresh.env["mobifone.verdict"]._locked(facts))
        self.env["mobifone.lookup"]._log("refusal", parent=lookup, result="consult", verdicts="locked")
        return answer
