from odoo import models
from odoo.http import request

# As Odoo's own code in the browser reads it.
COOKIE = "color_scheme"
A_YEAR = 365 * 24 * 3600


class IrHttp(models.AbstractModel):
    """The web client in the colours and the language that its user chose.

    Odoo Community asks `color_scheme` which bundle of styles to load, and always answers light. The cookie of that name
    tells the browser's code (charts, code fields), and the server what the system of an undecided user shows.
    """

    _inherit = "ir.http"

    def color_scheme(self):
        chosen = self.env.user.mobifone_color_scheme
        if chosen in ("light", "dark"):
            return chosen
        seen = request.httprequest.cookies.get(COOKIE) if request else None
        return "dark" if seen == "dark" else super().color_scheme()

    def webclient_rendering_context(self):
        context = super().webclient_rendering_context()
        scheme = context["color_scheme"]
        if request.httprequest.cookies.get(COOKIE) != scheme:
            # Read by scripts: not HttpOnly.
            request.future_response.set_cookie(COOKIE, scheme, max_age=A_YEAR, samesite="Lax")
        # Odoo's page does not say its language: without it a screen reader reads Vietnamese as it likes.
        language = self.env.user.lang or "en_US"
        return {**context, "html_data": {"lang": language.replace("_", "-")}}

    def session_info(self):
        return {**super().session_info(), "mobifone_color_scheme": self.env.user.mobifone_color_scheme or "system"}
