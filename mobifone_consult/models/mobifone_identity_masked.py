from odoo import fields, models
from odoo.exceptions import UserError

from .mobifone_care_mixin import CARE


class MobifoneIdentityMasked(models.AbstractModel):
    """What may be shown of an identity without being asked why: masked, computed, never stored or searched.

    The whole is shown by `identity_reveal` only, for a reason, and that is logged.
    """

    _name = "mobifone.identity.masked"
    _inherit = ["mobifone.care.mixin"]
    _description = "Masked Identity"

    identity_full_name = fields.Char(string="Name on the Paper", compute="_compute_identity", groups=CARE)
    identity_birth_year = fields.Char(string="Year of Birth", compute="_compute_identity", groups=CARE)
    identity_nationality = fields.Char(string="Nationality", compute="_compute_identity", groups=CARE)
    identity_document_type = fields.Char(string="Document Type", compute="_compute_identity", groups=CARE)
    identity_document_number = fields.Char(string="Document Number", compute="_compute_identity", groups=CARE)
    identity_document_year = fields.Char(string="Year of Issue", compute="_compute_identity", groups=CARE)
    has_identity = fields.Boolean(string="Papers on File", compute="_compute_identity", groups=CARE)

    def _identities(self):
        """Record id → its identity, as a sudo record."""
        raise NotImplementedError

    def _compute_identity(self):
        identities = self._identities()
        masks = [(identities[id_].masked or {}) if (id_ := record._origin.id) in identities else {} for record in self]
        for record, values in zip(self, self.env["mobifone.registration.form"]._worded(masks), strict=True):
            record.has_identity = record._origin.id in identities
            record.identity_birth_year = values.get("birth_date", False)
            record.identity_document_year = values.get("document_date", False)
            for name in ("full_name", "nationality", "document_type", "document_number"):
                record[f"identity_{name}"] = values.get(name, False)

    def action_identity_reveal(self):
        """Open the dialog that asks why the papers are to be shown. Customer care and managers.

        :raise AccessError: for anybody else
        """
        self.ensure_one()
        self._check_care()
        return {
            "type": "ir.actions.client",
            "tag": "mobifone_consult.reveal",
            "target": "new",
            "name": self.env._("Show Papers"),
            "params": {"model": self._name, "id": self.id},
        }

    def identity_reveal(self, reason):
        """The papers in clear, for whoever says why; logged before they are shown. Customer care and managers.

        :param str reason: why they have to be seen
        :return: {number, fields: [{name, label, value}], doubts: [{field, label, message}],
            photos: [{name, label, source}]}; `source` is a data URL
        :raise UserError: without a reason, or when nothing is kept (any more)
        """
        self.ensure_one()
        self._check_care()
        reason = self.env["mobifone.desk"]._short_text(reason, self.env._("The reason"))
        if not reason:
            raise UserError(self.env._("Say why the papers are to be shown."))
        identity_sudo = self._identities().get(self.id)
        if not identity_sudo:
            raise UserError(self.env._("No papers are kept here (any more)."))
        return self._revealed(identity_sudo, reason)

    def _revealed(self, identity_sudo, reason):
        raise NotImplementedError
