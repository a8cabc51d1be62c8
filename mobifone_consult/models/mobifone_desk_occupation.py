from odoo import api, fields, models
from odoo.exceptions import LockError, UserError

from ..tools import msisdn as numbers
from ..tools import row_lock


class MobifoneDesk(models.AbstractModel):
    """The desk's occupations: one main code a customer, recorded only when the rules allow (domain 1.6)."""

    _inherit = "mobifone.desk"

    @api.model
    def set_occupation(self, lookup_id, code, change=False, call_id=None):
        """Record the occupation the customer told. The hours are judged by the start of the call.

        A line without a customer gets one, named by the masked number until papers give a name.

        :param int code: 1 to 18
        :param bool change: also when a code is on record
        :param int call_id: the call it was told in
        :return: {ok, verdict, occupation: {code, name}, change_menu}
        :raise UserError: when there is no such code
        """
        desk = self._enter()
        lookup = desk.env["mobifone.lookup"]._open(lookup_id, call_id)
        occupation = desk._occupation_of_code(code)
        moment = lookup["looked_up_on"]
        if call_id is not None:
            moment = desk.env["mobifone.call"]._own(call_id).started_on
        verdict = desk._record_occupation(lookup, occupation.code, change=change is True, moment=moment)
        # sudo: settings are readable to administrators only
        menu = desk.env["mobifone.verdict"]._occupation(desk._facts_of(lookup))["change_menu"]
        return {
            "ok": verdict["code"] == "ok",
            "verdict": verdict,
            "occupation": {"code": occupation.code, "name": occupation.name} if verdict["code"] == "ok" else False,
            "change_menu": menu,
        }

    @api.model
    def _occupation_of_code(self, code):
        is_number = isinstance(code, int) and not isinstance(code, bool) and abs(code) < 2**31
        # sudo: a public table of codes
        if is_number and (found := self.env["mobifone.occupation"].sudo().search([("code", "=", code)])):
            return found
        raise UserError(self.env._("There is no such occupation: enter a code from 1 to 18."))

    @api.model
    def _record_occupation(self, lookup, code, *, change, moment, asked=""):
        """Write the code on the customer of the line; the verdict: "ok" when written.

        :param moment: start of the call (UTC)
        :param str asked: the words of the question, which name the purpose
        """
        verdicts = self.env["mobifone.verdict"]
        facts = self._facts_of(lookup)
        if self._must_acknowledge(lookup, facts):
            return verdicts._not_acknowledged()
        verdict = verdicts._occupation_rule(facts, lookup["exclusion"], moment)
        if not (verdict["allowed"] or (verdict["code"] == "recorded" and change)):
            self.env["mobifone.lookup"]._log("refusal", parent=lookup, result="occupation", verdicts=verdict["code"])
            return verdict
        # sudo: settings are readable to administrators only, and customers to care and managers
        purpose = self.env["ir.config_parameter"].sudo()._mobifone_text("occupation_purpose")
        self._customer_of(facts).write(
            {
                "occupation_id": self._occupation_of_code(code).id,
                "occupation_on": fields.Datetime.now(),
                "occupation_user_id": self.env.uid,
                "occupation_channel": lookup["hotline"] or "desk",
                "occupation_purpose": purpose,
                "occupation_consent": asked or purpose,
            }
        )
        self.env["mobifone.lookup"]._log("occupation", parent=lookup, result="ok")
        return verdicts._verdict("ok", self.env._("The occupation is recorded."))

    @api.model
    def _customer_of(self, facts):
        """The customer of the line, made when it has none; as a sudo record."""
        # sudo: agents may not read lines or customers; it is the line of their look-up
        line_sudo = self.env["mobifone.subscriber"].sudo().browse(facts["id"])
        if line_sudo.partner_id:
            return line_sudo.partner_id
        try:
            row_lock.held(line_sudo)
        except LockError as error:
            # A feed may be at work on the line for minutes: nobody waits for it.
            raise UserError(self.env._("The line is being updated at this moment: try again in a minute.")) from error
        partner_sudo = self.env["res.partner"].sudo().create({"name": numbers.masked(facts["msisdn"])})
        line_sudo.partner_id = partner_sudo
        self.env.flush_all()
        return partner_sudo

    @api.model
    def _form_fields(self, step, given=()):
        """The fields a form asks for: [{name, type, label, required, options: [{value, label, example}], example}].

        :param given: names of those that the draft of an update request has
        """
        if step.get("form") == "registration":
            return self.env["mobifone.registration.form"]._definitions(given)
        # sudo: a public table of codes
        occupations_sudo = self.env["mobifone.occupation"].sudo().search([])
        return [
            {
                "name": "occupation",
                "type": "selection",
                "label": self.env._("Occupation"),
                "required": True,
                "options": [
                    {"value": item.code, "label": item.name, "example": item.description or ""}
                    for item in occupations_sudo
                ],
                "example": self.env._("A code or a word, with or without diacritics"),
            }
        ]
