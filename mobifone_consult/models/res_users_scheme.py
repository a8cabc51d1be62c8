from odoo import fields, models

SCHEMES = [("system", "As the system"), ("light", "Light"), ("dark", "Dark")]


class ResUsers(models.Model):
    """Whether a user's screens are light or dark: his own preference."""

    _inherit = "res.users"

    mobifone_color_scheme = fields.Selection(SCHEMES, string="Screen Colours", default="system", required=True)

    @property
    def SELF_READABLE_FIELDS(self):
        return [*super().SELF_READABLE_FIELDS, "mobifone_color_scheme"]

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return [*super().SELF_WRITEABLE_FIELDS, "mobifone_color_scheme"]
