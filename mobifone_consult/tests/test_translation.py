import io
import re

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools.misc import file_path
from odoo.tools.translate import trans_export

MODULE = "mobifone_consult"
# What a translation takes over as it is: values, names in braces, markup.
FIXED_PARTS = re.compile(r"%(?:\(\w+\))?[sd]|\{\w+\}|</?\w+[^>]*>")
# Tone marks stand on the first vowel of an open syllable: hóa, hủy, xóa, khóa, khỏe.
OTHER_SPELLING = re.compile(r"(?:o[àáảãạèéẻẽẹ]|(?<!q)u[ỳýỷỹỵ])\b", re.IGNORECASE)


def uses(entry):
    """Where Odoo uses a term: in which records, and in Python or in JavaScript (a comment); no matter in which file."""
    return entry.comment, {place for place, _line in entry.occurrences if place.startswith("model")}


@tagged("post_install", "-at_install")
class TestTranslation(TransactionCase):
    """Every term of the add-on has its Vietnamese, and no file keeps a term that is gone.

    After a change of terms: `odoo i18n export -d DATABASE mobifone_consult`, merge vi.po with that template
    (msgmerge, Poedit), translate what is new.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        exported = io.BytesIO()
        trans_export(None, [MODULE], exported, "po", cls.env)
        foreign = cls._foreign_fields()
        entries = polib.pofile(exported.getvalue().decode())
        for entry in entries:
            entry.occurrences = [place for place in entry.occurrences if place[0].rpartition(":")[2] not in foreign]
        cls.terms = {entry.msgid: uses(entry) for entry in entries if entry.occurrences}
        cls.template = polib.pofile(file_path(f"{MODULE}/i18n/{MODULE}.pot"))
        cls.vietnamese = polib.pofile(file_path(f"{MODULE}/i18n/vi.po"))

    @classmethod
    def _foreign_fields(cls):
        """Names of fields that other add-ons bring to this one's models by a mixin: which, depends on what else is
        installed, and so does the export."""
        module = cls.env["ir.module.module"].search([("name", "=", MODULE)])
        known = {MODULE, "base", *module.upstream_dependencies(exclude_states=("uninstallable",)).mapped("name")}
        rows = cls.env["ir.model.data"].search([("module", "=", MODULE), ("model", "=", "ir.model.fields")])
        origin = {}
        for row, field in zip(rows, cls.env["ir.model.fields"].browse(rows.mapped("res_id")), strict=True):
            origin[row.complete_name] = cls.env[field.model]._fields[field.name]._modules
        return {name for name, modules in origin.items() if modules and not known & set(modules)}

    def _assert_no_terms(self, terms, problem):
        if terms:
            self.fail("\n".join([f"{problem}:", *sorted(map(repr, terms))]))

    def test_every_term_is_translated(self):
        """A term that is new in the code, or left empty, is named."""
        translated = {entry.msgid for entry in self.vietnamese.translated_entries() if entry.msgstr.strip()}
        self._assert_no_terms(self.terms.keys() - translated, "Not in vi.po, or without a translation")

    def test_no_stale_term(self):
        """Both files hold the terms of the code, no others, and for the same uses."""
        for file in (self.template, self.vietnamese):
            found = {entry.msgid: uses(entry) for entry in file if not entry.obsolete}
            with self.subTest(file=file.metadata.get("Language") or "template"):
                self._assert_no_terms(found.keys() - self.terms.keys(), "Stale: no longer in the code")
                self._assert_no_terms(self.terms.keys() - found.keys(), "Missing: export the terms again")
                changed = {term for term, use in self.terms.items() if found[term] != use}
                self._assert_no_terms(changed, "Used elsewhere now: export the terms again")

    def test_fixed_parts_stay(self):
        """Values, names in braces and markup come through a translation unharmed."""
        broken = {
            entry.msgid
            for entry in self.vietnamese
            if sorted(FIXED_PARTS.findall(entry.msgid)) != sorted(FIXED_PARTS.findall(entry.msgstr))
        }
        self._assert_no_terms(broken, "Placeholders differ")

    def test_one_spelling(self):
        """One spelling: hóa, hủy, xóa, khóa."""
        other = {entry.msgstr for entry in self.vietnamese if OTHER_SPELLING.search(entry.msgstr)}
        self._assert_no_terms(other, "Spelled otherwise")
