import base64
from datetime import date

from odoo import api, models

from .mobifone_identity import PHOTOS

GENDERS = ("male", "female", "other")
DATES = ("birth_date", "document_date")
NAMES = (
    "full_name", "birth_date", "gender", "nationality", "province", "district", "ward", "street", "occupation",
    "document_type", "document_number", "document_date", "document_place", *PHOTOS, "consent",
)  # fmt: skip
# The parts of the item “address”. The district is of old papers only: there is none since 01/07/2025 (domain 2.5).
ADDRESS = ("province", "ward", "street")


class MobifoneRegistrationForm(models.AbstractModel):
    """The form of an update request (domain 1.4): its fields, and how they are shown.

    What is wrong with a value is in mobifone_registration_form_values.py, what is missing or doubtful in
    mobifone_registration_form_review.py.
    """

    _name = "mobifone.registration.form"
    _description = "Update Request Form"

    # ------------------------------------------------------------
    # FIELDS
    # ------------------------------------------------------------

    @api.model
    def _definitions(self, given=()):
        """The fields to show.

        :param given: names of the fields that the draft has: they are told, their values are not
        :return: [{name, type, label, group, required, legal_basis, given, options, suggestions, example}]
        """
        required = set(self.env["mobifone.registration.item"]._required())
        required |= set(ADDRESS) if "address" in required else set()
        labels, bases = self._labels(), self.env["mobifone.registration.item"]._legal_bases()
        return [
            {
                "name": name,
                "type": self._type(name),
                "label": labels[name],
                "group": "document" if name.startswith("document") else "photo" if name in PHOTOS else "person",
                "required": name in required or name == "consent",
                "legal_basis": bases.get("address" if name in ADDRESS else name, ""),
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
            return [{"value": value, "label": words[value]} for value in GENDERS]
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
    def _worded(self, people):
        """The values of people, whole or masked, with words in the place of codes; in as few queries as for one."""

        def codes(name):
            return {person[name] for person in people if person.get(name)}

        # sudo: names of countries, and tables of codes
        countries_sudo = self.env["res.country"].sudo().search([("code", "in", list(codes("nationality")))])
        types_sudo = self._document_types_of(codes("document_type"))
        occupations_sudo = self.env["mobifone.occupation"].sudo().search([("code", "in", list(codes("occupation")))])
        words = {
            "gender": {option["value"]: option["label"] for option in self._options("gender")},
            "nationality": {country.code: country.name for country in countries_sudo},
            "document_type": {document.code: document.name for document in types_sudo},
            "occupation": {item.code: f"{item.code} · {item.name}" for item in occupations_sudo},
        }
        return [{name: words.get(name, {}).get(value, value) for name, value in person.items()} for person in people]

    @api.model
    def _shown(self, person):
        """[{name, label, value}] of all that is known of a person, in the order of the form."""
        labels, [words] = self._labels(), self._worded([person])
        for name in DATES:
            if words.get(name):
                words[name] = date.fromisoformat(words[name]).strftime("%d/%m/%Y")
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
        return self._document_types_of({code})

    @api.model
    def _document_types_of(self, codes):
        # sudo: as above. Also those that have been put aside since.
        types_sudo = self.env["mobifone.document.type"].sudo().with_context(active_test=False)
        return types_sudo.search([("code", "in", list(codes - {None}))])

    @api.model
    def _provinces(self):
        # sudo: as above
        return self.env["res.country.state"].sudo().search([("country_id.code", "=", "VN")], order="name")
