from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class MobifoneConsultationCancel(models.TransientModel):
    """Asks why a consult is cancelled."""

    _name = "mobifone.consultation.cancel"
    _description = "Cancel a Consult"

    # A bare id: a link would show the name of a record that this user may not read.
    consultation_ref = fields.Integer(string="Consultation", default=lambda self: self.env.context.get("active_id"))
    reason = fields.Char(required=True)

    def action_cancel(self):
        """Cancel the consult and free its line.

        :raise UserError: when its SMS is on its way already, or it is not open any more
        """
        self.ensure_one()
        if not self.env.user.has_groups("mobifone_consult.group_team_leader,mobifone_consult.group_manager"):
            raise AccessError(self.env._("Only team leaders and managers cancel a consult."))
        consultation = self.env["mobifone.consultation"].browse(self.consultation_ref).exists()
        consultation.check_access("read")
        reason = self.env["mobifone.desk"]._cancel_reason(self.reason)
        if not consultation or not consultation._cancel(reason):
            raise UserError(self.env._("It cannot be cancelled any more: the SMS is on its way."))
