import re
from datetime import date
from math import ceil

from odoo import api, fields, models

from ..tools import identity_number, local_time
from .mobifone_identity import PHOTOS
from .mobifone_registration_form import ADDRESS, NAMES

# Below this age a parent or guardian signs (domain 2.1).
ADULT_ENOUGH = 14


class MobifoneRegistrationForm(models.AbstractModel):
    """What a form lacks, and what its reviewer should look at twice."""

    _inherit = "mobifone.registration.form"

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
    def _missing_messages(self, codes, filled, said):
        """[{code, label, message, legal_basis}] of what is missing, as whoever fills the form is told.

        :param filled: names of the fields that are known
        :param said: what he said himself; nothing else that is known of the person is told
        """
        bases = self.env["mobifone.registration.item"]._legal_bases()
        document = self._document_type(said.get("document_type"))
        found = []
        for item in self.env["mobifone.verdict"]._missing_items(codes):
            message = self.env._("Still missing: %s.", item["label"])
            if item["code"] == "document_type" and document:
                day = document.outdated_on.strftime("%d/%m/%Y")
                message = self.env._("“%(type)s” is not valid any more since %(day)s: another paper is needed.",
                                     type=document.name, day=day)  # fmt: skip
            if item["code"] == "address":
                labels = self._labels()
                parts = ", ".join(labels[name] for name in ADDRESS if name not in filled)
                message = self.env._("Still missing of the address: %s.", parts)
            found.append({**item, "message": message, "legal_basis": bases.get(item["code"], "")})
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
        if registration.partner_id and self._is_other_name(person.get("full_name"), registration.partner_id):
            found.append("other_name")
        if person.get("province") and person.get("nationality") == "VN" and not self._is_province(person["province"]):
            found.append("old_province")
        if person.get("document_number"):
            # sudo: settings are readable to administrators only
            limit = self.env["ir.config_parameter"].sudo()._mobifone_number("lines_per_paper")
            others = self.env["mobifone.identity"]._having_number(person["document_number"])
            # One more than the limit: the request's own line may be among them.
            lines = self.env["mobifone.registration"]._lines_of(others, ceil(limit) + 1)
            lines -= set(registration.subscriber_id.ids)
            if len(lines) >= limit:
                found.append("many_lines")
        return found

    @api.model
    def _is_other_name(self, name, customer_sudo):
        """Is the customer on record called otherwise? One that has no name yet is called by his masked number."""
        return bool(name) and "•" not in customer_sudo.name and not _same(name, customer_sudo.name)

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
            "other_name": ("full_name", self.env._("The customer on record has another name: is it the owner?")),
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
