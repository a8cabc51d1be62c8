import unicodedata

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tools import clean_context, single_email_re

from ..tools import account_file, local_time

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
MANAGER = "mobifone_consult.group_manager"
# What a vendor's manager says about his people: as long as MobiFone did not open the account, and after that.
SIGNED = {"commitment_date", "commitment_filename", "commitment_file"}
PROPOSED = {"name", "vendor_id", "employee_code", "phone", "extension", "email"} | SIGNED
KEPT = {"extension"} | SIGNED
# Texts and their longest: they go into mails, letters and lists.
TEXTS = {"name": 100, "employee_code": 50, "login": 64, "email": 254, "phone": 30, "extension": 30}
# What buttons and scheduled actions write, and nobody by hand.
BY_BUTTONS = {
    "departure_id",
    "started_on",
    "activated_on",
    "warned_on",
    "accepted_commitment_id",
    "accepted_on",
    "asked_on",
}
WRITTEN_BY_VENDOR = {"draft": PROPOSED, "active": KEPT, "suspended": KEPT}


class MobifoneAgent(models.Model):
    """An account file: who works for which vendor, in which role, on which signed commitment.

    The file is the only way to the vendor groups: activating it gives its user the role's group, and nothing
    else may (see res.users). Rule: domain 1.7, no commitment, no user. What becomes of it is in
    mobifone_agent_state.py, how somebody leaves in mobifone_agent_leave.py.
    """

    _name = "mobifone.agent"
    _description = "Agent"
    _order = "vendor_id, name"

    name = fields.Char(required=True)
    vendor_id = fields.Many2one(
        "mobifone.vendor",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user.mobifone_vendor_id,
    )
    employee_code = fields.Char(required=True)
    user_id = fields.Many2one(
        "res.users", string="User Account", copy=False, index="btree_not_null", ondelete="restrict"
    )
    login = fields.Char(
        string="User Name", copy=False, help="Name to log in with; made from the vendor's code and the employee code."
    )
    role = fields.Selection(
        [("agent", "Agent"), ("team_leader", "Team Leader"), ("vendor_manager", "Vendor Manager")],
        required=True,
        default="agent",
    )
    phone = fields.Char()
    email = fields.Char(string="E-mail")
    extension = fields.Char()
    commitment_date = fields.Date(string="Commitment Signed On", copy=False)
    commitment_id = fields.Many2one("mobifone.commitment", compute="_compute_commitment_id", store=True, index=True)
    commitment_version = fields.Char(related="commitment_id.version", string="Version Signed")
    commitment_filename = fields.Char(copy=False)
    commitment_file = fields.Binary(
        string="Signed Commitment",
        copy=False,
        attachment=True,
        groups="mobifone_consult.group_vendor_manager,mobifone_consult.group_manager",
    )
    accepted_commitment_id = fields.Many2one(
        "mobifone.commitment", string="Accepted Version", readonly=True, copy=False
    )
    asked_on = fields.Datetime(
        string="Asked on Screen Since", readonly=True, copy=False, help="First login with a commitment to accept."
    )
    accepted_on = fields.Datetime(string="Accepted on Screen On", readonly=True, copy=False)
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
        index=True,
    )
    state_reason = fields.Char(string="Why", readonly=True, copy=False)
    started_on = fields.Datetime(readonly=True, copy=False, help="First activation since he was taken on.")
    activated_on = fields.Datetime(readonly=True, copy=False)
    warned_on = fields.Datetime(readonly=True, copy=False)
    event_ids = fields.One2many("mobifone.agent.event", "agent_id", string="History")

    _employee_code_uniq = models.Constraint(
        "unique(vendor_id, employee_code)", "Another agent of this vendor has this employee code."
    )
    _user_uniq = models.Constraint("unique(user_id)", "This user has an account file already.")
    _active_needs_commitment = models.Constraint(
        "CHECK (state != 'active' OR (commitment_date IS NOT NULL AND user_id IS NOT NULL))",
        "An account needs a signed commitment and a user before it is activated.",
    )

    @api.depends("commitment_date")
    def _compute_commitment_id(self):
        for day, agents in self.grouped("commitment_date").items():
            agents.commitment_id = day and self.env["mobifone.commitment"]._signed_on(day)

    @api.constrains("user_id")
    def _check_user(self):
        for agent in self:
            # sudo: whoever keeps account files may not be an administrator of users
            user_sudo = agent.user_id.sudo()
            if user_sudo and (user_sudo.share or user_sudo.has_groups(",".join(STAFF_GROUPS))):
                raise ValidationError(self.env._("%s is no vendor's account: choose another user.", agent.user_id.name))

    @api.constrains("commitment_date", "email", "employee_code", "name")
    def _check_values(self):
        today = local_time.local(fields.Datetime.now()).date()
        for agent in self:
            if agent.commitment_date and agent.commitment_date > today:
                raise ValidationError(self.env._("%s cannot have signed on a day to come.", agent.name))
            if agent.email and not single_email_re.fullmatch(agent.email):
                raise ValidationError(self.env._("“%s” is no e-mail address.", agent.email[:50]))
            if not (agent.name.strip() and agent.employee_code.strip()):
                raise ValidationError(self.env._("An account needs a name and an employee code."))

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        # The state is reached by the buttons only: neither values nor a context default may set it.
        files = self.with_context(clean_context(self.env.context))
        vals_list = [{**files._stripped(vals), "state": "draft"} for vals in vals_list]
        for vals in vals_list:
            files._check_writer(vals, PROPOSED)
            for name in BY_BUTTONS if not self.env.su else ():
                vals.pop(name, None)
        agents = super(MobifoneAgent, files).create(vals_list)
        agents._sync_user()
        return agents

    def write(self, vals):
        if "state" in vals or (not self.env.su and vals.keys() & BY_BUTTONS):
            raise UserError(self.env._("The state of an account changes by its buttons only."))
        for state in set(self.mapped("state")):
            self._check_writer(vals, WRITTEN_BY_VENDOR.get(state, set()))
        if "user_id" in vals:
            moved = self.filtered(lambda agent: agent.user_id.id != vals["user_id"])
            if any(agent.state != "draft" or agent.event_ids for agent in moved):
                raise UserError(self.env._("The user of an account changes only while it is a draft."))
            # sudo: a manager of MobiFone need not be an administrator of users
            moved.sudo().user_id.write({"mobifone_vendor_id": False, "mobifone_agent_id": False})
        before = {agent: (agent.role, agent.vendor_id, agent.commitment_date) for agent in self}
        result = super().write(self._stripped(vals))
        if vals.keys() & {"role", "vendor_id", "user_id"}:
            self._sync_user()
        self._record_changes(before)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if any(agent.state != "draft" or agent.event_ids for agent in self):
            raise UserError(self.env._("Only a draft account file can be deleted."))
        # sudo: a manager of MobiFone need not be an administrator of users
        self.sudo().user_id.write({"mobifone_vendor_id": False, "mobifone_agent_id": False})

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _is_manager(self):
        return self.env.su or self.env.user.has_group(MANAGER)

    def _check_manager(self):
        self.check_access("write")
        if not self.env.su:
            self.env["res.users"]._mobifone_check_manager()
        if self.env.user in self.user_id:
            raise UserError(self.env._("Nobody does this to his own account."))

    def _check_writer(self, vals, allowed):
        """Vendors' managers write what is theirs to say; the role, the user and the rest are MobiFone's."""
        if self._is_manager():
            return
        if beyond := vals.keys() - allowed - {"state"}:
            names = ", ".join(sorted(self._fields[name].string if name in self._fields else name for name in beyond))
            raise AccessError(self.env._("Only MobiFone's managers write here: %s.", names))
        own = self.env.user.mobifone_vendor_id.id
        if vals.get("vendor_id", own) != own:
            raise AccessError(self.env._("A vendor has accounts for its own people only."))
        working = self.filtered(lambda agent: agent.state != "draft")
        if working and vals.keys() & SIGNED:
            working._check_signed_again(vals)

    def _check_signed_again(self, vals):
        """What people signed stays on file: their vendor replaces it by a later signature only."""
        if vals.get("commitment_date") and not vals.get("commitment_file") and self._needs_file():
            raise UserError(self.env._("A new signature needs the signed commitment as a file."))
        day = fields.Date.to_date(vals.get("commitment_date"))
        if "commitment_date" in vals and not day:
            raise UserError(self.env._("The commitment of a working account is not taken off the file."))
        filed = self.filtered("commitment_file")
        touches_file = "commitment_file" in vals or "commitment_filename" in vals
        if (
            touches_file
            and filed
            and not (vals.get("commitment_file") and day and all(day > agent.commitment_date for agent in filed))
        ):
            raise UserError(self.env._("The signed commitment is replaced by a later one only, with its date."))

    @api.model
    def _stripped(self, vals):
        """The values, each text on one line and without characters that nobody sees.

        :raise UserError: for what is no text or is too long
        """
        return {name: self._text(name, value) if value and name in TEXTS else value for name, value in vals.items()}

    @api.model
    def _text(self, name, value):
        label = self._fields[name]._description_string(self.env)
        text = account_file.clean(value) if isinstance(value, str) else "\0"
        if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
            raise UserError(self.env._("%s holds a character that is no text.", label))
        if len(text) > TEXTS[name]:
            raise UserError(self.env._("%(label)s is longer than %(max)s characters.", label=label, max=TEXTS[name]))
        return text

    def _record_changes(self, before):
        events = self.env["mobifone.agent.event"]
        for agent, (role, vendor, signed) in before.items():
            if agent.state != "draft" and (agent.role, agent.vendor_id) != (role, vendor):
                events._record(agent, "role", evidence=f"{role} {vendor.code} → {agent.role} {agent.vendor_id.code}")
            if agent.state != "draft" and agent.commitment_date != signed:
                version = agent.commitment_id.version
                day = agent.commitment_date and f"{agent.commitment_date:%d/%m/%Y}"
                events._record(agent, "commitment", evidence=f"{day or '–'} · {version or '–'}")

    def _set_state(self, state, reason=False, **values):
        super().write({"state": state, "state_reason": reason, **values})
        self.flush_recordset()
        self._sync_user()

    def _sync_user(self):
        """Make each user's groups, vendor and archive state follow the account file."""
        roles = {role: self.env.ref(xmlid).id for role, xmlid in ROLE_GROUPS.items()}
        # sudo: a manager of MobiFone need not be an administrator of users
        files_sudo = self.sudo().filtered("user_id")
        for agent_sudo in files_sudo:
            # From the draft on: the walls between vendors stand before the door is opened.
            wanted = {"mobifone_vendor_id": agent_sudo.vendor_id, "mobifone_agent_id": agent_sudo}
            user_sudo = agent_sudo.user_id
            if any(user_sudo[name] != value for name, value in wanted.items()):
                user_sudo.write({name: value.id for name, value in wanted.items()})
        for (state, role), group in files_sudo.grouped(lambda agent: (agent.state, agent.role)).items():
            if state == "draft":
                continue
            commands = [Command.unlink(group_id) for group_id in roles.values()]
            if state == "active":
                commands.append(Command.link(roles[role]))
            group.user_id.write({"group_ids": commands, "active": state == "active"})
        # Everybody is put into the company's channels, where all vendors would meet.
        self.env["discuss.channel.member"].sudo().search(
            [("partner_id", "in", files_sudo.user_id.partner_id.ids), ("channel_id.channel_type", "=", "channel")]
        ).unlink()
