import re

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import escape_psql

from ..tools import local_time

LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{2,63}")


class MobifoneAgent(models.Model):
    """How an account is opened, suspended, closed and opened again."""

    _inherit = "mobifone.agent"

    commitment_until = fields.Date(
        compute="_compute_commitment_until", help="Last day on which the account works without a new signature."
    )
    must_sign = fields.Boolean(
        string="Must Sign Again", compute="_compute_commitment_until", help="A newer version waits for the signature."
    )

    @api.depends("commitment_id", "commitment_date")
    def _compute_commitment_until(self):
        current = self.env["mobifone.commitment"]._in_force()
        # sudo: settings are readable to administrators only
        months = int(self.env["ir.config_parameter"].sudo()._mobifone_number("commitment_months"))
        for agent in self:
            signed = agent.commitment_date
            days = [signed + relativedelta(months=months)] if signed and months else []
            agent.must_sign = bool(signed) and agent.commitment_id != current
            if agent.must_sign:
                days.append(current._last_day_to_sign())
            agent.commitment_until = min(days, default=False)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_activate(self):
        """Open the account: make its user if it has none, and give him the role's group. Managers only.

        :raise UserError: when the commitment is missing or has run out, or the account is closed
        """
        self._check_manager()
        today = local_time.local(fields.Datetime.now()).date()
        for agent in self:
            if agent.state not in ("draft", "suspended"):
                raise UserError(self.env._("%s: only a draft or suspended account is activated.", agent.name))
            if not agent.commitment_date:
                raise UserError(self.env._("%s needs a signed commitment before activation.", agent.name))
            if agent.commitment_until and agent.commitment_until < today:
                raise UserError(self.env._("The commitment of %s has run out: a new one must be signed.", agent.name))
            if not agent.commitment_file and self._needs_file():
                raise UserError(self.env._("%s needs the signed commitment as a file.", agent.name))
            if not agent.vendor_id.active:
                raise UserError(self.env._("%s is archived: its people get no accounts.", agent.vendor_id.name))
        self._make_users()
        now = fields.Datetime.now()
        # sudo: nobody writes these moments by hand
        self.sudo().filtered(lambda agent: not agent.started_on).started_on = now
        self._set_state("active", activated_on=now, warned_on=False)
        self.env["mobifone.agent.event"]._record(self, "activated")

    def action_suspend(self, reason=None):
        """Take the account's access away until it is activated again. Managers only.

        :param str reason: why; kept in the history
        """
        self._check_manager()
        if any(agent.state != "active" for agent in self):
            raise UserError(self.env._("Only an active account is suspended."))
        self._suspend(reason)

    def action_close(self, reason=None):
        """Close the account for good, its password and keys with it. Managers only.

        :param str reason: why; kept in the history
        """
        self._check_manager()
        if any(agent.state not in ("active", "suspended") for agent in self):
            raise UserError(self.env._("Only an active or suspended account is closed."))
        self._close(reason)

    def action_rehire(self, reason=None):
        """Start over with somebody who left or whose account was closed: a draft that needs a new commitment. What he
        had before (sessions, password, keys) stays dead. Managers only.

        :param str reason: why; kept in the history
        """
        self._check_manager()
        if any(agent.state not in ("left", "closed") for agent in self):
            raise UserError(self.env._("Only an account that was closed or left is opened again."))
        # sudo: liability files are written by the system only
        self.sudo().departure_id.rehired_at = fields.Datetime.now()
        signature = {"commitment_date": False, "commitment_file": False, "commitment_filename": False}
        accepted = {"accepted_commitment_id": False, "accepted_on": False}
        self._set_state(
            "draft", departure_id=False, started_on=False, activated_on=False, warned_on=False, **signature, **accepted
        )
        self.env["mobifone.agent.event"]._record(self, "rehired", reason)

    def action_invite(self):
        """Mail the link by which the agent chooses his password. Managers only.

        :raise UserError: without an address, or when the account is not active
        """
        self._check_manager()
        for agent in self:
            if agent.state != "active" or not agent.email:
                raise UserError(self.env._("%s needs an active account and an e-mail address.", agent.name))
            # sudo: a manager of MobiFone need not be an administrator of users
            user_sudo = agent.sudo().user_id
            if user_sudo.email != agent.email:
                user_sudo.email = agent.email
            user_sudo.action_reset_password()
        self.env["mobifone.agent.event"]._record(self, "invited", evidence=", ".join(self.mapped("email")))

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _needs_file(self):
        # sudo: settings are readable to administrators only
        return self.env["ir.config_parameter"].sudo()._mobifone_flag("commitment_file_required")

    def _suspend(self, reason=None):
        # sudo: users are none of a vendor's business
        self.sudo().user_id._mobifone_end_sessions()
        self._set_state("suspended", reason)
        self.env["mobifone.agent.event"]._record(self, "suspended", reason)

    def _close(self, reason=None):
        self._shut("closed", reason)
        self.env["mobifone.agent.event"]._record(self, "closed", reason)

    def _shut(self, state, reason=None):
        """Reach a state from which nothing comes back: groups, sessions, password and keys are gone."""
        # sudo: calls are nobody's to write; those that are open end with the account
        for call in self.env["mobifone.call"].sudo().search([("agent_id", "in", self.ids), ("state", "=", "open")]):
            call._finish("abandoned")
        self._set_state(state, reason)
        # sudo: as above
        self.sudo().user_id._mobifone_off_board()

    def _make_users(self):
        """A user for each account that has none: without a password, which he chooses himself."""
        for agent in self.filtered(lambda agent: not agent.user_id):
            login = (agent.login or f"{agent.vendor_id.code}.{agent.employee_code}").lower().replace(" ", "")
            if not LOGIN.fullmatch(login):
                raise UserError(
                    self.env._("“%s” cannot be a user name: letters, digits and . _ - only, at least 3.", login[:64])
                )
            # sudo: a manager of MobiFone need not be an administrator of users
            users_sudo = self.env["res.users"].sudo().with_context(no_reset_password=True, active_test=False)
            if users_sudo.search_count([("login", "=ilike", escape_psql(login))], limit=1):
                raise UserError(self.env._("There is a user “%s” already: give this account another one.", login))
            vietnamese = self.env["res.lang"]._lang_get("vi_VN")
            values = {"name": agent.name, "login": login, "email": agent.email, "tz": str(local_time.VIETNAM)}
            if vietnamese:
                values["lang"] = vietnamese.code
            agent.login = login
            agent.user_id = users_sudo.create(
                {**values, "group_ids": [Command.set(self.env.ref("base.group_user").ids)]}
            )

    @api.model
    def accept_commitment(self, commitment_id=None):
        """Whoever has an account accepts on the screen the commitment that is in force (domain 1.7).

        :param int commitment_id: the version that he read; default the one in force
        :return: {accepted: the version}
        :raise UserError: when another version came into force since he read it
        """
        agent_id, _vendor_id = self.env["res.users"]._mobifone_account()
        current = self.env["mobifone.commitment"]._in_force()
        # sudo: one's own account file, which agents cannot write
        agent_sudo = self.sudo().browse(agent_id)
        if not agent_sudo:
            raise UserError(self.env._("You have no account file."))
        if commitment_id not in (None, current.id):
            raise UserError(self.env._("A newer commitment is in force: read that one."))
        if agent_sudo.accepted_commitment_id != current:
            # On the screen of his first day (which says what he read), he is then led through a first look-up.
            if commitment_id and not agent_sudo.accepted_commitment_id and agent_sudo.role != "vendor_manager":
                agent_sudo.user_id.tour_enabled = True
            agent_sudo.write({"accepted_commitment_id": current.id, "accepted_on": fields.Datetime.now()})
            self.env["mobifone.agent.event"]._record(agent_sudo, "accepted", evidence=current.version)
        return {"accepted": current.version}

    @api.model
    def _commitment_to_accept(self):
        """The commitment that the user who asks must accept before he works, None when there is none."""
        agent_id, _vendor_id = self.env["res.users"]._mobifone_account()
        if not agent_id:
            return None
        current = self.env["mobifone.commitment"]._in_force()
        # sudo: one's own account file
        return current if self.sudo().browse(agent_id).accepted_commitment_id != current else None

    def _asked_since(self, commitment):
        """When the screen first asked to accept this commitment; None when it did not, or it is accepted."""
        self.ensure_one()
        if not commitment or not self.asked_on or self.accepted_commitment_id == commitment:
            return None
        return self.asked_on if self.asked_on >= max(self.activated_on, commitment.published_on) else None

    def _remember_asked(self):
        """The user of this account has logged in: from now on the days to accept are counted. Later logins do not
        begin them anew."""
        current = self.env["mobifone.commitment"]._in_force()
        if self.state == "active" and current != self.accepted_commitment_id and not self._asked_since(current):
            self.asked_on = fields.Datetime.now()

    @api.model
    def _tell_vendors_of(self, commitment):
        """Mail each vendor that its people must sign a new commitment."""
        for vendor in self.env["mobifone.vendor"].search([("mail_recipients", "!=", False)]):
            self.env["mail.template"]._mobifone_send("commitment", commitment, vendor.mail_recipients)
