from odoo import api, models

from ..tools.exposition import Metric, single, singles
from .mobifone_consultation import SMS_STATES

WINDOW = 5  # minutes


class MobifoneMetrics(models.AbstractModel):
    """The metrics of the desk: what agents did in the last minutes, and what waits for somebody."""

    _inherit = "mobifone.metrics"

    @api.model
    def _metrics(self):
        return [
            *super()._metrics(),
            *self._lookup_metrics(),
            *self._consult_metrics(),
            *self._waiting_metrics(),
            *self._account_metrics(),
            *self._pop_metrics(),
        ]

    @api.model
    def _lookup_metrics(self):
        lookups, refusals = {"found": 0, "not_found": 0}, []
        columns = ("kind", "result", "verdicts")
        for kind, result, verdicts, count in self._recent("mobifone.lookup", "looked_up_on", columns, WINDOW):
            if kind == "lookup":
                lookups[result] = lookups.get(result, 0) + count
            elif kind == "refusal":
                refusals.append(({"what": result or "", "code": verdicts or ""}, count))
        self.env.cr.execute("SELECT max(id) FROM mobifone_lookup")
        (last_id,) = self.env.cr.fetchone()
        return [
            Metric(
                f"mobifone_lookups_{WINDOW}m",
                f"Look-ups of the last {WINDOW} minutes.",
                [({"result": result}, count) for result, count in lookups.items()],
            ),
            Metric(
                f"mobifone_refusals_{WINDOW}m",
                f"Refusals of the last {WINDOW} minutes: of what, and the code of the reason.",
                refusals,
            ),
            single(
                "mobifone_log_rows_total",
                "Rows given to the log of look-ups, of any kind.",
                last_id or 0,
                "counter",
            ),
        ]

    @api.model
    def _consult_metrics(self):
        self.env.cr.execute(
            """
            SELECT channel, sms_state, count(*),
                   count(*) FILTER (WHERE saved_on > now() AT TIME ZONE 'UTC' - make_interval(mins => %s))
              FROM mobifone_consultation
             WHERE saved_on > now() AT TIME ZONE 'UTC' - interval '1 hour'
          GROUP BY channel, sms_state
            """,
            [WINDOW],
        )
        saved = dict.fromkeys(dict(self.env["mobifone.consultation"]._fields["channel"].selection), 0)
        messages = {state: 0 for state, _label in SMS_STATES}
        for channel, sms_state, count, recent in self.env.cr.fetchall():
            saved[channel] += recent
            messages[sms_state] += count
        self.env.cr.execute(
            """
            SELECT count(*) FROM mobifone_consultation
             WHERE installed_on > now() AT TIME ZONE 'UTC' - interval '1 day' AND state = 'converted'
            """
        )
        (installed,) = self.env.cr.fetchone()
        return [
            Metric(
                f"mobifone_consults_{WINDOW}m",
                f"Consults saved in the last {WINDOW} minutes.",
                [({"channel": channel}, count) for channel, count in saved.items()],
            ),
            Metric(
                "mobifone_consult_sms_1h",
                "Consults of the last hour, by what became of their SMS.",
                [({"state": state}, count) for state, count in messages.items()],
            ),
            single("mobifone_installs_1d", "Installs of the last day that are credited to a consult.", installed),
        ]

    @api.model
    def _waiting_metrics(self):
        """What waits: one statement, each part by a partial index of what is open."""
        self.env.cr.execute(
            """
            SELECT (SELECT count(*) FROM sms_sms WHERE state = 'outgoing' AND to_delete IS NOT TRUE),
                   (SELECT extract(epoch FROM now() AT TIME ZONE 'UTC' - min(create_date)) FROM sms_sms
                     WHERE state = 'outgoing' AND to_delete IS NOT TRUE),
                   (SELECT count(*) FROM mobifone_consultation WHERE sms_after IS NOT NULL),
                   (SELECT count(*) FROM mobifone_call WHERE state = 'open'),
                   (SELECT count(*) FROM mobifone_registration WHERE state IN ('submitted', 'escalated')),
                   (SELECT count(*) FROM mobifone_registration
                     WHERE state IN ('submitted', 'escalated') AND due_on < now() AT TIME ZONE 'UTC'),
                   (SELECT count(*) FROM mobifone_feedback WHERE state != 'closed'),
                   (SELECT count(*) FROM mobifone_person_request
                     WHERE state = 'open' AND due_on < now() AT TIME ZONE 'UTC'),
                   (SELECT count(*) FROM mobifone_finding WHERE state = 'open'),
                   (SELECT count(*) FROM mobifone_departure
                     WHERE verified_at IS NULL AND left_at < now() AT TIME ZONE 'UTC')
            """
        )
        named = (
            ("mobifone_sms_queue", "Messages that wait to be sent."),
            ("mobifone_sms_queue_age_seconds", "Age of the oldest of them."),
            ("mobifone_sms_postponed", "Consults whose SMS waits for the hours it may be sent in."),
            ("mobifone_calls_open", "Guided calls under way."),
            ("mobifone_update_requests_open", "Update requests that wait for a decision."),
            ("mobifone_update_requests_overdue", "Update requests that nobody decided in time."),
            ("mobifone_feedback_open", "Feedback of customers that is not closed."),
            ("mobifone_person_requests_overdue", "Requests of persons about their data, not answered in time."),
            ("mobifone_findings_open", "Findings that nobody has closed with a word."),
            ("mobifone_leavers_unproven", "Leavers whose loss of access is not proven yet."),
        )
        return singles(named, self.env.cr.fetchone())

    @api.model
    def _account_metrics(self):
        self.env.cr.execute("SELECT state, count(*) FROM mobifone_agent GROUP BY state")
        counts = dict(self.env.cr.fetchall())
        states = dict(self.env["mobifone.agent"]._fields["state"].selection)
        samples = [({"state": state}, counts.get(state, 0)) for state in states]
        return [Metric("mobifone_accounts", "Account files of vendors' people.", samples)]

    @api.model
    def _pop_metrics(self):
        rings = self.env["mobifone.call.pop"]
        counts = dict.fromkeys(dict(rings.RESULTS), 0)
        counts |= dict(self._recent(rings._name, "rung_on", ["result"], WINDOW))
        return [
            Metric(
                f"mobifone_announced_calls_{WINDOW}m",
                f"Calls that exchanges announced in the last {WINDOW} minutes, by whether they led to a desk.",
                [({"result": result}, count) for result, count in counts.items()],
            )
        ]
