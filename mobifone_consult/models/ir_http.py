import psycopg2

from odoo import api, models
from odoo.exceptions import AccessDenied
from odoo.http import request

from ..tools import replica


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @api.model
    def _mobifone_routes(self):
        """The routes open to vendors' people where mobifone_consult_guard is installed, as they are declared in
        controllers; /* stands for all that follows.

        Add-ons for vendors' people add their own: `super()._mobifone_routes() | {"/my/route/*"}`.
        """
        return frozenset()

    @classmethod
    def _match(cls, path_info):
        rule, args = super()._match(path_info)
        return (replica.on_primary(rule), args) if replica.is_behind(request.env) else (rule, args)

    @classmethod
    def _authenticate_explicit(cls, auth):
        try:
            super()._authenticate_explicit(auth)
        except AccessDenied as denial:
            # Core denies access also when it lost the database while it asked who somebody is: he may ask again.
            if isinstance(denial.__context__, psycopg2.Error):
                raise denial.__context__ from None
            raise

    @classmethod
    def _serve_fallback(cls):
        # Core asks of no session here whether it has ended, and renews an old one: that would bring it back to life.
        cls._authenticate_explicit("public")
        return super()._serve_fallback()

    @classmethod
    def _pre_dispatch(cls, rule, args):
        super()._pre_dispatch(rule, args)
        if rule.endpoint.routing.get("mobifone_signed_body"):
            # Kept as it came: once a form is read, nobody can say what was signed.
            request.httprequest.get_data()

    def session_info(self):
        """Tells the web client which commitment its user must accept before he works (domain 1.7), and on which line a
        new agent tries."""
        info = super().session_info()
        if commitment := self.env["mobifone.agent"]._commitment_to_accept():
            names = ("id", "version", "text")
            info["mobifone_commitment"] = {name: commitment[name] for name in names}
        if info.get("current_tour"):
            # sudo: a setting, read by somebody who reads none
            settings_sudo = self.env["ir.config_parameter"].sudo()
            info["mobifone_training_number"] = settings_sudo.get_param("mobifone_consult.training_number") or False
        return info
