from odoo.tests import HttpCase, tagged

from odoo.addons.mobifone_consult.tests.common import OPEN

from .lead_common import LeadCase


@tagged("-at_install", "post_install")
class TestLeadTour(LeadCase, HttpCase):
    """The agent's dialog in a browser, in English and in Vietnamese, by tours that read no words."""

    def walk(self, tour, lang, path="mobifone-desk"):
        self.env["res.lang"]._activate_lang(lang)
        self.agent_a1.lang = lang
        self.start_tour(f"/odoo/{path}", tour, login=self.agent_a1.login)

    def leads(self):
        return self.env["crm.lead"].search([("mobifone_lookup_id.line_id", "=", self.line(OPEN).id)])

    def check_desk(self, lang):
        self.promotion("Khác", lead_team_id=self.team.id)
        self.walk("mobifone_lead_desk", lang)
        lead = self.leads()
        self.assertEqual((lead.mobifone_promotion_id.name, lead.phone), ("Tặng data", OPEN))
        self.assertIn("Gọi sau 18h", lead.description)
        self.assertFalse(lead.mobifone_call_id)

    def test_desk_english(self):
        self.check_desk("en_US")

    def test_desk_vietnamese(self):
        self.check_desk("vi_VN")

    def test_call_with_the_only_promotion(self):
        self.walk("mobifone_lead_call", "vi_VN", "mobifone-call")
        lead = self.leads()
        self.assertEqual(lead.mobifone_call_id.user_id, self.agent_a1)
        self.assertFalse(lead.description)

    def test_hidden_when_no_promotion_takes_leads(self):
        self.data_gift.lead_team_id = False
        self.walk("mobifone_lead_hidden", "vi_VN")
        self.assertFalse(self.leads())
