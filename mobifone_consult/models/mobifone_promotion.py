from odoo import api, fields, models
from odoo.fields import Domain

from ..tools import local_time


class MobifonePromotion(models.Model):
    """A promotion (CTKM) around the app; the script tells those in force (domain 1.2, D1.3)."""

    _name = "mobifone.promotion"
    _description = "Promotion"
    _order = "sequence, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    text = fields.Text(required=True, help="As the agent reads it aloud.")
    date_from = fields.Date(string="From", required=True, default=lambda self: fields.Date.context_today(self))
    date_to = fields.Date(string="Until", help="Its last day; empty: until further notice.")
    active = fields.Boolean(default=True)
    period = fields.Selection(
        [("to_come", "To come"), ("in_force", "In force"), ("over", "Over")],
        string="State",
        compute="_compute_period",
    )

    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_from <= date_to)", "A promotion ends on or after the day it begins."
    )

    @api.depends("date_from", "date_to", "active")
    def _compute_period(self):
        today = self._today()
        for promotion in self:
            is_over = not promotion.active or (promotion.date_to and promotion.date_to < today)
            is_to_come = promotion.date_from and promotion.date_from > today
            promotion.period = "over" if is_over else "to_come" if is_to_come else "in_force"

    @api.model
    def _today(self):
        """Today in Vietnam."""
        return local_time.local(fields.Datetime.now()).date()

    @api.model
    def _in_force(self):
        """The texts of the promotions in force today in Vietnam, one a line; "" when there is none."""
        today = self._today()
        running = Domain("date_from", "<=", today) & (Domain("date_to", "=", False) | Domain("date_to", ">=", today))
        # sudo: what is read to every customer; agents keep no list of it
        return "\n".join(promotion.text for promotion in self.sudo().search(running))
