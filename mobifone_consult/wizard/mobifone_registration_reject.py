from odoo import fields, models
from odoo.exceptions import UserError


class MobifoneRegistrationReject(models.TransientModel):
    """Asks why an update request is rejected."""

    _name = "mobifone.registration.reject"
    _description = "Reject a Request"

    # A bare id: a link would show the name of a record that this user may not read.
    registration_ref = fields.Integer(string="Request", default=lambda self: self.env.context.get("active_id"))
    reason = fields.Char(required=True, help="The customer is told this by whoever takes his next call.")

    def action_reject(self):
        """Reject the request.

        :raise UserError: when it is not waiting for a decision (any more)
        """
        self.ensure_one()
        registration = self.env["mobifone.registration"].browse(self.registration_ref).exists()
        registration._check_care()
        reason = self.env["mobifone.desk"]._short_text(self.reason, self.env._("The reason"))
        if not registration or not reason:
            raise UserError(self.env._("Say why the request is rejected."))
        registration._reject(reason)
