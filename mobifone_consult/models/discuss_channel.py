from odoo import models


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    def _subscribe_users_automatically_get_members(self):
        """Vendors' people are not put into the company's public channels, where all vendors would meet."""
        members = super()._subscribe_users_automatically_get_members()
        partners = self.env["res.partner"].browse({partner for ids in members.values() for partner in ids})
        # sudo: whoever made the user that triggers this may not read vendors
        vendors = set(partners.sudo().user_ids.filtered("mobifone_vendor_id").partner_id.ids)
        return {channel: [partner for partner in ids if partner not in vendors] for channel, ids in members.items()}
