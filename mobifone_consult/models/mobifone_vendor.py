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

    _code_uniq = models.Constraint("unique(code)", "Another vendor has this code.")
