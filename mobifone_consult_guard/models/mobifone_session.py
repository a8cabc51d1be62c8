from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import apart

# A session's last use is written down no more often than this.
STEP = timedelta(minutes=1)


class MobifoneSession(models.Model):
    """Since when a vendor's user is logged in, and when he was last seen: one row each, as he has one session.

    Written by SQL alone: its last use on a cursor of its own, so that no request waits for another or fails by it.
    """

    _name = "mobifone.session"
    _description = "Session of a Vendor's User"
    _log_access = False

    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    started_on = fields.Datetime(required=True)
    seen_on = fields.Datetime(required=True)

    _user_uniq = models.Constraint("unique(user_id)", "A user has one session.")

    @api.model
    def _begin(self, user_id):
        """A session of the user starts now, in this transaction."""
        self.env.cr.cache.pop((self._name, user_id), None)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO mobifone_session (user_id, started_on, seen_on) VALUES (%(user)s, %(now)s, %(now)s)
                ON CONFLICT (user_id) DO UPDATE SET started_on = %(now)s, seen_on = %(now)s
                """,
                user=user_id,
                now=fields.Datetime.now(),
            ),
            log_exceptions=False,  # two logins at once: the request is retried
        )

    @api.model
    def _over(self, user_id):
        """Why the user's session is over: "hours" since the login, "idle", or None."""
        row = self._times(user_id)
        if not row:
            return None
        # sudo: settings are readable to administrators only
        number = self.env["ir.config_parameter"].sudo()._mobifone_number
        now = fields.Datetime.now()
        if now - row[0] >= timedelta(hours=number("guard_session_hours")):
            return "hours"
        return "idle" if now - row[1] >= timedelta(minutes=number("guard_idle_minutes")) else None

    @api.model
    def _times(self, user_id):
        """(started_on, seen_on) of the user's session, read once a transaction; None when there is none."""
        key = (self._name, user_id)
        if key not in self.env.cr.cache:
            statement = SQL("SELECT started_on, seen_on FROM mobifone_session WHERE user_id = %s", user_id)
            self._remember(user_id, apart.fetch(self.env, statement))
        return self.env.cr.cache[key]

    @api.model
    def _remember(self, user_id, times):
        """For the rest of this transaction: what `_times` tells of the user."""
        self.env.cr.cache[(self._name, user_id)] = times

    @api.model
    def _touch(self, user_id):
        """The user did something just now."""
        now = fields.Datetime.now()
        row = self._times(user_id)
        if row and now - row[1] < STEP:
            return
        # Who finds the row locked leaves it to the request that does the same at this moment.
        write = (
            SQL(
                """
                UPDATE mobifone_session SET seen_on = %(now)s
                 WHERE id = (SELECT id FROM mobifone_session WHERE user_id = %(user)s AND seen_on <= %(before)s
                                FOR UPDATE SKIP LOCKED)
                """,
                now=now,
                before=now - STEP,
                user=user_id,
            )
            if row
            # Logged in before the guard was there.
            else SQL(
                """
                INSERT INTO mobifone_session (user_id, started_on, seen_on) VALUES (%(user)s, %(now)s, %(now)s)
                ON CONFLICT DO NOTHING
                """,
                user=user_id,
                now=now,
            )
        )
        apart.run(self.env, lambda cr: cr.execute(write, log_exceptions=False), tries=1)
