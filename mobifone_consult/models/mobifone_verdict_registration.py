from odoo import api, fields, models

from ..tools import local_time


class MobifoneVerdict(models.AbstractModel):
    """The papers of a line: their state, the way to complete them, and how its last update request stands."""

    _inherit = "mobifone.verdict"

    @api.model
    def _registration(self, facts, is_acknowledged):
        """The papers: their state, what is missing, the way to complete them (domain 1.3), and the notice to OK."""
        state = facts["registration_state"] if facts else "unknown"
        codes = (facts["registration_missing"] or "").split(";") if state == "incomplete" else []
        return {
            "state": state,
            "missing": self._missing_items([code.strip() for code in codes if code.strip()]),
            "must_acknowledge": state == "incomplete" and not is_acknowledged,
            "route": self._registration_route(facts, state),
            "message": self._registration_message(facts, state),
            "request": self._request(facts),
        }

    @api.model
    def _registration_rule(self, facts):
        """May an update request be made for the line? (domain 1.3) Nice numbers go to a main store."""
        if facts is None:
            return self._other_network()
        if facts["line_status"] == "terminated":
            return self._verdict("line_terminated", self.env._("The line is terminated."))
        if self.env["mobifone.subscriber"]._is_nice(facts["commitment_type"], facts["owner_unit"]):
            return self._verdict(
                "main_store", self.env._("A nice number: its papers are completed at a main store only.")
            )
        if facts["request_state"] in ("submitted", "escalated"):
            return self._verdict("pending", self._request(facts)["text"], until=facts["request_due_on"])
        return self._verdict("ok", self.env._("An update request may be made."))

    @api.model
    def _request(self, facts):
        """The line's last update request: {state, submitted_on, due_on, is_overdue, text}; False when it has none."""
        state = (facts or {}).get("request_state")
        if not state:
            return False
        due_on = facts["request_due_on"]
        is_overdue = state in ("submitted", "escalated") and due_on < fields.Datetime.now()
        return {
            "state": state,
            "submitted_on": fields.Datetime.to_string(facts["request_submitted_on"]) or False,
            "due_on": fields.Datetime.to_string(due_on) or False,
            "is_overdue": is_overdue,
            "text": self._request_text(facts, state, is_overdue),
        }

    @api.model
    def _request_text(self, facts, state, is_overdue):
        sent, due, decided = (
            local_time.spoken(facts[f"request_{name}_on"]) for name in ("submitted", "due", "decided")
        )
        if is_overdue:
            return self.env._(
                "OVERDUE: the request of %(sent)s was to be decided until %(due)s. Apologise, and record feedback.",
                sent=sent,
                due=due,
            )
        return {
            "draft": self.env._("A draft of an update request is kept: complete it."),
            "submitted": self.env._(
                "The request of %(sent)s waits for its approval until %(due)s.", sent=sent, due=due
            ),
            "escalated": self.env._(
                "The request of %(sent)s was passed on to customer care; to be decided until %(due)s.",
                sent=sent,
                due=due,
            ),
            "approved": self.env._("The request of %(sent)s was approved at %(decided)s.", sent=sent, decided=decided),
            "rejected": self.env._(
                "The last request was rejected at %(decided)s: %(reason)s",
                decided=decided,
                reason=facts["request_reason"] or "",
            ),
        }[state]

    @api.model
    def _registration_route(self, facts, state):
        if state != "incomplete":
            return "none"
        if self.env["mobifone.subscriber"]._is_nice(facts["commitment_type"], facts["owner_unit"]):
            return "main_store"
        return {"smartphone": "online", "feature_phone": "transaction_point"}.get(facts["device_class"], "ask_device")

    @api.model
    def _registration_message(self, facts, state):
        # sudo: settings are readable to administrators only
        text = self.env["ir.config_parameter"].sudo()._mobifone_text
        template = {"incomplete": text("papers_missing_text"), "complete": text("papers_complete_text")}.get(state, "")
        return template.replace("{so_tb}", "0" + facts["msisdn"][3:] if facts else "").replace(
            "{can_cu}", text("legal_basis")
        )

    @api.model
    def _missing_items(self, codes):
        labels = self.env["mobifone.registration.item"]._names() if codes else {}
        return [{"code": code, "label": labels.get(code, code)} for code in codes]
