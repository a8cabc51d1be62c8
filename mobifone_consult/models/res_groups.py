from odoo import api, models


class ResGroups(models.Model):
    _inherit = "res.groups"

    @api.constrains("user_ids", "implied_ids")
    def _check_mobifone_account_file(self):
        """The same rule as on the user's side (res.users), for those who edit the group instead."""
        if not self.env.registry.ready:
            return  # while add-ons are loaded nobody changes memberships
        # Membership is read from a cache that this very change has outdated.
        self.env.registry.clear_cache("groups")
        self.all_implied_by_ids.all_user_ids._check_mobifone_account_file()
        self.all_user_ids._check_mobifone_account_file()
