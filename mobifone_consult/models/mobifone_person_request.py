from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import append_only, local_time, row_lock
from ..tools import msisdn as numbers
from .mobifone_feedback import masked_text


class MobifonePersonRequest(models.Model):
    """A person asks what is kept of him, for a copy, or to be erased (Law 91/2025, art. 4 and 14; answered within
    2 working days). The row is the proof: what was held before and after, when it was done, by whom.

    It keeps the number as a hash and masked, and the bare ids of line and customer, so that the proof holds no
    personal data itself.
    """

    _name = "mobifone.person.request"
    _inherit = ["mobifone.care.mixin"]
    _description = "Person's Request"
    _log_access = False
    _order = "id desc"
    _care_writes = ("answer",)

    number_masked = fields.Char(string="Number", required=True, readonly=True)
    number_hash = fields.Char(
        string="Number (Keyed Hash)", readonly=True, required=True, groups="mobifone_consult.group_manager"
    )
    partner_ref = fields.Integer(
        string="Customer No.", readonly=True, groups="mobifone_consult.group_manager", aggregator=None
    )
    line_ref = fields.Integer(
        string="Line No.", readonly=True, groups="mobifone_consult.group_manager", aggregator=None
    )
    kind = fields.Selection(
        [("access", "What is kept"), ("copy", "A copy"), ("erase", "Erasure")],
        string="What Is Asked",
        required=True,
        readonly=True,
    )
    received_on = fields.Datetime(required=True, readonly=True)
    due_on = fields.Datetime(string="To Be Answered Until", required=True, readonly=True)
    is_overdue = fields.Boolean(string="Overdue", compute="_compute_is_overdue")
    user_id = fields.Many2one("res.users", string="Taken By", required=True, readonly=True, ondelete="restrict")
    state = fields.Selection(
        [("open", "To be answered"), ("answered", "Answered"), ("refused", "Refused")],
        required=True,
        readonly=True,
        default="open",
    )
    held = fields.Html(string="What Is Kept Now", compute="_compute_held", sanitize=False)
    copied_on = fields.Datetime(string="Copy Made On", readonly=True)
    erased_on = fields.Datetime(readonly=True)
    erased_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    proof = fields.Json(readonly=True, help="What was kept before and after the erasure.")
    proof_text = fields.Html(string="Proof of the Erasure", compute="_compute_proof_text", sanitize=False)
    kept_text = fields.Char(string="What Stays", compute="_compute_kept_text")
    answer = fields.Text(string="Answer to the Person")
    answered_on = fields.Datetime(readonly=True)
    answered_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")

    _open_idx = models.Index("(due_on) WHERE state = 'open'")
    _hash_idx = models.Index("(number_hash)")

    def init(self):
        append_only.keep(self.env.cr, self._table, ("proof", "erased_on", "erased_by_id"))

    @api.depends("state", "due_on")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for request in self:
            request.is_overdue = request.state == "open" and request.due_on < now

    @api.depends("number_masked")
    def _compute_display_name(self):
        for request in self:
            request.display_name = self.env._(
                "Person's request %(id)s of %(number)s", id=request.id, number=request.number_masked
            )

    @api.depends_context("lang")
    def _compute_held(self):
        for request in self:
            request.held = request._counts_page([("", request._held())])

    @api.depends("proof")
    @api.depends_context("lang")
    def _compute_proof_text(self):
        for request in self:
            proof = request.proof or {}
            columns = [(self.env._("Before"), proof.get("before", {})), (self.env._("After"), proof.get("after", {}))]
            request.proof_text = request._counts_page(columns) if proof else False

    def _compute_kept_text(self):
        # sudo: settings are readable to administrators only
        text = self.env["ir.config_parameter"].sudo()._mobifone_text("erasure_text")
        for request in self:
            others = request._line().partner_id.subscriber_ids - request._line()
            shared = self.env._("Papers, name and occupation stay as well: the customer has other lines.")
            request.kept_text = f"{text} {shared}" if others else text

    def write(self, vals):
        self._check_care_writes(vals, [("state", "!=", "open")])
        if vals.get("answer"):
            vals = {**vals, "answer": masked_text(vals["answer"])}
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("A person's request is opened by the number of his line."))
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("A person's request is the proof of what was done: it is never deleted."))

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_copy(self):
        """Download what is kept of the person, for him. Customer care and managers; logged by the route.

        :raise UserError: when the request does not ask for a copy, or is answered already
        """
        self.ensure_one()
        self._check_copy()
        return {
            "type": "ir.actions.act_url",
            "url": f"/mobifone_consult/person_request/{self.id}/copy",
            "target": "self",
        }

    def action_erase(self):
        """Erase what the law lets go of the person; what stays, and why, is on the request. Managers only.

        :raise UserError: when the request is not for erasure, or was answered
        """
        self.ensure_one()
        self._check_care()
        if not self.env.user.has_group("mobifone_consult.group_manager"):
            raise AccessError(self.env._("Only managers erase."))
        # sudo: nobody may write what is erased here
        request_sudo = row_lock.held(self.sudo())
        if self.kind != "erase" or self.state != "open" or self.erased_on:
            raise UserError(self.env._("This request does not ask for erasure, or it was done already."))
        self._check_customer()
        before = request_sudo._held()
        request_sudo._erase()
        self.env.flush_all()
        request_sudo.write(
            {
                "erased_on": fields.Datetime.now(),
                "erased_by_id": self.env.uid,
                "proof": {"before": before, "after": request_sudo._held()},
            }
        )
        request_sudo._log("person_erase")

    def action_answer(self):
        """Close the request: the person was answered."""
        self._close("answered")

    def action_refuse(self):
        """Close the request as refused; the answer says why, as the law asks."""
        self._close("refused")

    def _close(self, state):
        self.ensure_one()
        self._check_care()
        if not (self.answer or "").strip():
            raise UserError(self.env._("Write what the person was answered first."))
        if self.state != "open":
            raise UserError(self.env._("This request is answered already."))
        if state == "answered" and self.kind == "erase" and not self.erased_on:
            raise UserError(self.env._("Nothing was erased yet: erase, or refuse and say why."))
        if state == "refused" and self.erased_on:
            raise UserError(self.env._("It was done already: it cannot be refused any more."))
        # sudo: written by these actions only
        self.sudo().write({"state": state, "answered_on": fields.Datetime.now(), "answered_by_id": self.env.uid})
        self.sudo()._log("person_close")

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _check_copy(self):
        self._check_care()
        if self.kind != "copy" or self.state != "open":
            raise UserError(self.env._("This request does not ask for a copy, or is answered already."))
        self._check_customer()

    def _check_customer(self):
        """The line may have gone to somebody else since: his papers are not this person's."""
        if self._line().partner_id.id != (self.sudo().partner_ref or False):  # sudo: care reads no lines
            raise UserError(self.env._("The line has another customer since the request was made: refuse it."))

    @api.model
    def _open_for(self, number, kind, received_on):
        """A new request about a number (E.164), as a sudo record; whether it is a line of ours or not."""
        # sudo: settings are readable to administrators only
        parameters = self.env["ir.config_parameter"].sudo()
        due_on = local_time.end_of_working_day(
            received_on, int(parameters._mobifone_number("person_request_days")), parameters._mobifone_holidays()
        )
        # sudo: care reads no lines; the whole number was typed in
        line_sudo = self.env["mobifone.subscriber"].sudo().search([("msisdn", "=", number)])
        request_sudo = self.sudo().create(
            {
                "number_masked": numbers.masked(number),
                "number_hash": self.env["mobifone.lookup"]._number_hash(number),
                "line_ref": line_sudo.id,
                "partner_ref": line_sudo.partner_id.id,
                "kind": kind,
                "received_on": received_on,
                "due_on": due_on,
                "user_id": self.env.uid,
            }
        )
        request_sudo._log("person_request")
        return request_sudo

    def _log(self, action, **values):
        mask = self.number_hash, self.number_masked
        partner = self._line().partner_id
        self.env["mobifone.identity.log"]._log(action, mask=mask, partner=partner, reason=f"#{self.id}", **values)
