from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .mobifone_agent import ROLE_GROUPS


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

    @api.constrains("group_ids")
    def _check_mobifone_account_file(self):
        """Vendor groups come with an active account file, never by hand."""
        roles = self._mobifone_role_groups()
        members = self.filtered(lambda user: user.active and user.all_group_ids & roles)
        if not members:
            return
        # sudo: whoever edits a user may not be allowed to read account files
        filed = self.env["mobifone.agent"].sudo().search([("user_id", "in", members.ids), ("state", "=", "active")])
        if without := members - filed.user_id:
            raise ValidationError(
                self.env._(
                    "%s has no active account file: vendors' groups are given by activating one.",
                    ", ".join(without.mapped("login")),
                )
            )

    @api.model
    def _mobifone_role_groups(self):
        """The groups that an account file gives (none of them while this very add-on is being installed)."""
        # sudo: groups are not readable to everybody who edits users
        found = (self.env.ref(xmlid, raise_if_not_found=False) for xmlid in ROLE_GROUPS.values())
        return self.env["res.groups"].sudo().union(*filter(None, found))
