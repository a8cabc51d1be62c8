from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, ValidationError

from .mobifone_agent import ROLE_GROUPS, STAFF_GROUPS


class ResUsers(models.Model):
    _inherit = "res.users"

    # Both follow the account file and are written by it alone; record rules read them.
    mobifone_vendor_id = fields.Many2one(
        "mobifone.vendor", string="Vendor", readonly=True, copy=False, index="btree_not_null"
    )
    mobifone_agent_id = fields.Many2one("mobifone.agent", string="Account File", readonly=True, copy=False)

    def _get_invalidation_fields(self):
        # Rules are cached per user: every worker must forget them when the vendor changes.
        return super()._get_invalidation_fields() | {"mobifone_vendor_id", "mobifone_agent_id"}

    def _update_last_login(self):
        result = super()._update_last_login()
        # sudo: one's own account file, which agents cannot write
        if agent_sudo := self.sudo().mobifone_agent_id:
            agent_sudo._remember_asked()
        return result

    @api.constrains("group_ids", "active")
    def _check_mobifone_account_file(self):
        """An account file gives its user the group of his role; nothing else gives a vendor's group, and whoever
        has a file gets no group of MobiFone's own people."""
        roles, staff = self._mobifone_groups(ROLE_GROUPS.values()), self._mobifone_groups(STAFF_GROUPS)
        members = self.filtered(lambda user: user.active and user.all_group_ids & roles)
        # sudo: whoever edits a user may not be allowed to read account files
        files = self.env["mobifone.agent"].sudo().search([("user_id", "in", self.ids)])
        filed = files.filtered(lambda file: file.state == "active").user_id
        if without := members - filed:
            raise ValidationError(
                self.env._(
                    "%s has no active account file: vendors' groups are given by activating one.",
                    ", ".join(without.mapped("login")),
                )
            )
        for file in files:
            group = self._mobifone_groups([ROLE_GROUPS[file.role]])
            if file.user_id.all_group_ids & (roles | staff) - (group | group.all_implied_ids):
                raise ValidationError(
                    self.env._("%s is a vendor's account: its groups follow the role in its file.", file.user_id.login)
                )

    @api.constrains("group_ids", "active")
    def _check_mobifone_last_manager(self):
        """Somebody must be there to open accounts and to close them."""
        manager = self._mobifone_groups(["mobifone_consult.group_manager"])
        # sudo: whoever edits a user may not be allowed to read all others
        if manager and not self.sudo().search_count([("all_group_ids", "in", manager.ids)], limit=1):
            raise ValidationError(self.env._("MobiFone's last manager keeps his account and his group."))

    @api.model
    @tools.ormcache("self.env.uid")
    def _mobifone_account(self):
        """(id of the account file, id of the vendor) of the user who asks, None where he has none.

        Kept in the cache, as every look-up wants it; writing either field clears it on all workers.
        """
        user = self.env.user
        return user.mobifone_agent_id.id or None, user.mobifone_vendor_id.id or None

    @api.model
    @tools.ormcache("self.env.uid")
    def _mobifone_has_gateway(self):
        """True when consult SMS of the user who asks, so of his company, have somewhere to go.

        Kept in the cache, as every look-up wants it: whatever it depends on clears it on all workers when it changes.
        """
        return self.env.user.company_id._mobifone_has_gateway()

    @api.model
    def _mobifone_check_manager(self):
        """:raise AccessError: for anybody but MobiFone's managers"""
        if not self.env.user.has_group("mobifone_consult.group_manager"):
            raise AccessError(self.env._("Only MobiFone's managers do this."))

    @api.model
    def _mobifone_check_accounts_keeper(self):
        """:raise AccessError: for anybody but vendors' managers, whose own people they are, and MobiFone's"""
        if not self.env.user.has_groups("mobifone_consult.group_vendor_manager,mobifone_consult.group_manager"):
            raise AccessError(self.env._("Only vendors' managers and MobiFone's managers do this."))

    @api.model
    def _mobifone_groups(self, xmlids):
        """The groups of those names (none of them while this very add-on is being installed)."""
        # sudo: groups are not readable to everybody who edits users
        found = (self.env.ref(xmlid, raise_if_not_found=False) for xmlid in xmlids)
        return self.env["res.groups"].sudo().union(*filter(None, found))
