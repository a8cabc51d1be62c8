import logging
from datetime import date, datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import local_time

_logger = logging.getLogger(__name__)

FROM_DAY = "mobifone_consult.looked_from"  # the first local day that the next run looks at
LAG = timedelta(hours=3)  # by then all that follows from a look-up is written
LONGEST = timedelta(days=31)  # to be caught up with after a standstill
SHOWN = 200  # look-ups kept with a finding, to open them
FOLLOWS = ("consult", "exclude", "occupation", "registration", "feedback")
LOCAL = SQL("looked_up_on AT TIME ZONE 'UTC' AT TIME ZONE %s", local_time.VIETNAM.zone)


class MobifoneFinding(models.Model):
    """The hourly look for unusual use: set-based, over the log's rows of the last local day or two.

    Windows overlap; the key of a finding keeps the same from being found twice.
    """

    _inherit = "mobifone.finding"

    @api.model
    def _looks(self):
        """What is looked for: {setting of the threshold: method(since, threshold)}. Add-ons add theirs."""
        return {
            "unusual_without_call": self._look_without_call,
            "unusual_sequence": self._look_number_sequence,
            "unusual_out_of_shift": self._look_out_of_shift,
            "unusual_many_agents": self._look_many_agents,
            "unusual_address_minutes": self._look_two_addresses,
            "unusual_quota": self._look_quota,
            None: self._look_use_after_leave,
        }

    @api.model
    def _cron_look(self):
        """Look for every kind of unusual use since the local day that the last run was not done with."""
        parameters, progress, now = self.env["ir.config_parameter"], self.env["ir.cron"], fields.Datetime.now()
        since, looks, is_whole = self._since(now), self._looks(), True
        left = progress._commit_progress(remaining=len(looks))
        for setting, look in looks.items():
            if not left:
                return
            threshold = parameters._mobifone_number(setting) if setting else None
            if threshold != 0:
                try:
                    with self.env.cr.savepoint():
                        look(since, threshold)
                except Exception:
                    is_whole = False
                    _logger.exception("unusual use is not looked for: %s", look.__name__)
            left = progress._commit_progress(1)
        day = local_time.local(now - LAG).date().isoformat()
        # A look that failed has its days looked at again.
        if is_whole and parameters.get_param(FROM_DAY) != day:
            # Once a day: a changed setting empties a cache on all servers.
            parameters.set_param(FROM_DAY, day)

    @api.model
    def _since(self, now):
        """Where the look begins: midnight in Vietnam, as UTC."""
        yesterday = local_time.local(now - timedelta(days=1)).date()
        try:
            day = date.fromisoformat(self.env["ir.config_parameter"].get_param(FROM_DAY) or "")
        except ValueError:
            day = yesterday
        day = max(day, local_time.local(now - LONGEST).date())
        return local_time.VIETNAM.localize(datetime.combine(day, time())).astimezone(pytz.utc).replace(tzinfo=None)

    # ------------------------------------------------------------
    # Each kind
    # ------------------------------------------------------------

    @api.model
    def _look_without_call(self, since, threshold):
        """Look-ups of a user and day that nothing followed; those that may still be followed do not count."""
        share = self.env["ir.config_parameter"]._mobifone_number("unusual_without_call_share")
        life = timedelta(minutes=self.env["mobifone.lookup"]._life())
        query = SQL(
            """
            WITH followed AS (
                SELECT parent_id AS id FROM mobifone_lookup
                 WHERE looked_up_on >= %(since)s AND parent_id IS NOT NULL AND kind IN %(follows)s
                 UNION
                SELECT lookup_id FROM mobifone_call WHERE started_on >= %(calls_since)s
            )
            SELECT log.user_id, max(log.agent_id) AS agent_id, max(log.vendor_id) AS vendor_id,
                   (%(local)s)::date AS day, count(*) AS total,
                   count(*) FILTER (WHERE followed.id IS NULL) AS count,
                   min(log.looked_up_on) AS since, max(log.looked_up_on) AS until,
                   (array_agg(log.id ORDER BY log.id DESC) FILTER (WHERE followed.id IS NULL))[:%(shown)s] AS ids
              FROM mobifone_lookup log LEFT JOIN followed ON followed.id = log.id
             WHERE log.looked_up_on >= %(since)s AND log.looked_up_on < %(until)s AND log.kind = 'lookup'
          GROUP BY log.user_id, day
            HAVING count(*) FILTER (WHERE followed.id IS NULL) >= %(threshold)s
               AND count(*) FILTER (WHERE followed.id IS NULL) * 100 > count(*) * %(share)s
            """,
            since=since,
            calls_since=since - local_time.CLOCK_SKEW,
            until=fields.Datetime.now() - life,
            follows=FOLLOWS,
            local=LOCAL,
            shown=SHOWN,
            threshold=threshold,
            share=share,
        )
        for row in self._rows(query):
            figures = {"total": row["total"], "share": round(row["count"] * 100 / row["total"])}
            self._found("lookups_without_call", self._user_day(row), row, **figures)

    @api.model
    def _look_out_of_shift(self, since, threshold):
        """Look-ups of a user and day outside the shift of his vendor, which may pass midnight."""
        query = SQL(
            """
            SELECT user_id, max(agent_id) AS agent_id, vendor_id, day, count(*) AS count,
                   min(looked_up_on) AS since, max(looked_up_on) AS until,
                   (array_agg(id ORDER BY id))[:%(shown)s] AS ids, shift_from, shift_to
              FROM (SELECT log.id, log.user_id, log.agent_id, log.vendor_id, log.looked_up_on, (%(local)s)::date AS day,
                           extract(epoch FROM (%(local)s)::time) / 3600 AS hour,
                           vendor.shift_from, vendor.shift_to
                      FROM mobifone_lookup log JOIN mobifone_vendor vendor ON vendor.id = log.vendor_id
                     WHERE log.looked_up_on >= %(since)s AND log.kind = 'lookup'
                       AND vendor.shift_from != vendor.shift_to) timed
             WHERE CASE WHEN shift_from < shift_to THEN hour < shift_from OR hour >= shift_to
                        ELSE hour < shift_from AND hour >= shift_to END
          GROUP BY user_id, vendor_id, day, shift_from, shift_to
            HAVING count(*) >= %(threshold)s
            """,
            since=since,
            local=LOCAL,
            shown=SHOWN,
            threshold=threshold,
        )
        for row in self._rows(query):
            hours = {name: _clock(row[name]) for name in ("shift_from", "shift_to")}
            self._found("out_of_shift", self._user_day(row), row, **hours)

    @api.model
    def _look_quota(self, since, threshold):
        """Refusals of a user and day because his look-ups of the hour were used up."""
        query = SQL(
            """
            SELECT user_id, max(agent_id) AS agent_id, max(vendor_id) AS vendor_id, (%(local)s)::date AS day,
                   count(*) AS count, min(looked_up_on) AS since, max(looked_up_on) AS until,
                   (array_agg(id ORDER BY id))[:%(shown)s] AS ids
              FROM mobifone_lookup
             WHERE looked_up_on >= %(since)s AND kind = 'refusal' AND result = 'quota'
          GROUP BY user_id, day
            HAVING count(*) >= %(threshold)s
            """,
            since=since,
            local=LOCAL,
            shown=SHOWN,
            threshold=threshold,
        )
        for row in self._rows(query):
            self._found("quota", self._user_day(row), row)

    @api.model
    def _look_use_after_leave(self, since, _threshold):
        """Rows of whoever had left by then."""
        for agent_id, left_at in self._leavers(since):
            query = SQL(
                """
                SELECT log.user_id, agent.id AS agent_id, agent.vendor_id, count(*) AS count,
                       min(log.looked_up_on) AS since, max(log.looked_up_on) AS until,
                       (array_agg(log.id ORDER BY log.id DESC))[:%(shown)s] AS ids
                  FROM mobifone_agent agent JOIN mobifone_lookup log ON log.user_id = agent.user_id
                 WHERE agent.id = %(agent)s AND log.looked_up_on > %(left_at)s
              GROUP BY log.user_id, agent.id
                """,
                agent=agent_id,
                left_at=left_at,
                shown=SHOWN,
            )
            for row in self._rows(query):
                key = f"{agent_id} {fields.Datetime.to_string(left_at)}"
                self._found("use_after_leave", key, row, left_at=local_time.spoken(left_at))

    @api.model
    def _leavers(self, since):
        """Those whose leave was reported since, or who left since: [(id of the account file, left at)]."""
        domain = ["|", ("reported_at", ">=", since), ("left_at", ">=", since)]
        departures = self.env["mobifone.departure"].search(domain)
        return [(departure.agent_id.id, departure.left_at) for departure in departures if departure.left_at]

    # ------------------------------------------------------------
    # HELPERS
    # ------------------------------------------------------------

    @api.model
    def _rows(self, query):
        self.env.cr.execute(query)
        return self.env.cr.dictfetchall()

    @api.model
    def _user_day(self, row):
        return f"{row['user_id']} {row['day'].isoformat()}"

    @api.model
    def _found(self, kind, key, row, **figures):
        """Make a finding of a row: whose it is, when, how often, which look-ups; and the figures of its text."""
        since, until = row["since"], row["until"]
        params = {
            "count": row["count"],
            "lookup_ids": sorted(row["ids"]),
            "since": local_time.spoken(since),
            "until": local_time.spoken(until),
            **figures,
        }
        if row.get("day"):
            params["day"] = row["day"].strftime("%d/%m/%Y")
            params |= {name: local_time.local(row[name]).strftime("%H:%M") for name in ("since", "until")}
        return self._find(
            kind,
            key,
            params=params,
            agent=row["agent_id"],
            user=row["user_id"],
            vendor=row["vendor_id"],
            since=since.replace(microsecond=0),
            # the end of the second: the look-up itself is within
            until=until.replace(microsecond=0) + timedelta(seconds=1),
            count=row["count"],
        )


def _clock(hours):
    minutes = round(hours * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
