from odoo import fields, models
from odoo.exceptions import UserError

from ..models.mobifone_lookup import MAX_ID


class MobifoneRegistrationReject(models.TransientModel):
    """Asks why an update request is rejected."""

    _name = "mobifone.registration.reject"
    _description = "Reject a Request"

    def _default_registration_ref(self):
        active_id = self.env.context.get("active_id")
        return active_id if isinstance(active_id, int) and 0 < active_id <= MAX_ID else False

    # A bare id: a link would show the name of a record that this user may not read.
    registration_ref = fields.Integer(string="Request", default=lambda self: self._default_registration_ref())
    reason_id = fields.Many2one(
        "mobifone.rejection.reason", required=True, domain="[('is_automatic', '=', False)]",
        help="The customer is told this by whoever takes his next call.",
    )  # fmt: skip
    note = fields.Char(help="For customer care only; numbers in it are masked.")

    def action_reject(self):
        """Reject the request.

        :raise UserError: when it is not waiting for a decision (any more)
        """
        self.ensure_one()
        registration = self.env["mobifone.registration"].browse(self.registration_ref).exists()
        registration._check_care()
        if not registration:
            raise UserError(self.env._("There is no such request (any more)."))
        note = self.env["mobifone.desk"]._short_text(self.note, self.env._("The note"))
        registration._reject(self.reason_id, note or "")
