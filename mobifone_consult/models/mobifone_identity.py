import base64
import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import NO_ACCESS

from ..tools import identity_cipher, identity_number, row_lock
from ..tools.identity_cipher import KeyProblem

PHOTOS = ("id_front", "id_back", "portrait")
# What is known of a person besides the photos; all of it is encrypted.


class MobifoneIdentity(models.Model):
    """The identity of one person: what his papers say, and their photos, encrypted. Nobody has access to it.

    A row belongs to a request (mobifone.registration) until that is approved, then to the customer. Masked values and
    a keyed hash of the document's number are all that is kept in clear. Keys: tools/identity_cipher.py.
    """

    _name = "mobifone.identity"
    _description = "Identity"
    _order = "id"

    partner_id = fields.Many2one("res.partner", string="Customer", ondelete="cascade", groups=NO_ACCESS)
    data_key = fields.Binary(attachment=False, required=True, groups=NO_ACCESS)
    key_name = fields.Char(string="Wrapped By", required=True, groups=NO_ACCESS)
    person = fields.Binary(attachment=False, required=True, groups=NO_ACCESS)
    masked = fields.Json(groups=NO_ACCESS)
    number_index = fields.Char(string="Number (Keyed Hash)", groups=NO_ACCESS)
    id_front = fields.Binary(attachment=True, groups=NO_ACCESS)
    id_back = fields.Binary(attachment=True, groups=NO_ACCESS)
    portrait = fields.Binary(attachment=True, groups=NO_ACCESS)

    _partner_uniq = models.UniqueIndex("(partner_id) WHERE partner_id IS NOT NULL", "A customer has one identity.")
    _number_idx = models.Index("(number_index) WHERE number_index IS NOT NULL")
    _key_idx = models.Index("(key_name, id)")

    @api.depends("masked")
    def _compute_display_name(self):
        # Shown by links to people who may not read it.
        self.display_name = "•••"

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _keyring(self):
        """:raise UserError: when the keys cannot be had: nothing is kept in clear instead"""
        try:
            return identity_cipher.keyring()
        except KeyProblem as problem:
            raise UserError(self._key_message(problem.code)) from problem

    @api.model
    def _key_message(self, code):
        return {
            "missing": self.env._(
                "Identity papers cannot be kept: no encryption key is set up. Tell your administrator."
            ),
            "unreadable": self.env._(
                "Identity papers cannot be opened: the key file cannot be read. Tell your administrator."
            ),
            "malformed": self.env._(
                "Identity papers cannot be opened: the key file is damaged. Tell your administrator."
            ),
            "unknown": self.env._(
                "These papers cannot be opened: their key is not in the key file. Tell your administrator."
            ),
        }[code]

    @api.model
    def _seal(self, person, photos):
        """Keep a new identity; the row, as a sudo record.

        :param dict person: name of a form field → its JSON value
        :param dict photos: of PHOTOS, JPEG bytes
        """
        keyring = self._keyring()
        wrapped, box = keyring.new_data_key()
        values = {"data_key": base64.b64encode(wrapped), "key_name": keyring.name}
        values |= self._locked(keyring, box, person) | self._locked_photos(box, photos)
        # sudo: nobody has access to identities
        return self.sudo().with_context(bin_size=False).create(values)

    def _reseal(self, person, photos):
        """Replace what is known of the person, and add the photos to those that are there."""
        self.ensure_one()
        keyring, box = self._keyring(), self._box()
        # The row may be wrapped by an older key still: its number must be found by the same one.
        if self.sudo().key_name != keyring.name:
            self._rewrap(keyring)
        self.sudo().write(self._locked(keyring, box, person) | self._locked_photos(box, photos))  # sudo: as above
        self.invalidate_recordset(PHOTOS)  # sizes are cached apart from contents

    def _open(self):
        """What is known of the person: name of a form field → its value."""
        self.ensure_one()
        return json.loads(self._unlocked("person"))

    def _photo(self, name):
        """A photo of PHOTOS as JPEG bytes, None when there is none (any more)."""
        self.ensure_one()
        return self._unlocked(name) if self._has_photo(name) else None

    def _photos(self):
        """Names of the photos that are kept."""
        return [name for name in PHOTOS if self._has_photo(name)]

    def _drop_photos(self):
        """Delete the photos; their files go with Odoo's next clean-up, unreadable before that without the row's key."""
        # sudo: as above
        for identity in self.sudo().with_context(bin_size=False):
            identity.write(dict.fromkeys(PHOTOS, False))
            try:
                person, keyring = identity._open(), identity._keyring()
            except UserError:
                continue  # what cannot be opened is beyond reading already
            # A new data key: what may still lie in the filestore is beyond recovery from now on.
            wrapped, box = keyring.new_data_key()
            values = {"data_key": base64.b64encode(wrapped), "key_name": keyring.name}
            identity.write(values | identity._locked(keyring, box, person))
        self.invalidate_recordset(PHOTOS)  # as above

    @api.model
    def _having_number(self, number):
        """The identities with that document number, by the keyed hash; as sudo records."""
        indexes = self._keyring().indexes(identity_number.plain(number))
        return self.sudo().search([("number_index", "in", indexes)])  # sudo: as above

    # ------------------------------------------------------------
    # ROTATION
    # ------------------------------------------------------------

    @api.model
    def _rotate(self, after=0, batch_size=500):
        """Rewrap rows that the newest key has not wrapped: up to `batch_size` with an id above `after`.

        :return: (last id that was looked at, None when there was no more; number rewrapped; ids that no key opens)
        """
        keyring, done, lost = self._keyring(), 0, []
        domain = [("key_name", "!=", keyring.name), ("id", ">", after)]
        rows = self.sudo().search(domain, limit=batch_size, order="id")  # sudo: as above
        for row in row_lock.held(rows):
            try:
                row._rewrap(keyring)
                done += 1
            except UserError:
                lost.append(row.id)
        return (rows[-1:].id or None), done, lost

    def _rewrap(self, keyring):
        row = self.sudo().with_context(bin_size=False)  # sudo: as above
        number = row._open().get("document_number")
        try:
            wrapped = keyring.rewrap(base64.b64decode(row.data_key))
        except KeyProblem as problem:
            raise UserError(self._key_message(problem.code)) from problem
        row.write(
            {
                "data_key": base64.b64encode(wrapped),
                "key_name": keyring.name,
                "number_index": keyring.index(number) if number else False,
            }
        )

    # ------------------------------------------------------------
    # HELPERS
    # ------------------------------------------------------------

    def _box(self):
        try:
            # sudo: as above
            return self._keyring().box(base64.b64decode(self.sudo().with_context(bin_size=False).data_key))
        except KeyProblem as problem:
            raise UserError(self._key_message(problem.code)) from problem

    def _unlocked(self, name):
        ciphertext = base64.b64decode(self.sudo().with_context(bin_size=False)[name])  # sudo: as above
        try:
            return self._box().unlock(ciphertext)
        except KeyProblem as problem:
            raise UserError(self._key_message(problem.code)) from problem

    def _has_photo(self, name):
        return bool(self.sudo().with_context(bin_size=True)[name])  # sudo: as above

    @api.model
    def _locked(self, keyring, box, person):
        number = person.get("document_number")
        content = json.dumps(person, ensure_ascii=False, sort_keys=True).encode()
        return {
            "person": base64.b64encode(box.lock(content)),
            "masked": self._mask(person),
            "number_index": keyring.index(number) if number else False,
        }

    @api.model
    def _locked_photos(self, box, photos):
        return {name: base64.b64encode(box.lock(jpeg)) for name, jpeg in photos.items()}

    @api.model
    def _mask(self, person):
        """What may stand in clear: enough to tell two people apart, not to work out one's number: sex and province are
        in it, too."""
        masked = {name: person[name] for name in ("nationality", "document_type") if person.get(name)}
        if name := person.get("full_name"):
            masked["full_name"] = identity_number.masked_name(name)
        if number := person.get("document_number"):
            masked["document_number"] = identity_number.masked(number)
        for key in ("birth_date", "document_date"):
            if person.get(key):
                masked[key] = person[key][:4]
        return masked
