from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .mobifone_consultation import LINKED
from .mobifone_wall import Figure

# Calls named on the wall: those that began first.
NAMED = 10


class MobifoneWall(models.AbstractModel):
    """What goes on at the desk: calls, consults (mobifone_wall_consults.py), and who was not consulted."""

    _inherit = "mobifone.wall"

    @api.model
    def _figures(self, scope):
        # sudo: settings are readable to administrators only
        minutes = self.env["ir.config_parameter"].sudo()._mobifone_number("long_call_minutes")
        consults = Domain("saved_on", ">=", scope.since) & scope.of(("state", "!=", "cancelled"))
        linked = consults & Domain("sms_state", "in", LINKED)
        calls = scope.of(("state", "=", "open"))
        long_calls = calls & Domain("started_on", "<=", scope.now - timedelta(minutes=minutes))
        refused = [("looked_up_on", ">=", scope.since), ("kind", "=", "refusal"), ("result", "=", "consult")]
        call = ("mobifone.call", "mobifone_consult.mobifone_call_action")
        consult = ("mobifone.consultation", "mobifone_consult.mobifone_consultation_action")
        analysis = "mobifone_consult.mobifone_consultation_report_action"
        return {
            **super()._figures(scope),
            "calls": Figure(self.env._("Calls under Way"), *call, calls),
            "calls_long": Figure(self.env._("Long Calls"), *call, long_calls),
            "consults": Figure(self.env._("Consults Saved"), *consult, consults, analysis=analysis),
            "links": Figure(self.env._("Consults with a Link Sent"), *consult, linked, analysis=analysis),
            "installs": Figure(
                self.env._("Installs after the Link"),
                *consult,
                linked & Domain("state", "=", "converted"),
                analysis=analysis,
            ),
            "exclusions": Figure(
                self.env._("Callers Not Consulted"),
                "mobifone.exclusion.report",
                "mobifone_consult.mobifone_exclusion_report_action",
                scope.of(("excluded_on", ">=", scope.since)),
                by="reason_id",
            ),
            "refusals": Figure(
                self.env._("Consults Refused"),
                "mobifone.lookup",
                "mobifone_consult.mobifone_lookup_action",
                scope.of(*refused),
                by="verdicts",
            ),
        }

    @api.model
    def _tiles(self, scope):
        tiles = super()._tiles(scope)
        if self.env["mobifone.call"].has_access("read"):
            tiles.append(self._calls_tile(scope))
        if self.env["mobifone.consultation"].has_access("read"):
            tiles += [self._consults_tile(scope), self._installs_tile(scope)]
        if self.env["mobifone.exclusion.report"].has_access("read"):
            tiles.append(self._exclusions_tile(scope))
        if self.env["mobifone.lookup"].has_access("read"):
            tiles.append(self._refusals_tile(scope))
        return tiles

    # ------------------------------------------------------------
    # CALLS
    # ------------------------------------------------------------

    @api.model
    def _calls_tile(self, scope):
        domain, long_domain = (self._figures(scope)[key].domain for key in ("calls", "calls_long"))
        calls = self.env["mobifone.call"]
        long_count = calls.search_count(long_domain)
        rows = calls.search_fetch(domain, ["started_on", "hotline"], limit=NAMED, order="started_on, id")
        count = len(rows) if len(rows) < NAMED else calls.search_count(domain)
        return self._tile(
            "calls",
            self.env._("Calls Now"),
            size="tall",
            hint=self.env._("Who has been on the line longest, and at which step of the script."),
            figures=[
                self._shown("calls", self.env._("under way"), count),
                self._shown("calls_long", self.env._("long: help may be needed"), long_count, tone="danger"),
            ],
            rows={"model": "mobifone.call", "items": self._call_rows(rows, long_count)},
            empty=self.env._("Nobody is on a guided call at this moment."),
        )

    @api.model
    def _call_rows(self, calls, long_count):
        shown = [("call_id", "in", calls.ids), ("answered_on", "=", False), ("voided_on", "=", False)]
        steps = self.env["mobifone.call.step"].search_fetch(shown, ["call_id", "step_id", "shown_on"])
        # sudo: supervisors may not read scripts; of a call that they may read, the place in it
        places = {row.call_id.id: (row.step_id.sudo(), row.shown_on) for row in steps}
        sections = dict(self.env["mobifone.script.step"]._fields["section"]._description_selection(self.env))
        names = {call["id"]: call["user_id"][1] for call in calls.read(["user_id"])}
        items = []
        for index, call in enumerate(calls):
            step_sudo, shown_on = places.get(call.id, (None, None))
            items.append(
                {
                    "id": call.id,
                    "title": names[call.id],
                    "detail": f"{sections[step_sudo.section]} › {step_sudo.title}" if step_sudo else "",
                    "note": call.hotline or "",
                    "since": fields.Datetime.to_string(call.started_on),
                    "step_since": fields.Datetime.to_string(shown_on) or False,
                    # They are in the order of their beginning: the long ones come first.
                    "tone": "danger" if index < long_count else "",
                }
            )
        return items

    # ------------------------------------------------------------
    # NOT CONSULTED
    # ------------------------------------------------------------

    @api.model
    def _exclusions_tile(self, scope):
        parts = self._parts(scope, "exclusions")
        # sudo: names of reasons, which a vendor's manager may not read
        names = {reason: reason.sudo().name for reason, _count in parts}
        total = sum(count for _reason, count in parts)
        return self._tile(
            "exclusions",
            self.env._("Not Consulted, by Reason"),
            size="tall",
            figures=[self._shown("exclusions", self.env._("callers not consulted"), total)],
            bars={
                "items": [
                    {"figure": "exclusions", "part": reason.id, "label": names[reason], "value": count}
                    for reason, count in parts
                ]
            }
            if parts
            else None,
            empty=self.env._("No agent recorded a reason in this time."),
        )

    @api.model
    def _refusals_tile(self, scope):
        labels = {
            "not_acknowledged": self.env._("Papers not acknowledged"),
            "other_network": self.env._("Not a MobiFone line"),
            "line_terminated": self.env._("Line terminated"),
            "excluded": self.env._("Excluded before"),
            "no_smartphone": self.env._("No smartphone"),
            "app_installed": self.env._("App installed already"),
            "app_unknown": self.env._("App not known"),
            "blacklisted": self.env._("Wants no messages"),
            "locked": self.env._("Locked: consulted a short while ago"),
        }
        parts = self._parts(scope, "refusals")
        return self._tile(
            "refusals",
            self.env._("Consults Refused"),
            hint=self.env._(
                "Saves that a rule did not allow: mostly lines that another agent or channel was faster on."
            ),
            figures=[self._shown("refusals", self.env._("refused"), sum(count for _code, count in parts))],
            bars={
                "items": [
                    {"figure": "refusals", "part": code, "label": labels.get(code, code), "value": count}
                    for code, count in parts
                ]
            }
            if parts
            else None,
            empty=self.env._("No save was refused in this time."),
        )
