from odoo import fields, models


class MobifoneRegistrationItem(models.Model):
    """One thing the papers of a line may lack, by the code that the network's feed uses."""

    _name = "mobifone.registration.item"
    _description = "Registration Item"
    _order = "sequence, id"

    code = fields.Char(required=True)
    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)

    _code_uniq = models.Constraint("unique(code)", "Another item has this code.")
