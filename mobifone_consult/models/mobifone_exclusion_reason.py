from odoo import fields, models


class MobifoneExclusionReason(models.Model):
    """Why a caller is not consulted (domain 1.1, E1 to E9), and what that stops."""

    _name = "mobifone.exclusion.reason"
    _description = "Exclusion Reason"
    _order = "sequence, id"

    code = fields.Char(required=True, copy=False)
    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    known_by = fields.Selection(
        [("agent", "The agent hears it"), ("data", "The data tells"), ("hotline", "The number dialled")],
        string="How It Is Known",
        required=True,
        default="agent",
    )
    instruction = fields.Char(string="What the Agent Does")
    stops = fields.Selection(
        [("consult", "The app consult"), ("occupation", "The app consult and the occupation"), ("all", "Everything")],
        required=True,
        default="consult",
    )

    _code_uniq = models.Constraint("unique(code)", "Another reason has this code.")
