from odoo import models
from odoo.exceptions import AccessError


class IrRule(models.Model):
    _inherit = "ir.rule"

    def _make_access_error(self, operation, records):
        error = super()._make_access_error(operation, records)
        if not self.env.user.mobifone_vendor_id:
            return error
        # In debug mode core names the forbidden records: customers, and other vendors' people.
        return AccessError(self.env._("You have no access to this."))
