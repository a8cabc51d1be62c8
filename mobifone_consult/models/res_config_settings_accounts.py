from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Limits of vendors' accounts."""

    _inherit = "res.config.settings"

    mobifone_leaver_recipients = fields.Char(
        string="Addresses for Leavers", config_parameter="mobifone_consult.leaver_recipients"
    )
    mobifone_commitment_file_required = fields.Boolean(
        string="Signed File Required", config_parameter="mobifone_consult.commitment_file_required"
    )
    mobifone_commitment_months = fields.Integer(
        string="Life of a Commitment (months)", config_parameter="mobifone_consult.commitment_months"
    )
    mobifone_acceptance_days = fields.Integer(
        string="Days to Accept on Screen", config_parameter="mobifone_consult.acceptance_days"
    )
    mobifone_warn_days = fields.Integer(string="Not Used: Warn (days)", config_parameter="mobifone_consult.warn_days")
    mobifone_suspend_days = fields.Integer(
        string="Not Used: Suspend (days)", config_parameter="mobifone_consult.suspend_days"
    )
    mobifone_close_days = fields.Integer(
        string="Not Used: Close (days)", config_parameter="mobifone_consult.close_days"
    )
    mobifone_roster_days = fields.Integer(
        string="Days to Confirm the Roster", config_parameter="mobifone_consult.roster_days"
    )
    mobifone_leave_ahead_days = fields.Integer(
        string="Leavers Reported Ahead (days)", config_parameter="mobifone_consult.leave_ahead_days"
    )
    mobifone_stop_percent = fields.Float(
        string="Stop a Run Over (percent)", config_parameter="mobifone_consult.stop_percent"
    )
    mobifone_stop_count = fields.Integer(
        string="Stop a Run Over (accounts)", config_parameter="mobifone_consult.stop_count"
    )
