import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class MobifoneDocumentType(models.Model):
    """A kind of identity paper: how its numbers look, and what has to be photographed (domain 2.4)."""

    _name = "mobifone.document.type"
    _description = "Identity Document Type"
    _order = "sequence, id"

    code = fields.Char(required=True)
    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    number_pattern = fields.Char(required=True, help="Regular expression that a whole number fits, in capitals.")
    number_example = fields.Char(string="How a Number Looks", required=True, help="Told to whoever enters a wrong one.")
    has_back = fields.Boolean(string="Has a Back Side", default=True)
    is_citizen_number = fields.Boolean(
        string="Citizen Number", help="The 12 digits tell sex, century and year of birth: they are compared."
    )
    outdated_on = fields.Date(string="Not Valid From", help="From this day the paper is no proof any more.")

    _code_uniq = models.Constraint("unique(code)", "Another document type has this code.")

    @api.constrains("number_pattern")
    def _check_number_pattern(self):
        for document in self:
            try:
                re.compile(document.number_pattern or "")
            except re.error as error:
                raise ValidationError(self.env._("“%s” is no regular expression.", document.number_pattern)) from error

    def _fits(self, number):
        """Does the number look like one of these papers?"""
        self.ensure_one()
        return bool(re.fullmatch(self.number_pattern, number))
