from odoo import api, models


class SmsKannelGateway(models.Model):
    """Whether a company has a gateway is kept in the cache (res.users._mobifone_has_gateway)."""

    _inherit = "sms.kannel.gateway"

    @api.model_create_multi
    def create(self, vals_list):
        gateways = super().create(vals_list)
        self.env.registry.clear_cache()
        return gateways

    def write(self, vals):
        result = super().write(vals)
        if "company_id" in vals:
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
