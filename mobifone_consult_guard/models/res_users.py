from odoo import api, models
from odoo.exceptions import AccessDenied
from odoo.http import request
from odoo.tools import SQL
from odoo.tools.misc import consteq

from ..tools import apart

# What a vendor's user may change about himself. Not his e-mail, where a new password would be sent to, nor his name.
OWN_FIELDS = frozenset({"lang", "tz", "mobifone_color_scheme"})


class ResUsers(models.Model):
    """What vendors' people may change about themselves, and how long their session lasts."""

    _inherit = "res.users"

    @api.model
    def _mobifone_vendor_of(self, user_id):
        """The id of that user's vendor; None for MobiFone's own people."""
        self.env.cr.execute(SQL("SELECT mobifone_vendor_id FROM res_users WHERE id = %s", user_id))
        row = self.env.cr.fetchone()
        return row and row[0]

    @api.model
    def _self_accessible_fields(self):
        readable, writeable = super()._self_accessible_fields()
        return readable, writeable & OWN_FIELDS if self._mobifone_account()[1] else writeable

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        """As core; what a vendor's user may not change is read-only on his screen."""
        result = super().fields_get(allfields, attributes)
        if not self.env.su and self._mobifone_account()[1] and (not attributes or "readonly" in attributes):
            for name in result.keys() - OWN_FIELDS:
                result[name]["readonly"] = True
        return result

    def _rpc_api_keys_only(self):
        # And keys they have none: no RPC at all.
        return bool(self.mobifone_vendor_id) or super()._rpc_api_keys_only()

    @api.model
    def _check_uid_passwd(self, uid, passwd):
        # Outside the cache of core, which would go on letting in whom it let in once.
        if self._mobifone_vendor_of(uid):
            self.env["mobifone.guard.event"]._log_apart("key", uid, "RPC")
            with self._assert_can_auth(user=uid):
                raise AccessDenied()
        return super()._check_uid_passwd(uid, passwd)

    def _on_webclient_bootstrap(self):
        # Not the chat robot's greeting, whose channel is closed to them.
        if not self.mobifone_vendor_id:
            super()._on_webclient_bootstrap()

    # ------------------------------------------------------------
    # SESSION
    # ------------------------------------------------------------

    def _compute_session_token(self, sid):
        # Here, as whoever looks at a session comes by: pages, RPC, routes that anybody may call, websockets.
        token = super()._compute_session_token(sid)
        if not token or not (refusal := self._mobifone_session_refusal()):
            return token
        # One that ended before, of another browser, is not worth a word.
        if request and request.session.uid == self.id and consteq(request.session.session_token or "", token):
            self._mobifone_refuse_session(*refusal)
        return False

    def _mobifone_session_row(self, cr):
        # With the times of his session, which are asked for next, in the same query.
        cr.execute(
            SQL(
                """
                SELECT account.active, account.mobifone_session_epoch, session.started_on, session.seen_on
                  FROM res_users account
             LEFT JOIN mobifone_session session ON session.user_id = account.id
                 WHERE account.id = %s
                """,
                self.id,
            )
        )
        row = cr.fetchone()
        self.env["mobifone.session"]._remember(self.id, row[2:] if row and row[2] else None)
        return row and row[:2]

    def _legacy_session_token_hash_compute(self, sid):
        return False if self._mobifone_session_refusal() else super()._legacy_session_token_hash_compute(sid)

    def _mobifone_session_refusal(self):
        """Why a session of this user may not go on: (kind of event, detail), None when it may. Only vendors' people are
        limited."""
        vendor_id = self.with_user(self.id)._mobifone_account()[1]
        if not vendor_id:
            return None
        if over := self.env["mobifone.session"]._over(self.id):
            return "session", over
        if request and not self.env["mobifone.vendor"]._is_allowed_address(vendor_id, request.httprequest.remote_addr):
            return "address", None
        return None

    def _mobifone_refuse_session(self, kind, detail):
        """Note it, and end the session for good: it would be alive again where the refusal's reason is not."""
        self.env["mobifone.guard.event"]._log_apart(kind, self.id, detail)
        apart.run(self.env, lambda cr: self.with_env(self.env(cr=cr))._mobifone_end_sessions())

    def _mobifone_begin_session(self):
        """A login of this user is complete: whatever session he had ends, and his time starts anew."""
        self.ensure_one()
        self._mobifone_end_sessions()
        self.env["mobifone.session"]._begin(self.id)
