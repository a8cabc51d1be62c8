from datetime import timedelta
from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import retrying

from ..tools import append_only
from ..tools import msisdn as numbers

# What the SMS went through, in order; a later report never moves it back (sms.tracker).
SMS_STATES = [
    ("none", "Not sent"),
    ("queued", "Queued"),
    ("sending", "Sending"),
    ("sent", "Sent"),
    ("delivered", "Delivered"),
    ("failed", "Failed"),
    ("unknown", "Unknown"),
    ("cancelled", "Cancelled"),
]
# The link is on its way or there.
LINKED = ("sent", "delivered")


class MobifoneConsultation(models.Model):
    """One saved app consult. Written by mobifone.desk only; it holds no text and no number."""

    _name = "mobifone.consultation"
    _inherit = "mobifone.history"
    _description = "Consultation"
    _log_access = False
    _order = "saved_on desc, id desc"
    _mobifone_sorted = ("saved_on",)

    # Each comes of a look-up (init); it outlives it.
    lookup_id = fields.Many2one("mobifone.lookup", string="Look-up", ondelete="set null")
    subscriber_id = fields.Many2one(
        "mobifone.subscriber",
        string="Line",
        required=True,
        ondelete="restrict",
        groups="mobifone_consult.group_manager",
    )
    msisdn_masked = fields.Char(string="Number", compute="_compute_msisdn_masked", compute_sudo=True)
    number = fields.Char(
        string="Whole Number", store=False, search="_search_number", groups="mobifone_consult.group_manager"
    )
    saved_on = fields.Datetime(required=True)
    channel = fields.Selection([("web", "Web"), ("sms", "SMS")], required=True)
    user_id = fields.Many2one("res.users", required=True, ondelete="restrict")
    agent_id = fields.Many2one("mobifone.agent", ondelete="restrict")
    vendor_id = fields.Many2one("mobifone.vendor", ondelete="restrict")
    call_id = fields.Many2one("mobifone.call", index="btree_not_null", ondelete="restrict")
    state = fields.Selection(
        [("open", "Open"), ("converted", "App installed"), ("expired", "Expired"), ("cancelled", "Cancelled")],
        required=True,
        default="open",
    )
    locked_until = fields.Datetime()
    installed_on = fields.Datetime(string="App Installed On")
    cancel_reason = fields.Char()
    sms_uuid = fields.Char(string="SMS Key", groups="mobifone_consult.group_manager")
    sms_state = fields.Selection(SMS_STATES, string="SMS", required=True, default="none")
    sms_after = fields.Datetime(
        string="SMS Not Before", help="Set while the SMS waits for the hours it may be sent in."
    )
    # The gateway was asked, it took the message, its fate was known.
    sms_asked_on = fields.Datetime(string="SMS Asked of the Gateway On")
    sms_sent_on = fields.Datetime(string="SMS Sent On")
    sms_done_on = fields.Datetime(string="SMS Delivered or Given Up On")

    _lookup_uniq = models.Constraint("unique(lookup_id)", "This look-up has its consultation already.")
    _sms_uuid_uniq = models.Constraint("unique(sms_uuid)", "Another consultation has this SMS.")
    _line_idx = models.Index("(subscriber_id, saved_on)")
    _user_idx = models.Index("(user_id, saved_on)")
    _vendor_idx = models.Index("(vendor_id, saved_on)")
    _saved_on_idx = models.Index("(saved_on)")
    _sms_failed_idx = models.Index("(saved_on) WHERE sms_state IN ('failed', 'unknown')")
    _open_idx = models.Index("(saved_on) WHERE state = 'open'")
    _installed_on_idx = models.Index("(installed_on) WHERE installed_on IS NOT NULL")
    _postponed_idx = models.Index("(sms_after) WHERE sms_after IS NOT NULL")

    def init(self):
        append_only.need(self.env.cr, self._table, "lookup_id")

    @api.depends("subscriber_id")
    def _compute_msisdn_masked(self):
        for consultation in self:
            consultation.msisdn_masked = numbers.masked(consultation.subscriber_id.msisdn or "")

    @api.depends("saved_on")
    def _compute_display_name(self):
        for consultation in self:
            saved_on = fields.Datetime.context_timestamp(consultation, consultation.saved_on)
            consultation.display_name = self.env._("Consult of %s", saved_on.strftime("%d/%m/%Y %H:%M"))

    @api.model
    def _search_number(self, operator, value):
        """By a whole number, as typed."""
        if operator not in ("ilike", "in"):
            return NotImplemented
        lines = self.env["mobifone.subscriber"].search([("msisdn", "in", numbers.parsed(value))])
        return [("subscriber_id", "in", lines.ids)]

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_cancel(self):
        """Open the dialog that asks why this consult is cancelled. Team leaders and managers."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cancel a Consult"),
            "res_model": "mobifone.consultation.cancel",
            "view_mode": "form",
            "target": "new",
            "context": {"active_id": self.id},
        }

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _save(self, lookup, channel, locked_until, sms_verdict, number, call_id=None):
        """Record the consult whose lock was just taken, and queue its one SMS.

        :param dict lookup: row of the look-up, as mobifone.lookup._open returns it
        :param locked_until: end of the lock (UTC)
        :param dict sms_verdict: whether and when the SMS may go
        :param number: E.164
        :param call_id: the guided call it was saved in
        """
        agent_id, vendor_id = self.env["res.users"]._mobifone_account()
        # sudo: agents have no access to consultations, the desk answers for them
        consultation = self.sudo().create(
            {
                "lookup_id": lookup["id"],
                "subscriber_id": lookup["line_id"],
                "saved_on": fields.Datetime.now(),
                "channel": channel,
                "user_id": self.env.uid,
                "agent_id": agent_id,
                "vendor_id": vendor_id,
                "call_id": call_id,
                "locked_until": locked_until,
                "sms_state": "queued" if sms_verdict["allowed"] else "none",
                "sms_uuid": uuid4().hex if sms_verdict["allowed"] else False,
                "sms_after": sms_verdict["until"] if sms_verdict["allowed"] else False,
            }
        )
        if consultation.sms_after:
            self.env.ref("mobifone_consult.ir_cron_queue_postponed_sms").sudo()._trigger(at=consultation.sms_after)
        elif consultation.sms_uuid:
            consultation._queue_sms(number)
        return consultation

    def _queue_sms(self, number=None):
        """Hand the SMS with the app's link to Odoo's queue, under the key that makes it unique."""
        # sudo: outgoing SMS are the administrators', and so is their text
        text = self.env["ir.config_parameter"].sudo()._mobifone_text("sms_text")
        for consultation_sudo in self.sudo():
            self.env["sms.tracker"].sudo().create(
                {"sms_uuid": consultation_sudo.sms_uuid, "mobifone_consultation_id": consultation_sudo.id}
            )
            self.env["sms.sms"].sudo().create(
                {
                    "uuid": consultation_sudo.sms_uuid,
                    "number": number or consultation_sudo.subscriber_id.msisdn,
                    "body": text,
                }
            )

    def _cancel(self, reason):
        """Free the line and stop the SMS.

        :return: False when it is not open any more or its SMS was claimed by the sender: then nothing is changed
        """
        self.ensure_one()
        consultation_sudo = self.sudo()  # sudo: called after the checks of the desk and the dialog
        if consultation_sudo.state != "open":
            return False
        sms_sudo = self.env["sms.sms"].sudo().search([("uuid", "=", consultation_sudo.sms_uuid)])
        if consultation_sudo.sms_uuid and not consultation_sudo.sms_after:
            sms_sudo = sms_sudo.try_lock_for_update()
            if not sms_sudo or sms_sudo.state != "outgoing":
                return False
            sms_sudo._update_sms_state_and_trackers("canceled")
            # A sender at work at this very moment fails on the changed message: let it come back soon.
            self.env.ref("sms.ir_cron_sms_scheduler_action").sudo()._trigger()
        consultation_sudo.write(
            {
                "state": "cancelled",
                "cancel_reason": reason,
                "sms_after": False,
                "sms_state": "cancelled" if consultation_sudo.sms_uuid else "none",
            }
        )
        self.env["mobifone.consult.lease"]._free(self.id)
        lookup_sudo = consultation_sudo.lookup_id
        parent = {name: lookup_sudo[name] for name in ("id", "number_hash", "number_masked", "line_id", "hotline")}
        self.env["mobifone.lookup"]._log("cancel", parent=parent, result="ok", purpose=reason)
        return True

    # ------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------

    @api.model
    def _due_batches(self, domain, order, batch_size):
        """Batches of what a scheduled action has to do, each committed when the next one is asked for."""
        progress = self.env["ir.cron"]
        left = progress._commit_progress(remaining=self.search_count(domain))
        while left and (batch := self.search(domain, limit=batch_size, order=order).try_lock_for_update()):
            yield batch
            left = progress._commit_progress(len(batch))

    @api.model
    def _cron_queue_postponed_sms(self, batch_size=200):
        """Queue the SMS whose hours have come."""
        due = [("sms_after", "<=", fields.Datetime.now()), ("state", "=", "open")]
        for batch in self._due_batches(due, "sms_after", batch_size):
            batch._queue_sms()
            batch.write({"sms_after": False})

    @api.model
    def _cron_expire(self, batch_size=5000):
        """Credit installs that were overlooked, and close the consultations that none can be credited to any more."""
        retrying(self._convert_overlooked, self.env)
        days = self.env["ir.config_parameter"]._mobifone_number("conversion_days")
        old = [("state", "=", "open"), ("saved_on", "<", fields.Datetime.now() - timedelta(days=days))]
        for batch in self._due_batches(old, "saved_on", batch_size):
            batch.filtered("sms_after").write({"sms_state": "cancelled", "sms_after": False})
            batch.write({"state": "expired"})

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("A consultation is cancelled, never deleted."))
