from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .common import ConsultCase


@tagged("-at_install", "post_install")
class TestSettings(ConsultCase):
    def test_an_admin_sees_how_long_the_sms_is(self):
        settings = Form(self.env["res.config.settings"].with_user(self.env.ref("base.user_admin")))
        self.assertIn("170", settings.mobifone_sms_length)
        self.assertIn("GSM-7", settings.mobifone_sms_length)
        settings.mobifone_sms_text = "Có dấu"
        self.assertIn("UCS-2", settings.mobifone_sms_length)
        settings.mobifone_lock_hours = 12
        settings.save().execute()
        parameters = self.env["ir.config_parameter"]
        self.assertEqual(parameters._mobifone_number("lock_hours"), 12)
        self.assertEqual(parameters._mobifone_text("sms_text"), "Có dấu")

    def test_zero_is_a_value(self):
        settings = Form(self.env["res.config.settings"].with_user(self.env.ref("base.user_admin")))
        settings.mobifone_conversion_days = 0
        settings.mobifone_occupation_from = 0
        settings.save().execute()
        parameters = self.env["ir.config_parameter"]
        self.assertEqual(parameters._mobifone_number("conversion_days"), 0)
        self.assertEqual(parameters._mobifone_number("occupation_from"), 0)
        again = Form(self.env["res.config.settings"].with_user(self.env.ref("base.user_admin")))
        self.assertEqual((again.mobifone_conversion_days, again.mobifone_lock_hours), (0, 24))

    def test_an_empty_sms_is_refused(self):
        settings = Form(self.env["res.config.settings"].with_user(self.env.ref("base.user_admin")))
        settings.mobifone_sms_text = " "
        with self.assertRaises(ValidationError):
            settings.save()

    def test_nonsense_in_the_database_reads_as_the_default(self):
        self.env.cr.execute("UPDATE ir_config_parameter SET value = 'x' WHERE key = 'mobifone_consult.lock_hours'")
        self.env.registry.clear_cache("stable")
        self.assertEqual(self.env["ir.config_parameter"]._mobifone_number("lock_hours"), 24)
        self.assertEqual(self.env["ir.config_parameter"]._mobifone_number("sms_per_day"), 0)
