from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

SAID = {"status", "left_at", "note"}


class MobifoneRosterLine(models.Model):
    """What a vendor says of one account on a month's roster."""

    _name = "mobifone.roster.line"
    _description = "Account on a Roster"
    _log_access = False
    _order = "roster_id, employee_code"
    _rec_name = "name"

    roster_id = fields.Many2one("mobifone.roster", required=True, readonly=True, ondelete="restrict", index=True)
    vendor_id = fields.Many2one("mobifone.vendor", required=True, readonly=True, index=True, ondelete="restrict")
    agent_id = fields.Many2one(
        "mobifone.agent", string="Account", required=True, readonly=True, index=True, ondelete="restrict"
    )
    # As they were when the roster was made.
    name = fields.Char(required=True, readonly=True)
    employee_code = fields.Char(required=True, readonly=True)
    agent_state = fields.Selection(related="agent_id.state", string="Account Now", related_sudo=False)
    status = fields.Selection([("working", "Working"), ("left", "Left")])
    left_at = fields.Datetime(string="Left On")
    note = fields.Char(size=500, help="For the liability file, if there is something to say.")

    _agent_uniq = models.Constraint("unique(roster_id, agent_id)", "This account is on the roster already.")

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self.env._("Rosters are made by the system only."))

    def write(self, vals):
        if not self.env.su:
            self.check_access("write")
            if vals.keys() - SAID:
                raise AccessError(self.env._("Say of an account only whether he works or when he left."))
            self.roster_id._hold()
            if vals.get("status") == "left" and self.env.user in self.agent_id.sudo().user_id:  # sudo: users
                raise UserError(self.env._("Nobody reports himself: another manager or MobiFone does it."))
            if vals.get("left_at"):
                # A bare date means its last minute in Vietnam.
                vals = {**vals, "left_at": self.agent_id._leave_moment(vals["left_at"])}
            if vals.get("status") == "working":
                vals = {**vals, "left_at": False}
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("A roster is never deleted."))

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _put(self, roster, agents):
        """Put these accounts on a roster."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO mobifone_roster_line (roster_id, vendor_id, agent_id, name, employee_code)
                SELECT %s, vendor_id, id, name, employee_code FROM mobifone_agent WHERE id IN %s ORDER BY id
                """,
                roster.id,
                tuple(agents.ids),
            )
        )
        roster.invalidate_recordset(["line_ids"])

    def _settle(self):
        """The same lines; of those who were reported by other ways the line says so by itself."""
        for line in self.filtered(lambda line: line.agent_id.departure_id):
            # sudo: also where the vendor's manager himself was reported by MobiFone
            line.sudo().write({"status": "left", "left_at": line.agent_id.departure_id.left_at})
        return self

    def _report_leavers(self):
        """Report those who are said to have left and were not reported before."""
        # A file that was opened again since is a new one, and a draft.
        left = self.filtered(lambda line: line.status == "left" and line.agent_id.state != "draft")
        left = left.filtered(lambda line: not line.agent_id.departure_id)
        if left:
            left.agent_id._check_reporter()
        for (left_at, note), lines in left.grouped(lambda line: (line.left_at, line.note)).items():
            lines.agent_id._leave(left_at, note, "roster")
