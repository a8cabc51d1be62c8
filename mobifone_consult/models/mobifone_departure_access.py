from odoo import fields, models

from ..tools import local_time


class MobifoneDeparture(models.Model):
    """What a report sets going: access is taken away, MobiFone is told, and the effect is checked."""

    _inherit = "mobifone.departure"

    def _take_access_when_due(self):
        """Take the access of these leavers: now, of whoever leaves today or left; of the others on their day."""
        # Whoever leaves today is out at once, not at midnight.
        end_of_today = local_time.end_of_day(local_time.local(fields.Datetime.now()).date())
        due = self.filtered(lambda departure: departure.left_at <= end_of_today)
        due._take_access()
        for departure in self - due:
            # sudo: scheduled actions are administrators' to see
            self.env.ref("mobifone_consult.ir_cron_leavers").sudo()._trigger(departure.left_at)

    def _take_access(self):
        """Take every way in from these leavers, in this transaction."""
        if not self:
            return
        # sudo: a vendor's manager writes neither on accounts that work nor on liability files
        departures_sudo = self.sudo()
        departures_sudo.agent_id._shut("left")
        # Taken again from an account that lived again, it keeps its first moment: the vendor's liability ended there.
        departures_sudo.filtered(lambda departure: not departure.disabled_at).disabled_at = fields.Datetime.now()
        self.env["mobifone.agent.event"]._record(self.agent_id, "left")
        # The proof is made outside of this transaction: what it shows is what others see.
        self.env.ref("mobifone_consult.ir_cron_leavers").sudo()._trigger()  # sudo: crons are administrators'

    def _mail(self):
        """Ask MobiFone by mail to delete the users (domain 1.8, L1), to the addresses of the settings."""
        # sudo: settings are administrators' to read
        recipients = self.env["ir.config_parameter"].sudo()._mobifone_text("leaver_recipients")
        if not recipients:
            return
        for departure in self:
            copy = departure.sudo().vendor_id.mail_recipients
            self.env["mail.template"]._mobifone_send("leaver", departure, recipients, email_cc=copy)
        # sudo: liability files are written by the system only
        self.sudo().mailed_to = recipients

    def _find_alive(self):
        """Tell the supervisors that something of a leaver's account still lives."""
        names = self.env["mobifone.agent"]._proof_names()
        for departure in self:
            # sudo: what the check found
            proof = {names[key]: count for key, count in departure.sudo().proof.items() if count}
            self.env["mobifone.finding"]._find(
                "leaver_alive",
                f"departure {departure.id}",
                text=", ".join(f"{name}: {count}" for name, count in proof.items()),
                agent=departure.agent_id,
                since=departure.disabled_at,
            )
