import contextlib

from odoo import api, models
from odoo.exceptions import AccessDenied
from odoo.http import request
from odoo.tools import SQL

# Set in `request.params` when a right password is too old, for the page that changes it.
PASSWORD_IS_OLD = "mobifone_password_is_old"


class ResUsers(models.Model):
    """The login: counted per login, from allowed addresses, with a password not too old, one session at a time."""

    _inherit = "res.users"

    @contextlib.contextmanager
    def _assert_can_auth(self, user=None):
        attempts = self.env["mobifone.login.attempt"]
        key, user_id = self._mobifone_attempt_of(user)
        attempts._check_open(key)
        try:
            with super()._assert_can_auth(user=user):
                yield
        except AccessDenied:
            attempts._failed(key, user_id)
            raise
        attempts._passed(key)

    @api.model
    def _mobifone_attempt_of(self, user):
        """(what its tries are counted under, id of the user if there is one) of a login, or of a user's id."""
        by_id = isinstance(user, int)
        column = SQL.identifier("id" if by_id else "login")
        self.env.cr.execute(SQL("SELECT id, login FROM res_users WHERE %s = %s", column, user))
        user_id, login = self.env.cr.fetchone() or (None, str(user))
        # By id, in a browser: the code of the second factor, which a right password does not make right.
        return f"code of {login}" if by_id and request else login, user_id

    def _on_login_cooldown(self, failures, previous):
        """Core's brake on an address after wrong logins in a row. One address may be a whole call centre: it sets in
        late, and not at all for addresses on a vendor's list. Each login has a lock of its own."""
        if request and self.env["mobifone.vendor"]._is_vendors_address(request.httprequest.remote_addr):
            return False
        # sudo: settings are readable to administrators only
        tries = self.env["ir.config_parameter"].sudo()._mobifone_number("guard_address_tries")
        return failures >= tries and super()._on_login_cooldown(failures, previous)

    def _login(self, credential, user_agent_env):
        try:
            return super()._login(credential, user_agent_env)
        except AccessDenied as error:
            # Who has no password is refused at once: that must not tell him from those who have one.
            if not error.args or error.args == AccessDenied().args:
                self._mobifone_spend_time(credential)
            raise

    @api.model
    def _mobifone_spend_time(self, credential):
        """Take as long as a wrong password takes, where none was looked at."""
        if credential.get("type") != "password" or not credential.get("password"):
            return
        statement = SQL(
            "SELECT 1 FROM res_users WHERE login = %s AND active AND password IS NOT NULL", credential["login"]
        )
        self.env.cr.execute(statement)
        if not self.env.cr.fetchone():
            self._crypt_context().hash(credential["password"])

    def _check_credentials(self, credential, env):
        auth_info = super()._check_credentials(credential, env)
        vendor_id = self.env.user.mobifone_vendor_id.id
        if vendor_id and request:
            address = request.httprequest.remote_addr
            if not self.env["mobifone.vendor"]._is_allowed_address(vendor_id, address):
                self.env["mobifone.guard.event"]._log_apart("address", self.env.uid, "login")
                # As a wrong password: from elsewhere nobody learns that it was right.
                raise AccessDenied()
        return auth_info

    def authenticate(self, credential, user_agent_env):
        auth_info = super().authenticate(credential, user_agent_env)
        user = self.env(user=auth_info["uid"]).user
        if auth_info.get("auth_method") == "password":
            user._mobifone_check_password_age()
        is_interactive = (user_agent_env or {}).get("interactive")
        # With a second factor to come the session begins after it: who has the password alone ends nobody's.
        if is_interactive and user.mobifone_vendor_id and (auth_info.get("mfa") == "skip" or not user._mfa_url()):
            user._mobifone_begin_session()
        return auth_info

    def _mobifone_check_password_age(self):
        """:raise AccessDenied: when the user must change his password first"""
        days = self._mobifone_password_days()
        if not days or not self._mobifone_password_is_old(days):
            return
        if request:
            request.params[PASSWORD_IS_OLD] = True
        self.env["mobifone.guard.event"]._log_apart("password", self.id)
        raise AccessDenied(
            self.env._("Your password is older than %s days: change it on the login page first.", f"{days:g}")
        )
