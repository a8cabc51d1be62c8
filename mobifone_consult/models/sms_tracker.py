from odoo import fields, models
from odoo.tools import SQL

# Status of Odoo's notifications → the consultation's SMS state, and the states it may follow.
NEXT_STATES = {
    "ready": ("queued", {"queued"}),
    "process": ("sending", {"queued", "sending"}),
    "pending": ("sent", {"queued", "sending", "unknown"}),
    "sent": ("delivered", {"queued", "sending", "sent", "unknown"}),
    "exception": ("failed", {"queued", "sending", "sent", "unknown"}),
    "bounce": ("failed", {"queued", "sending", "sent", "unknown"}),
    "canceled": ("cancelled", {"queued"}),
}


class SmsTracker(models.Model):
    _inherit = "sms.tracker"

    mobifone_consultation_id = fields.Many2one(
        "mobifone.consultation", string="Consultation", ondelete="cascade", index="btree_not_null"
    )

    def _update_sms_notifications(self, notification_status, failure_type=False, failure_reason=False):
        result = super()._update_sms_notifications(
            notification_status, failure_type=failure_type, failure_reason=failure_reason
        )
        state, may_follow = NEXT_STATES[notification_status]
        consultations = self.mobifone_consultation_id
        if consultations:
            consultations.flush_model(["sms_state"])
            self.env.cr.execute(
                SQL(
                    "UPDATE mobifone_consultation SET sms_state = %s WHERE id = ANY(%s) AND sms_state = ANY(%s)",
                    state,
                    consultations.ids,
                    list(may_follow),
                ),
                log_exceptions=False,  # an install or a cancellation came in between: the sender tries again
            )
            consultations.invalidate_model(["sms_state"])
        return result
