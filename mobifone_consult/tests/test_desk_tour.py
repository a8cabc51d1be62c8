from odoo.tests import HttpCase, tagged

from .common import LOCKED, OPEN, ConsultCase


@tagged("-at_install", "post_install")
class TestDeskTour(ConsultCase, HttpCase):
    """The agents' screen in a browser. Each walk is done in English and in Vietnamese, by tours that read no words."""

    def walk(self, tour, user, lang):
        self.env["res.lang"]._activate_lang(lang)
        user.lang = lang
        self.start_tour("/odoo/mobifone-desk", tour, login=user.login)

    def consultations(self, number):
        return self.env["mobifone.consultation"].search([("subscriber_id", "=", self.line(number).id)])

    # ------------------------------------------------------------
    # Look up, tick, save, history
    # ------------------------------------------------------------

    def check_consult(self, lang):
        self.walk("mobifone_desk_consult", self.agent_a1, lang)
        consultation = self.consultations(OPEN)
        self.assertEqual(len(consultation), 1)
        self.assertEqual(consultation.user_id, self.agent_a1)
        self.assertEqual(consultation.channel, "web")
        self.assertEqual(self.env["sms.sms"].search_count([("uuid", "=", consultation.sms_uuid)]), 1)

    def test_consult_english(self):
        self.check_consult("en_US")

    def test_consult_vietnamese(self):
        self.check_consult("vi_VN")

    # ------------------------------------------------------------
    # The notice that papers are missing
    # ------------------------------------------------------------

    def check_papers(self, lang):
        self.walk("mobifone_desk_papers", self.agent_a1, lang)
        rows = self.env["mobifone.lookup"].search([("user_id", "=", self.agent_a1.id)])
        self.assertEqual(sorted(rows.mapped("kind")), ["acknowledge", "lookup"])

    def test_papers_english(self):
        self.check_papers("en_US")

    def test_papers_vietnamese(self):
        self.check_papers("vi_VN")

    # ------------------------------------------------------------
    # Lines that may not be consulted, and what is no line
    # ------------------------------------------------------------

    def check_closed(self, lang):
        for param in ("occupation_from", "occupation_to"):
            self.set_param(param, "0")  # asked at any hour: only the exclusion can stop it
        self.walk("mobifone_desk_closed", self.agent_a1, lang)
        self.assertFalse(self.consultations(LOCKED))

    def test_closed_english(self):
        self.check_closed("en_US")

    def test_closed_vietnamese(self):
        self.check_closed("vi_VN")

    def test_locked(self):
        self.consult(self.agent_b1, LOCKED)
        self.walk("mobifone_desk_locked", self.agent_a1, "vi_VN")

    # ------------------------------------------------------------
    # A team leader takes a consult back
    # ------------------------------------------------------------

    def check_cancel(self, lang):
        self.consult(self.agent_a2, LOCKED)
        self.walk("mobifone_desk_cancel", self.leader_a, lang)
        self.assertEqual(self.consultations(LOCKED).state, "cancelled")

    def test_cancel_english(self):
        self.check_cancel("en_US")

    def test_cancel_vietnamese(self):
        self.check_cancel("vi_VN")
