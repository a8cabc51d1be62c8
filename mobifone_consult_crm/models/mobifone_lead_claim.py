from odoo import api, fields, models

from odoo.addons.mobifone_consult.tools import row_insert


class MobifoneLeadClaim(models.Model):
    """Which lead a look-up has of a promotion: one, made by whoever is first. Nobody has access.

    A table of its own, as the loser of a race must not run into the constraint of a lead half made.
    """

    _name = "mobifone.lead.claim"
    _description = "Lead of a Look-up"
    _log_access = False

    # Of no use any more when the log's retention takes the look-up.
    lookup_id = fields.Many2one("mobifone.lookup", required=True, ondelete="cascade")
    promotion_id = fields.Many2one("mobifone.promotion", required=True, ondelete="restrict", index=True)
    # A lead that is deleted may be taken again.
    lead_id = fields.Many2one("crm.lead", ondelete="cascade", index=True)

    _lookup_promotion_uniq = models.Constraint(
        "unique(lookup_id, promotion_id)", "This look-up has a lead of this promotion already."
    )

    @api.model
    def _lead_of(self, lookup, promotion):
        """The lead that the look-up has of the promotion, as a sudo record; empty when it has none."""
        # sudo: nobody has access to claims, agents none to leads; it is that of the user's own look-up
        claims_sudo = self.sudo()
        return claims_sudo.search([("lookup_id", "=", lookup["id"]), ("promotion_id", "=", promotion.id)]).lead_id

    @api.model
    def _take(self, lookup, promotion):
        """The claim, as a sudo record; None when the same request, sent twice, was faster."""
        # sudo: as above
        return row_insert.inserted(self.sudo(), {"lookup_id": lookup["id"], "promotion_id": promotion.id})
