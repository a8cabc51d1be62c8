from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Tells the web client which commitment its user must accept before he works (domain 1.7)."""
        info = super().session_info()
        if commitment := self.env["mobifone.agent"]._commitment_to_accept():
            names = ("id", "version", "text")
            info["mobifone_commitment"] = {name: commitment[name] for name in names}
        return info
