from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessDenied
from odoo.tools import SQL, hmac

from ..tools import apart

# Wrong tries so far apart have nothing to do with each other.
MEMORY = timedelta(hours=24)
LONGEST_LOCK = timedelta(hours=1)


class MobifoneLoginAttempt(models.Model):
    """Wrong passwords in a row, counted for each login, whoever typed them from wherever.

    Every so many of them lock the login for some minutes, each time twice as long. Logins that nobody has are counted
    and locked like any other: their rows tell nobody which exist. What was typed is kept as a keyed hash, as some type
    their password there.
    """

    _name = "mobifone.login.attempt"
    _description = "Wrong Logins"
    _log_access = False
    _order = "failed_on desc, id desc"
    _rec_name = "user_id"

    key = fields.Char(required=True, groups="base.group_system")
    user_id = fields.Many2one("res.users", index="btree_not_null", ondelete="cascade")
    vendor_id = fields.Many2one(related="user_id.mobifone_vendor_id")
    failures = fields.Integer(string="Wrong Tries", required=True, aggregator=None)
    failed_on = fields.Datetime(string="Last Try", required=True)
    locked_until = fields.Datetime()
    is_locked = fields.Boolean(string="Locked", compute="_compute_is_locked")

    _key_uniq = models.Constraint("unique(key)", "A login is counted once.")

    @api.depends("locked_until")
    def _compute_is_locked(self):
        now = fields.Datetime.now()
        for attempt in self:
            attempt.is_locked = bool(attempt.locked_until) and attempt.locked_until > now

    def action_release(self):
        """Forget the wrong tries: the user may log in at once. Managers only.

        :raise AccessError: for anybody else
        """
        self.check_access("read")
        self.env["res.users"]._mobifone_check_manager()
        for attempt in self:
            self.env["mobifone.guard.event"]._log_apart("release", self.env.uid, attempt.user_id.login)
        # sudo: rows are counted by the guard, nobody has a right to them
        self.sudo().unlink()

    # ------------------------------------------------------------
    # COUNTING
    # ------------------------------------------------------------

    @api.model
    def _key(self, login):
        # sudo: the key of the hash is readable to administrators only
        return hmac(self.env(su=True), "mobifone.login.attempt", login)[:32]

    @api.model
    def _check_open(self, login):
        """:raise AccessDenied: while the login is locked"""
        statement = SQL("SELECT locked_until FROM mobifone_login_attempt WHERE key = %s", self._key(login))
        row = apart.fetch(self.env, statement)
        if row and row[0] and row[0] > fields.Datetime.now():
            raise self._locked()

    @api.model
    def _failed(self, login, user_id=None):
        """One more wrong try for that login, on a cursor of its own.

        :param user_id: whose login it is, if anybody's
        """
        # sudo: settings are readable to administrators only
        number = self.env["ir.config_parameter"].sudo()._mobifone_number
        now, tries = fields.Datetime.now(), int(number("guard_login_tries"))

        def count(cr):
            cr.execute(
                SQL(
                    """
                    INSERT INTO mobifone_login_attempt AS old (key, user_id, failures, failed_on)
                    VALUES (%(key)s, %(user)s, 1, %(now)s)
                    ON CONFLICT (key) DO UPDATE
                       SET failures = CASE WHEN old.failed_on < %(old)s THEN 1 ELSE old.failures + 1 END,
                           failed_on = %(now)s, user_id = %(user)s
                    RETURNING failures
                    """,
                    key=self._key(login),
                    user=user_id or None,
                    now=now,
                    old=now - MEMORY,
                ),
                log_exceptions=False,
            )
            failures = cr.fetchone()[0]
            if failures % tries:
                return False
            # The power is held low: the lock is cut to the longest anyway.
            minutes = number("guard_lock_minutes") * 2 ** min(failures // tries - 1, 20)
            cr.execute(
                SQL(
                    "UPDATE mobifone_login_attempt SET locked_until = %s WHERE key = %s",
                    now
                    + min(
                        timedelta(minutes=minutes), max(LONGEST_LOCK, timedelta(minutes=number("guard_lock_minutes")))
                    ),
                    self._key(login),
                )
            )
            return True

        if apart.run(self.env, count) and user_id:
            self.env["mobifone.guard.event"]._log_apart("lock", user_id)

    @api.model
    def _passed(self, login):
        """A right password: what was wrong before is forgotten.

        :raise AccessDenied: when others guessed wrong in the meantime, so often that the login is locked now
        """

        def forget(cr):
            key, now = self._key(login), fields.Datetime.now()
            cr.execute(SQL("SELECT locked_until FROM mobifone_login_attempt WHERE key = %s", key))
            if not (row := cr.fetchone()):
                return True
            if row[0] and row[0] > now:
                return False
            cr.execute(SQL("DELETE FROM mobifone_login_attempt WHERE key = %s", key), log_exceptions=False)
            return True

        if apart.run(self.env, forget) is False:
            raise self._locked()

    @api.model
    def _locked(self):
        return AccessDenied(
            self.env._("Too many wrong passwords for this login: wait some minutes, or ask your manager.")
        )

    @api.autovacuum
    def _gc_old(self):
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                """DELETE FROM mobifone_login_attempt
                    WHERE failed_on < %s AND (locked_until IS NULL OR locked_until < %s)""",
                now - MEMORY,
                now,
            )
        )
