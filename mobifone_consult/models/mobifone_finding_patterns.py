from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..tools import local_time
from .mobifone_finding_look import LOCAL, SHOWN

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class MobifoneFinding(models.Model):
    """Patterns over rows that follow each other: numbers in a row, one number and many users, two addresses."""

    _inherit = "mobifone.finding"

    @api.model
    def _look_number_sequence(self, since, threshold):
        """One user's look-ups whose numbers run up or down by one, so many within an hour.

        The log knows the first four and the last three digits. The same number twice in a row counts once.
        """
        threshold = max(int(threshold), 2)
        query = SQL(
            """
            WITH marked AS (
                SELECT id, user_id, agent_id, vendor_id, looked_up_on, number_masked, number_hash,
                       lag(number_hash) OVER (PARTITION BY user_id ORDER BY id) AS hash_before
                  FROM mobifone_lookup
                 WHERE looked_up_on >= %(since)s AND kind = 'lookup' AND number_masked ~ '^[0-9]{4}.*[0-9]{3}$'
            ), paired AS (
                SELECT *, lag(id) OVER own AS id_before, lag(looked_up_on) OVER own AS time_before,
                       lag(number_masked) OVER own AS number_before
                  FROM marked
                 WHERE number_hash IS DISTINCT FROM hash_before
                WINDOW own AS (PARTITION BY user_id ORDER BY id)
            ), stepped AS (
                SELECT *, CASE WHEN left(number_masked, 4) = left(number_before, 4)
                               THEN CASE mod(right(number_masked, 3)::int - right(number_before, 3)::int + 1000, 1000)
                                         WHEN 1 THEN 1 WHEN 999 THEN -1 ELSE 0 END
                               ELSE 0 END AS step
                  FROM paired
            ), turned AS (
                SELECT *, step IS DISTINCT FROM lag(step) OVER (PARTITION BY user_id ORDER BY id) AS is_turn
                  FROM stepped
            ), runs AS (
                SELECT *, count(*) FILTER (WHERE is_turn) OVER (PARTITION BY user_id ORDER BY id) AS run
                  FROM turned
            ), timed AS (
                SELECT *, lag(time_before, %(steps_before)s) OVER (PARTITION BY user_id, run ORDER BY id) AS begun_on
                  FROM runs
                 WHERE step != 0
            )
            SELECT user_id, max(agent_id) AS agent_id, max(vendor_id) AS vendor_id, count(*) + 1 AS count,
                   min(id_before) AS first_id, min(time_before) AS since, max(looked_up_on) AS until,
                   (array_agg(number_before ORDER BY id))[1] AS first,
                   (array_agg(number_masked ORDER BY id DESC))[1] AS last,
                   (min(id_before) || array_agg(id ORDER BY id))[:%(shown)s] AS ids
              FROM timed
          GROUP BY user_id, run
            HAVING bool_or(looked_up_on - begun_on <= %(hour)s)
            """,
            # a run may have begun before midnight
            since=since - HOUR,
            steps_before=threshold - 2,
            hour=HOUR,
            shown=SHOWN,
        )
        for row in self._rows(query):
            minutes = -(-(row["until"] - row["since"]).total_seconds() // 60)
            figures = {"first": row["first"], "last": row["last"], "minutes": int(minutes)}
            self._found("number_sequence", f"{row['user_id']} {row['first_id']}", row, **figures)

    @api.model
    def _look_many_agents(self, since, threshold):
        """One number looked up by so many users within 24 hours: first which numbers at all, then exactly."""
        query = SQL(
            """
            WITH marked AS (
                SELECT id, user_id, vendor_id, looked_up_on, number_hash, number_masked
                  FROM mobifone_lookup
                 WHERE looked_up_on >= %(window)s AND kind = 'lookup' AND number_hash IS NOT NULL
            ), candidates AS (
                SELECT number_hash FROM marked GROUP BY number_hash HAVING count(DISTINCT user_id) >= %(threshold)s
            ), asked AS (
                SELECT * FROM marked WHERE number_hash IN (SELECT number_hash FROM candidates)
            )
            SELECT DISTINCT ON (last.number_hash, day)
                   last.number_hash, last.number_masked AS number, (%(local)s)::date AS day, met.*
              FROM asked last,
                   LATERAL (SELECT count(DISTINCT other.user_id) AS count, count(*) AS rows,
                                   min(other.looked_up_on) AS since, max(other.looked_up_on) AS until,
                                   (array_agg(other.id ORDER BY other.id DESC))[:%(shown)s] AS ids,
                                   CASE WHEN count(DISTINCT coalesce(other.vendor_id, 0)) = 1
                                        THEN max(other.vendor_id) END AS vendor_id
                              FROM asked other
                             WHERE other.number_hash = last.number_hash
                               AND other.looked_up_on BETWEEN last.looked_up_on - %(length)s AND last.looked_up_on) met
             WHERE last.looked_up_on >= %(since)s AND met.count >= %(threshold)s
          ORDER BY last.number_hash, day, met.count DESC, last.id
            """,
            since=since,
            window=since - DAY,
            length=DAY,
            local=LOCAL,
            shown=SHOWN,
            threshold=threshold,
        )
        for row in self._rows(query):
            key = f"{row['number_hash']} {row.pop('day').isoformat()}"
            row |= {"user_id": None, "agent_id": None}
            self._found("many_agents", key, row, number=row["number"], rows=row["rows"])

    @api.model
    def _look_two_addresses(self, since, threshold):
        """One user who goes from an address to another and back within so many minutes: two people at one account.

        Going over to another address without coming back is none of it.
        """
        query = SQL(
            """
            WITH marked AS (
                SELECT id, user_id, agent_id, vendor_id, looked_up_on, ip, lag(ip) OVER own AS ip_before,
                       lag(looked_up_on) OVER own AS time_before, lag(id) OVER own AS id_before
                  FROM mobifone_lookup
                 WHERE looked_up_on >= %(since)s AND ip IS NOT NULL
                WINDOW own AS (PARTITION BY user_id ORDER BY id)
            ), changes AS (
                SELECT *, lag(ip_before) OVER own AS ip_back, lag(time_before) OVER own AS left_on,
                       lag(id_before) OVER own AS left_id
                  FROM marked
                 WHERE ip != ip_before
                WINDOW own AS (PARTITION BY user_id ORDER BY id)
            )
            SELECT user_id, max(agent_id) AS agent_id, max(vendor_id) AS vendor_id, (%(local)s)::date AS day,
                   count(*) AS count, min(left_on) AS since, min(looked_up_on) AS back_on, max(looked_up_on) AS until,
                   array_agg(DISTINCT ip) || array_agg(DISTINCT ip_before) AS addresses,
                   (array_agg(left_id ORDER BY id) || array_agg(id ORDER BY id)
                       || array_agg(id_before ORDER BY id))[:%(shown)s] AS ids
              FROM changes
             WHERE ip = ip_back AND looked_up_on - left_on <= %(within)s
          GROUP BY user_id, day
            """,
            since=since,
            within=timedelta(minutes=threshold),
            local=LOCAL,
            shown=SHOWN,
        )
        for row in self._rows(query):
            figures = {"addresses": ", ".join(sorted(set(row["addresses"]))), "minutes": f"{threshold:g}"}
            row["ids"] = list(dict.fromkeys(row["ids"]))
            back_on = local_time.local(row["back_on"]).strftime("%H:%M:%S")
            begun_on = local_time.local(row["since"]).strftime("%H:%M:%S")
            params = {**figures, "begun_on": begun_on, "back_on": back_on}
            self._found("two_addresses", self._user_day(row), row, **params)
