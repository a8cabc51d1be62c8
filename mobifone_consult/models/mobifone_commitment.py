from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import clean_context

from ..tools import local_time


class MobifoneCommitment(models.Model):
    """A version of the security commitment that whoever gets an account signs (domain 1.7).

    A published version never changes: what people signed stays readable as they signed it. Publishing a new one asks
    everybody for a new signature within `sign_days`.
    """

    _name = "mobifone.commitment"
    _description = "Security Commitment"
    _order = "published_on desc nulls first, id desc"
    _rec_name = "version"

    version = fields.Char(required=True, copy=False)
    text = fields.Html(required=True, sanitize=True)
    sign_days = fields.Integer(
        string="Days to Sign", default=14, required=True, help="Days that people with an account have to sign it."
    )
    published_on = fields.Datetime(readonly=True, copy=False)
    published_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    signed_count = fields.Integer(string="Accounts That Signed It", compute="_compute_signed_count")
    unsigned_count = fields.Integer(string="Working Accounts That Did Not", compute="_compute_signed_count")

    _version_uniq = models.Constraint("unique(version)", "There is a commitment with this version already.")
    _sign_days_positive = models.Constraint("CHECK (sign_days BETWEEN 0 AND 366)", "Days to sign: from 0 to 366.")

    def _compute_signed_count(self):
        working = [("state", "in", ("active", "suspended"))]
        # sudo: vendors' people count their own accounts elsewhere; here it is MobiFone's figure
        counts = dict(self.env["mobifone.agent"].sudo()._read_group(working, ["commitment_id"], ["__count"]))
        for commitment in self:
            commitment.signed_count = counts.get(commitment, 0)
            commitment.unsigned_count = sum(counts.values()) - commitment.signed_count

    @api.model_create_multi
    def create(self, vals_list):
        drafts = self.with_context(clean_context(self.env.context))
        hidden = {"published_on": False, "published_by_id": False}
        if self.env.context.get("install_mode"):
            hidden = {}  # the first version comes with the add-on
        return super(MobifoneCommitment, drafts).create([{**vals, **hidden} for vals in vals_list])

    def write(self, vals):
        if any(commitment.published_on for commitment in self) and not self.env.context.get("install_mode"):
            raise UserError(self.env._("A published commitment never changes: make a new version."))
        return super().write({name: value for name, value in vals.items() if not name.startswith("published")})

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        if any(commitment.published_on for commitment in self):
            raise UserError(self.env._("A published commitment is never deleted: people signed it."))

    def action_publish(self):
        """Put this version in force: every account needs its signature within `sign_days`. Managers only.

        :raise UserError: when it was published before
        """
        self.ensure_one()
        self.check_access("write")
        if self.published_on:
            raise UserError(self.env._("This version is published already."))
        super().write({"published_on": fields.Datetime.now(), "published_by_id": self.env.uid})
        self.env["mobifone.agent"]._tell_vendors_of(self)

    @api.model
    def _in_force(self, moment=None):
        """The version in force at `moment` (UTC, default now); before the first one, the first."""
        moment = moment or fields.Datetime.now()
        # sudo: whoever has an account reads what he signs through his account file only
        commitments_sudo = self.sudo()
        return commitments_sudo.search(
            [("published_on", "<=", moment)], order="published_on desc, id desc", limit=1
        ) or commitments_sudo.search([("published_on", "!=", False)], order="published_on, id", limit=1)

    @api.model
    def _signed_on(self, day):
        """The version that a signature of `day` (a date in Vietnam) is under: the one in force at the end of it."""
        return self._in_force(local_time.end_of_day(day))

    def _last_day_to_sign(self):
        """The last day (in Vietnam) on which this version may be signed by whoever has an account already."""
        return local_time.local(self.published_on).date() + timedelta(days=self.sign_days)
