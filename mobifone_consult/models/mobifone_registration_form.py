import base64
import re
from datetime import date, datetime

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import identity_number, identity_photo, local_time
from .mobifone_desk import MAX_TEXT, UNREADABLE
from .mobifone_identity import PHOTOS

GENDERS = [("male", "Male"), ("female", "Female"), ("other", "Other")]
TEXTS = ("full_name", "province", "district", "ward", "street", "document_place")
DATES = ("birth_date", "document_date")
NAMES = (
    "full_name", "birth_date", "gender", "nationality", "province", "district", "ward", "street", "occupation",
    "document_type", "document_number", "document_date", "document_place", *PHOTOS, "consent",
)  # fmt: skip
# The parts of the item “address”. The district is of old papers only: there is none since 01/07/2025 (domain 2.5).
ADDRESS = ("province", "ward", "street")
# Below this age a parent or guardian signs (domain 2.1).
ADULT_ENOUGH = 14
OLDEST = date(1900, 1, 1)
DATE_FORMATS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d%m%Y")


class BadField(ValueError):
    """What is wrong with the value of one field, in the user's language."""


class MobifoneRegistrationForm(models.AbstractModel):
    """The form of an update request (domain 1.4): its fields, what is wrong with a value, missing, or doubtful."""

    _name = "mobifone.registration.form"
    _description = "Update Request Form"

    # ------------------------------------------------------------
    # FIELDS
    # ------------------------------------------------------------

    @api.model
    def _definitions(self, given=()):
        """The fields to show: [{name, type, label, group, required, given, options, suggestions, example}].

        :param given: names of the fields that the draft has: they are told, their values are not
        """
        required = set(self.env["mobifone.registration.item"]._required())
        required |= set(ADDRESS) if "address" in required else set()
        labels = self._labels()
        return [
            {
                "name": name,
                "type": self._type(name),
                "label": labels[name],
                "group": "document" if name.startswith("document") else "photo" if name in PHOTOS else "person",
                "required": name in required or name == "consent",
                "given": name in given,
                "options": self._options(name),
                "suggestions": self._suggestions(name),
                "example": self._example(name),
            }
            for name in NAMES
        ]

    @api.model
    def _type(self, name):
        if name in PHOTOS:
            return "photo"
        if name in DATES:
            return "date"
        return {
            "gender": "selection",
            "occupation": "selection",
            "document_type": "selection",
            "consent": "boolean",
        }.get(name, "text")

    @api.model
    def _labels(self):
        return {
            "full_name": self.env._("Full name"),
            "birth_date": self.env._("Date of birth"),
            "gender": self.env._("Gender"),
            "nationality": self.env._("Nationality"),
            "province": self.env._("Province or city"),
            "district": self.env._("District (old papers)"),
            "ward": self.env._("Ward or commune"),
            "street": self.env._("House and street"),
            "occupation": self.env._("Occupation"),
            "document_type": self.env._("Document type"),
            "document_number": self.env._("Document number"),
            "document_date": self.env._("Date of issue"),
            "document_place": self.env._("Place of issue"),
            "id_front": self.env._("Photo of the front"),
            "id_back": self.env._("Photo of the back"),
            "portrait": self.env._("Portrait photo"),
            # sudo: settings are readable to administrators only
            "consent": self.env["ir.config_parameter"].sudo()._mobifone_text("registration_consent"),
        }

    @api.model
    def _options(self, name):
        if name == "gender":
            words = {"male": self.env._("Male"), "female": self.env._("Female"), "other": self.env._("Other")}
            return [{"value": value, "label": words[value]} for value, _label in GENDERS]
        if name == "occupation":
            # sudo: a public table of codes
            items = self.env["mobifone.occupation"].sudo().search([])
            return [{"value": item.code, "label": f"{item.code} · {item.name}"} for item in items]
        if name == "document_type":
            return [
                {
                    "value": document.code,
                    "label": document.name,
                    "example": document.number_example,
                    "has_back": document.has_back,
                }
                for document in self._document_types()
            ]
        return []

    @api.model
    def _suggestions(self, name):
        # sudo: names of countries and provinces are no secret
        if name == "nationality":
            return self.env["res.country"].sudo().search([]).mapped("name")
        return self._provinces().mapped("name") if name == "province" else []

    @api.model
    def _example(self, name):
        if name in DATES:
            return self.env._("dd/mm/yyyy")
        return ""

    # ------------------------------------------------------------
    # SHOWN
    # ------------------------------------------------------------

    @api.model
    def _worded(self, person):
        """The values of a person, whole or masked, with words in the place of codes."""
        words = dict(person)
        if person.get("gender"):
            words["gender"] = {option["value"]: option["label"] for option in self._options("gender")}[person["gender"]]
        if person.get("nationality"):
            # sudo: names of countries are no secret
            country = self.env["res.country"].sudo().search([("code", "=", person["nationality"])], limit=1)
            words["nationality"] = country.name or person["nationality"]
        if person.get("document_type"):
            words["document_type"] = self._document_type(person["document_type"]).name or person["document_type"]
        if person.get("occupation"):
            occupation = self.env["mobifone.desk"]._occupation_of_code(person["occupation"])
            words["occupation"] = f"{occupation.code} · {occupation.name}"
        return words

    @api.model
    def _shown(self, person):
        """[{name, label, value}] of all that is known of a person, in the order of the form."""
        labels, words = self._labels(), self._worded(person)
        for name in DATES:
            if words.get(name):
                words[name] = _day(words[name]).strftime("%d/%m/%Y")
        return [{"name": name, "label": labels[name], "value": words[name]} for name in NAMES if words.get(name)]

    @api.model
    def _data_url(self, jpeg):
        return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"

    # ------------------------------------------------------------
    # TABLES
    # ------------------------------------------------------------

    @api.model
    def _document_types(self):
        # sudo: a table that the managers keep
        return self.env["mobifone.document.type"].sudo().search([])

    @api.model
    def _document_type(self, code):
        # sudo: as above. Also one that has been put aside since.
        types_sudo = self.env["mobifone.document.type"].sudo().with_context(active_test=False)
        return types_sudo.search([("code", "=", code)], limit=1)

    @api.model
    def _provinces(self):
        # sudo: as above
        return self.env["res.country.state"].sudo().search([("country_id.code", "=", "VN")], order="name")

    # ------------------------------------------------------------
    # VALUES
    # ------------------------------------------------------------

    @api.model
    def _take(self, values, known):
        """Take what was filled in.

        :param dict values: by the names of `_definitions`; an empty value says nothing
        :param dict known: what the draft knows of the person
        :return: (person: what is known of him now, photos: {name: JPEG}, errors: {name: message}, doubts: [code])
        :raise UserError: when `values` is no form
        """
        if not isinstance(values, dict):
            raise UserError(self.env._("Fill in the form first."))
        if unknown := sorted(str(name)[:50] for name in values if name not in NAMES):
            raise UserError(self.env._("The form has no field “%s”.", unknown[0]))
        given = {name: value for name, value in values.items() if value not in (None, False, "")}
        person, photos, errors, doubts = dict(known), {}, {}, []
        # The document's type before its number, which is judged by it.
        for name in sorted(given, key=lambda name: (name == "document_number", NAMES.index(name))):
            try:
                if name in PHOTOS:
                    photo = self._read_photo(given[name])
                    photos[name] = photo.jpeg
                    doubts += [f"small_{name}"] if photo.is_small else []
                    if name == "portrait":
                        taken_on = photo.taken_on or local_time.local(fields.Datetime.now()).replace(tzinfo=None)
                        person["portrait_taken_on"] = taken_on.isoformat(" ", "seconds")
                elif name != "consent":
                    person[name] = self._read_value(name, given[name], person)
            except BadField as error:
                errors[name] = str(error)
        if values.get("consent") is not True:
            errors["consent"] = self.env._("Ask for the customer's consent first: without it nothing may be kept.")
        self._compare(person, errors)
        return person, photos, errors, doubts

    @api.model
    def _read_value(self, name, value, person):
        if name == "occupation":
            return self._read_occupation(value)
        if not isinstance(value, str) or len(value) > MAX_TEXT or UNREADABLE.search(value):
            raise BadField(self.env._("This must be text of at most %s characters.", MAX_TEXT))
        text = " ".join(value.split())
        if name in DATES:
            return self._read_date(text).isoformat()
        if name in ("gender", "document_type", "nationality", "document_number", "full_name"):
            return getattr(self, f"_read_{name}")(text, person)
        if not re.search(r"\w", text):
            raise BadField(self.env._("This says nothing: enter it as in the paper."))
        return text

    @api.model
    def _read_full_name(self, text, _person):
        if not all(word[0].isalpha() for word in text.split()) or re.search(r"\d", text):
            raise BadField(self.env._("A name has letters only: enter it as in the paper."))
        return text

    @api.model
    def _read_gender(self, text, _person):
        if text not in dict(GENDERS):
            raise BadField(self.env._("Choose one of the list."))
        return text

    @api.model
    def _read_nationality(self, text, _person):
        # sudo: names of countries are no secret. By code, or by name in the user's language or in English.
        countries_sudo = self.env["res.country"].sudo()
        for country in (
            countries_sudo.search([("code", "=", text.upper())], limit=1),
            countries_sudo.search([("name", "=ilike", text)], limit=1),
            countries_sudo.with_context(lang="en_US").search([("name", "=ilike", text)], limit=1),
        ):
            if country:
                return country.code
        raise BadField(self.env._("There is no such country."))

    @api.model
    def _read_document_type(self, text, _person):
        if text not in self._document_types().mapped("code"):
            raise BadField(self.env._("Choose one of the list."))
        return text

    @api.model
    def _read_document_number(self, text, person):
        number = identity_number.plain(text)
        document = self._document_type(person.get("document_type"))
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

    @api.model
    def _compare(self, person, errors):
        """What cannot be true of two values together."""
        document, number = self._document_type(person.get("document_type")), person.get("document_number")
        # A number of an earlier day, with another type now.
        if document and number and not {"document_type", "document_number"} & errors.keys():
            try:
                self._read_document_number(number, person)
            except BadField as error:
                errors["document_number"] = str(error)
        born, issued = _day(person.get("birth_date")), _day(person.get("document_date"))
        if born and issued and issued < born and not {"birth_date", "document_date"} & errors.keys():
            errors["document_date"] = self.env._("The paper cannot be older than its owner.")

    # ------------------------------------------------------------
    # COMPLETENESS
    # ------------------------------------------------------------

    @api.model
    def _missing(self, person, photos):
        """Codes of the registration items that a complete form has and this one lacks, in order.

        :param photos: names of the photos that are there
        """
        document = self._document_type(person.get("document_type"))
        absent = {name for name in NAMES if not person.get(name) and name not in photos}
        if absent & set(ADDRESS):
            absent.add("address")
        if document and not document.has_back:
            absent.discard("id_back")
        if document and self._is_outdated(document):
            absent.add("document_type")
        known = {*NAMES, "address"}
        return [code for code in self.env["mobifone.registration.item"]._required() if code in absent & known]

    @api.model
    def _is_outdated(self, document):
        today = local_time.local(fields.Datetime.now()).date()
        return bool(document.outdated_on) and document.outdated_on <= today

    @api.model
    def _missing_messages(self, codes, person):
        """[{code, label, message}] of what is missing, as whoever fills the form is told."""
        document = self._document_type(person.get("document_type"))
        found = []
        for item in self.env["mobifone.verdict"]._missing_items(codes):
            message = self.env._("Still missing: %s.", item["label"])
            if item["code"] == "document_type" and document:
                day = document.outdated_on.strftime("%d/%m/%Y")
                message = self.env._("“%(type)s” is not valid any more since %(day)s: another paper is needed.",
                                     type=document.name, day=day)  # fmt: skip
            if item["code"] == "address":
                labels = self._labels()
                parts = ", ".join(labels[name] for name in ADDRESS if not person.get(name))
                message = self.env._("Still missing of the address: %s.", parts)
            found.append({**item, "message": message})
        return found

    # ------------------------------------------------------------
    # DOUBTS
    # ------------------------------------------------------------

    @api.model
    def _doubts(self, person, registration):
        """Codes of what the reviewer should look at twice; none of it stops a request (domain 2.3, 2.4)."""
        found = []
        born = _day(person.get("birth_date"))
        document = self._document_type(person.get("document_type"))
        if document.is_citizen_number and person.get("document_number"):
            found += identity_number.doubts(person["document_number"], person.get("gender"), born)
        if born and _years(born, local_time.local(fields.Datetime.now()).date()) < ADULT_ENOUGH:
            found.append("child")
        if person.get("province") and person.get("nationality") == "VN" and not self._is_province(person["province"]):
            found.append("old_province")
        if person.get("document_number"):
            # sudo: settings are readable to administrators only
            limit = self.env["ir.config_parameter"].sudo()._mobifone_number("lines_per_paper")
            others = self.env["mobifone.identity"]._having_number(person["document_number"])
            lines = self.env["mobifone.registration"]._lines_of(others) - set(registration.subscriber_id.ids)
            if len(lines) >= limit:
                found.append("many_lines")
        return found

    @api.model
    def _is_province(self, text):
        return any(_same(text, name) for name in self._provinces().mapped("name"))

    @api.model
    def _doubt_messages(self, codes):
        """[{field, message}] of `_doubts`."""
        labels = self._labels()
        small = self.env._("The photo is small: can everything be read?")
        # sudo: settings are readable to administrators only
        limit = self.env["ir.config_parameter"].sudo()._mobifone_number("lines_per_paper")
        words = {
            "province": ("document_number", self.env._("The first three digits name no province.")),
            "gender": ("document_number", self.env._("The fourth digit does not fit the gender.")),
            "birth_year": (
                "document_number",
                self.env._("The digits for century and year do not fit the date of birth."),
            ),
            "child": ("birth_date", self.env._("Under %s years: a parent or guardian signs.", ADULT_ENOUGH)),
            "old_province": ("province", self.env._("None of today's provinces: is it the old name on the paper?")),
            "many_lines": (
                "document_number",
                self.env._("This paper is on %s lines already: from the next one a contract is needed.", f"{limit:g}"),
            ),
            **{f"small_{name}": (name, small) for name in PHOTOS},
        }
        return [
            {"field": words[code][0], "label": labels[words[code][0]], "message": words[code][1]}
            for code in codes
            if code in words
        ]


def _day(text):
    return date.fromisoformat(text) if text else None


def _years(born, today):
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _same(text, name):
    return _bare(text) == _bare(name)


def _bare(text):
    """ "TP. Hồ Chí Minh" and "TP Hồ Chí Minh" are the same province."""
    return re.sub(r"\b(thành phố|tỉnh|tp)\b|[^\w]", "", text.lower())
