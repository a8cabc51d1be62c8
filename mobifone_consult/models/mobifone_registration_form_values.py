import re
from datetime import date, datetime

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import escape_psql

from ..tools import identity_number, identity_photo, local_time
from .mobifone_desk import MAX_TEXT, UNREADABLE
from .mobifone_identity import PHOTOS
from .mobifone_registration_form import DATES, GENDERS, NAMES

OLDEST = date(1900, 1, 1)
DATE_FORMATS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d%m%Y")


class BadField(ValueError):
    """What is wrong with the value of one field, in the user's language."""


class MobifoneRegistrationForm(models.AbstractModel):
    """Taking what was filled in: each field has its own message."""

    _inherit = "mobifone.registration.form"

    @api.model
    def _take(self, values):
        """Take what was filled in: each value is judged by what else is in this form, never by what a draft holds.

        :param dict values: by the names of `_definitions`; an empty value says nothing
        :return: (said: what it tells of the person, photos: {name: JPEG}, errors: {name: message}, doubts: [code])
        :raise UserError: when `values` is no form
        """
        if not isinstance(values, dict):
            raise UserError(self.env._("Fill in the form first."))
        if unknown := sorted(str(name)[:50] for name in values if name not in NAMES):
            raise UserError(self.env._("The form has no field “%s”.", unknown[0]))
        given = {name: value for name, value in values.items() if value not in (None, False, "")}
        said, photos, errors, doubts = {}, {}, {}, []
        # The document's type before its number, which is judged by it.
        for name in sorted(given, key=lambda name: (name == "document_number", NAMES.index(name))):
            try:
                if name in PHOTOS:
                    photo = self._read_photo(given[name])
                    photos[name] = photo.jpeg
                    doubts += [f"small_{name}"] if photo.is_small else []
                    if name == "portrait":
                        taken_on = photo.taken_on or local_time.local(fields.Datetime.now()).replace(tzinfo=None)
                        said["portrait_taken_on"] = taken_on.isoformat(" ", "seconds")
                elif name != "consent":
                    said[name] = self._read_value(name, given[name], said)
            except BadField as error:
                errors[name] = str(error)
        if values.get("consent") is not True:
            errors["consent"] = self.env._("Ask for the customer's consent first: without it nothing may be kept.")
        if self._is_older_than_owner(said):
            errors["document_date"] = self.env._("The paper cannot be older than its owner.")
        return said, photos, errors, doubts

    @api.model
    def _joined(self, known, said):
        """What is known of the person now. What a draft held and does not go with what was said since is dropped: it
        is asked for again, and whoever asks learns nothing of it."""
        person = {**known, **said}
        if not self._fits(person):
            person.pop("document_number" if "document_number" not in said else "document_type")
        if self._is_older_than_owner(person):
            person.pop("document_date" if "document_date" not in said else "birth_date")
        return person

    @api.model
    def _fits(self, person):
        document, number = self._document_type(person.get("document_type")), person.get("document_number")
        return not (document and number) or document._fits(number)

    @api.model
    def _is_older_than_owner(self, person):
        born, issued = person.get("birth_date"), person.get("document_date")
        return bool(born and issued) and issued < born

    @api.model
    def _read_value(self, name, value, said):
        if name == "occupation":
            return self._read_occupation(value)
        if not isinstance(value, str) or len(value) > MAX_TEXT or UNREADABLE.search(value):
            raise BadField(self.env._("This must be text of at most %s characters.", MAX_TEXT))
        text = " ".join(value.split())
        if name in DATES:
            return self._read_date(text).isoformat()
        if name in ("gender", "document_type", "nationality", "document_number", "full_name"):
            return getattr(self, f"_read_{name}")(text, said)
        if not re.search(r"\w", text):
            raise BadField(self.env._("This says nothing: enter it as in the paper."))
        return text

    @api.model
    def _read_full_name(self, text, _said):
        if not all(word[0].isalpha() for word in text.split()) or re.search(r"\d", text):
            raise BadField(self.env._("A name has letters only: enter it as in the paper."))
        return text

    @api.model
    def _read_gender(self, text, _said):
        if text not in GENDERS:
            raise BadField(self.env._("Choose one of the list."))
        return text

    @api.model
    def _read_nationality(self, text, _said):
        # sudo: names of countries are no secret. By code, or by name in the user's language or in English. (Searched as
        # a code, a longer text would find its first two letters.)
        countries_sudo, name = self.env["res.country"].sudo(), escape_psql(text)
        by_code = countries_sudo.search([("code", "=", text.upper())]) if len(text) == 2 else countries_sudo
        by_name = countries_sudo.search([("name", "=ilike", name)], limit=1)
        in_english = countries_sudo.with_context(lang="en_US").search([("name", "=ilike", name)], limit=1)
        if found := by_code or by_name or in_english:
            return found.code
        raise BadField(self.env._("There is no such country."))

    @api.model
    def _read_document_type(self, text, _said):
        if text not in self._document_types().mapped("code"):
            raise BadField(self.env._("Choose one of the list."))
        return text

    @api.model
    def _read_document_number(self, text, said):
        number = identity_number.plain(text)
        document = self._document_type(said.get("document_type"))
        if document and not document._fits(number):
            raise BadField(
                self.env._(
                    "A number of “%(type)s” has %(example)s.", type=document.name, example=document.number_example
                )
            )
        if not document and not re.fullmatch(r"[A-Z0-9]{5,20}", number):
            raise BadField(self.env._("A document number has 5 to 20 letters and digits."))
        return number

    @api.model
    def _read_occupation(self, value):
        code = int(value) if isinstance(value, str) and re.fullmatch(r"[0-9]{1,2}", value.strip()) else value
        try:
            return self.env["mobifone.desk"]._occupation_of_code(code).code
        except UserError as error:
            raise BadField(str(error)) from error

    @api.model
    def _read_date(self, text):
        for pattern in DATE_FORMATS:
            try:
                day = datetime.strptime(text, pattern).date()
                break
            except ValueError:
                continue
        else:
            raise BadField(self.env._("This is no date: enter it as dd/mm/yyyy."))
        if day > local_time.local(fields.Datetime.now()).date():
            raise BadField(self.env._("This date lies in the future."))
        if day < OLDEST:
            raise BadField(self.env._("This date lies too far back."))
        return day

    @api.model
    def _read_photo(self, value):
        # sudo: settings are readable to administrators only
        megabytes = self.env["ir.config_parameter"].sudo()._mobifone_number("photo_megabytes")
        try:
            return identity_photo.clean(identity_photo.decoded(value, int(megabytes * 1024 * 1024)))
        except identity_photo.BadPhoto as error:
            raise BadField(self._photo_message(error.code, megabytes)) from error

    @api.model
    def _photo_message(self, code, megabytes):
        return {
            "not_text": self.env._("This is no photo: choose a JPEG, PNG or WebP file."),
            "empty": self.env._("The file is empty."),
            "too_large": self.env._(
                "The file is larger than %s MB: take the photo with fewer pixels.", f"{megabytes:g}"
            ),
            "not_image": self.env._("This is no photo, whatever its name says: choose a JPEG, PNG or WebP file."),
            "damaged": self.env._("The photo is damaged or not complete: take it again."),
            "too_many_pixels": self.env._("The photo has too many pixels: take it with fewer."),
        }[code]
