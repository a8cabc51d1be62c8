import re

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.mobifone_consult.tools import local_time
from odoo.addons.mobifone_consult.tools import msisdn as numbers

# “TV 0900000001”, “tv: 0900.000.001 goi cuoc”, “TV0900000001”: the number, and whatever is said after it.
CONSULT = re.compile(r"TV(?=[\s:.,\d+(-]|$)[\s:.,-]*(?P<number>[+(]{0,2}\d[\d\s.()-]*)?(?P<rest>.*)", re.IGNORECASE)
# Verdict's code → setting with the answer; the others are told with the verdict's own words.
REPLIES = {"app_installed": "installed", "locked": "locked", "not_acknowledged": "papers"}


class SmsKannelInbound(models.Model):
    """Consulting by SMS: an agent sends the customer's number from his own phone (design 4, channel "sms")."""

    _inherit = "sms.kannel.inbound"

    @api.model
    def _answer(self, gateway, sender, text):
        state, reply = super()._answer(gateway, sender, text)
        if state != "silent":
            return state, reply
        agent_sudo = self.env["mobifone.agent"]._by_phone(sender)
        wanted = CONSULT.match(text)
        if not agent_sudo:
            return ("courtesy", self._mobifone_reply("unregistered")) if wanted else (state, reply)
        if not wanted:
            return "courtesy", self._mobifone_reply("help")
        # From here on as the agent: what he may not do by web he may not do by SMS.
        as_agent = self.with_user(agent_sudo.user_id).with_context(lang=agent_sudo.user_id.lang)
        return "answered", as_agent._mobifone_consult((wanted["number"] or wanted["rest"]).strip())

    @api.model
    def _sender(self, gateway, sender):
        # Our numbers are Vietnamese, whatever country the company is said to be in.
        try:
            return numbers.parse(sender)
        except numbers.BadNumber:
            return super()._sender(gateway, sender)

    @api.model
    def _mobifone_consult(self, number):
        """Look the number up and save the consult, as the user; what to answer."""
        desk = self.env["mobifone.desk"]
        try:
            msisdn = numbers.parse(number)
        except numbers.BadNumber:
            return self._mobifone_reply("not_number", number=number[:20])
        try:
            lookup = desk.lookup(number=msisdn, purpose="SMS")
            answer = desk.consult(lookup["lookup_id"], channel="sms")
        except AccessError:
            return self._mobifone_reply("unregistered")
        except UserError as error:  # the look-ups of the hour are used up
            return str(error)
        verdict = answer["verdict"]
        installed_on = lookup.get("app", {}).get("installed_on")
        values = {
            "number": numbers.masked(msisdn),
            "reason": verdict["reason"],
            "by": verdict["by"] or "",
            "until": self._mobifone_moment(answer["locked_until"]),
            "since": self._mobifone_moment(installed_on)[-10:],
        }
        if answer["ok"]:
            sms = answer["sms"]["verdict"]
            values["reason"] = self.env._("The customer gets the link.") if sms["code"] == "ok" else sms["reason"]
            return self._mobifone_reply("done", **values)
        name = REPLIES.get(verdict["code"], "refused")
        # Somebody is just taking the line, or nobody knows since when the app is there: the verdict's words say so.
        is_known = {"locked": values["until"], "installed": values["since"]}.get(name, True)
        return self._mobifone_reply(name if is_known else "refused", **values)

    @api.model
    def _mobifone_moment(self, text):
        return local_time.spoken(self._fields["received_on"].to_datetime(text)) if text else ""

    @api.model
    def _mobifone_reply(self, name, **values):
        """The answer that the setting has for it, its variables in braces filled in."""
        # sudo: settings are readable to administrators only
        text = self.env["ir.config_parameter"].sudo()._mobifone_text(f"sms_reply_{name}")
        for variable, value in values.items():
            text = text.replace(f"{{{variable}}}", value or "")
        return text
