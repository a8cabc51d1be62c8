from odoo.tests import HttpCase, tagged

from .common import LOCKED, OPEN
from .script_common import ScriptCase, content


@tagged("-at_install", "post_install")
class TestCallTour(ScriptCase, HttpCase):
    """The screen of guided calls in a browser, by keyboard. As the desk's: in English and in Vietnamese, by tours that
    read no words but those of the script."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        plain = content(key="t_call", hotline="9090")
        pitch = next(step for step in plain["steps"] if step["key"] == "pitch")
        pitch["text"] = f"(Chỉ dẫn cho điện thoại viên)\n{pitch['text']}"
        cls.version = cls.publish(plain)

    def walk(self, tour, lang, user=None, path="mobifone-call"):
        user = user or self.agent_a1
        self.env["res.lang"]._activate_lang(lang)
        user.lang = lang
        self.start_tour(f"/odoo/{path}", tour, login=user.login)

    def calls(self):
        return self.env["mobifone.call"].search([("user_id", "=", self.agent_a1.id)])

    def occupation(self, number):
        return self.line(number).partner_id.occupation_id.code

    # ------------------------------------------------------------
    # From the desk to the end and back to the desk
    # ------------------------------------------------------------

    def check_whole(self, lang):
        self.walk("mobifone_call_whole", lang, path="mobifone-desk")
        self.assertEqual(self.calls().mapped("outcome"), ["link_sent"])
        consultation = self.env["mobifone.consultation"].search([("subscriber_id", "=", self.line(OPEN).id)])
        self.assertEqual(consultation.call_id, self.calls())
        self.assertEqual(self.occupation(OPEN), 10)

    def test_whole_english(self):
        self.check_whole("en_US")

    def test_whole_vietnamese(self):
        self.check_whole("vi_VN")

    # ------------------------------------------------------------
    # At the desk: number, script, number; a call that was left there
    # ------------------------------------------------------------

    def check_desk_keys(self, lang):
        self.walk("mobifone_desk_keys", lang, path="mobifone-desk")
        self.assertEqual(self.calls().mapped("outcome"), ["refused"], "one call all the time")

    def test_desk_keys_english(self):
        self.check_desk_keys("en_US")

    def test_desk_keys_vietnamese(self):
        self.check_desk_keys("vi_VN")

    # ------------------------------------------------------------
    # An answer taken back, a call ended early
    # ------------------------------------------------------------

    def check_back(self, lang):
        self.walk("mobifone_call_back", lang)
        call = self.calls()
        self.assertEqual(call.outcome, "abandoned")
        voided = call.step_ids.filtered(lambda row: row.voided_on and row.step_id.kind != "decide")
        self.assertEqual(voided.step_id.mapped("key"), ["pitch", "ask_job"])
        self.assertEqual(voided.answer_id.key, "refuse")
        self.assertFalse(call.consultation_ids, "the answer that saves was not given")

    def test_back_english(self):
        self.check_back("en_US")

    def test_back_vietnamese(self):
        self.check_back("vi_VN")

    # ------------------------------------------------------------
    # A reload, and a call that was left
    # ------------------------------------------------------------

    def check_resume(self, lang):
        self.walk("mobifone_call_resume", lang)
        self.assertEqual(self.calls().mapped("outcome"), ["refused"], "one call all the time")

    def test_resume_english(self):
        self.check_resume("en_US")

    def test_resume_vietnamese(self):
        self.check_resume("vi_VN")

    # ------------------------------------------------------------
    # The occupation by code, word and arrows
    # ------------------------------------------------------------

    def check_occupation(self, lang):
        self.walk("mobifone_call_occupation", lang)
        self.assertEqual(self.occupation(LOCKED), 12)
        self.assertEqual(self.calls().mapped("outcome"), ["excluded:complaint"])

    def test_occupation_english(self):
        self.check_occupation("en_US")

    def test_occupation_vietnamese(self):
        self.check_occupation("vi_VN")

    # ------------------------------------------------------------
    # What stands before a call; keyboards; a lost connection; the trial
    # ------------------------------------------------------------

    def test_begin(self):
        self.walk("mobifone_call_begin", "vi_VN")
        self.assertEqual(self.calls().mapped("outcome"), ["abandoned"] * 2)

    def test_keys(self):
        self.walk("mobifone_call_keys", "vi_VN")
        call = self.calls()
        self.assertEqual(call.outcome, "abandoned")
        self.assertFalse(call.consultation_ids)

    def test_connection(self):
        self.walk("mobifone_call_connection", "vi_VN")
        answered = self.calls().step_ids.filtered("answer_id")
        self.assertEqual(answered.filtered(lambda row: row.step_id.key == "matter").answer_id.key, "service")

    def test_trial(self):
        path = f"{self.version.id}/action-mobifone_consult.script_trial"
        self.walk("mobifone_script_trial", "vi_VN", self.manager, path)
        self.assertFalse(self.env["mobifone.call"].search([("version_id", "=", self.version.id)]))
