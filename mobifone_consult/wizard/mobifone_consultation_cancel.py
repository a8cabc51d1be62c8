from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class MobifoneConsultationCancel(models.TransientModel):
    """Asks why a consult is cancelled."""

    _name = "mobifone.consultation.cancel"
    _description = "Cancel a Consult"

    consultation_id = fields.Many2one("mobifone.consultation", required=True, readonly=True)
    reason = fields.Char(required=True)

    def action_cancel(self):
        """Cancel the consult and free its line.

        :raise UserError: when its SMS is on its way already, or it is not open any more
        """
        self.ensure_one()
        if not self.env.user.has_groups("mobifone_consult.group_team_leader,mobifone_consult.group_manager"):
            raise AccessError(self.env._("Only team leaders and managers cancel a consult."))
        self.consultation_id.check_access("read")
        if not self.consultation_id._cancel(self.reason):
            raise UserError(self.env._("It cannot be cancelled any more: the SMS is on its way."))
