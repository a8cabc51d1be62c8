from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.sms_api import SmsApiKannel


class SmsSms(models.Model):
    _inherit = "sms.sms"

    failure_type = fields.Selection(
        selection_add=[
            # As Odoo calls them on notifications.
            ("sms_expired", "Expired"),
            ("sms_not_delivered", "Not Delivered"),
            ("sms_rejected", "Rejected"),
            ("kannel_unknown", "Fate Unknown"),
        ]
    )
    kannel_asked_on = fields.Datetime(string="Asked of the Gateway On", readonly=True, copy=False)
    kannel_send_after = fields.Datetime(string="Not Before", readonly=True, copy=False)

    # The queue and what is under way, among all that was ever sent.
    _kannel_queue_idx = models.Index("(id) WHERE state = 'outgoing'")
    _kannel_unknown_idx = models.Index("(id) WHERE failure_type = 'kannel_unknown'")
    _kannel_under_way_idx = models.Index("(kannel_asked_on) WHERE state IN ('process', 'pending')")

    def action_set_outgoing(self):
        """Put failed messages back into the queue. Administrators.

        :raise UserError: when the fate of one is not known: it may have been delivered
        """
        if any(sms.failure_type == "kannel_unknown" for sms in self):
            raise UserError(self.env._("It is not known whether this message was delivered: it is not sent again."))
        return super().action_set_outgoing()

    def resend_failed(self):
        ours = self.filtered(lambda sms: sms.state == "error" and not sms.to_delete)._of_kannel()
        if not ours:
            return super().resend_failed()
        again = ours._kannel_repeatable()
        again.action_set_outgoing()
        again.send()
        super(SmsSms, self - ours).resend_failed()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if again == ours else "warning",
                "message": self.env._(
                    "%(again)s of %(all)s messages are in the queue again; what may have been delivered is not.",
                    again=len(again),
                    all=len(ours),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def send(self, unlink_failed=False, unlink_sent=True, raise_exception=False):
        # Kannel is never called in the middle of somebody's transaction: the queue does it in a moment.
        if ours := self._of_kannel():
            self.env.ref("sms.ir_cron_sms_scheduler_action").sudo()._trigger()  # sudo: who may send may wake it
        return super(SmsSms, self - ours).send(
            unlink_failed=unlink_failed, unlink_sent=unlink_sent, raise_exception=raise_exception
        )

    def _split_by_api(self):
        ours = self._of_kannel()
        for company, messages in ours.grouped(lambda sms: sms._get_sms_company()).items():
            api_ = SmsApiKannel(self.env)
            api_._set_company(company)
            yield api_, messages
        if others := self - ours:
            yield from super(SmsSms, others)._split_by_api()

    @api.model
    def _process_queue(self):
        for gateway in self.env["sms.kannel.gateway"]._in_use():
            if not self.env["sms.kannel.sender"]._run(gateway):
                return None  # the time is used up: the scheduled action comes again
        return super(SmsSms, self.with_context(sms_kannel_apart=True))._process_queue()

    @api.model
    def _search(self, domain, *args, **kwargs):
        if self.env.context.get("sms_kannel_apart"):
            gateways = self.env["sms.kannel.gateway"].with_context(sms_kannel_apart=False)._in_use()
            domain = Domain.AND([Domain(domain), *(~Domain(gateway._message_domain()) for gateway in gateways)])
        return super()._search(domain, *args, **kwargs)

    # ------------------------------------------------------------
    # KANNEL
    # ------------------------------------------------------------

    def _of_kannel(self):
        """Those of companies that send by Kannel."""
        return self.filtered(lambda sms: sms._get_sms_company()._get_sms_api_class() is SmsApiKannel)

    def _by_uuid(self, uuids):
        wanted = set(uuids)
        return self.filtered(lambda sms: sms.uuid in wanted)

    def _kannel_admit(self, gateway):
        """Those that may be sent now. Others are cancelled, fail, or are put off.

        To be extended by whoever knows a reason; called on locked messages that are due.
        """
        too_old = self.filtered(
            lambda sms: sms.create_date < fields.Datetime.now() - timedelta(hours=gateway.queue_hours)
        )
        too_old._kannel_close("error", "sms_expired")
        left = self - too_old
        if gateway.stop_blacklisted and left:
            api_ = SmsApiKannel(self.env)
            api_._set_company(gateway.company_id)
            numbers = {sms: api_.e164(sms.number)[0] for sms in left}
            # sudo: the blacklist holds for whoever's message
            blacklist_sudo = self.env["phone.blacklist"].sudo()
            stopped = set(blacklist_sudo.search([("number", "in", [*filter(None, numbers.values())])]).mapped("number"))
            blacklisted = left.filtered(lambda sms: numbers[sms] in stopped)
            blacklisted._kannel_close("canceled", "sms_blacklist")
            left -= blacklisted
        return left

    def _kannel_close(self, state, failure_type):
        if self:
            self._update_sms_state_and_trackers(state, failure_type=failure_type)

    @api.model
    def _kannel_hold(self, uuids):
        """The messages of these keys, locked until the transaction ends; in one order, whoever locks them."""
        self.flush_model(["state", "uuid"])
        self.env.cr.execute(
            SQL("SELECT id FROM sms_sms WHERE uuid = ANY(%s) ORDER BY id FOR UPDATE", uuids),
            log_exceptions=False,  # a report came in between: it is tried again
        )
        return self.browse(row[0] for row in self.env.cr.fetchall())

    def _kannel_store(self, answered):
        """Let Odoo store results as if its provider had just answered."""
        self._send_with_api(answered, unlink_failed=False, unlink_sent=False)

    def _kannel_report(self, state, failure_type):
        """Follow a delivery report."""
        self.write({"state": state, "failure_type": failure_type})
        if state in ("sent", "error") and failure_type != "kannel_unknown":
            self._kannel_discardable().to_delete = True
        trackers = self.sms_tracker_id.with_context(sms_skip_msg_notification=True)
        if failure_type and failure_type in self.DELIVERY_ERRORS:
            trackers._action_update_from_provider_error(failure_type.removeprefix("sms_"))
        else:
            trackers._action_update_from_sms_state(state, failure_type=failure_type)
        self.mail_message_id._notify_message_notification_update()

    def _kannel_repeatable(self):
        """Those that may be sent again when somebody wants it."""
        return self.filtered(lambda sms: sms.failure_type != "kannel_unknown")

    def _kannel_discardable(self):
        """Those that need not be kept once their fate is known; Odoo deletes them within a day."""
        return self
