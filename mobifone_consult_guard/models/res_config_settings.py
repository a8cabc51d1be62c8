from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mobifone_guard_password_days = fields.Integer(
        string="Age of Passwords (days)", config_parameter="mobifone_consult.guard_password_days"
    )
    mobifone_guard_password_all = fields.Boolean(
        string="Passwords of Everybody", config_parameter="mobifone_consult.guard_password_all"
    )
    mobifone_guard_session_hours = fields.Float(
        string="Longest Session (hours)", config_parameter="mobifone_consult.guard_session_hours"
    )
    mobifone_guard_idle_minutes = fields.Float(
        string="Session Without Use (minutes)", config_parameter="mobifone_consult.guard_idle_minutes"
    )
    mobifone_guard_login_tries = fields.Integer(
        string="Wrong Passwords", config_parameter="mobifone_consult.guard_login_tries"
    )
    mobifone_guard_lock_minutes = fields.Float(
        string="Lock of a Login (minutes)", config_parameter="mobifone_consult.guard_lock_minutes"
    )
    mobifone_guard_event_months = fields.Integer(
        string="Guard Events Kept (months)", config_parameter="mobifone_consult.guard_event_months"
    )
    mobifone_guard_address_tries = fields.Integer(
        string="Wrong Logins per Address", config_parameter="mobifone_consult.guard_address_tries"
    )
