from odoo import models

from odoo.addons.mobifone_consult.tools.local_outbox import LocalOutbox
from odoo.addons.sms_kannel.tools.sms_api import SmsApiKannel


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_sms_api_class(self):
        # The test outbox comes before any gateway: whoever switches it on wants nothing to leave.
        # sudo: settings are readable to administrators only
        if self.env["ir.config_parameter"].sudo()._mobifone_flag("sms_local_outbox"):
            return LocalOutbox
        return super()._get_sms_api_class()

    def _mobifone_has_gateway(self):
        if self._get_sms_api_class() is SmsApiKannel:
            return bool(self.sudo().sms_kannel_gateway_ids)  # sudo: gateways are the administrators'
        return super()._mobifone_has_gateway()
