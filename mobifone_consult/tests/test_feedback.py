from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import MISSING, OPEN
from .papers_common import NUMBER, PapersCase


@tagged("-at_install", "post_install")
class TestFeedback(PapersCase):
    """What a customer complains of: taken at the desk, passed on by mail, answered (domain 1.3, D2.4)."""

    def file(self, text="Đã gửi giấy tờ, chưa được duyệt", user=None, number=MISSING, **options):
        desk = self.desk(user or self.agent_a1)
        lookup = desk.lookup(number)
        if lookup["registration"]["must_acknowledge"]:
            desk.acknowledge(lookup["lookup_id"])
        return desk.file_feedback(lookup["lookup_id"], text, **options)

    def feedback(self, answer, user=None):
        return self.env["mobifone.feedback"].with_user(user or self.care).browse(answer["feedback_id"])

    def test_feedback_belongs_to_the_line_s_last_request(self):
        request = self.request(self.submit())
        answer = self.file()
        self.assertEqual((answer["ok"], answer["verdict"]["code"]), (True, "ok"))
        feedback = self.feedback(answer)
        self.assertEqual((feedback.registration_id, feedback.user_id, feedback.state), (request, self.agent_a1, "new"))
        self.assertEqual(feedback.vendor_id, self.vendor_a)
        self.assertEqual(request.feedback_ids, feedback)
        self.assertFalse(self.feedback(self.file(number=OPEN)).registration_id, "also without a request")

    def test_one_a_look_up(self):
        desk = self.desk(self.agent_a1)
        lookup_id = desk.lookup(OPEN)["lookup_id"]
        first = desk.file_feedback(lookup_id, "Một")
        again = desk.file_feedback(lookup_id, "Một, và hai")
        self.assertEqual(first["feedback_id"], again["feedback_id"])
        self.assertEqual(self.feedback(first).text, "Một, và hai")
        self.set_param("care_recipients", "cskh@example.com")
        self.feedback(first).action_send()
        late = desk.file_feedback(lookup_id, "Một, hai và ba")
        self.assertEqual((late["ok"], late["verdict"]["code"]), (False, "passed_on"))

    def test_numbers_are_masked_before_they_are_kept(self):
        feedback = self.feedback(self.file(f"CCCD {NUMBER}, gọi lại 0900091003"))
        self.assertNotIn(NUMBER, feedback.text)
        self.assertNotIn("0900091003", feedback.text)
        feedback.answer = f"Đã kiểm tra {NUMBER}"
        self.assertNotIn(NUMBER, feedback.answer)

    def test_nonsense(self):
        for text in (None, "", "   ", 5, [], "\0", "x" * 2001):
            with self.subTest(text=str(text)[:9]):
                self.assert_denied(self.file, text)
        self.assertEqual(self.file(number="0910000999")["verdict"]["code"], "other_network")

    def test_passed_on_by_mail_without_a_number_in_clear(self):
        request = self.request(self.submit())
        feedback = self.feedback(self.file(f"Số {NUMBER} chưa duyệt"))
        with self.assertRaisesRegex(UserError, "No recipient"):
            feedback.action_send()
        self.set_param("care_recipients", "cskh@example.com, cskh2@example.com")
        before = self.env["mail.mail"].search([])
        feedback.action_send()
        mail = self.env["mail.mail"].search([]) - before
        self.assertEqual((len(mail), mail.email_to), (1, "cskh@example.com, cskh2@example.com"))
        self.assertIn(request.number_masked, mail.subject)
        self.assertIn("•••••••••456 chưa duyệt", mail.body_html)
        for secret in (NUMBER, "0900091003", "+84900091003", "Khách Hàng Mẫu"):
            self.assertNotIn(secret, f"{mail.subject} {mail.body_html}")
        self.assertEqual((feedback.state, feedback.handler_id, request.state), ("sent", self.care, "escalated"))
        self.assertEqual(self.log_of(request), ["submit", "escalate"])
        feedback.action_send()
        self.assertEqual(len(self.env["mail.mail"].search([]) - before), 2, "it may be passed on again")

    def test_closed_with_an_answer_and_not_again(self):
        feedback = self.feedback(self.file())
        with self.assertRaisesRegex(UserError, "Write the answer"):
            feedback.action_close()
        feedback.answer = "Đã hướng dẫn khách hàng chụp lại ảnh"
        feedback.action_close()
        self.assertEqual((feedback.state, feedback.handler_id), ("closed", self.care))
        for again in (feedback.action_close, feedback.action_send):
            self.set_param("care_recipients", "cskh@example.com")
            with self.assertRaises(UserError):
                again()
        with self.assertRaises(AccessError):
            feedback.answer = "Khác"

    def test_only_the_answer_is_written_and_only_by_care(self):
        feedback = self.feedback(self.file())
        for values in (
            {"text": "x"},
            {"state": "closed"},
            {"handler_id": self.care.id},
            {"answer": "a", "sent_to": "x"},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                feedback.write(values)
        with self.assertRaises(AccessError):
            feedback.create({"number_masked": "x", "text": "x"})
        with self.assertRaises(UserError):
            feedback.unlink()
        for user in (self.agent_a1, self.leader_a, self.vendor_manager_a, self.stranger):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.feedback({"feedback_id": feedback.id}, user).action_send()

    def test_an_answer_is_text(self):
        feedback = self.feedback(self.file())
        for nonsense in (True, 1.5, -1, "a\0b"):
            with self.subTest(answer=nonsense):
                feedback.answer = nonsense
                self.assertNotIn("\0", feedback.answer)

    def test_recipients_are_addresses(self):
        for text in ("nobody", "a@example.com; b@example.com", "a@example.com,,"):
            with self.subTest(text=text), self.assertRaises(UserError):
                self.set_param("care_recipients", text)
