from odoo import models


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    def _load_menus_blacklist(self):
        """Vendors' people see this product's menu alone: the other applications are closed to them."""
        hidden = super()._load_menus_blacklist()
        if not self.env["res.users"]._mobifone_account()[1]:
            return hidden
        ours = self.env.ref("mobifone_consult.mobifone_root_menu")
        # sudo: menus that he would not see are none to hide, but asking costs more
        return [*hidden, *self.sudo().search([("parent_id", "=", False), ("id", "!=", ours.id)]).ids]
