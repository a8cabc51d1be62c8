import io

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools.misc import file_path
from odoo.tools.translate import trans_export


@tagged("post_install", "-at_install")
class TestTranslation(TransactionCase):
    """Every term of the add-on has its Vietnamese."""

    def test_every_term_is_translated(self):
        exported = io.BytesIO()
        trans_export(None, ["sms_kannel"], exported, "po", self.env)
        terms = {entry.msgid for entry in polib.pofile(exported.getvalue().decode())}
        known = {entry.msgid: entry.msgstr for entry in polib.pofile(file_path("sms_kannel/i18n/vi.po"))}
        self.assertGreater(len(terms), 50)
        self.assertFalse(sorted(term for term in terms if not known.get(term)))
