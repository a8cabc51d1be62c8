from odoo import api, models


class IrModelAccess(models.Model):
    """What add-ons open to vendors' people. It binds where mobifone_consult_guard is installed; it is defined here so
    that an add-on with screens for them need not depend on that."""

    _inherit = "ir.model.access"

    @api.model
    def _mobifone_allowed(self):
        """The most that a vendor's user may do: mode → names of models; what his groups grant of it is his.

        Add-ons for vendors' people add their own: `{**allowed, "read": allowed["read"] | {"my.model"}}`.
        """
        return dict.fromkeys(("read", "write", "create", "unlink"), frozenset())

    @api.model
    def _mobifone_callable(self):
        """The models whose public methods a vendor's user may call: name → None for all of them, or a set of methods.

        Add-ons for vendors' people add their own: `{**super()._mobifone_callable(), "my.model": None}`.
        """
        return {}
