from odoo import models


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        """Vendors' people hear what is sent to themselves or to all, and nothing that a browser may ask for by name."""
        channels = super()._build_bus_channel_list(channels)
        if not self.env["res.users"]._mobifone_account()[1]:
            return channels
        own = {self.env.user, self.env.user.partner_id}
        return [
            channel for channel in channels if (channel == "broadcast" if isinstance(channel, str) else channel in own)
        ]
