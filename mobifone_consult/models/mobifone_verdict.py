from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import local_time


class MobifoneVerdict(models.AbstractModel):
    """May this line be consulted, sent an SMS, asked its occupation; what is missing in its papers.

    Pure rules over the facts that mobifone.subscriber._fetch_facts read in one query. A verdict is
    {allowed, code, reason, by, until}: `reason` in the user's language, `until` UTC as text. The order of the tests
    is the precedence of the codes (design 4).
    """

    _name = "mobifone.verdict"
    _description = "Verdicts on a Line"

    @api.model
    def _verdict(self, code, reason, *, allowed=None, by=False, until=False):
        return {
            "allowed": code == "ok" if allowed is None else allowed,
            "code": code,
            "reason": reason,
            "by": by,
            "until": fields.Datetime.to_string(until) if until else False,
        }

    @api.model
    def _who(self, channel, vendor_id, name):
        """Channel and name; the name of another vendor's agent is nobody's business but MobiFone's."""
        label = dict(self.env["mobifone.consultation"]._fields["channel"]._description_selection(self.env))[channel]
        _agent_id, own_vendor_id = self.env["res.users"]._mobifone_account()
        if own_vendor_id and vendor_id != own_vendor_id:
            name = self.env._("another unit")
        return f"{label} · {name or ''}"

    @api.model
    def _not_acknowledged(self):
        return self._verdict("not_acknowledged", self.env._("Papers are missing: press OK on the notice first."))

    @api.model
    def _consult(self, facts, exclusion=None):
        """May My MobiFone be consulted on this line now? (domain 1.1, 1.2)

        :param facts: dict of the line, None when it is not MobiFone's
        :param exclusion: code of the exclusion the agent recorded in this look-up
        """
        if facts is None:
            return self._other_network()
        if facts["line_status"] == "terminated":
            return self._verdict("line_terminated", self.env._("The line is terminated."))
        if exclusion:
            return self._excluded(exclusion)
        if facts["device_class"] == "feature_phone":
            return self._verdict("no_smartphone", self.env._("The customer does not use a smartphone."))
        if facts["app_status"] == "installed":
            return self._installed(facts["app_installed_on"])
        if facts["app_status"] == "unknown":
            return self._verdict("app_unknown", self.env._("It is not known whether the app is installed."))
        if facts["is_blacklisted"]:
            return self._blacklisted()
        if facts["locked_until"]:
            return self._locked(facts)
        return self._verdict("ok", self.env._("The customer may be consulted."))

    @api.model
    def _other_network(self):
        return self._verdict("other_network", self.env._("This is not a MobiFone line."))

    @api.model
    def _blacklisted(self):
        return self._verdict("blacklisted", self.env._("The customer asked for no messages."))

    @api.model
    def _excluded(self, code):
        _id, name, instruction, _stops = self.env["mobifone.exclusion.reason"]._known(code) or (None, code, None, None)
        return self._verdict("excluded", f"{name}. {instruction}" if instruction else name)

    @api.model
    def _installed(self, installed_on):
        if not installed_on:
            return self._verdict("app_installed", self.env._("The app is installed."))
        day = local_time.local(installed_on).strftime("%d/%m/%Y")
        return self._verdict("app_installed", self.env._("The app is installed since %s.", day))

    @api.model
    def _locked(self, facts):
        """Somebody else holds the line; `facts` may lack who, while he is just taking it."""
        until = facts["locked_until"]
        if not until:
            return self._verdict("locked", self.env._("Another agent is consulting this line right now."))
        by = self._who(facts["locked_channel"], facts["locked_vendor_id"], facts["locked_name"])
        clock = local_time.spoken(until)
        return self._verdict(
            "locked",
            self.env._("Being consulted by %(by)s; opens again at %(clock)s.", by=by, clock=clock),
            by=by,
            until=until,
        )

    @api.model
    def _sms(self, facts):
        """May the SMS with the link go out? Quiet hours postpone it: it is allowed, `until` says when."""
        if facts is None:
            return self._other_network()
        if facts["is_blacklisted"]:
            return self._blacklisted()
        if not self.env["res.users"]._mobifone_has_gateway():
            return self._verdict("no_gateway", self.env._("No SMS gateway is set up: the link cannot be sent."))
        # sudo: settings are readable to administrators only
        number = self.env["ir.config_parameter"].sudo()._mobifone_number
        if (limit := number("sms_per_day")) and self._sms_today(facts["id"]) >= limit:
            return self._verdict("frequency", self.env._("This customer has had %d SMS within 24 hours.", limit))
        now, start, end = fields.Datetime.now(), number("sms_from"), number("sms_to")
        if start != end and not local_time.within(now, start, end):
            until = local_time.next_hour(now, start)
            clock = local_time.spoken(until)
            return self._verdict("quiet_hours", self.env._("The SMS goes out at %s.", clock), allowed=True, until=until)
        return self._verdict("ok", self.env._("The SMS with the link can be sent."))

    @api.model
    def _sms_today(self, line_id):
        self.env.cr.execute(
            SQL(
                """SELECT count(*) FROM mobifone_consultation
                    WHERE subscriber_id = %s AND sms_uuid IS NOT NULL AND sms_state != 'cancelled' AND saved_on > %s""",
                line_id,
                fields.Datetime.now() - timedelta(days=1),
            )
        )
        return self.env.cr.fetchone()[0]

    @api.model
    def _occupation(self, facts, exclusion=None, moment=None):
        """May the occupation be asked? (domain 1.6) With the code on record and the central program's menu."""
        verdict = self._occupation_rule(facts, exclusion, moment)
        postpaid = facts and facts["payment_mode"] == "postpaid"
        # sudo: settings are readable to administrators only
        text = self.env["ir.config_parameter"].sudo()._mobifone_text
        return {
            **verdict,
            # The verdict's own `code` stays: the number on record has a key of its own.
            "occupation_code": (facts and facts["occupation_code"]) or False,
            "name": (facts and facts["occupation_name"]) or False,
            "change_menu": text("occupation_menu_postpaid" if postpaid else "occupation_menu_prepaid")
            if facts
            else False,
        }

    @api.model
    def _occupation_rule(self, facts, exclusion=None, moment=None):
        """The verdict alone. `moment`: start of the call (UTC), by which the hours are judged; default now."""
        moment = moment or fields.Datetime.now()
        stops = self._stops(exclusion)
        if facts is None or stops == "all":
            return self._other_network()
        if facts["usage_class"] in ("official", "operations", "test"):
            return self._verdict("line_class", self.env._("Official, operations and test lines are not asked."))
        if stops == "occupation":
            return self._verdict("lost_phone", self.env._("Not asked on this call."))
        number = self.env["ir.config_parameter"].sudo()._mobifone_number  # sudo: as above
        start, end = number("occupation_from"), number("occupation_to")
        if start != end and not local_time.within(moment, start, end):
            return self._verdict(
                "outside_hours",
                self.env._("The occupation is asked from %(start)s to %(end)s.", start=_clock(start), end=_clock(end)),
                until=local_time.next_hour(moment, start),
            )
        if facts["occupation_code"]:
            return self._verdict("recorded", self.env._("On record: %s.", facts["occupation_name"]))
        return self._verdict("ok", self.env._("The occupation may be asked."))

    @api.model
    def _stops(self, exclusion):
        """What an exclusion, by its code, stops: consult, occupation or all; None without one."""
        known = self.env["mobifone.exclusion.reason"]._known(exclusion) if exclusion else ()
        return known[-1] if known else None


def _clock(hour):
    return f"{int(hour):02d}:{round(hour % 1 * 60):02d}"
