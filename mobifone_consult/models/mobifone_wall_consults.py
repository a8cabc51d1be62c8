from datetime import datetime, time, timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import formatLang

from ..tools import local_time
from .mobifone_consultation import LINKED

# Hours that the day's chart always shows; others when something was saved in them.
WORKING_HOURS = range(7, 22)


class MobifoneWall(models.AbstractModel):
    """Consults and what came of them."""

    _inherit = "mobifone.wall"

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
        before = formatLang(self.env, before, digits=0)
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
                "summary": self.env._(
                    "Consults saved: %(count)s; %(before)s.",
                    count=formatLang(self.env, saved, digits=0),
                    before=labels[scope.days],
                ),
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
        # Vietnam's clock is never put forward or back, and a zone's rules, looked up for each row, cost thrice as much.
        clock = SQL("%s + %s", saved_on, local_time.local(scope.now).utcoffset())
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
            # Of installs alone the rate would be 100 %.
            lead="links",
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
