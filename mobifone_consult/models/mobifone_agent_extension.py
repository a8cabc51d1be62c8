from odoo import api, fields, models
from odoo.exceptions import ValidationError


class MobifoneAgent(models.Model):
    """The telephone of an agent: a ringing extension leads to one desk."""

    _inherit = "mobifone.agent"

    extension = fields.Char(
        index="btree_not_null", help="Of his telephone; no two working accounts of a vendor have the same."
    )

    @api.constrains("extension", "state", "vendor_id")
    def _check_extension(self):
        """Among working accounts: whoever comes after a leaver gets his telephone."""
        working = self.filtered(lambda agent: agent.state == "active" and agent.extension)
        if not working:
            return
        domain = [("extension", "in", working.mapped("extension")), ("state", "=", "active")]
        domain.append(("vendor_id", "in", working.vendor_id.ids))
        # sudo: a rule may hide the account that has the same
        groups = self.sudo()._read_group(
            domain, ["vendor_id", "extension"], ["id:recordset"], having=[("__count", ">", 1)]
        )
        for _vendor, extension, files_sudo in groups:
            if mine := files_sudo & working.sudo():
                other = (files_sudo - mine[:1])[:1]
                raise ValidationError(
                    self.env._(
                        "The extension %(extension)s is %(name)s's already.", extension=extension, name=other.name
                    )
                )
