from odoo import models

from ..tools import replica


class IrCron(models.Model):
    _inherit = "ir.cron"

    def _callback(self, cron_name, server_action_id):
        """As core; what a job finds in the cache (settings, rights) is what the primary database says."""
        replica.follow(self.pool)
        return super()._callback(cron_name, server_action_id)
