from psycopg2.errors import SerializationFailure

from odoo import api, models
from odoo.exceptions import UserError

from ..tools import row_lock
from ..tools.local_outbox import LocalOutbox


class SmsSms(models.Model):
    _inherit = "sms.sms"

    # The queue, among all that was ever sent: messages of consults stay.
    _mobifone_queue_idx = models.Index("(id) WHERE state = 'outgoing'")

    @api.private
    def try_lock_for_update(self, *, allow_referencing=False, limit=None):
        # Senders, cancellations and delivery reports meet here every day: that is no error.
        if limit is None and all(self._ids):
            return row_lock.free(self)
        return super().try_lock_for_update(allow_referencing=allow_referencing, limit=limit)

    def action_set_outgoing(self):
        """Put messages back into the queue.

        :raise UserError: for the SMS of a consult, which is asked of a gateway once (design 5)
        """
        if self.sms_tracker_id.mobifone_consultation_id:
            raise UserError(self.env._("The SMS of a consult is sent once: consult the customer again instead."))
        return super().action_set_outgoing()

    def resend_failed(self):
        of_consults = self.filtered("sms_tracker_id.mobifone_consultation_id")
        return super(SmsSms, self - of_consults).resend_failed()

    def _split_by_api(self):
        # Core hands everything to its paid service here, whatever class the company names.
        to_outbox = self.filtered(lambda sms: sms._get_sms_company()._get_sms_api_class() is LocalOutbox)
        for company, messages in to_outbox.grouped(lambda sms: sms._get_sms_company()).items():
            api = LocalOutbox(self.env)
            api._set_company(company)
            yield api, messages
        if others := self - to_outbox:
            yield from super(SmsSms, others)._split_by_api()

    @api.model
    def _process_queue(self):
        try:
            return super()._process_queue()
        except SerializationFailure:
            # A message of the batch was cancelled under the sender's eyes. Nothing was sent: it takes the queue up
            # again at once, not at the next interval.
            self.env.cr.rollback()
            self.env.ref("sms.ir_cron_sms_scheduler_action")._trigger()
            return None

    def _send(self, unlink_failed=False, unlink_sent=True, raise_exception=False):
        # The message of a consult is the proof of what was asked of the gateway: it stays.
        of_consults = self.filtered("sms_tracker_id.mobifone_consultation_id")
        if homeless := of_consults.filtered(lambda sms: not sms._get_sms_company()._mobifone_has_gateway()):
            # The gateway was taken away after the consult: Odoo's paid service never steps in for it.
            homeless._update_sms_state_and_trackers("error", failure_type="sms_acc")
        if sendable := of_consults - homeless:
            super(SmsSms, sendable)._send(unlink_failed=False, unlink_sent=False, raise_exception=raise_exception)
        if others := self - of_consults:
            super(SmsSms, others)._send(unlink_failed, unlink_sent, raise_exception)
