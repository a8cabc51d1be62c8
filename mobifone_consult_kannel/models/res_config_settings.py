from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.sms_kannel.tools import sms_text

REPLIES = ("done", "locked", "installed", "papers", "not_number", "unregistered", "help", "refused")


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mobifone_sms_reply_done = fields.Char(string="Answer: Saved", config_parameter="mobifone_consult.sms_reply_done")
    mobifone_sms_reply_locked = fields.Char(
        string="Answer: Locked", config_parameter="mobifone_consult.sms_reply_locked"
    )
    mobifone_sms_reply_installed = fields.Char(
        string="Answer: App installed", config_parameter="mobifone_consult.sms_reply_installed"
    )
    mobifone_sms_reply_papers = fields.Char(
        string="Answer: Papers missing", config_parameter="mobifone_consult.sms_reply_papers"
    )
    mobifone_sms_reply_not_number = fields.Char(
        string="Answer: Not a number", config_parameter="mobifone_consult.sms_reply_not_number"
    )
    mobifone_sms_reply_unregistered = fields.Char(
        string="Answer: Not registered", config_parameter="mobifone_consult.sms_reply_unregistered"
    )
    mobifone_sms_reply_help = fields.Char(
        string="Answer: Not understood", config_parameter="mobifone_consult.sms_reply_help"
    )
    mobifone_sms_reply_refused = fields.Char(
        string="Answer: Other refusals", config_parameter="mobifone_consult.sms_reply_refused"
    )

    @api.constrains(*(f"mobifone_sms_reply_{name}" for name in REPLIES))
    def _check_mobifone_sms_replies(self):
        for settings in self:
            for name in REPLIES:
                text = settings[f"mobifone_sms_reply_{name}"] or ""
                if sms_text.segments(sms_text.plain(text)) > 1:
                    raise ValidationError(self.env._("“%s…” does not fit one SMS of 160 characters.", text[:40]))
