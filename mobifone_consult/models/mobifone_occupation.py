from odoo import api, fields, models


class MobifoneOccupation(models.Model):
    """One of the 18 occupation codes (domain 1.6)."""

    _name = "mobifone.occupation"
    _description = "Occupation"
    _order = "code"
    _rec_names_search = ["name", "description"]

    code = fields.Integer(required=True)
    name = fields.Char(required=True)
    description = fields.Char()

    _code_uniq = models.Constraint("unique(code)", "Another occupation has this code.")
    _code_range = models.Constraint("CHECK (code BETWEEN 1 AND 18)", "Occupation codes run from 1 to 18.")

    @api.depends("code", "name")
    def _compute_display_name(self):
        for occupation in self:
            occupation.display_name = f"{occupation.code}. {occupation.name or ''}"
