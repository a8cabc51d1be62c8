import hashlib
import hmac

from odoo import fields, models
from odoo.fields import NO_ACCESS
from odoo.tools import SQL

from ..tools.login_keys import KEYS


class ResUsers(models.Model):
    """How a session ends: at once, on every worker, and for good.

    A session carries a token made of the user's `mobifone_session_epoch`. The epoch and `active` are read from the
    database at each check, never from the cache of a worker, and never from a replica, which may lag behind. Each end
    of sessions raises the epoch: what was opened before it stays dead, also when the user is unarchived one day.
    """

    _inherit = "res.users"

    mobifone_session_epoch = fields.Integer(groups=NO_ACCESS, copy=False, aggregator=None)

    def _compute_session_token(self, sid):
        token = super()._compute_session_token(sid)
        is_active, epoch = self._mobifone_session_state()
        if not token or not is_active:
            return False
        # Who never had a session ended keeps the token of core: installing this add-on logs nobody out.
        return hmac.new(token.encode(), str(epoch).encode(), hashlib.sha256).hexdigest() if epoch else token

    def _legacy_session_token_hash_compute(self, sid):
        is_active, epoch = self._mobifone_session_state()
        return super()._legacy_session_token_hash_compute(sid) if is_active and not epoch else False

    def _mobifone_session_state(self):
        """(is active, epoch) as the primary database has them now; (False, 0) of a user who is gone."""
        if not self.env.cr.readonly or self.env.registry._db_readonly is None:
            return self._mobifone_read_session_state(self.env.cr)
        # One answer for all of the request, as a transaction of the primary gives: a session that core renews at the
        # end of its request must not survive what ended it meanwhile.
        known, key = self.env.cr.cache, ("mobifone_session_state", self.id)
        if key not in known:
            with self.env.registry.cursor() as cr:
                known[key] = self._mobifone_read_session_state(cr)
        return known[key]

    def _mobifone_read_session_state(self, cr):
        row = self._mobifone_session_row(cr)
        return (bool(row[0]), row[1] or 0) if row else (False, 0)

    def _mobifone_session_row(self, cr):
        """The row that says whether a session of this user lives: (active, epoch), None of a user who is gone."""
        cr.execute(SQL("SELECT active, mobifone_session_epoch FROM res_users WHERE id = %s", self.id))
        return cr.fetchone()

    def _mobifone_end_sessions(self):
        """End every session and websocket of these users, in this transaction."""
        if not self:
            return
        self.env.cr.execute(
            SQL(
                """UPDATE res_users SET mobifone_session_epoch = COALESCE(mobifone_session_epoch, 0) + 1
                    WHERE id IN %s""",
                tuple(self.ids),
            ),
            log_exceptions=False,  # ended by two at once: the request is retried
        )
        # sudo: devices and partners are not readable to whoever reports a leaver
        users_sudo = self.sudo().with_context(active_test=False)
        users_sudo.env["res.device"].search([("user_id", "in", self.ids)])._revoke()
        for partner in users_sudo.partner_id:
            # A websocket looks at its session when there is something to deliver: this makes it look, and close.
            partner._bus_send("mobifone_consult/session_ended", {})

    def _mobifone_off_board(self):
        """Take every way in from these users, in this transaction: archived, no password, no key, no device, no
        session. Nothing of it comes back when they are unarchived."""
        if not self:
            return
        # sudo: whoever reports a leaver is no administrator of users
        users_sudo = self.sudo().with_context(active_test=False)
        users_sudo.filtered("active").write({"active": False})
        for model, owner in KEYS.items():
            if model in self.env:
                users_sudo.env[model].search([(owner, "in", self.ids)]).unlink()
        if "signup_type" in users_sudo.partner_id._fields:
            # A link to choose a password, mailed before, would work again after unarchiving.
            users_sudo.partner_id.signup_cancel()
        if "totp_secret" in users_sudo._fields:
            self.env.cr.execute(SQL("UPDATE res_users SET totp_secret = NULL WHERE id IN %s", tuple(self.ids)))
        # NULL: there is no password, and no hash to compute.
        self.env.cr.execute(SQL("UPDATE res_users SET password = NULL WHERE id IN %s", tuple(self.ids)))
        self._mobifone_end_sessions()
        users_sudo.invalidate_recordset()
        # A removed key would go on working on /jsonrpc in the workers that know it.
        self.env.registry.clear_cache()
