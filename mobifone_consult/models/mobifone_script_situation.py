from odoo import api, models

from ..tools import local_time
from ..tools import msisdn as numbers
from ..tools.lazy import Lazy

YES_NO = {True: "yes", False: "no"}


class MobifoneScriptSituation(models.AbstractModel):
    """What a script may know of a call: facts to branch on and variables to say, from the same verdicts as the desk.

    Both are worked out only when a step asks for them.
    """

    _name = "mobifone.script.situation"
    _description = "Situation of a Call"

    @api.model
    def _facts(self, line, hotline=None, exclusion=None, moment=None, done=()):
        """The facts of tools.script_graph.FACTS.

        :param line: dict of the line (mobifone.subscriber._fetch_facts), None when it is not MobiFone's
        :param str exclusion: code of the reason recorded in this call
        :param moment: start of the call (UTC), by which the hours of the occupation are judged
        :param done: what was done in this call: any of "consult", "occupation", "registration", "transfer"
        """
        verdicts, row = self.env["mobifone.verdict"], line or {}
        state = row.get("registration_state", "unknown")
        return Lazy(
            {
                "hotline": lambda: hotline,
                "line": lambda: row.get("line_status", "not_found"),
                "usage": lambda: row.get("usage_class"),
                "payment": lambda: row.get("payment_mode"),
                "device": lambda: row.get("device_class"),
                "app": lambda: row.get("app_status"),
                "papers": lambda: state,
                "route": lambda: verdicts._registration_route(line, state),
                "nice": lambda: YES_NO[self._is_nice(row)],
                "consult": lambda: verdicts._consult(line, exclusion)["code"],
                "occupation": lambda: verdicts._occupation_rule(line, exclusion, moment)["code"],
                "registration": lambda: verdicts._registration_rule(line)["code"],
                "request": lambda: self._request_fact(line),
                "promotion": lambda: YES_NO[bool(self.env["mobifone.promotion"]._in_force())],
                "excluded": lambda: YES_NO[bool(exclusion)],
                "consulted": lambda: YES_NO["consult" in done],
                "told_occupation": lambda: YES_NO["occupation" in done],
                "registered": lambda: YES_NO["registration" in done],
                "transferred": lambda: YES_NO["transfer" in done],
            }
        )

    @api.model
    def _variables(self, line, number, hotline=None, exclusion=None, result=""):
        """The variables of tools.script_text.VARIABLES.

        :param number: E.164, or masked where it must not be told
        :param result: what the last act or form of the call answered
        """
        verdicts, row = self.env["mobifone.verdict"], line or {}
        # sudo: settings are readable to administrators only
        text = self.env["ir.config_parameter"].sudo()._mobifone_text
        return Lazy(
            {
                "so_tb": lambda: numbers.national(number),
                "tong_dai": lambda: hotline or text("default_hotline"),
                "can_cu": lambda: text("legal_basis"),
                "ly_do": lambda: verdicts._consult(line, exclusion)["reason"],
                "canh_bao": lambda: self._alert(line),
                "ctkm": self.env["mobifone.promotion"]._in_force,
                "ngay_cai_app": lambda: _day(row.get("app_installed_on")),
                "mo_lai": lambda: local_time.spoken(row.get("locked_until")),
                "giay_to_thieu": lambda: self._missing(line),
                "yeu_cau": lambda: (verdicts._request(line) or {}).get("text"),
                "nghe_nghiep": lambda: row.get("occupation_name"),
                "menu_nghe_nghiep": lambda: verdicts._occupation(line)["change_menu"],
                "ket_qua": lambda: result,
            }
        )

    @api.model
    def _is_nice(self, row):
        return self.env["mobifone.subscriber"]._is_nice(row.get("commitment_type"), row.get("owner_unit"))

    @api.model
    def _request_fact(self, line):
        request = self.env["mobifone.verdict"]._request(line)
        if not request:
            return "none"
        if request["is_overdue"]:
            return "overdue"
        return {"submitted": "pending", "escalated": "pending"}.get(request["state"], request["state"])

    @api.model
    def _alert(self, line):
        if line is None:
            return self.env["mobifone.verdict"]._other_network()["reason"]
        return {
            "one_way": self.env._("The line is locked one way."),
            "two_way": self.env._("The line is locked both ways."),
            "terminated": self.env._("The line is terminated."),
        }.get(line["line_status"])

    @api.model
    def _missing(self, line):
        codes = ((line or {}).get("registration_missing") or "").split(";")
        items = self.env["mobifone.verdict"]._missing_items([code.strip() for code in codes if code.strip()])
        return ", ".join(item["label"] for item in items)


def _day(moment):
    return moment and local_time.local(moment).strftime("%d/%m/%Y")
