from odoo import models


class SmsTracker(models.Model):
    _inherit = "sms.tracker"

    MOBIFONE_FATE_UNKNOWN = frozenset({"kannel_unknown"})
