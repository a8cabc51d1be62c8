from odoo.tests import tagged

from .common import INSTALLED, MISSING, OPEN, ConsultCase


@tagged("-at_install", "post_install")
class TestPartner(ConsultCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.with_app, cls.without, cls.mixed, cls.no_line = cls.env["res.partner"].create(
            [{"name": f"T customer {n}"} for n in range(4)]
        )
        lines = cls.env["mobifone.subscriber"]
        lines.search([("msisdn", "in", (INSTALLED, OPEN))]).partner_id = cls.with_app
        lines.search([("msisdn", "=", MISSING)]).partner_id = cls.without
        lines.create({"msisdn": "0900091010", "partner_id": cls.mixed.id, "app_status": "not_installed"})
        lines.create({"msisdn": "0900091011", "partner_id": cls.mixed.id, "app_status": "unknown"})
        cls.all = cls.with_app | cls.without | cls.mixed | cls.no_line

    def test_app_status_of_a_customer(self):
        partners = self.all.with_user(self.care)
        self.assertEqual(partners.mapped("app_status"), ["installed", "not_installed", "unknown", "unknown"])

    def test_search_agrees_with_the_computed_value(self):
        partners = self.env["res.partner"].with_user(self.care)
        mine = [("id", "in", self.all.ids)]
        for status, expected in (
            ("installed", self.with_app),
            ("not_installed", self.without),
            ("unknown", self.mixed | self.no_line),
        ):
            self.assertEqual(partners.search([("app_status", "=", status), *mine]), expected)
            self.assertEqual(partners.search([("app_status", "!=", status), *mine]), self.all - expected)
        found = partners.search([("app_status", "in", ["installed", "not_installed"]), *mine])
        self.assertEqual(found, self.with_app | self.without)

    def test_papers_of_a_customer(self):
        partners = self.all.with_user(self.care)
        self.assertEqual(partners.mapped("registration_state"), ["complete", "incomplete", "unknown", "unknown"])
        self.assertEqual(self.without.with_user(self.care).registration_missing, "no_such_code;portrait")

    def test_occupations_are_the_eighteen_codes(self):
        codes = self.env["mobifone.occupation"].with_user(self.agent_a1).search([])
        self.assertEqual(codes.mapped("code"), list(range(1, 19)))
        self.assertEqual(codes[16].display_name, "17. Học sinh, sinh viên")
