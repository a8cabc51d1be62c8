from odoo import fields, models


class MobifoneVendor(models.Model):
    """A partner company whose agents take the calls."""

    _name = "mobifone.vendor"
    _description = "Vendor"
    _order = "name"

    name = fields.Char(required=True)
    code = fields.Char(required=True, copy=False)
    active = fields.Boolean(default=True)
    partner_id = fields.Many2one("res.partner", string="Company", index="btree_not_null")
    agent_ids = fields.One2many("mobifone.agent", "vendor_id", string="Agents")
    shift_from = fields.Float(help="Vietnam's clock. The same hour twice: round the clock.")
    shift_to = fields.Float()

    _code_uniq = models.Constraint("unique(code)", "Another vendor has this code.")
    _shift_in_a_day = models.Constraint(
        "CHECK (coalesce(shift_from, 0) BETWEEN 0 AND 24 AND coalesce(shift_to, 0) BETWEEN 0 AND 24)",
        "The hours of a shift are between 0 and 24.",
    )
