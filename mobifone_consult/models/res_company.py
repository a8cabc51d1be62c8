from odoo import models

from odoo.addons.sms.tools.sms_api import SmsApi

from ..tools.local_outbox import LocalOutbox


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_sms_api_class(self):
        # sudo: settings are readable to administrators only
        if self.env["ir.config_parameter"].sudo()._mobifone_text("sms_local_outbox") == "True":
            return LocalOutbox
        return super()._get_sms_api_class()

    def _mobifone_has_gateway(self):
        """True when consult SMS have somewhere to go. Odoo's own paid service does not count: it is never used."""
        return self._get_sms_api_class() is not SmsApi

    def cache_invalidation_fields(self):
        # See res.users._mobifone_has_gateway. The field is there when an add-on of Odoo's, or ours, brings a gateway.
        return super().cache_invalidation_fields() | {"sms_provider"}
