import hashlib
from base64 import b64decode
from datetime import date

from odoo.exceptions import LockError, UserError
from odoo.tests import tagged

from .letter_common import LetterCase

MARCH, APRIL = date(2027, 3, 1), date(2027, 4, 1)


@tagged("-at_install", "post_install")
class TestRemovalLetter(LetterCase):
    """The monthly letter about a vendor's leavers (domain 1.8, 5.2)."""

    # ------------------------------------------------------------
    # LIFE
    # ------------------------------------------------------------

    def test_life_of_a_letter(self):
        letter = self.march("A1", "A2")
        self.assertEqual((letter.state, letter.kind, letter.month, letter.number), ("draft", "main", MARCH, 0))
        self.assertEqual(self.codes(letter), ["A1", "A2"])
        self.assertEqual(str(letter.due_on), "2027-04-04 16:59:59", "the last second of the 4th in Vietnam")
        with self.assertRaisesRegex(UserError, "Only a confirmed letter"):
            letter.action_send()
        self.vendor_a.write({"head_title": "PHÓ GIÁM ĐỐC", "letter_addressee": "Ông Mẫu, Đài 1090"})
        letter.action_confirm()
        self.assertEqual((letter.state, letter.symbol, letter.letter_date), ("confirmed", "01/TA-NS", date(2027, 4, 1)))
        self.assertEqual(letter.confirmed_by_id, self.vendor_manager_a)
        kept = letter.pdf
        self.assertEqual(letter.pdf_sha256, hashlib.sha256(b64decode(kept)).hexdigest())
        texts = (
            "T VENDOR A", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Số: 01/TA-NS",
            "V/v đề nghị xóa user của điện thoại viên nghỉ việc tháng 03/2027", "Hà Nội, ngày 01 tháng 4 năm 2027",
            "Kính gửi: Ông Mẫu, Đài 1090", "Điện thoại viên A1", "ta.a2", "10/03/2027", "Tổng số: 2 user",
            "Trân trọng cảm ơn./.", "Nơi nhận:", "Lưu: VT, NS", "PHÓ GIÁM ĐỐC", "Nguyễn Văn Mẫu",
        )  # fmt: skip
        self.assert_says(letter, *texts)
        for text in texts:
            self.assertIn(text, " ".join(letter.text.split()))
        self.assert_says_not(letter, "thay thế", "bổ sung")
        self.vendor_a.write({"head_title": "GIÁM ĐỐC", "letter_addressee": "Ai khác", "name": "Tên khác"})
        with self.assertRaisesRegex(UserError, "confirmed already"):
            letter.action_confirm()
        self.at("2027-04-04 23:59:59")
        letter.action_send()
        self.assertEqual((letter.state, letter.is_late, letter.sent_to), ("sent", False, "dai1090@example.com"))
        self.assertEqual((letter.head_title, letter.pdf), ("PHÓ GIÁM ĐỐC", kept), "what was confirmed stays")
        with self.assertRaisesRegex(UserError, "Only a confirmed letter"):
            letter.action_send()
        mail = self.mails(subject="[Công văn 01/TA-NS]")
        self.assertEqual(len(mail), 1)
        self.assertEqual((mail.email_to, mail.email_cc), ("dai1090@example.com", "nhansu@ta.example.com"))
        self.assertEqual(mail.attachment_ids.mapped("raw"), [b64decode(kept)])
        self.assertEqual(mail.attachment_ids.name, "cong-van-01-TA-NS-03-2027.pdf")
        self.assertIn("T Vendor A", mail.subject)

    def test_clerks_need_no_address(self):
        self.vendor_manager_a.partner_id.email = False
        self.env.company.email = "odoo@example.com"
        self.issue(self.march("A1"))
        self.assertIn("odoo@example.com", self.mails(subject="[Công văn 01/TA-NS]").email_from)

    def test_late_from_the_fifth(self):
        letter = self.march("A1")
        self.at("2027-04-04 23:59:59")
        self.assertFalse(letter.is_overdue)
        overdue = [("is_overdue", "=", True)]
        self.assertFalse(letter.search(overdue))
        self.at("2027-04-05 00:00:00")
        letter.invalidate_recordset(["is_overdue"])
        self.assertTrue(letter.is_overdue)
        self.assertEqual(letter.search(overdue), letter)
        self.assertNotIn(letter, letter.search([("is_overdue", "=", False)]))
        self.issue(letter)
        self.assertTrue(letter.is_late)
        self.assertFalse(letter.search(overdue))

    def test_refused_without_a_recipient(self):
        letter = self.march("A1")
        letter.action_confirm()
        self.set_param("letter_recipients", False)
        with self.assertRaisesRegex(UserError, "No recipient"):
            letter.action_send()
        self.assertEqual(letter.state, "confirmed")
        with self.assertRaises(UserError):
            self.set_param("letter_recipients", "no address")

    def test_a_file_that_was_changed_is_not_sent(self):
        letter = self.march("A1")
        letter.action_confirm()
        field = [("res_model", "=", letter._name), ("res_id", "=", letter.id), ("res_field", "=", "pdf")]
        self.env["ir.attachment"].search(field).raw = b"%PDF-1.4 other"
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "not the one that was confirmed"):
            letter.action_send()

    def test_a_second_click_at_the_same_moment(self):
        letter = self.march("A1")

        def busy(_records):
            raise LockError("busy")

        self.patch(self.env.registry["mobifone.removal.letter"]._confirm.__globals__["row_lock"], "held", busy)
        for method in ("action_confirm", "action_send", "action_refresh"):
            with self.assertRaises(LockError):
                getattr(letter, method)()

    # ------------------------------------------------------------
    # DRAFTING
    # ------------------------------------------------------------

    def test_drafts_hold_last_months_leavers(self):
        self.set_param("leave_ahead_days", 90)
        people = {code: self.join(self.vendor_a, code) for code in ("LAST", "FIRST", "AHEAD", "TODAY", "OLD", "B")}
        self.at("2027-03-31 23:59")
        self.leave(people["LAST"])
        self.at("2027-04-01 00:00")
        self.leave(people["FIRST"])
        self.leave(people["OLD"], "27/02/2027 08:00")
        self.leave(people["AHEAD"], "30/05/2027")
        self.cron(3)
        drafts = {letter.month: self.codes(letter) for letter in self.letters(self.vendor_a)}
        self.assertEqual(drafts, {MARCH: ["LAST"], date(2027, 2, 1): ["OLD"]})
        self.assertFalse(self.letters(self.vendor_b), "nobody left, no nil letter")
        self.at("2027-04-01 08:00")
        self.leave(people["B"], "31/03/2027 12:00")
        self.assertEqual(self.codes(self.letters(self.vendor_a, month=MARCH)), ["LAST"])
        self.cron()
        self.assertEqual(self.codes(self.letters(self.vendor_a, month=MARCH)), ["B", "LAST"], "joins the draft")
        self.at("2027-05-30 12:00")
        self.cron()
        self.assertEqual(self.codes(self.letters(self.vendor_a, month=APRIL)), ["FIRST"])
        self.assertFalse(self.letters(self.vendor_a, month=date(2027, 5, 1)), "not yet left")

    def test_confirming_takes_the_newest_list(self):
        letter = self.march("A1")
        late = self.join(self.vendor_a, "A2")
        late.sudo().started_on = "2027-03-01 00:00:00"
        self.leave(late, "11/03/2027 08:00")
        letter.action_confirm()
        self.assertEqual(self.codes(letter), ["A1", "A2"])

    def test_late_reports_go_into_a_supplementary_letter(self):
        people = [self.join(self.vendor_a, code) for code in ("S1", "S2", "S3")]
        main = self.march("A1")
        self.issue(main)
        self.at("2027-04-10 09:00")
        self.leave(people[0], "30/03/2027 17:00")
        self.cron(2)
        self.leave(people[1], "29/03/2027 17:00")
        self.cron(2)
        [letter] = self.letters(self.vendor_a) - main
        self.assertEqual((letter.kind, letter.month, self.codes(letter)), ("supplementary", MARCH, ["S2", "S1"]))
        self.issue(letter)
        self.assertTrue(letter.is_late)
        self.assert_says(letter, "nghỉ việc tháng 03/2027 (bổ sung)", "bổ sung công văn số 01/TA-NS ngày 01/04/2027")
        self.assertIn("(bổ sung)", self.mails(subject="02/TA-NS").subject)
        self.leave(people[2], "28/03/2027 17:00")
        self.cron()
        self.assertEqual(self.codes(self.letters(self.vendor_a, state="draft")), ["S3"], "another supplementary letter")

    def test_nil_letters(self):
        self.vendor_b.has_nil_letters = True
        self.at("2027-04-02 06:00")
        self.cron(3)
        self.assertFalse(self.letters(self.vendor_a))
        letter = self.letters(self.vendor_b)
        self.assertEqual((len(letter), letter.month, letter.line_count), (1, MARCH, 0))
        self.issue(letter)
        self.assert_says(letter, "trong tháng 03/2027 không có điện thoại viên nào của công ty nghỉ việc")
        self.assert_says_not(letter, "Tổng số")
        self.cron(2)
        self.assertEqual(self.letters(self.vendor_b), letter, "one is enough")

    def test_an_emptied_draft_goes(self):
        people = [self.join(self.vendor_a, "A1")]
        self.at("2027-03-10 17:30")
        departure = self.leave(people[0])
        self.at("2027-04-01 06:00")
        self.cron()
        letter = self.letters(self.vendor_a)
        self.assertFalse(letter.is_outdated)
        departure.with_user(self.manager).action_correct("01/04/2027 05:00", "was still here")
        self.assertTrue(letter.is_outdated)
        self.cron(2)
        self.assertEqual((letter.state, letter.line_count, letter.number), ("recalled", 0, 0))
        with self.assertRaises(UserError):
            letter.action_reissue()
        self.at("2027-05-01 00:00")
        self.cron()
        self.assertEqual(self.codes(self.letters(self.vendor_a, state="draft", month=APRIL)), ["A1"])

    def test_one_vendor_s_failure_holds_nobody_up(self):
        letter = self.march("A1")
        person = self.join(self.vendor_b, "B1")
        person.sudo().started_on = "2027-03-01 00:00:00"
        self.leave(person, "11/03/2027 08:00")
        draft_for = self.env.registry["mobifone.removal.letter"]._draft_for

        def fail(letters, vendor):
            if vendor.code == "TA":
                raise ValueError("broken")
            return draft_for(letters, vendor)

        self.patch(self.env.registry["mobifone.removal.letter"], "_draft_for", fail)
        with self.assertLogs("odoo.addons.mobifone_consult.models.mobifone_removal_letter_draft", "ERROR"):
            self.cron()
        self.assertEqual(self.codes(self.letters(self.vendor_b)), ["B1"])
        self.assertEqual(self.codes(letter), ["A1"])

    # ------------------------------------------------------------
    # CHASING
    # ------------------------------------------------------------

    def test_chased_once_a_day(self):
        letter = self.march("A1")
        mine = {"email_to": "nhansu@ta.example.com"}
        self.at("2027-04-02 23:59")
        self.cron()
        self.assertFalse(self.mails(**mine), "not before the 3rd")
        self.at("2027-04-03 00:00")
        self.cron(3)
        self.assertEqual(len(self.mails(**mine)), 1)
        self.assertNotIn("dai1090", self.mails(**mine).email_to)
        self.assertNotIn("QUÁ HẠN", self.mails(**mine).subject)
        self.at("2027-04-03 23:00")
        self.cron()
        self.assertEqual(len(self.mails(**mine)), 1)
        letter.action_confirm()
        self.at("2027-04-04 08:00")
        self.cron(2)
        self.assertEqual(len(self.mails(**mine)), 2, "confirmed is not sent")
        self.at("2027-04-05 00:00")
        self.cron(2)
        self.assertEqual(len(self.mails(**mine)), 3)
        last = self.mails(**mine)[-1]
        self.assertEqual(last.email_to, "nhansu@ta.example.com, dai1090@example.com")
        self.assertIn("[QUÁ HẠN]", last.subject)
        self.assertIn("01/TA-NS", last.body_html)
        letter.action_send()
        self.at("2027-04-06 08:00")
        self.cron()
        self.assertEqual(len(self.mails(**mine)), 3, "sent is done")

    def test_days_are_settings(self):
        self.set_param("letter_chase_day", 6)
        self.set_param("letter_due_day", 10)
        letter = self.march("A1")
        self.assertEqual(str(letter.due_on), "2027-04-10 16:59:59")
        self.at("2027-04-05 23:00")
        self.cron()
        self.assertFalse(self.mails(email_to="nhansu@ta.example.com"))
        self.at("2027-04-06 00:00")
        self.cron()
        self.assertTrue(self.mails(email_to="nhansu@ta.example.com"))
        for name, value in (("letter_due_day", 0), ("letter_chase_day", 29), ("letter_due_day", "x")):
            with self.assertRaises(UserError):
                self.set_param(name, value)
