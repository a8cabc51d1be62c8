from odoo import fields, models

from ..tools.sms_api import SmsApiKannel


class ResCompany(models.Model):
    _inherit = "res.company"

    sms_provider = fields.Selection(selection_add=[("kannel", "Send via Kannel")], ondelete={"kannel": "set default"})
    sms_kannel_gateway_ids = fields.One2many(
        "sms.kannel.gateway", "company_id", string="Kannel Gateway", groups="base.group_system"
    )

    def _get_sms_api_class(self):
        self.ensure_one()
        return SmsApiKannel if self.sms_provider == "kannel" else super()._get_sms_api_class()

    def _action_open_sms_kannel_gateway(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Kannel Gateway"),
            "res_model": "sms.kannel.gateway",
            "res_id": self.sms_kannel_gateway_ids.id,
            "view_mode": "form",
            "context": {"default_company_id": self.id},
        }
