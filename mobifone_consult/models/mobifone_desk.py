import re

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import identity_number
from ..tools import msisdn as numbers
from .mobifone_lookup import HOTLINES

DESK_GROUPS = "mobifone_consult.group_agent,mobifone_consult.group_manager"
MAX_TEXT = 200
# NUL and lone surrogates: PostgreSQL takes neither.
UNREADABLE = re.compile(r"[\0\ud800-\udfff]")


class MobifoneDesk(models.AbstractModel):
    """The one door: all that an agent learns or does about a line goes through these public methods.

    Each starts with the group test and works only from a look-up that the same user made within the setting
    lookup_minutes. Malformed input raises UserError; a foreign or expired look-up AccessError; a business rule never
    raises, it is answered as {ok: False, verdict}. Saving a consult is in mobifone_desk_consult.py.
    """

    _name = "mobifone.desk"
    _description = "Agent Desk"

    @api.model
    def lookup(self, number=None, hotline=None, purpose=None):
        """Look a line up. One request: the answer, its verdicts and the log row.

        :param str number: in any form people type (tools.msisdn.parse)
        :param str hotline: the number that was dialled: "1090", "9090" or "18001090"
        :param str purpose: why, in a few words; kept in the log
        :return: the full answer (design 4); when papers are incomplete only lookup_id, found, msisdn_masked and
            registration, until `acknowledge`
        :raise UserError: when it is no number, with what is wrong; when the user's look-ups of this hour are used up
        """
        desk = self._enter()
        msisdn = desk.env["mobifone.subscriber"]._parse_number(number)
        if hotline not in (None, False, "", *dict(HOTLINES)):
            raise UserError(desk.env._("The hotline must be one of %s.", ", ".join(dict(HOTLINES))))
        purpose = desk._short_text(purpose, desk.env._("The purpose"))
        # The log cannot be erased: no number of a person in it.
        purpose = purpose and identity_number.without_numbers(purpose)
        desk.env["mobifone.lookup"]._check_quota(number=msisdn, hotline=hotline or None, purpose=purpose)
        facts = desk.env["mobifone.subscriber"]._fetch_facts(number=msisdn)
        answer = desk._answer(msisdn, facts, hotline=hotline)
        lookup_id = desk.env["mobifone.lookup"]._log(
            "lookup",
            number=msisdn,
            line_id=facts and facts["id"],
            hotline=hotline or None,
            purpose=purpose,
            result="found" if facts else "not_found",
            verdicts="/".join(answer[part]["code"] for part in ("consult", "sms", "occupation")),
        )
        answer["lookup_id"] = lookup_id
        if answer["registration"]["must_acknowledge"]:
            return {key: answer[key] for key in ("lookup_id", "found", "msisdn_masked", "registration")}
        return answer

    @api.model
    def acknowledge(self, lookup_id):
        """The OK on the notice that papers are missing (domain 1.3).

        :return: the full answer of `lookup`
        """
        desk = self._enter()
        lookup = desk.env["mobifone.lookup"]._open(lookup_id)
        facts = desk._facts_of(lookup)
        if not lookup["is_acknowledged"]:
            desk.env["mobifone.lookup"]._log("acknowledge", parent=lookup)
        msisdn = facts["msisdn"] if facts else False
        answer = desk._answer(msisdn, facts, lookup["exclusion"], lookup["hotline"], is_acknowledged=True)
        return {"lookup_id": lookup["id"], **answer}

    @api.model
    def notice(self, lookup_id):
        """The notice of a look-up whose papers are missing, as `lookup` showed it.

        :return: {lookup_id, found, msisdn_masked, registration}
        """
        desk = self._enter()
        lookup = desk.env["mobifone.lookup"]._open(lookup_id)
        facts = desk._facts_of(lookup)
        answer = desk._answer(facts and facts["msisdn"], facts, is_acknowledged=lookup["is_acknowledged"])
        return {
            "lookup_id": lookup["id"],
            **{key: answer[key] for key in ("found", "msisdn_masked", "registration")},
        }

    @api.model
    def exclude(self, lookup_id, reason_code):
        """Record why this caller is not consulted; it holds for this look-up and its call (domain 1.1).

        :param str reason_code: code of a mobifone.exclusion.reason
        :return: {ok, verdict, occupation, stops, instruction}; not ok when a consult was saved in this look-up already
        :raise UserError: when there is no such reason
        """
        desk = self._enter()
        lookup = desk.env["mobifone.lookup"]._open(lookup_id)
        # sudo: agents read exclusion reasons through the desk only
        reasons_sudo = desk.env["mobifone.exclusion.reason"].sudo().search([])
        reason_sudo = next((reason for reason in reasons_sudo if reason.code == reason_code), None)
        if not reason_sudo:
            raise UserError(desk.env._("There is no such exclusion reason."))
        facts = desk._facts_of(lookup)
        extra = {"stops": reason_sudo.stops, "instruction": reason_sudo.instruction}
        if desk._must_acknowledge(lookup, facts):
            return {"ok": False, "verdict": desk.env["mobifone.verdict"]._not_acknowledged(), **extra}
        # The step that is shown decides between an exclusion and a consult that come at once.
        row = desk.env["mobifone.call.step"]._open_row(lookup["call_id"]) if lookup["call_id"] else None
        if row and not desk.env["mobifone.call.step"]._touch(row["id"]):
            return desk._read_apart(lambda fresh: fresh.exclude(lookup_id, reason_code))
        if desk._consultation_of(lookup):
            return {"ok": False, "verdict": desk.env["mobifone.verdict"]._consult(facts), **extra}
        if lookup["exclusion"] != reason_code:
            desk.env["mobifone.lookup"]._log("exclude", parent=lookup, result=reason_code)
            # sudo: agents have no access to calls; this is the one of the user's own look-up
            call_sudo = desk.env["mobifone.call"].sudo().browse(lookup["call_id"])
            if call_sudo and call_sudo.state == "open":
                call_sudo._set_by_answer(exclusion_id=reason_sudo.id)
        if facts and reason_code == "no_smartphone":
            # What the customer said about his handset is known to the next agent too.
            desk.env["mobifone.subscriber.note"]._put(facts["id"], "device_class", "feature_phone")
        verdicts = desk.env["mobifone.verdict"]
        occupation = verdicts._occupation(facts, reason_code)
        return {"ok": True, "verdict": verdicts._consult(facts, reason_code), "occupation": occupation, **extra}

    @api.model
    def history(self, lookup_id):
        """The last consults of the looked-up line, newest first.

        :return: list of {saved_on, channel, by, state, sms_state, installed_on, locked_until}
        :raise AccessError: while the notice of missing papers waits for its OK
        """
        desk = self._enter()
        lookup = desk.env["mobifone.lookup"]._open(lookup_id)
        if desk._must_acknowledge(lookup, desk._facts_of(lookup)):
            raise AccessError(desk.env["mobifone.verdict"]._not_acknowledged()["reason"])
        return desk.env["mobifone.consultation"]._history(lookup["line_id"]) if lookup["line_id"] else []

    # ------------------------------------------------------------
    # HELPERS
    # ------------------------------------------------------------

    @api.model
    def _enter(self, groups=DESK_GROUPS):
        """The group test every public method starts with; then a desk that speaks the user's language and carries
        nothing of the caller's context (defaults, flags) into what follows."""
        preferences = self.env["res.users"].context_get()
        desk = self.with_env(self.env(context={name: preferences[name] for name in ("lang", "tz")}))
        if not self.env.user.has_groups(groups):
            desk.env["mobifone.lookup"]._log_apart("refusal", result="no_access")
            raise AccessError(desk.env._("You may not work at this desk."))
        return desk

    @api.model
    def _short_text(self, text, label):
        if text is None or text is False:
            return None
        if not isinstance(text, str) or len(text) > MAX_TEXT or UNREADABLE.search(text):
            raise UserError(self.env._("%(what)s must be text of at most %(n)s characters.", what=label, n=MAX_TEXT))
        return text.strip() or None

    @api.model
    def _facts_of(self, lookup):
        if not lookup["line_id"]:
            return None
        return self.env["mobifone.subscriber"]._fetch_facts(line_id=lookup["line_id"])

    @api.model
    def _must_acknowledge(self, lookup, facts):
        return bool(facts) and facts["registration_state"] == "incomplete" and not lookup["is_acknowledged"]

    @api.model
    def _obstacle(self, lookup, facts):
        """The verdict that stops all work on a looked-up line: it is no line of MobiFone's, or its notice waits.

        :return: a verdict, or None when nothing is in the way
        """
        if facts is None:
            return self.env["mobifone.verdict"]._other_network()
        return self.env["mobifone.verdict"]._not_acknowledged() if self._must_acknowledge(lookup, facts) else None

    @api.model
    def _answer(self, msisdn, facts, exclusion=None, hotline=None, *, is_acknowledged=False):
        """Everything one look-up tells, as design 4 lists it; without `lookup_id`."""
        verdicts = self.env["mobifone.verdict"]
        facts_or_none = facts or {}
        line = {
            key: facts_or_none.get(key) or False
            for key in ("payment_mode", "line_status", "usage_class", "device_class", "commitment_type", "owner_unit")
        }
        line["is_nice_number"] = bool(facts) and self.env["mobifone.subscriber"]._is_nice(
            facts["commitment_type"], facts["owner_unit"]
        )
        line["carrier_by_prefix"] = msisdn and numbers.carrier_by_prefix(msisdn)
        return {
            "found": bool(facts),
            "number": msisdn,
            "msisdn_masked": msisdn and numbers.masked(msisdn),
            "line": line,
            "app": {
                "status": facts["app_status"] if facts else "unknown",
                "installed_on": fields.Datetime.to_string(facts_or_none.get("app_installed_on")),
            },
            "consult": verdicts._consult(facts, exclusion),
            "sms": verdicts._sms(facts),
            "registration": verdicts._registration(facts, is_acknowledged),
            "occupation": verdicts._occupation(facts, exclusion),
            "script_id": self.env["mobifone.script"]._live(hotline or False)[0],
        }

    @api.model
    def _consultation_of(self, lookup):
        # sudo: the user's own consultation, by his own look-up
        return self.env["mobifone.consultation"].sudo().search([("lookup_id", "=", lookup["id"])], limit=1)
