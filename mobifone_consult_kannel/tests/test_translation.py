from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.mobifone_consult.tests import test_translation as consult


@tagged("post_install", "-at_install")
class TestChannelTranslation(consult.TestTranslation):
    """The same of this add-on's terms."""

    @classmethod
    def setUpClass(cls):
        cls.enterClassContext(patch.object(consult, "MODULE", "mobifone_consult_kannel"))
        super().setUpClass()
