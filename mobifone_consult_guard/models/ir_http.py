import json

import psycopg2
from werkzeug.exceptions import NotFound

from odoo import api, models, tools
from odoo.exceptions import AccessDenied, AccessError
from odoo.http import request

# Routes open to vendors' people, as they are declared; /* stands for all that follows.
ROUTES = frozenset(
    {
        "/",
        "/bus/has_missed_notifications",
        "/bus/websocket_worker_bundle",
        "/logo",
        "/logo.png",
        "/mail/action",
        "/mail/data",
        "/mobifone_consult/agents/*",
        "/mobifone_consult/pop",
        "/mobifone_consult/wall",
        "/odoo/*",
        "/report/html/*",
        "/report/pdf/*",
        "/report/download",
        "/report/check_wkhtmltopdf",
        "/report/<converter>/*",
        "/web",
        "/web/action/load",
        "/web/action/load_breadcrumbs",
        "/web/assets/*",
        "/web/become",
        "/web/binary/company_logo",
        "/web/bundle/*",
        "/web/content/*",
        "/web/dataset/call_button/*",
        "/web/dataset/call_kw/*",
        "/web/domain/validate",
        "/web/health",
        "/web/image/*",
        "/web/login/*",
        "/web/manifest.webmanifest",
        "/web/offline",
        "/odoo/offline",
        "/web/service-worker.js",
        "/web/reset_password",
        "/web/session/authenticate",
        "/web/session/check",
        "/web/session/destroy",
        "/web/session/get_session_info",
        "/web/session/logout",
        "/web/version",
        "/web/webclient/*",
        "/websocket/*",
    }
)
# What a person does, as against what his browser does by itself.
ACTIVE = frozenset({"/mobifone_consult/agents/*", "/odoo/*", "/report/*", "/web", "/web/action/*", "/web/dataset/*"})


def matches(rule, patterns):
    """True when the declared route is one of the patterns, or below one that ends in /*."""
    if rule in patterns:
        return True
    parts = rule.split("/")
    return any("/".join([*parts[:end], "*"]) in patterns for end in range(2, len(parts) + 1))


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @api.model
    def _mobifone_routes(self):
        return super()._mobifone_routes() | ROUTES

    @api.model
    @tools.ormcache("rule", cache="routing")
    def _mobifone_route_is_open(self, rule):
        return matches(rule, self._mobifone_routes())

    @classmethod
    def _mobifone_vendors_user(cls):
        """The id of the vendor's user whose session this request belongs to, None for anybody else's."""
        uid = request.session.uid
        if not uid or request.env is None:
            return None
        return uid if request.env(user=uid)["res.users"]._mobifone_account()[1] else None

    @classmethod
    def _authenticate(cls, endpoint):
        super()._authenticate(endpoint)
        user_id = cls._mobifone_vendors_user()
        if user_id and any(matches(route, ACTIVE) for route in endpoint.routing["routes"]):
            request.env["mobifone.session"]._touch(user_id)

    @classmethod
    def _pre_dispatch(cls, rule, args):
        user_id = cls._mobifone_vendors_user()
        if user_id and not request.env["ir.http"]._mobifone_route_is_open(rule.rule):
            env = request.env(user=user_id)
            env["mobifone.guard.event"]._log_apart("route", user_id, rule.rule)
            if rule.endpoint.routing["type"] == "http":
                raise NotFound()
            raise AccessError(env._("You have no access to this."))
        super()._pre_dispatch(rule, args)

    @classmethod
    def _auth_method_bearer(cls):
        # With a forged header of a browser, or a key of somebody else: not with a vendor's session.
        if user_id := cls._mobifone_vendors_user():
            request.env["mobifone.guard.event"]._log_apart("key", user_id, request.httprequest.path)
            raise AccessDenied()
        return super()._auth_method_bearer()

    @classmethod
    def _handle_debug(cls):
        super()._handle_debug()
        if request.session.debug and cls._mobifone_vendors_user():
            request.session.debug = ""

    @classmethod
    def _handle_error(cls, exception):
        response = super()._handle_error(exception)
        # The server's traceback is not for them, nor for whom a lost database cannot tell from them.
        try:
            is_vendors = cls._mobifone_vendors_user()
        except psycopg2.Error:
            is_vendors = True
        if is_vendors and getattr(response, "mimetype", None) == "application/json":
            answer = json.loads(response.get_data(as_text=True))
            data = answer.get("error", {}).get("data", answer)
            if data.get("debug"):
                data["debug"] = ""
                response.set_data(json.dumps(answer))
        return response
