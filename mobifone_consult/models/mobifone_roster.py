from collections import Counter, defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import local_time, row_insert, row_lock

STATES = [("open", "Waiting for the vendor"), ("confirmed", "Confirmed"), ("overdue", "Overdue")]


class MobifoneRoster(models.Model):
    """A month's certification by a vendor of who works for it and who left (design 7).

    Made by a scheduled action on the first days of each month, for the accounts that exist then. What is not confirmed
    in time is suspended (mobifone_agent_roster.py).
    """

    _name = "mobifone.roster"
    _description = "Roster"
    _log_access = False
    _order = "month desc, vendor_id"

    vendor_id = fields.Many2one("mobifone.vendor", required=True, readonly=True, ondelete="restrict")
    month = fields.Date(required=True, readonly=True, help="Its first day.")
    made_on = fields.Datetime(required=True, readonly=True)
    due_on = fields.Datetime(string="Due", required=True, readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True)
    confirmed_on = fields.Datetime(readonly=True)
    confirmed_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    mailed_to = fields.Char(readonly=True)
    line_ids = fields.One2many("mobifone.roster.line", "roster_id", string="Accounts")
    line_count = fields.Integer(string="Accounts on It", compute="_compute_counts")
    open_count = fields.Integer(string="Without a Word", compute="_compute_counts")
    left_count = fields.Integer(string="Left", compute="_compute_counts")

    _vendor_month_uniq = models.Constraint(
        "unique(vendor_id, month)", "This vendor has a roster of this month already."
    )
    _open_idx = models.Index("(due_on) WHERE state = 'open'")

    @api.depends("line_ids.status")
    def _compute_counts(self):
        groups = self.env["mobifone.roster.line"]._read_group(
            [("roster_id", "in", self.ids)], ["roster_id", "status"], ["__count"]
        )
        counts = defaultdict(Counter)
        for roster, status, count in groups:
            counts[roster][status] = count
        for roster in self:
            # On the screen that is being filled in, what it shows counts.
            count = counts[roster] if roster.id else Counter(roster.line_ids.mapped("status"))
            roster.line_count, roster.open_count, roster.left_count = count.total(), count[False], count["left"]

    @api.depends("vendor_id", "month")
    def _compute_display_name(self):
        for roster in self:
            roster.display_name = f"{roster.vendor_id.name} {roster.month:%m/%Y}" if roster.month else ""

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self.env._("Rosters are made by the system only."))

    def write(self, vals):
        # The form saves its lines through here; what may be said on a line is the line's affair.
        if not self.env.su and vals.keys() - {"line_ids"}:
            raise AccessError(self.env._("A roster changes by its buttons only."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("A roster is never deleted."))

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_rest_works(self):
        """Say of everybody of whom nothing is said yet that he works. Vendor's managers.

        :raise UserError: when the roster is confirmed already
        """
        self._check_vendor_manager()
        self.line_ids._settle().filtered(lambda line: not line.status).write({"status": "working"})

    def action_confirm(self):
        """Confirm the roster: who left is reported as leaver in this transaction. Vendor's managers; also when it is
        overdue, but accounts that were suspended are activated by MobiFone.

        :raise UserError: when something is not said yet, a leave date cannot be, or it is confirmed already
        """
        self.ensure_one()
        self._check_vendor_manager()
        lines = self.line_ids._settle()
        if silent := lines.filtered(lambda line: not line.status or (line.status == "left" and not line.left_at)):
            names = ", ".join(silent[:10].mapped("employee_code"))
            raise UserError(self.env._("Say of each account whether he works or when he left: %s.", names))
        lines._report_leavers()
        now = fields.Datetime.now()
        # sudo: the state is reached by this button only
        self.sudo().write({"state": "confirmed", "confirmed_on": now, "confirmed_by_id": self.env.uid})
        events = self.env["mobifone.agent.event"]
        for status, group in lines.grouped("status").items():
            events._record(group.agent_id, "roster", evidence=f"{self.month:%m/%Y}: {status}")

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _check_vendor_manager(self):
        self.check_access("write")
        if not self.env.user.has_group("mobifone_consult.group_vendor_manager"):
            raise AccessError(self.env._("Only the vendor's manager does this."))
        self._hold()

    def _hold(self):
        """These rosters, locked, if something may still be said on them."""
        if any(roster.state == "confirmed" for roster in row_lock.held(self)):
            raise UserError(self.env._("This roster is confirmed already."))

    @api.model
    def _make_rosters(self):
        """One roster for each vendor with accounts, of this month in Vietnam; those that exist stay as they are."""
        now = fields.Datetime.now()
        month = local_time.month_of(now)
        days = self.env["ir.config_parameter"].sudo()._mobifone_number("roster_days")  # sudo: settings
        # From the day it is made: an action that ran late takes no time from the vendor.
        due_on = local_time.end_of_day(local_time.local(now).date() + timedelta(days=int(days)))
        certified = [("state", "in", ("active", "suspended")), ("departure_id", "=", False)]
        certified += [("vendor_id.active", "=", True)]
        groups = self.env["mobifone.agent"]._read_group(certified, ["vendor_id"], ["id:recordset"])
        made = {roster.vendor_id for roster in self.search([("month", "=", month)])}
        todo = [(vendor, agents) for vendor, agents in groups if vendor not in made]
        cron = self.env["ir.cron"]
        left = cron._commit_progress(remaining=len(todo)) if todo else 0
        for vendor, agents in todo:
            if not left:
                break
            values = {"vendor_id": vendor.id, "month": month, "made_on": now, "due_on": due_on, "state": "open"}
            if roster := row_insert.inserted(self, values):
                roster.line_ids._put(roster, agents)
                roster._mail()
            left = cron._commit_progress(1)

    def _mail(self):
        """Tell the vendor that its roster waits."""
        self.ensure_one()
        recipients = self.vendor_id.mail_recipients
        if not recipients:
            return
        self.env["mail.template"]._mobifone_send("roster", self, recipients)
        # sudo: rosters are written by the system
        self.sudo().mailed_to = recipients

    # ------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------

    @api.model
    def _cron_rosters(self):
        """Make this month's rosters, and suspend who was not confirmed in time. On whatever day it runs."""
        self._make_rosters()
        self.env["mobifone.agent"]._in_company_language()._job_rosters()
