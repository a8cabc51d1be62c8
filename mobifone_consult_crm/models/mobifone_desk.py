from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.mobifone_consult.models.mobifone_desk import UNREADABLE

MAX_NOTE = 500


class MobifoneDesk(models.AbstractModel):
    """The desk's leads: a promotion interests the customer on the line, a sales team calls him back."""

    _inherit = "mobifone.desk"

    @api.model
    def lead_form(self, lookup_id, call_id=None):
        """The promotions that the customer of the looked-up line may be called back about.

        :param int call_id: the call it is asked in
        :return: {ok, verdict, promotions: [{id, name, text, team}]}; not ok when no promotion in force takes leads
        """
        desk = self._enter()
        lookup = desk.env["mobifone.lookup"]._open(lookup_id, call_id)
        verdict, promotions_sudo = desk._lead_verdict(lookup), desk.env["mobifone.promotion"]._taking_leads()
        if verdict["code"] == "ok" and not promotions_sudo:
            reason = desk.env._("No promotion in force takes leads.")
            verdict = desk.env["mobifone.verdict"]._verdict("no_promotion", reason)
        return {
            "ok": verdict["code"] == "ok",
            "verdict": verdict,
            "promotions": [
                {
                    "id": promotion.id,
                    "name": promotion.name,
                    "text": promotion.text,
                    "team": promotion.lead_team_id.name,
                }
                for promotion in (promotions_sudo if verdict["code"] == "ok" else ())
            ],
        }

    @api.model
    def open_lead(self, lookup_id, promotion_id, note=None, call_id=None):
        """Record that a promotion interests the customer. One lead per look-up and promotion: sent again, or twice at
        once, the request gets the lead that is there, `replayed`.

        :param int promotion_id: `id` of one that `lead_form` tells
        :param str note: in the agent's words; numbers in it are masked before it is kept
        :param int call_id: the call it was told in
        :return: {ok, verdict, lead_id, team, replayed}; `team` is the name of the sales team that calls back
        :raise UserError: when there is no such promotion, it takes no leads now, or the note is none
        """
        desk = self._enter()
        lookup = desk.env["mobifone.lookup"]._open(lookup_id, call_id)
        verdict = desk._lead_verdict(lookup)
        if verdict["code"] != "ok":
            desk.env["mobifone.lookup"]._log("refusal", parent=lookup, result="lead", verdicts=verdict["code"])
            return {"ok": False, "verdict": verdict, "lead_id": False, "team": False, "replayed": False}
        promotion_sudo, words = desk._promotion_of_id(promotion_id), desk._lead_note(note)
        claims = desk.env["mobifone.lead.claim"]
        if lead_sudo := claims._lead_of(lookup, promotion_sudo):
            return desk._lead_taken(lead_sudo, replayed=True)
        if promotion_sudo not in desk.env["mobifone.promotion"]._taking_leads():
            raise UserError(desk.env._("This promotion takes no leads now: choose another one."))
        claim_sudo = claims._take(lookup, promotion_sudo)
        if not claim_sudo:
            return desk._read_apart(lambda fresh: fresh.open_lead(lookup_id, promotion_id, note, call_id))
        facts = desk._facts_of(lookup)
        lead_sudo = desk.env["crm.lead"]._mobifone_open(lookup, facts, promotion_sudo, words, call_id)
        claim_sudo.lead_id = lead_sudo
        desk.env["mobifone.lookup"]._log("lead", parent=lookup, result="ok", purpose=f"promotion {promotion_sudo.id}")
        return desk._lead_taken(lead_sudo)

    # ------------------------------------------------------------
    # HELPERS
    # ------------------------------------------------------------

    @api.model
    def _answer(self, msisdn, facts, exclusion=None, hotline=None, *, is_acknowledged=False):
        """With `takes_leads` in `line` where a promotion in force does: screens offer it then only."""
        answer = super()._answer(msisdn, facts, exclusion, hotline, is_acknowledged=is_acknowledged)
        if facts and self.env["mobifone.promotion"]._taking_leads():
            answer["line"]["takes_leads"] = True
        return answer

    @api.model
    def _lead_verdict(self, lookup):
        """May a lead be taken in this look-up?"""
        reason = self.env._("Choose the promotion that interests the customer.")
        may = self.env["mobifone.verdict"]._verdict("ok", reason)
        return self._obstacle(lookup, self._facts_of(lookup)) or may

    @api.model
    def _promotion_of_id(self, promotion_id):
        """The promotion, in force or not, as a sudo record."""
        is_id = isinstance(promotion_id, int) and not isinstance(promotion_id, bool)
        # sudo: promotions are the managers'; agents tell them to every customer
        promotion_sudo = self.env["mobifone.promotion"].sudo().browse(promotion_id if is_id else ()).exists()
        if not promotion_sudo:
            raise UserError(self.env._("There is no such promotion: choose one of those shown."))
        return promotion_sudo

    @api.model
    def _lead_note(self, note):
        if note is None or note is False:
            return ""
        if not isinstance(note, str) or len(note) > MAX_NOTE or UNREADABLE.search(note):
            raise UserError(self.env._("The note must be text of at most %s characters.", MAX_NOTE))
        return note.strip()

    @api.model
    def _lead_taken(self, lead_sudo, *, replayed=False):
        team = lead_sudo.team_id.name or False
        if replayed:
            reason = self.env._("The lead was saved before in this look-up.")
        else:
            reason = self.env._("The lead is saved. The customer is called back by: %s.", team)
        verdict = self.env["mobifone.verdict"]._verdict("ok", reason)
        return {"ok": True, "verdict": verdict, "lead_id": lead_sudo.id, "team": team, "replayed": replayed}
