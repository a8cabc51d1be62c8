from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of the screen pop; the exchanges are records (mobifone.pbx)."""

    _inherit = "res.config.settings"

    mobifone_pop_enabled = fields.Boolean(string="Screen Pop", config_parameter="mobifone_consult.pop_enabled")
    mobifone_pop_window = fields.Integer(
        string="Age of a Request (seconds)", config_parameter="mobifone_consult.pop_window"
    )
    mobifone_pop_minutes = fields.Float(
        string="Life of a Ring (minutes)", config_parameter="mobifone_consult.pop_minutes"
    )
    mobifone_pop_per_minute = fields.Integer(
        string="Rings per Exchange and Minute", config_parameter="mobifone_consult.pop_per_minute"
    )
