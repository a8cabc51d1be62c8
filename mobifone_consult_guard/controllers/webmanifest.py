from odoo.http import request

from odoo.addons.web.controllers.webmanifest import WebManifest


class GuardWebManifest(WebManifest):
    def _get_shortcuts(self):
        """Shortcuts to other applications are made from the list of add-ons, which is closed to vendors' people."""
        return [] if request.env["res.users"]._mobifone_account()[1] else super()._get_shortcuts()
