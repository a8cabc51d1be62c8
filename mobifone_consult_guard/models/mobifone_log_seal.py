from odoo import api, models


class MobifoneLogSeal(models.Model):
    _inherit = "mobifone.log.seal"

    @api.model
    def _sealed_models(self):
        columns = ("id", "happened_on", "kind", "user_id", "vendor_id", "detail", "ip")
        return {**super()._sealed_models(), "mobifone.guard.event": ("happened_on", {"v1": columns})}
