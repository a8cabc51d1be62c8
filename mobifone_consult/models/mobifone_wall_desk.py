from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import formatLang

from ..tools import local_time
from .mobifone_consultation import LINKED
from .mobifone_wall import Figure

# Calls named on the wall: those that began first.
NAMED = 10
# Hours that the day's chart always shows; others when something was saved in them.
WORKING_HOURS = range(7, 22)


class MobifoneWall(models.AbstractModel):
    """What goes on at the desk: calls, consults and what came of them, and who was not consulted."""

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
    # CONSULTS
    # ------------------------------------------------------------

    @api.model
    def _consults_tile(self, scope):
        counts, by_now = self._consult_counts(scope)
        series = self._consult_series(scope, counts)
        saved = sum(sum(filter(None, one["values"])) for one in series if one["style"] == "now")
        now = local_time.local(scope.now).replace(tzinfo=None)
        first = datetime.combine(now.date() - timedelta(days=scope.days - 1), time())
        shift = timedelta(days=scope.days)
        # What was saved by this time of the day (or of the period) before.
        before = sum(
            by_now[moment] if (moment + shift).date() == now.date() else count
            for moment, count in counts.items()
            if first - shift <= moment < first
        )
        labels = {
            1: self.env._("by this time yesterday: %s", before),
            7: self.env._("by this time of the 7 days before: %s", before),
            30: self.env._("by this time of the 30 days before: %s", before),
        }
        return self._tile(
            "consults",
            self.env._("Consults"),
            size="wide",
            figures=[self._shown("consults", self.env._("saved"), saved, note=labels[scope.days])],
            chart={
                "labels": self._moment_labels(scope, counts),
                "series": series,
                "summary": self.env._("Consults saved: %(count)s; %(before)s.", count=saved, before=labels[scope.days]),
            },
            empty=self.env._("No consult was saved in this time, nor in the time it is compared with."),
        )

    @api.model
    def _consult_counts(self, scope):
        """Consults that stand, by hour or day of Vietnam (naive): (count of each, count by this time of the day)."""
        today = local_time.local(scope.now).date()
        begin = {day: local_time.begin_of_day(today - timedelta(days=day)) for day in (1, 6, 7, 2 * scope.days - 1)}
        if scope.days == 1:
            since = Domain("saved_on", ">=", begin[1])
            since |= Domain("saved_on", ">=", begin[7]) & Domain("saved_on", "<", begin[6])
        else:
            since = Domain("saved_on", ">=", begin[2 * scope.days - 1])
        consults = self.env["mobifone.consultation"]
        query = consults._search(since & scope.of(("state", "!=", "cancelled")))
        saved_on = consults._field_to_sql(consults._table, "saved_on", query)
        clock = SQL("%s AT TIME ZONE 'UTC' AT TIME ZONE %s", saved_on, str(local_time.VIETNAM))
        query.groupby = SQL("1")
        rows = self.env.execute_query(
            query.select(
                SQL("date_trunc(%s, %s)", "hour" if scope.days == 1 else "day", clock),
                SQL("count(*)"),
                SQL("count(*) FILTER (WHERE (%s)::time <= %s)", clock, local_time.local(scope.now).time()),
            )
        )
        return {row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows}

    @api.model
    def _consult_series(self, scope, counts):
        now = local_time.local(scope.now).replace(tzinfo=None)
        if scope.days == 1:
            shifts = {
                0: (self.env._("Today"), "now"),
                1: (self.env._("Yesterday"), "before"),
                7: (self.env._("A week ago"), "long_before"),
            }
        else:
            shifts = {
                0: (self._period_labels()[scope.days], "now"),
                scope.days: (self.env._("The %s days before", scope.days), "before"),
            }
        moments = self._moments(scope, counts)
        return [
            {
                "label": label,
                "style": style,
                # What is still to come is left out, not 0.
                "values": [
                    counts.get(moment - timedelta(days=shift), 0) if shift or moment <= now else None
                    for moment in moments
                ],
            }
            for shift, (label, style) in shifts.items()
        ]

    @api.model
    def _moments(self, scope, counts):
        """Hours of today or days of the period, on Vietnam's clock (naive)."""
        today = local_time.local(scope.now).date()
        if scope.days > 1:
            return [datetime.combine(today - timedelta(days=day), time()) for day in reversed(range(scope.days))]
        hours = {*WORKING_HOURS, *(moment.hour for moment in counts)}
        return [datetime.combine(today, time(hour)) for hour in range(min(hours), max(hours) + 1)]

    @api.model
    def _moment_labels(self, scope, counts):
        return [moment.strftime("%Hh" if scope.days == 1 else "%d/%m") for moment in self._moments(scope, counts)]

    @api.model
    def _installs_tile(self, scope):
        domain = self._figures(scope)["consults"].domain
        groups = self.env["mobifone.consultation"]._read_group(domain, ["state", "sms_state"], ["__count"])
        saved = sum(count for *_key, count in groups)
        links = sum(count for _state, sms_state, count in groups if sms_state in LINKED)
        installs = sum(count for state, sms_state, count in groups if sms_state in LINKED and state == "converted")
        # sudo: settings are readable to administrators only
        days = self.env["ir.config_parameter"].sudo()._mobifone_number("conversion_days")
        rate = formatLang(self.env, 100 * installs / links, digits=1) + "%" if links else "–"
        return self._tile(
            "installs",
            self.env._("Installs after the Link"),
            hint=self.env._(
                "An install counts up to %s days after the consult: the rate of today still grows.", f"{days:g}"
            ),
            figures=[
                self._shown("installs", self.env._("of the links led to an install"), installs, text=rate),
            ],
            bars={
                "items": [
                    {"figure": "consults", "label": self.env._("Consults saved"), "value": saved},
                    {"figure": "links", "label": self.env._("Links sent"), "value": links},
                    {"figure": "installs", "label": self.env._("Apps installed"), "value": installs, "tone": "success"},
                ]
            }
            if saved
            else None,
            empty=self.env._("No consult was saved in this time."),
        )

    # ------------------------------------------------------------
    # NOT CONSULTED
    # ------------------------------------------------------------

    @api.model
    def _exclusions_tile(self, scope):
        parts = self._parts(scope, "exclusions")
        total = sum(count for _reason, count in parts)
        return self._tile(
            "exclusions",
            self.env._("Not Consulted, by Reason"),
            size="tall",
            figures=[self._shown("exclusions", self.env._("callers not consulted"), total)],
            bars={
                "items": [
                    {"figure": "exclusions", "part": reason.id, "label": reason.sudo().name, "value": count}
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
