from odoo import api, fields, models
from odoo.exceptions import UserError


class MobifoneRejectionReason(models.Model):
    """Why an update request is rejected, in the words that agents of every vendor read to the customer."""

    _name = "mobifone.rejection.reason"
    _description = "Rejection Reason"
    _order = "sequence, id"

    name = fields.Char(required=True, help="Told to the customer by whoever takes his next call.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_automatic = fields.Boolean(string="Given by the System", readonly=True)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_automatic(self):
        if any(reason.is_automatic for reason in self):
            raise UserError(self.env._("The system gives this reason itself: it can be worded, not deleted."))
