from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .mobifone_desk import MAX_TEXT, UNREADABLE


class MobifoneRegistration(models.Model):
    """Update requests found by a whole number, of the line or of a paper: each search is logged, and limited."""

    _inherit = "mobifone.registration"

    def _compute_number(self):
        # To search by only.
        self.number = self.document_number = False

    @api.model
    def _search_number(self, operator, value):
        """By the whole number of the line."""
        if operator != "in":
            return NotImplemented
        number = self._one_number("number", value)
        # sudo: care reads no lines; the whole number was typed in, and record rules follow
        return [("id", "in", self.sudo().search([("subscriber_id.number", "=", number)]).ids)]

    @api.model
    def _search_document_number(self, operator, value):
        """By the whole number of a paper, through its keyed hash."""
        if operator != "in":
            return NotImplemented
        number = self._one_number("document_number", value)
        # sudo: nobody has access to identities; the whole number was typed in, and record rules follow
        identities_sudo = self.env["mobifone.identity"]._having_number(number)
        # An approved request gave its papers to the customer: all of his requests are found.
        domain = Domain("identity_id", "in", identities_sudo.ids)
        domain |= Domain("state", "=", "approved") & Domain("partner_id", "in", identities_sudo.partner_id.ids)
        return [("id", "in", self.sudo().search(domain).ids)]

    @api.model
    def _one_number(self, name, values):
        """The one number that is searched for. Each search is logged, and there are so many a day: who knows a mask
        could try out the rest.

        :param str name: of the field
        """
        if not self.env.su:
            self._check_care()  # the field's groups guard reading it, not searching by it
        texts = [value for value in values if isinstance(value, str) and value.strip()]
        if len(texts) != 1 or len(texts[0]) > MAX_TEXT or UNREADABLE.search(texts[0]):
            raise UserError(self.env._("Search by one whole number."))
        self.env["mobifone.identity.log"]._log_search(name)
        return texts[0]
