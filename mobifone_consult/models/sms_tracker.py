from odoo import fields, models
from odoo.tools import SQL

# Status of Odoo's notifications → the consultation's SMS state, and the states it may follow.
NEXT_STATES = {
    "ready": ("queued", {"queued", "sending"}),  # from sending: it certainly was not taken by the gateway
    "process": ("sending", {"queued", "sending"}),
    "pending": ("sent", {"queued", "sending", "unknown"}),
    "sent": ("delivered", {"queued", "sending", "sent", "unknown"}),
    "exception": ("failed", {"queued", "sending", "sent", "unknown"}),
    "bounce": ("failed", {"queued", "sending", "sent", "unknown"}),
    "canceled": ("cancelled", {"queued"}),
}
UNKNOWN = ("unknown", {"queued", "sending", "sent"})
NOW = "now() AT TIME ZONE 'UTC'"
SENT, DONE = f"sms_sent_on = coalesce(sms_sent_on, {NOW})", f"sms_done_on = {NOW}"
# What is noted on the consultation when its SMS comes into a state; all other states are final ones.
TIMES = {
    "queued": SQL("sms_asked_on = NULL"),
    "sending": SQL(f"sms_asked_on = coalesce(sms_asked_on, {NOW})"),
    "sent": SQL(SENT),
    # Its report may have been faster than the gateway's answer.
    "delivered": SQL(f"{SENT}, {DONE}"),
}


class SmsTracker(models.Model):
    _inherit = "sms.tracker"

    # Failure types of a message that may have been delivered all the same; a provider adds its own.
    MOBIFONE_FATE_UNKNOWN = frozenset()

    mobifone_consultation_id = fields.Many2one(
        "mobifone.consultation", string="Consultation", ondelete="cascade", index="btree_not_null"
    )

    def _update_sms_notifications(self, notification_status, failure_type=False, failure_reason=False):
        result = super()._update_sms_notifications(
            notification_status, failure_type=failure_type, failure_reason=failure_reason
        )
        state, may_follow = NEXT_STATES[notification_status]
        if failure_type in self.MOBIFONE_FATE_UNKNOWN:
            state, may_follow = UNKNOWN
        consultations = self.mobifone_consultation_id
        if consultations:
            consultations.flush_model(["sms_state"])
            self.env.cr.execute(
                SQL(
                    "UPDATE mobifone_consultation SET sms_state = %s, %s WHERE id = ANY(%s) AND sms_state = ANY(%s)",
                    state,
                    TIMES.get(state, SQL(DONE)),
                    consultations.ids,
                    list(may_follow),
                ),
                log_exceptions=False,  # an install or a cancellation came in between: the sender tries again
            )
            consultations.invalidate_model(["sms_state", "sms_asked_on", "sms_sent_on", "sms_done_on"])
        return result
