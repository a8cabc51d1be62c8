from odoo import SUPERUSER_ID
from odoo.exceptions import AccessDenied, UserError
from odoo.http import request, route
from odoo.service import security

from odoo.addons.auth_totp.controllers.home import Home

from ..models.res_users_login import PASSWORD_IS_OLD


class GuardHome(Home):
    @route()
    def web_login(self, redirect=None, **kw):
        """As core; who has the right password, but too old, is led to the page that changes it."""
        request.params.pop(PASSWORD_IS_OLD, None)
        kw.pop(PASSWORD_IS_OLD, None)
        response = super().web_login(redirect=redirect, **kw)
        if request.params.pop(PASSWORD_IS_OLD, None):
            return self._mobifone_password_page(request.params.get("login"), redirect)
        return response

    @route("/web/login/password", type="http", auth="public", methods=["GET", "POST"], sitemap=False)
    def mobifone_login_password(
        self, login="", redirect=None, old_password="", new_password="", confirm_password="", **_kw
    ):
        """The page that changes a password too old to log in with, and logs in with the new one."""
        if request.session.uid:
            return request.redirect(self._login_redirect(request.session.uid, redirect=redirect))
        if request.httprequest.method == "GET":
            return self._mobifone_password_page(login, redirect)
        users = request.env["res.users"]
        try:
            users._mobifone_change_old_password(login, old_password, new_password, confirm_password)
            credential = {"login": login, "password": new_password.strip(), "type": "password"}
            auth_info = request.session.authenticate(request.env, credential)
        except AccessDenied as error:
            wrong = error.args == AccessDenied().args
            return self._mobifone_password_page(
                login, redirect, request.env._("Wrong login or password") if wrong else error.args[0]
            )
        except UserError as error:
            return self._mobifone_password_page(login, redirect, error.args[0])
        return request.redirect(self._login_redirect(auth_info["uid"], redirect=redirect))

    def _mobifone_password_page(self, login, redirect, error=None):
        values = {"login": login, "redirect": redirect, "error": error}
        values |= request.env["res.users"].get_password_policy()
        response = request.render("mobifone_consult_guard.login_password", values)
        response.headers["Cache-Control"] = "no-cache"
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
        response.headers["Content-Security-Policy"] = "frame-ancestors 'self'"
        return response

    @route()
    def web_totp(self, redirect=None, **kwargs):
        """As core; the session of a vendor's user begins when his second factor was right."""
        before = request.session.uid
        response = super().web_totp(redirect=redirect, **kwargs)
        user = request.env(user=request.session.uid).user
        if request.session.uid and not before and user.mobifone_vendor_id:
            user._mobifone_begin_session()
            request.session.session_token = security.compute_session_token(request.session, request.env)
        return response

    @route()
    def switch_to_admin(self):
        """Becoming superuser leaves no trace in Odoo: nobody may, and who tries is noted."""
        request.env(user=SUPERUSER_ID)["mobifone.guard.event"]._log_apart("become", request.env.uid)
        raise request.not_found()
