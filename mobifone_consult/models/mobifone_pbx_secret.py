from odoo import fields, models


class MobifonePbxSecret(models.AbstractModel):
    """The dialog that shows a new secret, once: the dialog has it from its context."""

    _name = "mobifone.pbx.secret"
    _description = "Secret of an Exchange"

    id = fields.Id()  # the web client asks for it
    secret = fields.Char(readonly=True)
