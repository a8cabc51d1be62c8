import re
import secrets
import time

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import NO_ACCESS

from ..tools import pop_signature

CODE = re.compile(r"[a-z0-9_-]{1,32}", re.ASCII)
SIGNATURE = re.compile(r"[0-9a-f]{64}", re.ASCII)
MOMENT = re.compile(r"[0-9]{1,12}", re.ASCII)
# Signed with, where there is no secret: being refused takes the same time.
NOBODY = secrets.token_hex(32)


class MobifonePbx(models.Model):
    """A telephone exchange that tells whose extension rings. What it says is signed with its own secret."""

    _name = "mobifone.pbx"
    _description = "Telephone Exchange"
    _order = "name, id"

    name = fields.Char(required=True)
    code = fields.Char(required=True, copy=False, help="Names the exchange in its requests: a-z, 0-9, - and _.")
    vendor_id = fields.Many2one(
        "mobifone.vendor",
        ondelete="restrict",
        help="Only this vendor's people ring. Empty: everybody's, if no two of them have the same extension.",
    )
    active = fields.Boolean(default=True)
    # In clear: a signature is checked by making it again. Nobody reads it, not even whoever may change it.
    secret = fields.Char(copy=False, groups=NO_ACCESS)
    secret_made_on = fields.Datetime(readonly=True, copy=False)

    _code_uniq = models.Constraint("unique(code)", "Another exchange has this code.")

    @api.constrains("code")
    def _check_code(self):
        for pbx in self:
            if not CODE.fullmatch(pbx.code):
                raise ValidationError(self.env._("A code has up to 32 characters of a-z, 0-9, - and _."))

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_new_secret(self):
        """Make the secret of this exchange, in the place of the one before, which signs nothing any more.

        :return: the dialog that shows it, once
        """
        self.ensure_one()
        self.check_access("write")
        secret = secrets.token_hex(32)
        # sudo: it is nobody's to read; who may write the exchange may renew it
        self.sudo().write({"secret": secret, "secret_made_on": fields.Datetime.now()})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Secret of the exchange %s", self.name),
            "res_model": "mobifone.pbx.secret",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_secret": secret},
        }

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _signer(self, code, signature, sign):
        """The exchange that signed, an empty record when it was none.

        :param sign: function of a secret: the signature that it makes
        """
        known = self.search([("code", "=", code), ("secret", "!=", False)]) if CODE.fullmatch(code) else self.browse()
        expected = sign(known.secret or NOBODY)
        is_signed = bool(SIGNATURE.fullmatch(signature)) and pop_signature.is_same(signature, expected)
        return known if is_signed and known else self.browse()

    @api.model
    def _is_in_time(self, moment):
        """True for a moment (seconds since 1970, as text) that the window of the settings holds."""
        window = self.env["ir.config_parameter"]._mobifone_number("pop_window")
        return bool(MOMENT.fullmatch(moment)) and abs(time.time() - int(moment)) <= window
