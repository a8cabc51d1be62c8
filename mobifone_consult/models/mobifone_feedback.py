from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import append_only, identity_number, row_insert, row_lock
from ..tools import msisdn as numbers
from .mobifone_lookup import HOTLINES


class MobifoneFeedback(models.Model):
    """A customer's complaint (phản ánh, FB) about the papers of his line: taken at the desk, passed on to customer care
    by its handler, and answered (domain 1.3, D2.4).

    Numbers in the words of the agent are masked before they are kept: the text goes out by mail.
    """

    _name = "mobifone.feedback"
    _inherit = ["mobifone.care.mixin"]
    _description = "Customer Feedback"
    _log_access = False
    _order = "id desc"
    _care_writes = ("answer",)

    number_masked = fields.Char(string="Number", required=True, readonly=True)
    subscriber_id = fields.Many2one(
        "mobifone.subscriber", string="Line", required=True, readonly=True, ondelete="restrict", index=True,
        groups="mobifone_consult.group_manager",
    )  # fmt: skip
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True, ondelete="restrict", index=True)
    registration_id = fields.Many2one(
        "mobifone.registration", string="Update Request", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    registration_state = fields.Selection(related="registration_id.state", string="State of the Request")
    lookup_id = fields.Many2one(
        "mobifone.lookup",
        string="Look-up",
        readonly=True,
        ondelete="set null",  # by the log's retention; each comes of a look-up (init)
        groups="mobifone_consult.group_manager",
    )
    call_id = fields.Many2one(
        "mobifone.call", readonly=True, ondelete="restrict", groups="mobifone_consult.group_manager"
    )
    hotline = fields.Selection(HOTLINES, readonly=True)
    taken_on = fields.Datetime(required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Taken By", required=True, readonly=True, ondelete="restrict")
    agent_id = fields.Many2one("mobifone.agent", readonly=True, ondelete="restrict")
    vendor_id = fields.Many2one("mobifone.vendor", readonly=True, ondelete="restrict")
    text = fields.Text(string="What the Customer Says", required=True, readonly=True)
    state = fields.Selection(
        [("new", "New"), ("sent", "Passed on to customer care"), ("closed", "Closed")],
        required=True,
        readonly=True,
        default="new",
    )
    handler_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    sent_on = fields.Datetime(string="Passed On On", readonly=True)
    sent_to = fields.Char(readonly=True)
    answer = fields.Text(help="What was found out, and what the customer was told.")
    closed_on = fields.Datetime(readonly=True)

    _lookup_uniq = models.Constraint("unique(lookup_id)", "This look-up has its feedback already.")
    _open_idx = models.Index("(taken_on) WHERE state != 'closed'")
    _closed_has_answer = models.Constraint(
        "CHECK (state != 'closed' OR (answer IS NOT NULL AND closed_on IS NOT NULL))",
        "Feedback is closed with an answer.",
    )

    def init(self):
        append_only.need(self.env.cr, self._table, "lookup_id")

    @api.depends("number_masked", "taken_on")
    def _compute_display_name(self):
        for feedback in self:
            feedback.display_name = self.env._(
                "Feedback %(id)s of %(number)s", id=feedback.id, number=feedback.number_masked
            )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Feedback is taken at the desk."))
        return super().create([self._without_numbers(vals) for vals in vals_list])

    def write(self, vals):
        self._check_care_writes(vals, [("state", "=", "closed")])
        return super().write(self._without_numbers(vals))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("Feedback is closed, never deleted."))

    @api.model
    def _without_numbers(self, vals):
        return {**vals, **{name: masked_text(vals[name]) for name in ("text", "answer") if vals.get(name)}}

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_send(self):
        """Pass the feedback on to customer care by mail, as its handler; a request that waits becomes escalated.

        :raise UserError: when no recipient is set up, or it was closed
        """
        self.ensure_one()
        self._check_care()
        # sudo: settings are readable to administrators only
        recipients = self.env["ir.config_parameter"].sudo()._mobifone_text("care_recipients")
        if not recipients:
            raise UserError(
                self.env._("No recipient of customer care is set up: ask a manager to enter one in Settings.")
            )
        # sudo: feedback is written by these actions only
        feedback_sudo = self.sudo()
        feedback_sudo._move(
            "sent", ("new", "sent"), handler_id=self.env.uid, sent_on=fields.Datetime.now(), sent_to=recipients
        )
        if self.registration_id.state == "submitted":
            self.registration_id.action_escalate()
        # It shows no number in clear.
        self.env["mail.template"]._mobifone_send("feedback", self, recipients)

    def action_close(self):
        """Close the feedback with its answer.

        :raise UserError: when it has no answer, or was closed before
        """
        self.ensure_one()
        self._check_care()
        if not (self.answer or "").strip():
            raise UserError(self.env._("Write the answer first: what was found out, what the customer was told."))
        handler = self.handler_id.id or self.env.uid
        # sudo: as above
        self.sudo()._move("closed", ("new", "sent"), handler_id=handler, closed_on=fields.Datetime.now())

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _move(self, state, allowed, **values):
        # Of two handlers at once one goes first; the other's request is run again and told.
        locked = row_lock.held(self)
        if locked.state not in allowed:
            raise UserError(self.env._("This feedback is closed already."))
        locked.write({"state": state, **values})

    @api.model
    def _take(self, lookup, facts, text, call_id):
        """Keep what a customer says; said again in the same look-up, it is replaced.

        :return: the feedback as a sudo record, None when it has just been made by the same request sent twice
        """
        agent_id, vendor_id = self.env["res.users"]._mobifone_account()
        # sudo: agents have no access to feedback or requests; it is the line of their look-up
        found_sudo = self.sudo().search([("lookup_id", "=", lookup["id"])], limit=1)
        if found_sudo:
            if found_sudo.state == "new":
                found_sudo.text = text
            return found_sudo
        request_sudo = self.env["mobifone.registration"].sudo().search([("subscriber_id", "=", facts["id"])], limit=1)
        values = {
            "number_masked": numbers.masked(facts["msisdn"]),
            "subscriber_id": facts["id"],
            "registration_id": request_sudo.id,
            "lookup_id": lookup["id"],
            "call_id": call_id,
            "hotline": lookup["hotline"],
            "taken_on": fields.Datetime.now(),
            "user_id": self.env.uid,
            "agent_id": agent_id,
            "vendor_id": vendor_id,
            "text": masked_text(text),
            "state": "new",
        }
        feedback_sudo = row_insert.inserted(self.sudo(), values)  # sudo: as above
        if not feedback_sudo:
            return None
        # Papers follow the person: whose words these are is known also when the line goes to somebody else.
        feedback_sudo.partner_id = self.env["mobifone.desk"]._customer_of(facts)
        return feedback_sudo


def masked_text(text):
    """Free text as it is kept: long numbers masked; what is no text is left to the field to refuse."""
    return identity_number.without_numbers(text.replace("\0", "")) if isinstance(text, str) else str(text)
