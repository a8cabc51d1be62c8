import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..tools import append_only

SOURCES = [
    ("vendor", "The vendor reported it"),
    ("import", "The vendor reported it by list"),
    ("roster", "The vendor reported it on the roster"),
    ("mobifone", "MobiFone found it"),
]
# Once set these stay: they are what the vendor is liable for, and the proof.
KEPT = ("agent_id", "vendor_id", "announced_at", "reported_at", "reported_by_id", "disabled_at")


class MobifoneDeparture(models.Model):
    """The liability file of one leaving: when somebody left, when MobiFone was told, when his access was gone, and the
    proof of it (domain 1.8, design 7).

    From leaving until the report everything done with the account is the vendor's responsibility.
    """

    _name = "mobifone.departure"
    _description = "Liability File"
    _log_access = False
    _order = "left_at desc, id desc"

    agent_id = fields.Many2one("mobifone.agent", string="Account", required=True, index=True, ondelete="restrict")
    vendor_id = fields.Many2one("mobifone.vendor", required=True, index=True, ondelete="restrict")
    user_id = fields.Many2one("res.users", string="User Account", ondelete="restrict", groups="base.group_system")
    # As they were at that moment: the letter names them, whatever becomes of the account.
    name = fields.Char(required=True)
    employee_code = fields.Char(required=True)
    login = fields.Char(string="User Name")
    left_at = fields.Datetime(required=True)
    announced_at = fields.Datetime(string="Leave Date as First Reported", readonly=True)
    reported_at = fields.Datetime(required=True)
    reported_by_id = fields.Many2one("res.users", required=True, ondelete="restrict")
    source = fields.Selection(SOURCES, required=True)
    note = fields.Char(string="Remark")
    mailed_to = fields.Char()
    disabled_at = fields.Datetime(string="Access Gone At")
    verified_at = fields.Datetime(string="Proven At")
    proof = fields.Json(string="Findings of the Check", groups="mobifone_consult.group_manager")
    proof_text = fields.Text(string="Proof", compute="_compute_proof_text")
    listed_at = fields.Datetime(string="On the List of Leavers Since")
    rehired_at = fields.Datetime(string="Taken On Again At")
    exposure_minutes = fields.Integer(
        string="Exposure (minutes)",
        compute="_compute_exposure_minutes",
        store=True,
        help="From leaving until the report, or until access was gone when he left before the day reported: the "
        "vendor's responsibility.",
    )
    exposure = fields.Char(compute="_compute_exposure")
    lookup_count = fields.Integer(string="Look-ups in the Exposure", compute="_compute_lookup_count")

    _agent_uniq = models.UniqueIndex("(agent_id) WHERE rehired_at IS NULL", "This account has been reported already.")
    _left_idx = models.Index("(left_at)")
    _open_idx = models.Index("(left_at) WHERE verified_at IS NULL")

    def init(self):
        append_only.keep(self.env.cr, self._table, KEPT)

    @api.depends("left_at", "announced_at", "reported_at", "disabled_at")
    def _compute_exposure_minutes(self):
        for departure in self:
            seconds = (departure._exposed_until() - departure.left_at).total_seconds()
            departure.exposure_minutes = max(0, int(seconds // 60))

    @api.depends("exposure_minutes")
    def _compute_exposure(self):
        for departure in self:
            hours, minutes = divmod(departure.exposure_minutes, 60)
            departure.exposure = self.env._("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)

    @api.depends("left_at", "announced_at", "reported_at", "disabled_at")
    def _compute_lookup_count(self):
        for departure in self:
            departure.lookup_count = self.env["mobifone.lookup"].search_count(departure._exposed_lookups())

    @api.depends("proof")
    def _compute_proof_text(self):
        names = self.env["mobifone.agent"]._proof_names()
        for departure in self:
            # sudo: the vendor is shown the outcome of the check, in words
            proof = departure.sudo().proof or {}
            departure.proof_text = "\n".join(f"{names.get(key, key)}: {count}" for key, count in proof.items())

    def _exposed_until(self):
        """The moment (UTC) until which the vendor is responsible for what is done with the account.

        A report ahead of time covers the day that it names. Who left before it could go on working unseen.
        """
        self.ensure_one()
        announced = self.announced_at
        if announced and self.left_at < announced and self.reported_at < announced:
            return max(self.reported_at, self.disabled_at or fields.Datetime.now())
        return self.reported_at

    def _exposed_lookups(self):
        """Domain of the look-ups made in the exposure: those that the vendor is responsible for."""
        self.ensure_one()
        # The log has parts of seconds, these moments have none.
        end = self._exposed_until() + timedelta(seconds=1)
        window = [("looked_up_on", ">=", self.left_at), ("looked_up_on", "<", end)]
        # sudo: users are none of a vendor's business; by user, as the log of years has an index on that
        by = [("user_id", "=", self.sudo().user_id.id), ("agent_id", "=", self.agent_id.id)]
        return Domain([*by, *window])

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("A leaver is reported on his account."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            raise AccessError(self.env._("A liability file is written by the system only."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("A liability file is never deleted."))

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_lookups(self):
        """The look-ups made in the exposure.

        :return: the action that lists them
        """
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("mobifone_consult.mobifone_lookup_action")
        return {**action, "domain": list(self._exposed_lookups()), "context": {}}

    def action_correct(self, left_at, reason):
        """Correct when somebody left. Managers only; kept in the history.

        :param left_at: date, datetime or text (tools.leave_moment)
        :param str reason: why it was wrong
        :raise UserError: without a reason, or when it is no moment
        """
        self.agent_id._check_manager()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the leave date is corrected."))
        for departure in self:
            departure._move(departure.agent_id._leave_moment(left_at), reason)
        # Who leaves earlier than was said must not go on until the next run of the scheduled action.
        self.filtered(lambda departure: not departure.disabled_at)._take_access_when_due()

    def action_verify(self):
        """Prove again that nothing of the leaver works any more. Managers only."""
        self.agent_id._check_manager()
        self._verify()

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _move(self, moment, reason):
        """Another moment of leaving; the one before is kept in the history."""
        evidence = json.dumps({"from": str(self.left_at), "to": str(moment)})
        # sudo: liability files are written by the system only
        self.sudo().left_at = moment
        self.env["mobifone.agent.event"]._record(self.agent_id, "corrected", reason, evidence)

    def _verify(self):
        """Look for what is still alive of the leavers, and store what was found; those of whom nothing is are proven.

        :return: those that still live
        """
        alive = self.browse()
        # sudo: liability files are written by the system only
        for departure in self.sudo().filtered("disabled_at"):
            proof = departure.agent_id._still_alive(departure.disabled_at)
            departure.proof = proof
            if any(proof.values()):
                departure.verified_at = False
                alive += departure
            elif not departure.verified_at:
                departure.verified_at = fields.Datetime.now()
                evidence = json.dumps(proof)
                self.env["mobifone.agent.event"]._record(departure.agent_id, "verified", evidence=evidence)
        return alive.with_env(self.env)
