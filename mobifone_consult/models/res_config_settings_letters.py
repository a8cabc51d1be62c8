from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Vendors' monthly letters."""

    _inherit = "res.config.settings"

    mobifone_letter_addressee = fields.Char(
        string="Addressee of Letters", config_parameter="mobifone_consult.letter_addressee"
    )
    mobifone_letter_recipients = fields.Char(
        string="Addresses for Letters", config_parameter="mobifone_consult.letter_recipients"
    )
    mobifone_letter_chase_day = fields.Integer(
        string="Letters: Remind From (day)", config_parameter="mobifone_consult.letter_chase_day"
    )
    mobifone_letter_due_day = fields.Integer(
        string="Letters: Due by the End of (day)", config_parameter="mobifone_consult.letter_due_day"
    )
