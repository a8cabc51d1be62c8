from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of honest use: the quota, the seals and the retention of the logs, and what counts as unusual."""

    _inherit = "res.config.settings"

    mobifone_lookup_quota = fields.Integer(
        string="Look-ups per User and Hour", config_parameter="mobifone_consult.lookup_quota"
    )
    mobifone_seal_recipients = fields.Char(
        string="Addresses for the Day's Seal", config_parameter="mobifone_consult.seal_recipients"
    )
    mobifone_lookup_months = fields.Integer(
        string="Look-ups Kept (months)", config_parameter="mobifone_consult.lookup_months"
    )
    mobifone_identity_log_months = fields.Integer(
        string="Log of Papers Kept (months)", config_parameter="mobifone_consult.identity_log_months"
    )
    mobifone_agent_event_months = fields.Integer(
        string="Account History Kept (months)", config_parameter="mobifone_consult.agent_event_months"
    )
    mobifone_unusual_without_call = fields.Integer(
        string="Unusual: Look-ups Without a Call", config_parameter="mobifone_consult.unusual_without_call"
    )
    mobifone_unusual_without_call_share = fields.Float(
        string="Unusual: Share Without a Call (%)", config_parameter="mobifone_consult.unusual_without_call_share"
    )
    mobifone_unusual_sequence = fields.Integer(
        string="Unusual: Numbers in a Row", config_parameter="mobifone_consult.unusual_sequence"
    )
    mobifone_unusual_out_of_shift = fields.Integer(
        string="Unusual: Look-ups Outside the Shift", config_parameter="mobifone_consult.unusual_out_of_shift"
    )
    mobifone_unusual_many_agents = fields.Integer(
        string="Unusual: Users on One Number", config_parameter="mobifone_consult.unusual_many_agents"
    )
    mobifone_unusual_address_minutes = fields.Float(
        string="Unusual: Two Addresses Within (minutes)", config_parameter="mobifone_consult.unusual_address_minutes"
    )
    mobifone_unusual_quota = fields.Integer(
        string="Unusual: Look-ups Over the Limit", config_parameter="mobifone_consult.unusual_quota"
    )
