from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

ROLE_GROUPS = {
    "agent": "mobifone_consult.group_agent",
    "team_leader": "mobifone_consult.group_team_leader",
    "vendor_manager": "mobifone_consult.group_vendor_manager",
}
# MobiFone's own people: never a vendor's account.
STAFF_GROUPS = (
    "base.group_system",
    "base.group_erp_manager",
    "mobifone_consult.group_care",
    "mobifone_consult.group_manager",
    "mobifone_consult.group_integration",
)


class MobifoneAgent(models.Model):
    """An account file: who works for which vendor, in which role, on which signed commitment.

    The file is the only way to the vendor groups: activating it gives its user the role's group, and nothing
    else may (see res.users). Rule: domain 1.7, no commitment, no user.
    """

    _name = "mobifone.agent"
    _description = "Agent"
    _order = "vendor_id, name"

    name = fields.Char(required=True)
    vendor_id = fields.Many2one("mobifone.vendor", required=True, index=True, ondelete="restrict")
    employee_code = fields.Char(required=True)
    user_id = fields.Many2one(
        "res.users", string="User Account", copy=False, index="btree_not_null", ondelete="restrict"
    )
    role = fields.Selection(
        [("agent", "Agent"), ("team_leader", "Team Leader"), ("vendor_manager", "Vendor Manager")],
        required=True,
        default="agent",
    )
    phone = fields.Char()
    extension = fields.Char()
    commitment_date = fields.Date(string="Commitment Signed On", copy=False)
    commitment_version = fields.Char(copy=False)
    commitment_filename = fields.Char(copy=False)
    commitment_file = fields.Binary(string="Signed Commitment", copy=False, attachment=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("active", "Active"),
            ("suspended", "Suspended"),
            ("closed", "Closed"),
            ("left", "Left"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
    )

    _employee_code_uniq = models.Constraint(
        "unique(vendor_id, employee_code)", "Another agent of this vendor has this employee code."
    )
    _user_uniq = models.Constraint("unique(user_id)", "This user has an account file already.")
    _active_needs_commitment = models.Constraint(
        "CHECK (state != 'active' OR (commitment_date IS NOT NULL AND user_id IS NOT NULL))",
        "An account needs a signed commitment and a user before it is activated.",
    )

    @api.constrains("user_id")
    def _check_user(self):
        for agent in self:
            # sudo: whoever keeps account files may not be an administrator of users
            user_sudo = agent.user_id.sudo()
            if user_sudo and (user_sudo.share or user_sudo.has_groups(",".join(STAFF_GROUPS))):
                raise ValidationError(self.env._("%s is no vendor's account: choose another user.", agent.user_id.name))

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        # The state is reached by the buttons only: neither values nor a context default may set it.
        agents = super().create([{**vals, "state": "draft"} for vals in vals_list])
        agents._sync_user()
        return agents

    def write(self, vals):
        if "state" in vals:
            raise UserError(self.env._("The state of an account changes by its buttons only."))
        if "user_id" in vals:
            moved = self.filtered(lambda agent: agent.user_id.id != vals["user_id"])
            if any(agent.state != "draft" for agent in moved):
                raise UserError(self.env._("The user of an account changes only while it is a draft."))
            # sudo: a manager of MobiFone need not be an administrator of users
            moved.sudo().user_id.write({"mobifone_vendor_id": False, "mobifone_agent_id": False})
        result = super().write(vals)
        if vals.keys() & {"role", "vendor_id", "user_id"}:
            self._sync_user()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if any(agent.state != "draft" for agent in self):
            raise UserError(self.env._("Only a draft account file can be deleted."))

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_activate(self):
        """Give the user the role's group. Managers only.

        :raise UserError: when the commitment or the user is missing
        """
        self._check_manager()
        for agent in self:
            if not agent.commitment_date or not agent.user_id:
                raise UserError(self.env._("%s needs a signed commitment and a user before activation.", agent.name))
        self._set_state("active")

    def action_suspend(self):
        """Take the account's access away until it is activated again. Managers only."""
        self._check_manager()
        self._set_state("suspended")

    def _check_manager(self):
        self.check_access("write")
        if not self.env.user.has_group("mobifone_consult.group_manager"):
            raise UserError(self.env._("Only MobiFone's managers activate or suspend accounts."))

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _set_state(self, state):
        super().write({"state": state})
        self.flush_recordset(["state"])
        self._sync_user()

    def _sync_user(self):
        """Make each user's groups, vendor and archive state follow the account file."""
        roles = self.env["res.groups"].union(*map(self.env.ref, ROLE_GROUPS.values()))
        # sudo: a manager of MobiFone need not be an administrator of users
        for agent_sudo in self.sudo().filtered("user_id"):
            # From the draft on: the walls between vendors stand before the door is opened.
            values = {"mobifone_vendor_id": agent_sudo.vendor_id.id, "mobifone_agent_id": agent_sudo.id}
            if agent_sudo.state != "draft":
                is_active = agent_sudo.state == "active"
                commands = [Command.unlink(group.id) for group in roles]
                if is_active:
                    commands.append(Command.link(self.env.ref(ROLE_GROUPS[agent_sudo.role]).id))
                values |= {"group_ids": commands, "active": is_active}
            agent_sudo.user_id.write(values)
            # Everybody is put into the company's channels, where all vendors would meet.
            self.env["discuss.channel.member"].sudo().search(
                [("partner_id", "=", agent_sudo.user_id.partner_id.id), ("channel_id.channel_type", "=", "channel")]
            ).unlink()
