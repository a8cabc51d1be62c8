from odoo import api, fields, models

from odoo.addons.mobifone_consult.tools import msisdn as numbers


class MobifoneAgent(models.Model):
    _inherit = "mobifone.agent"

    sms_number = fields.Char(
        string="Consults by SMS From",
        compute="_compute_sms_number",
        store=True,
        index="btree_not_null",
        help="His phone, when it is a number that messages can come from.",
    )

    @api.depends("phone")
    def _compute_sms_number(self):
        for agent in self:
            try:
                agent.sms_number = numbers.parse(agent.phone)
            except numbers.BadNumber:
                agent.sms_number = False

    @api.model
    def _by_phone(self, number):
        """The working account that this phone was registered with; none when it was with several."""
        # sudo: a message comes from nobody who is logged in; its sender's number is his proof
        agents_sudo = self.sudo().search([("sms_number", "=", number), ("state", "=", "active")], limit=2)
        return agents_sudo if len(agents_sudo) == 1 and agents_sudo.user_id.active else self.browse()
