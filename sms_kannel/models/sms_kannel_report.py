from functools import partial

from odoo import api, fields, models
from odoo.service.model import retrying
from odoo.tools import SQL

# Kannel's code → what the message then is. Bits 1, 2, 4, 8, 16, and two that SMPP receipts add to a failure.
STATES = {
    1: ("sent", False),
    2: ("error", "sms_not_delivered"),
    4: ("pending", False),
    8: ("pending", False),
    16: ("error", "sms_rejected"),
    34: ("error", "sms_expired"),
    66: ("error", "kannel_unknown"),
}
HIGHEST_CODE = 255


class SmsKannelReport(models.Model):
    """Delivery reports as they come in. The callback only adds rows, so that it never waits for whoever sends; a
    scheduled action applies them."""

    _name = "sms.kannel.report"
    _description = "SMS Delivery Report"
    _log_access = False
    _order = "id desc"
    _rec_name = "sms_uuid"

    gateway_id = fields.Many2one("sms.kannel.gateway", required=True, ondelete="cascade")
    sms_uuid = fields.Char(string="SMS Key", required=True, readonly=True)
    code = fields.Integer(required=True, readonly=True, aggregator=None, help="1 delivered, 2 failed, 4 waiting, 8 "
                          "accepted, 16 refused, 34 expired, 66 unknown.")  # fmt: skip
    received_on = fields.Datetime(required=True, readonly=True)
    state = fields.Selection(
        [("new", "New"), ("applied", "Applied"), ("late", "Nothing New"), ("unknown", "Unknown")],
        required=True,
        readonly=True,
        default="new",
    )

    _once = models.Constraint("unique(sms_uuid, code)", "This report is known already.")
    _new_idx = models.Index("(id) WHERE state = 'new'")
    _received_on_idx = models.Index("(received_on)")
    _gateway_idx = models.Index("(gateway_id) WHERE state = 'unknown'")

    @api.model
    def _receive(self, gateway_id, uuid, code):
        """Note a report. One that comes again changes nothing."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO sms_kannel_report (gateway_id, sms_uuid, code, received_on, state)
                VALUES (%s, %s, %s, clock_timestamp() AT TIME ZONE 'UTC', 'new')
                ON CONFLICT (sms_uuid, code) DO NOTHING
                RETURNING NOT EXISTS (SELECT FROM sms_kannel_report WHERE state = 'new')
                """,
                gateway_id,
                uuid,
                code,
            ),
            log_exceptions=False,  # the same report at this very moment: the request is retried, and finds it
        )
        # The first of a burst wakes whoever applies them; those that wait already are applied with it.
        if self.env.cr.fetchone() == (True,):
            # sudo: Kannel is nobody's user
            self.env.ref("sms_kannel.ir_cron_apply_reports").sudo()._trigger()

    def _apply(self):
        """Bring the messages of these new reports up to date; what is final stays so, whatever comes after it."""
        messages = self.env["sms.sms"]._kannel_hold(self.mapped("sms_uuid"))
        by_uuid = {sms.uuid: sms for sms in messages}
        outcomes, states = {}, {}
        for report in self.sorted("id"):
            sms = by_uuid.get(report.sms_uuid)
            known = STATES.get(report.code)
            if not sms or not known:
                states[report] = "unknown"
                continue
            before = outcomes.get(sms, (sms.state, sms.failure_type))
            if _may_follow(before, known):
                outcomes[sms] = known
            states[report] = "applied" if outcomes.get(sms, before) != before else "late"
        for outcome in set(outcomes.values()):
            changed = messages.filtered(lambda sms, outcome=outcome: outcomes.get(sms) == outcome)
            changed._kannel_report(*outcome)
        for state in set(states.values()):
            self.filtered(lambda report, state=state: states[report] == state).state = state

    # ------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------

    @api.model
    def _cron_apply(self, batch_size=1000):
        """Apply new reports, in the order they came in."""
        progress, domain = self.env["ir.cron"], [("state", "=", "new")]
        left = progress._commit_progress(remaining=self.search_count(domain))
        applied = 0
        # Begun anew when the sender changed a message meanwhile.
        while left and (done := retrying(partial(self._apply_next, domain, batch_size), self.env)):
            left = progress._commit_progress(done)
            applied += done
        if applied:
            # Whatever came in beside the last of these saw them wait and woke nobody: look once more.
            self.env.ref("sms_kannel.ir_cron_apply_reports")._trigger()

    @api.model
    def _apply_next(self, domain, batch_size):
        reports = self.search(domain, limit=batch_size, order="id").try_lock_for_update()
        reports._apply()
        return len(reports)


def _may_follow(before, after):
    """May a message that is (state, failure type) become so? Only what is not final; a fate unknown is not."""
    if before == after:
        return False
    if before[1] == "kannel_unknown":
        return after[0] in ("sent", "error")
    order = ("outgoing", "process", "pending")
    if before[0] not in order:
        return False
    return after[0] not in order or order.index(after[0]) > order.index(before[0])
