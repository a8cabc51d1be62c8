from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from odoo.addons.mobifone_consult.tests.common import ConsultCase


@tagged("-at_install", "post_install")
class TestSettings(ConsultCase):
    def form(self):
        return Form(self.env["res.config.settings"].with_user(self.env.ref("base.user_admin")))

    def test_they_are_saved(self):
        settings = self.form()
        self.assertEqual((settings.mobifone_guard_password_days, settings.mobifone_guard_session_hours), (90, 12))
        settings.mobifone_guard_password_days = 0
        settings.mobifone_guard_idle_minutes = 15
        settings.save().execute()
        number = self.env["ir.config_parameter"]._mobifone_number
        self.assertEqual((number("guard_password_days"), number("guard_idle_minutes")), (0, 15))

    def test_nonsense_is_refused(self):
        for name, value in {
            "mobifone_guard_session_hours": 0,
            "mobifone_guard_idle_minutes": 1,
            "mobifone_guard_login_tries": 0,
            "mobifone_guard_password_days": -1,
        }.items():
            settings = self.form()
            setattr(settings, name, value)
            with self.subTest(name=name), self.assertRaises(ValidationError):
                settings.save().execute()
