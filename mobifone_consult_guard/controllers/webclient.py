from odoo.http import request

from odoo.addons.mail.controllers.webclient import WebclientController


class GuardWebclientController(WebclientController):
    @classmethod
    def _process_request_loop(cls, store, fetch_params):
        """The web client asks for channels, people and activities as it starts: a vendor's user gets none."""
        if not request.env["res.users"]._mobifone_account()[1]:
            super()._process_request_loop(store, fetch_params)
