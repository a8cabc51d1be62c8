from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.http import root

from ..tools import leave_moment, local_time, row_lock
from .mobifone_agent import ROLE_GROUPS


class MobifoneAgent(models.Model):
    """How somebody leaves: one report takes everything away at once, opens the liability file and mails MobiFone."""

    _inherit = "mobifone.agent"

    departure_id = fields.Many2one("mobifone.departure", string="Liability File", readonly=True, copy=False)
    # Not as superuser: a form may be asked what it would show with any file, another vendor's too.
    left_at = fields.Datetime(related="departure_id.left_at", related_sudo=False)
    reported_at = fields.Datetime(related="departure_id.reported_at", related_sudo=False)
    disabled_at = fields.Datetime(related="departure_id.disabled_at", related_sudo=False)
    verified_at = fields.Datetime(related="departure_id.verified_at", related_sudo=False)
    listed_at = fields.Datetime(related="departure_id.listed_at", related_sudo=False)

    def report_leaver(self, left_at=None, note=None):
        """Report that these people left. Access is gone when this returns; with a day to come it goes on that day.
        Who leaves before the day that was reported is reported again.

        Vendors' managers report their own people, MobiFone's managers anybody's; nobody himself.

        :param left_at: date, datetime (UTC) or text; a bare date means its last minute in Vietnam; default now
        :param str note: a few words for the liability file
        :return: {departures: ids, disabled: whether access is gone}
        :raise UserError: when `left_at` is no moment or cannot be, or somebody was reported before
        :raise AccessError: for anybody else
        """
        self._check_reporter()
        source = "vendor" if self.env.user.mobifone_vendor_id else "mobifone"
        departures = self._leave(left_at, note, source)
        return {"departures": departures.ids, "disabled": all(departures.mapped("disabled_at"))}

    def _check_reporter(self):
        self.check_access("write")
        self.env["res.users"]._mobifone_check_accounts_keeper()
        if self.env.user in self.user_id:
            raise UserError(self.env._("Nobody reports himself: another manager or MobiFone does it."))

    def _leave(self, left_at, note, source):
        """Open the liability files; the access of those who left by now is taken away in this transaction.

        :param source: of mobifone.departure
        """
        now = fields.Datetime.now()
        departures = self.env["mobifone.departure"]
        for agent in row_lock.held(self):
            moment = agent._leave_moment(left_at)
            note = note.strip()[:500] if isinstance(note, str) else None
            pending = agent.departure_id
            if pending and not pending.disabled_at and moment < pending.left_at:
                pending._move(moment, note)
                departures += pending
                continue
            if pending:
                when = local_time.spoken(agent.reported_at)
                raise UserError(self.env._("%(name)s was reported at %(when)s.", name=agent.name, when=when))
            if agent.state == "draft":
                raise UserError(self.env._("%s has no account yet: delete the draft.", agent.name))
            values = {
                "agent_id": agent.id,
                "vendor_id": agent.vendor_id.id,
                "user_id": agent.sudo().user_id.id,  # sudo: users are none of a vendor's business
                "name": agent.name,
                "employee_code": agent.employee_code,
                "login": agent.sudo().user_id.login,  # sudo: as above
                "left_at": moment,
                "announced_at": moment,
                "reported_at": now,
                "reported_by_id": self.env.uid,
                "source": source,
                "note": note or False,
            }
            # sudo: liability files are opened here only
            departure = departures.sudo().create(values).with_env(self.env)
            # sudo: a vendor's manager does not write on accounts that work
            agent.sudo().departure_id = departure
            departures += departure
        self.env["mobifone.agent.event"]._record(self, "reported", note)
        departures._take_access_when_due()
        departures._mail()
        return departures

    def _leave_moment(self, left_at):
        """The moment (UTC) that is meant, if this account can have been left then."""
        now = fields.Datetime.now().replace(second=0, microsecond=0)
        moment = leave_moment.read(left_at) if left_at else now
        if not moment:
            raise UserError(self.env._("“%s” is no date: write 31/03/2026 or 31/03/2026 17:30.", str(left_at)[:50]))
        for agent in self:
            begin = agent.started_on
            if begin and moment < begin.replace(second=0, microsecond=0):
                when = local_time.spoken(begin)
                raise UserError(
                    self.env._(
                        "%(name)s cannot have left before the account began (%(when)s).", name=agent.name, when=when
                    )
                )
        # sudo: settings are administrators' to read
        days = self.env["ir.config_parameter"].sudo()._mobifone_number("leave_ahead_days")
        if moment - now > timedelta(days=days + 1):
            raise UserError(self.env._("The leave date is more than %s days ahead: report it then.", f"{days:g}"))
        return moment

    def _still_alive(self, since):
        """What works of an account, or showed life after its access was taken away: {what: how many}.

        :param since: the moment (UTC) when access was taken away
        """
        self.ensure_one()
        since += timedelta(seconds=1)  # has no parts of a second, what is compared with it has
        user_sudo = self.sudo().user_id  # sudo: the check looks into what nobody may read
        env = user_sudo.env
        env.cr.execute("SELECT password IS NOT NULL FROM res_users WHERE id = %s", [user_sudo.id])
        [has_password] = env.cr.fetchone() or [False]

        def count(model, domain):
            return env[model].search_count(domain) if model in env else 0

        mine = [("user_id", "=", user_sudo.id)]
        devices = env["res.device.log"].search([*mine, ("last_activity", ">=", since)])
        identifiers = set(env["res.device.log"].search(mine).mapped("session_identifier"))
        return {
            "account": int(user_sudo.active),
            "password": int(has_password),
            "groups": len(user_sudo.group_ids & env["res.users"]._mobifone_groups(ROLE_GROUPS.values())),
            "sessions": len(identifiers - root.session_store.get_missing_session_identifiers(identifiers)),
            "use": len(devices) + count("mobifone.lookup", [*mine, ("looked_up_on", ">", since)]),
            "sockets": count("mail.presence", [*mine, ("status", "!=", "offline"), ("last_poll", ">", since)]),
            "api_keys": count("res.users.apikeys", mine),
            "passkeys": count("auth.passkey.key", [("create_uid", "=", user_sudo.id)]),
            "devices": count("auth_totp.device", mine),
            "calls": count("mobifone.call", [("agent_id", "=", self.id), ("state", "=", "open")]),
            "tasks": count("mail.activity", mine),
        }

    @api.model
    def _proof_names(self):
        """What the keys of a proof mean, in the user's language."""
        return {
            "account": self.env._("Account still open"),
            "password": self.env._("Password"),
            "groups": self.env._("Access groups"),
            "sessions": self.env._("Sessions"),
            "use": self.env._("Uses after access was gone"),
            "sockets": self.env._("Open connections"),
            "api_keys": self.env._("API keys"),
            "passkeys": self.env._("Passkeys"),
            "devices": self.env._("Trusted devices"),
            "calls": self.env._("Open calls"),
            "tasks": self.env._("Tasks"),
        }
