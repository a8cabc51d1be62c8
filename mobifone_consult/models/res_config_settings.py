from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import sms_length
from .mobifone_lookup import HOTLINES


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mobifone_lock_hours = fields.Float(string="Consult Lock (hours)", config_parameter="mobifone_consult.lock_hours")
    mobifone_lookup_minutes = fields.Float(
        string="Life of a Look-up (minutes)", config_parameter="mobifone_consult.lookup_minutes"
    )
    mobifone_conversion_days = fields.Float(
        string="Credit for Installs (days)", config_parameter="mobifone_consult.conversion_days"
    )
    mobifone_occupation_from = fields.Float(
        string="Occupation Asked From", config_parameter="mobifone_consult.occupation_from"
    )
    mobifone_occupation_to = fields.Float(
        string="Occupation Asked Until", config_parameter="mobifone_consult.occupation_to"
    )
    mobifone_sms_from = fields.Float(string="SMS From", config_parameter="mobifone_consult.sms_from")
    mobifone_sms_to = fields.Float(string="SMS Until", config_parameter="mobifone_consult.sms_to")
    mobifone_sms_per_day = fields.Integer(
        string="SMS per Customer and Day", config_parameter="mobifone_consult.sms_per_day"
    )
    mobifone_sms_text = fields.Char(string="SMS Text", config_parameter="mobifone_consult.sms_text")
    mobifone_sms_length = fields.Char(string="SMS Length", compute="_compute_mobifone_sms_length")
    mobifone_sms_local_outbox = fields.Boolean(
        string="Test Outbox", config_parameter="mobifone_consult.sms_local_outbox"
    )
    mobifone_legal_basis = fields.Char(string="Legal Basis", config_parameter="mobifone_consult.legal_basis")
    mobifone_papers_missing_text = fields.Char(
        string="Notice When Papers Are Missing", config_parameter="mobifone_consult.papers_missing_text"
    )
    mobifone_papers_complete_text = fields.Char(
        string="Text When Papers Are Complete", config_parameter="mobifone_consult.papers_complete_text"
    )
    mobifone_nice_commitment = fields.Char(
        string="Nice Number: Words in the Commitment", config_parameter="mobifone_consult.nice_commitment"
    )
    mobifone_nice_owner = fields.Char(
        string="Nice Number: Words in the Owner", config_parameter="mobifone_consult.nice_owner"
    )
    mobifone_occupation_menu_prepaid = fields.Char(
        string="Menu of the Central Program, Prepaid", config_parameter="mobifone_consult.occupation_menu_prepaid"
    )
    mobifone_occupation_menu_postpaid = fields.Char(
        string="Menu of the Central Program, Postpaid", config_parameter="mobifone_consult.occupation_menu_postpaid"
    )

    mobifone_call_hours = fields.Float(
        string="Life of an Open Call (hours)", config_parameter="mobifone_consult.call_hours"
    )
    mobifone_long_call_minutes = fields.Float(
        string="Long Call (minutes)", config_parameter="mobifone_consult.long_call_minutes"
    )
    mobifone_default_hotline = fields.Selection(
        HOTLINES, string="Default Hotline", config_parameter="mobifone_consult.default_hotline"
    )
    mobifone_training_number = fields.Char(string="Training Line", config_parameter="mobifone_consult.training_number")
    mobifone_occupation_purpose = fields.Char(
        string="Purpose of the Occupation", config_parameter="mobifone_consult.occupation_purpose"
    )

    mobifone_registration_hours = fields.Float(
        string="Time to Decide a Request (hours)", config_parameter="mobifone_consult.registration_hours"
    )
    mobifone_registration_consent = fields.Char(
        string="Consent to Keep Papers", config_parameter="mobifone_consult.registration_consent"
    )
    mobifone_photo_megabytes = fields.Float(
        string="Largest Photo (MB)", config_parameter="mobifone_consult.photo_megabytes"
    )
    mobifone_lines_per_paper = fields.Integer(
        string="Lines per Paper", config_parameter="mobifone_consult.lines_per_paper"
    )
    mobifone_paper_searches = fields.Integer(
        string="Searches by Whole Number", config_parameter="mobifone_consult.paper_searches"
    )
    mobifone_photo_days = fields.Integer(string="Photos Kept (days)", config_parameter="mobifone_consult.photo_days")
    mobifone_draft_days = fields.Integer(string="Drafts Kept (days)", config_parameter="mobifone_consult.draft_days")
    mobifone_care_recipients = fields.Char(
        string="Customer Care's Addresses", config_parameter="mobifone_consult.care_recipients"
    )
    mobifone_overdue_mail = fields.Boolean(
        string="Mail About Overdue Requests", config_parameter="mobifone_consult.overdue_mail"
    )
    mobifone_overdue_recipients = fields.Char(
        string="Addresses for Overdue Requests", config_parameter="mobifone_consult.overdue_recipients"
    )
    mobifone_person_request_days = fields.Integer(
        string="Answer to a Person (working days)", config_parameter="mobifone_consult.person_request_days"
    )
    mobifone_feed_end_percent = fields.Float(
        string="Lines a Full File May End (%)", config_parameter="mobifone_consult.feed_end_percent"
    )
    mobifone_mobile_ranges = fields.Char(
        string="New Ranges of Mobile Numbers", config_parameter="mobifone_consult.mobile_ranges"
    )
    mobifone_holidays = fields.Char(string="Public Holidays", config_parameter="mobifone_consult.holidays")
    mobifone_erasure_text = fields.Char(
        string="What Is Kept After an Erasure", config_parameter="mobifone_consult.erasure_text"
    )

    def set_values(self):
        super().set_values()
        # Core deletes a parameter whose value is 0, which would bring its default back.
        for name, field in self._fields.items():
            if name.startswith("mobifone_") and field.type in ("float", "integer"):
                # sudo: core has tested that the user may change settings
                self.env["ir.config_parameter"].sudo().set_param(field.config_parameter, repr(self[name]))

    @api.depends("mobifone_sms_text")
    def _compute_mobifone_sms_length(self):
        for settings in self:
            encoding, length, parts = sms_length.measure(settings.mobifone_sms_text or "")
            settings.mobifone_sms_length = self.env._(
                "%(length)s characters in %(encoding)s: %(parts)s SMS", length=length, encoding=encoding, parts=parts
            )

    @api.constrains("mobifone_training_number")
    def _check_mobifone_training_number(self):
        for settings in self:
            if settings.mobifone_training_number:
                self.env["mobifone.subscriber"]._parse_number(settings.mobifone_training_number)

    @api.constrains("mobifone_sms_text")
    def _check_mobifone_sms_text(self):
        for settings in self:
            if not (settings.mobifone_sms_text or "").strip():
                raise ValidationError(self.env._("The SMS with the app's link needs a text."))
