from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.tools import SQL

# First key of the advisory locks taken here: any number that nothing else in the database uses.
LOCK_CLASS = 0x4D4246


class MobifoneConsultLease(models.Model):
    """The 24-hour lock: one row a line, taken by whoever saves a consult first. The database decides.

    The row lives apart from the fed line, so that a bulk feed and the agents never wait for each other.
    """

    _name = "mobifone.consult.lease"
    _description = "Consult Lock"
    _log_access = False
    _order = "id"

    subscriber_id = fields.Many2one("mobifone.subscriber", string="Line", required=True, ondelete="cascade")
    consultation_id = fields.Many2one("mobifone.consultation", index="btree_not_null", ondelete="cascade")
    channel = fields.Selection([("web", "Web"), ("sms", "SMS")], required=True)
    until = fields.Datetime(required=True)

    _line_uniq = models.Constraint("unique(subscriber_id)", "A line has one lock.")

    @api.model
    def _take(self, line_id, channel, hours):
        """Try to take the line's lock for `hours`, in this transaction, without waiting for anybody.

        :return: its end (UTC) when taken, None when somebody holds it or is just taking it
        """
        savepoint = self.env.cr.savepoint(flush=False)
        try:
            until = self._insert(line_id, channel, hours)
        except SerializationFailure:
            until = None  # taken after our snapshot was made
        # Not taken: rolling back also gives up the advisory lock, which others wait for (_wait_for_taker).
        savepoint.close(rollback=until is None)
        return until

    @api.model
    def _insert(self, line_id, channel, hours):
        # A transaction that is just taking the lock holds the advisory lock: nobody has to queue behind its row.
        self.env.cr.execute(SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", LOCK_CLASS, line_id))
        if not self.env.cr.fetchone()[0]:
            return None
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO mobifone_consult_lease AS lease (subscriber_id, channel, until)
                VALUES (%(line)s, %(channel)s,
                        clock_timestamp() AT TIME ZONE 'UTC' + make_interval(secs => %(seconds)s))
                ON CONFLICT (subscriber_id) DO UPDATE
                   SET consultation_id = NULL, channel = excluded.channel, until = excluded.until
                 WHERE lease.until <= clock_timestamp() AT TIME ZONE 'UTC'
                RETURNING until
                """,
                line=line_id,
                channel=channel,
                seconds=hours * 3600,
            ),
            log_exceptions=False,
        )
        row = self.env.cr.fetchone()
        return row and row[0]

    @api.model
    def _give(self, line_id, consultation):
        """Write on the lock just taken whose it is."""
        self.env.cr.execute(
            SQL(
                "UPDATE mobifone_consult_lease SET consultation_id = %s WHERE subscriber_id = %s",
                consultation.id,
                line_id,
            )
        )

    @api.model
    def _wait_for_taker(self, line_id):
        """Wait until whoever is just taking the line's lock has committed or given up; for a fresh cursor."""
        self.env.cr.execute(SQL("SET LOCAL lock_timeout = '5s'"))
        self.env.cr.execute(SQL("SELECT pg_advisory_xact_lock_shared(%s, %s)", LOCK_CLASS, line_id))

    @api.model
    def _free(self, consultation_id):
        """Open the line again, if its lock still belongs to that consultation."""
        self.env.cr.execute(
            SQL(
                """UPDATE mobifone_consult_lease SET until = clock_timestamp() AT TIME ZONE 'UTC'
                    WHERE consultation_id = %s AND until > clock_timestamp() AT TIME ZONE 'UTC'""",
                consultation_id,
            )
        )
