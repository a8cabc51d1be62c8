from odoo import api, fields, models, tools


class MobifonePromotion(models.Model):
    """Managers choose which promotions take leads, and who calls back."""

    _inherit = "mobifone.promotion"

    lead_team_id = fields.Many2one(
        "crm.team",
        string="Sales Team for Leads",
        ondelete="restrict",
        index="btree_not_null",
        help="Agents offer interested customers a call back by this team, while the promotion is in force. "
        "Empty: no leads. Choosing one switches the leads of CRM on.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        promotions = super().create(vals_list)
        if promotions.lead_team_id:
            self.env.registry.clear_cache()
            self._show_leads()
        return promotions

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"lead_team_id", "active", "date_from", "date_to", "sequence"}:
            self.env.registry.clear_cache()
        if vals.get("lead_team_id"):
            self._show_leads()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _taking_leads(self):
        """The promotions in force today in Vietnam that take leads, as sudo records."""
        today = self._today()
        running = [key for key, begin, end in self._lead_periods() if begin <= today and (not end or today <= end)]
        # sudo: what agents tell every customer; they keep no list of it
        return self.sudo().browse(running)

    @api.model
    @tools.ormcache()
    def _lead_periods(self):
        """(id, first day, last day or False) of each promotion that takes leads: every look-up asks for them."""
        # sudo: as above
        found_sudo = self.sudo().search([("lead_team_id.active", "=", True)])
        return tuple((promotion.id, promotion.date_from, promotion.date_to) for promotion in found_sudo)

    @api.model
    def _show_leads(self):
        """Switch the leads of CRM on, as its settings do: where they are off, no menu shows them."""
        # sudo: managers of promotions do not keep CRM's settings
        self.env.ref("base.group_user").sudo()._apply_group(self.env.ref("crm.group_use_lead").sudo())
