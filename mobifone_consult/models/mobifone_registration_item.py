from odoo import api, fields, models, tools
from odoo.tools import frozendict


class MobifoneRegistrationItem(models.Model):
    """One thing that the papers of a line need, by the code that the network's feed uses; the law that asks for it."""

    _name = "mobifone.registration.item"
    _description = "Registration Item"
    _order = "sequence, id"

    code = fields.Char(required=True)
    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    is_required = fields.Boolean(
        string="Counts for Completeness", help="Without it an update request stays a draft: nobody decides on it."
    )
    legal_basis = fields.Char(help="The law that asks for it, as it is named to people.")

    _code_uniq = models.Constraint("unique(code)", "Another item has this code.")

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        self.env.registry.clear_cache()
        return items

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    @tools.ormcache()
    def _required(self):
        """Codes of the items that a complete form has, in order."""
        # sudo: a table of labels
        return tuple(self.sudo().search([("is_required", "=", True)]).mapped("code"))

    @api.model
    @tools.ormcache()
    def _names(self):
        """Code → the item's name."""
        # sudo: as above
        return frozendict({item.code: item.name for item in self.sudo().search([])})

    @api.model
    @tools.ormcache()
    def _legal_bases(self):
        """Code → the law that asks for the item."""
        # sudo: as above
        return frozendict({item.code: item.legal_basis or "" for item in self.sudo().search([])})
