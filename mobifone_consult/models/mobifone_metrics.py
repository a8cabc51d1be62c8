import hashlib
import hmac
import logging
import secrets
from contextlib import nullcontext

import psycopg2

from odoo import api, models, sql_db
from odoo.exceptions import AccessError
from odoo.tools import SQL, config

from ..tools import exposition

_logger = logging.getLogger(__name__)

TOKEN = "mobifone_consult.metrics_token"
# A scrape that takes longer than this is given up: it must not be what a busy database suffers from.
TIMEOUT = "5s"
# Rows of a log that are stepped over at once on the way back to the beginning of a window.
STRIDE = 1000


class MobifoneMetrics(models.AbstractModel):
    """What those on call watch: one scrape, some ten statements, none of which reads more than a window of a big table.

    Never a person, a number or a vendor in a label: counts only. Other parts are in mobifone_metrics_desk.py and
    mobifone_metrics_jobs.py.
    """

    _name = "mobifone.metrics"
    _description = "Metrics"

    @api.model
    def _metrics(self):
        """The metrics of a scrape: list of `exposition.Metric`.

        Add-ons add their own, `super()._metrics() + […]`: cheap ones, by an index, with labels of few values. What
        fails makes the whole scrape fail, so that it is noticed.
        """
        return self._database_metrics()

    @api.model
    def _scrape(self):
        """The answer to a scrape, in Prometheus' text format."""
        self.env.cr.execute(SQL("SELECT set_config('statement_timeout', %s, TRUE)", TIMEOUT))
        return exposition.text(self._metrics())

    # ------------------------------------------------------------
    # TOKEN
    # ------------------------------------------------------------

    @api.model
    def _new_token(self):
        """Make the token that opens the metrics; the one before opens nothing any more. Only its hash is kept.

        :return: the token, to be shown once
        :raise AccessError: when the user is no administrator
        """
        self._check_admin()
        token = secrets.token_urlsafe(32)
        self.env["ir.config_parameter"].set_param(TOKEN, _hash(token))
        return token

    @api.model
    def _withdraw_token(self):
        """From now on nobody reads the metrics.

        :raise AccessError: when the user is no administrator
        """
        self._check_admin()
        self.env["ir.config_parameter"].set_param(TOKEN, False)

    @api.model
    def _has_token(self):
        # sudo: settings are readable to administrators only
        return bool(self.env["ir.config_parameter"].sudo()._mobifone_text("metrics_token"))

    @api.model
    def _opens(self, token):
        """Is this the token? None is, as long as there is none."""
        # sudo: settings are readable to administrators only
        expected = self.env["ir.config_parameter"].sudo()._mobifone_text("metrics_token")
        return hmac.compare_digest(_hash(token), expected) if token and expected else False

    def _check_admin(self):
        if not self.env.user._has_group("base.group_system"):
            raise AccessError(self.env._("Only administrators make a token for the metrics."))

    # ------------------------------------------------------------
    # DATABASE
    # ------------------------------------------------------------

    @api.model
    def _health(self, is_trusted=False):
        """What a load balancer is told: {status}. `ok`, or a code of what keeps this server from working: no_primary
        (the database cannot be reached), read_only (it takes no writes: it became a replica, or was set so).

        Asked on the primary, whatever cursor the request has.

        :param is_trusted: tell also of the replica
        """
        try:
            with self._primary() as cr:
                if problem := self._write_problem(cr):
                    return {"status": problem}
                return {"status": "ok"} | ({"replica": self._replica(cr)} if is_trusted else {})
        except psycopg2.OperationalError:
            return {"status": "no_primary"}

    @api.model
    def _primary(self):
        """A cursor of the primary, to be used in a `with`."""
        cr = self.env.cr
        return sql_db.db_connect(cr.dbname).cursor() if cr.readonly else nullcontext(cr)

    @api.model
    def _write_problem(self, cr):
        cr.execute("SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::bool")
        return "read_only" if cr.fetchone()[0] else None

    @api.model
    def _replica(self, primary):
        """How this server's replica follows: {is_up, lag_bytes, lag_seconds}; None when it has none.

        By what the primary has written, not by what the replica was sent: a replica that is cut off lags.

        :param primary: a cursor of the primary
        """
        if not config["db_replica_host"]:
            return None
        primary.execute("SELECT pg_current_wal_lsn()::text")
        (written,) = primary.fetchone()
        try:
            with self.env.registry.cursor(readonly=True) as cr:
                if not cr.readonly:  # Odoo gave it up for a while, and reads from the primary
                    return {"is_up": False, "lag_bytes": None, "lag_seconds": None}
                cr.execute(
                    SQL(
                        """
                        SELECT behind, CASE WHEN behind = 0 THEN 0 ELSE
                                   extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END
                          FROM (SELECT CASE WHEN pg_is_in_recovery() THEN
                                    greatest(pg_wal_lsn_diff(%s::pg_lsn, pg_last_wal_replay_lsn()), 0) ELSE 0 END
                               ) AS place (behind)
                        """,
                        written,
                    )
                )
                lag_bytes, lag_seconds = cr.fetchone()
        except psycopg2.OperationalError as error:
            _logger.info("the replica does not say how far it is: %s", error)
            return {"is_up": False, "lag_bytes": None, "lag_seconds": None}
        return {"is_up": True, "lag_bytes": lag_bytes, "lag_seconds": lag_seconds}

    @api.model
    def _database_metrics(self):
        # Of our own role only: others' transactions show no time, unless it may monitor them.
        self.env.cr.execute(
            """
            SELECT extract(epoch FROM clock_timestamp() - min(xact_start)),
                   count(*) FILTER (WHERE wait_event_type = 'Lock')
              FROM pg_stat_activity
             WHERE datname = current_database() AND backend_type = 'client backend' AND pid != pg_backend_pid()
            """
        )
        oldest, waiting = self.env.cr.fetchone()
        single = exposition.single
        metrics = [
            single("mobifone_oldest_transaction_seconds", "Age of the longest transaction that is open.", oldest or 0),
            single("mobifone_waiting_for_lock", "Connections that wait for another's lock.", waiting),
        ]
        if replica := self._replica(self.env.cr):
            metrics += [
                single("mobifone_replica_up", "Is the replica of this server in use?", replica["is_up"]),
                single("mobifone_replica_lag_bytes", "Written and not yet on the replica.", replica["lag_bytes"]),
                single("mobifone_replica_lag_seconds", "Age of what the replica shows.", replica["lag_seconds"]),
            ]
        return metrics

    # ------------------------------------------------------------
    # HELPERS
    # ------------------------------------------------------------

    @api.model
    def _recent(self, model, time, columns, minutes):
        """The rows of an append-only log of the last minutes, counted by some of its columns.

        Found from the newest id backwards: a BRIN index on the time knows nothing of the newest rows until the table
        is vacuumed, and of those there may be millions.

        :param str time: column of the moment (UTC), which grows with the id
        :param list columns: to count by
        :param int minutes: how far back
        :return: list of (one value for each column, count)
        """
        table = SQL.identifier(self.env[model]._table)
        age = SQL("now() AT TIME ZONE 'UTC' - make_interval(mins => %s)", minutes)
        is_inside = SQL("%s > %s", SQL.identifier(time), age)
        self.env.cr.execute(
            SQL(
                """
                WITH RECURSIVE back (id, is_inside) AS (
                    (SELECT id, %(is_inside)s FROM %(table)s ORDER BY id DESC LIMIT 1)
                     UNION ALL
                    SELECT older.* FROM back, LATERAL (
                        SELECT id, %(is_inside)s FROM %(table)s WHERE id <= back.id - %(stride)s
                      ORDER BY id DESC LIMIT 1
                    ) AS older
                     WHERE back.is_inside
                ) SELECT CASE WHEN is_inside THEN 0 ELSE id END FROM back ORDER BY back.id LIMIT 1
                """,
                table=table,
                is_inside=is_inside,
                stride=STRIDE,
            )
        )
        first = self.env.cr.fetchone()
        if not first:
            return []
        # Apart, with the id as a number: the planner knows that few rows come after it.
        self.env.cr.execute(
            SQL(
                """
                SELECT %(columns)s, count(*) FROM %(table)s
                 WHERE id >= %(first)s AND %(is_inside)s
              GROUP BY %(columns)s
                """,
                columns=SQL(", ").join(map(SQL.identifier, columns)),
                table=table,
                first=first[0],
                is_inside=is_inside,
            )
        )
        return self.env.cr.fetchall()


def _hash(token):
    # 256 random bits need no salt and no slow hash.
    return hashlib.sha256(token.encode()).hexdigest()
