from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..tools import addresses


class MobifoneVendor(models.Model):
    _inherit = "mobifone.vendor"

    allowed_addresses = fields.Text(
        groups="mobifone_consult.group_manager",
        help="From where this vendor's people may work: addresses and networks (203.0.113.7, 198.51.100.0/24, "
        "2001:db8::/48), one per line. Empty: from anywhere.",
    )

    @api.constrains("allowed_addresses")
    def _check_allowed_addresses(self):
        for vendor in self:
            if bad := addresses.parse(vendor.allowed_addresses)[1]:
                raise ValidationError(
                    self.env._("“%s” is no address and no network: write 203.0.113.7 or 198.51.100.0/24.", bad[0][:50])
                )

    @api.model_create_multi
    def create(self, vals_list):
        vendors = super().create(vals_list)
        self.env.registry.clear_cache()
        return vendors

    def write(self, vals):
        result = super().write(vals)
        if "allowed_addresses" in vals:
            self.env.registry.clear_cache()
        return result

    @api.model
    @tools.ormcache()
    def _networks(self):
        """Tuple of (vendor id, its networks) of the vendors that have any."""
        # sudo: its staff may not read the list
        vendors = self.sudo().with_context(active_test=False).search([("allowed_addresses", "!=", False)])
        parsed = ((vendor.id, addresses.parse(vendor.allowed_addresses)[0]) for vendor in vendors)
        return tuple((vendor_id, networks) for vendor_id, networks in parsed if networks)

    @api.model
    def _is_allowed_address(self, vendor_id, address):
        """True when that vendor's people may work from the address."""
        networks = dict(self._networks()).get(vendor_id)
        return networks is None or addresses.is_within(address, networks)

    @api.model
    def _is_vendors_address(self, address):
        """True when the address is on any vendor's list."""
        return any(addresses.is_within(address, networks) for _vendor, networks in self._networks())
