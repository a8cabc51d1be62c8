from odoo.tests import HttpCase, tagged

from .common import MISSING, OPEN
from .papers_common import PapersCase, whole_form
from .script_common import ScriptCase, content
from .test_call_registration import STEPS


@tagged("-at_install", "post_install")
class TestPapersTour(PapersCase, HttpCase):
    """Papers in a browser: the agent's form and feedback, the reviewer's dialog. In English and in Vietnamese, by tours
    that read no words."""

    def walk(self, tour, user, lang, path="mobifone-desk"):
        self.env["res.lang"]._activate_lang(lang)
        user.lang = lang
        self.start_tour(f"/odoo/{path}", tour, login=user.login)

    def requests(self, number=MISSING):
        return self.env["mobifone.registration"].search([("subscriber_id", "=", self.line(number).id)])

    # ------------------------------------------------------------
    # The whole form, by keyboard
    # ------------------------------------------------------------

    def check_submit(self, lang):
        self.walk("mobifone_papers_submit", self.agent_a1, lang)
        request = self.requests()
        self.assertEqual((request.state, request.user_id), ("submitted", self.agent_a1))
        self.assertEqual(request.photos, "id_front;id_back;portrait")
        # A wrong value or no consent kept nothing; the draft lacked the portrait.
        self.assertEqual(self.log_of(request), ["draft", "submit"])
        revealed = {
            item["name"]: item["value"] for item in request.with_user(self.care).identity_reveal("Thử")["fields"]
        }
        self.assertEqual(revealed["birth_date"], "15/03/1990")
        self.assertEqual(revealed["full_name"], "Khách Hàng Mẫu Một")

    def test_submit_english(self):
        self.check_submit("en_US")

    def test_submit_vietnamese(self):
        self.check_submit("vi_VN")

    # ------------------------------------------------------------
    # A draft of another agent is gone on with
    # ------------------------------------------------------------

    def test_draft(self):
        self.submit(whole_form(portrait=False), user=self.agent_b1)
        self.walk("mobifone_papers_draft", self.agent_a1, "vi_VN")
        request = self.requests()
        self.assertEqual((request.state, request.user_id), ("submitted", self.agent_a1))
        self.assertEqual(request.doubts, "small_portrait")

    # ------------------------------------------------------------
    # Customer care decides
    # ------------------------------------------------------------

    def check_care(self, lang):
        request = self.request(self.submit())
        self.walk("mobifone_papers_care", self.care, lang, "mobifone-papers")
        self.env.invalidate_all()
        self.assertEqual((request.state, request.decided_by_id), ("approved", self.care))
        self.assertEqual(self.log_of(request), ["submit", "reveal", "approve"])
        self.assertEqual(self.papers_of()["state"], "complete")

    def test_care_english(self):
        self.check_care("en_US")

    def test_care_vietnamese(self):
        self.check_care("vi_VN")

    # ------------------------------------------------------------
    # No form for nice numbers; feedback
    # ------------------------------------------------------------

    def test_nice(self):
        self.change(MISSING, commitment_type="CK 24 tháng")
        self.walk("mobifone_papers_nice", self.agent_a1, "vi_VN")
        self.assertFalse(self.requests())

    def check_feedback(self, lang):
        self.walk("mobifone_papers_feedback", self.agent_a1, lang)
        feedback = self.env["mobifone.feedback"].search([("subscriber_id", "=", self.line(OPEN).id)])
        self.assertEqual(feedback.mapped("text"), ["Gửi giấy tờ đã 3 ngày chưa duyệt"])

    def test_feedback_english(self):
        self.check_feedback("en_US")

    def test_feedback_vietnamese(self):
        self.check_feedback("vi_VN")


@tagged("-at_install", "post_install")
class TestPapersCallTour(PapersCase, ScriptCase, HttpCase):
    """The same form as a step of a script."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.publish(content(STEPS, key="t_papers", hotline="9090"))

    def check_call(self, lang):
        self.env["res.lang"]._activate_lang(lang)
        self.agent_a1.lang = lang
        self.start_tour("/odoo/mobifone-call", "mobifone_papers_call", login=self.agent_a1.login)
        request = self.env["mobifone.registration"].search([("subscriber_id", "=", self.line(MISSING).id)])
        self.assertEqual((request.state, request.photos), ("submitted", "id_front;portrait"))
        self.assertTrue(request.call_id)
        self.assertEqual(request.feedback_ids.call_id, request.call_id)

    def test_call_english(self):
        self.check_call("en_US")

    def test_call_vietnamese(self):
        self.check_call("vi_VN")
