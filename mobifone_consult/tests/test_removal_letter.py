import hashlib
from base64 import b64decode
from datetime import date
from itertools import chain

from psycopg2 import IntegrityError
from psycopg2.errors import RaiseException

from odoo.exceptions import AccessError, LockError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tests.common import TransactionCase

from ..tools import letter_pages, local_time
from .letter_common import LetterCase

MARCH, APRIL = date(2027, 3, 1), date(2027, 4, 1)
DRAFT_METHODS = ("action_confirm", "action_refresh", "action_send", "action_reissue")


@tagged("-at_install", "post_install")
class TestRemovalLetter(LetterCase):
    """The monthly letter about a vendor's leavers (domain 1.8, 5.2)."""

    def march(self, *codes, vendor=None):
        """A draft of March with these leavers, on 1 April."""
        vendor = vendor or self.vendor_a
        people = [self.join(vendor, code) for code in codes]
        self.at("2027-03-10 17:30")
        for agent in people:
            self.leave(agent)
        self.at("2027-04-01 06:00")
        self.cron()
        return self.letters(vendor)

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
        late.started_on = "2027-03-01 00:00:00"
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
        person.started_on = "2027-03-01 00:00:00"
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

    # ------------------------------------------------------------
    # RECALL
    # ------------------------------------------------------------

    def recall(self, letter, why="Sai ngày nghỉ việc", user=None):
        wizard = self.env["mobifone.letter.recall"].with_user(user or self.manager).with_context(active_id=letter.id)
        wizard.create({"why": why}).action_recall()

    def test_recall_and_issue_again(self):
        people = [self.join(self.vendor_a, code) for code in ("A1", "A2")]
        self.at("2027-03-31 20:00")
        departures = [self.leave(agent) for agent in people]
        self.at("2027-04-01 06:00")
        self.cron()
        first = self.issue(self.letters(self.vendor_a))
        self.at("2027-04-20 09:00")
        with self.assertRaisesRegex(UserError, "Only a recalled letter"):
            first.action_reissue()
        departures[0].with_user(self.manager).action_correct("01/04/2027 08:00", "worked one night more")
        self.assertTrue(first.is_outdated)
        self.assertEqual(first.line_ids.mapped("is_outdated"), [True, False])
        for why in ("", "  ", None, 5, "x" * 201):
            with self.assertRaises(UserError):
                first.action_recall(why)
        self.recall(first)
        self.assertEqual(
            (first.state, first.recalled_by_id, first.recalled_why), ("recalled", self.manager, "Sai ngày nghỉ việc")
        )
        self.assertFalse(first.is_outdated)
        with self.assertRaisesRegex(UserError, "Only a confirmed or sent"):
            first.action_recall("again")
        action = first.action_reissue()
        second = self.letters(self.vendor_a, state="draft")
        self.assertEqual((action["res_id"], second.replaces_id, second.month), (second.id, first, MARCH))
        self.assertEqual(self.codes(second), ["A2"])
        self.assertEqual(first.action_reissue()["res_id"], second.id, "again: the same draft")
        self.cron(2)
        self.assertEqual(self.letters(self.vendor_a), first + second)
        self.issue(second)
        self.assertEqual((second.symbol, second.is_late), ("02/TA-NS", False), "the first one was in time")
        self.assert_says(second, "Công văn này thay thế công văn số 01/TA-NS ngày 01/04/2027.")
        with self.assertRaisesRegex(UserError, "replaced already"):
            first.action_reissue()
        self.assertEqual(self.codes(first), ["A1", "A2"], "both are kept")
        self.at("2027-05-01 00:00")
        self.cron()
        self.assertEqual(self.codes(self.letters(self.vendor_a, month=APRIL)), ["A1"])

    def test_the_cron_drafts_what_a_recall_left_behind(self):
        person = self.join(self.vendor_a, "S1")
        first = self.issue(self.march("A1"))
        self.leave(person, "30/03/2027 17:00")
        self.cron()
        supplementary = self.letters(self.vendor_a) - first
        self.recall(first, user=self.vendor_manager_a)
        supplementary.action_refresh()
        self.assertEqual(self.codes(supplementary), ["S1"], "the recalled letter's leavers are not for this one")
        self.cron(2)
        second = self.letters(self.vendor_a) - first - supplementary
        self.assertEqual((second.kind, second.replaces_id, self.codes(second)), ("main", first, ["A1"]))
        self.assertEqual(self.codes(supplementary), ["S1"])
        self.recall(self.issue(supplementary), user=self.vendor_manager_a)
        supplementary.action_reissue()
        third = self.letters(self.vendor_a, state="draft", kind="supplementary")
        self.assertFalse(third.line_ids, "while the month's letter is a draft, it has them")
        self.cron()
        self.assertEqual(set(self.codes(second)), {"A1", "S1"})

    def test_recalled_before_it_was_sent(self):
        letter = self.march("A1")
        with self.assertRaisesRegex(UserError, "Only a confirmed or sent"):
            letter.action_recall("x")
        letter.action_confirm()
        letter.action_recall("Sai tên")
        with self.assertRaises(UserError):
            letter.action_send()
        letter.action_reissue()
        again = self.letters(self.vendor_a, state="draft")
        again.action_confirm()
        self.assertEqual(again.symbol, "02/TA-NS", "numbers are not used again")

    # ------------------------------------------------------------
    # ACCESS
    # ------------------------------------------------------------

    def test_who_reads(self):
        letter = self.march("A1")
        models = {"mobifone.removal.letter": letter, "mobifone.removal.letter.line": letter.line_ids}
        readers = {"vendor_manager_a": True, "manager": True, "vendor_manager_b": False}
        others = ("agent_a1", "leader_a", "leader_b", "care", "feed", "stranger")
        for model, records in models.items():
            for name, may in readers.items():
                with self.subTest(model=model, user=name):
                    of_user = self.env[model].with_user(getattr(self, name))
                    self.assertTrue(of_user.has_access("read"))
                    self.assertEqual(records in of_user.search([]), may)
                    for operation in ("write", "create", "unlink"):
                        self.assertFalse(of_user.has_access(operation))
                    if not may:
                        with self.assertRaises(AccessError):
                            records.with_user(getattr(self, name)).read(["name"] if "line" in model else ["symbol"])
            for name in others:
                with self.subTest(model=model, user=name), self.assertRaises(AccessError):
                    self.env[model].with_user(getattr(self, name)).search([])

    def test_who_acts(self):
        letter = self.march("A1")
        for name in ("vendor_manager_b", "agent_a1", "leader_a", "leader_b", "care", "feed", "stranger"):
            of_user = letter.with_user(getattr(self, name))
            for method in DRAFT_METHODS:
                with self.subTest(user=name, method=method), self.assertRaises(AccessError):
                    getattr(of_user, method)()
            with self.subTest(user=name), self.assertRaises(AccessError):
                of_user.action_recall("x")
            with self.subTest(user=name), self.assertRaises(AccessError):
                self.recall(letter, user=getattr(self, name))
        self.issue(letter.with_user(self.manager))
        self.assertEqual(letter.sent_by_id, self.manager, "MobiFone may, too")

    def test_nobody_writes(self):
        letter = self.march("A1")
        line = letter.line_ids
        other = self.join(self.vendor_a, "A9")
        self.at("2027-04-02 08:00")
        departure = self.leave(other)
        for user in (self.vendor_manager_a, self.manager, self.env.ref("base.user_admin")):
            letters, lines = letter.with_user(user), line.with_user(user)
            new = {"vendor_id": self.vendor_a.id, "month": "2027-02-01", "kind": "main"}
            on_it = {"letter_id": letter.id, "departure_id": departure.id, "name": "x"}
            for call in (
                lambda letters=letters: letters.write({"state": "sent"}),
                lambda letters=letters: letters.write({"number": 9, "symbol": "09/TA"}),
                lambda letters=letters: letters.write({"pdf": False}),
                lambda letters=letters: letters.write({"line_ids": [Command.clear()]}),
                lambda letters=letters: letters.write({"line_ids": [Command.update(line.id, {"name": "x"})]}),
                lambda letters=letters, new=new: letters.create(new),
                lambda letters=letters: letters.copy(),
                lambda letters=letters: letters.unlink(),
                lambda lines=lines: lines.write({"name": "x"}),
                lambda lines=lines, on_it=on_it: lines.create(on_it),
                lambda lines=lines: lines.unlink(),
                lambda letters=letters: letters.web_save({"state": "sent"}, {}),
            ):
                with self.assertRaises(AccessError):
                    call()
        self.assertEqual((letter.state, line.name), ("draft", "Điện thoại viên A1"))

    def test_the_context_says_nothing(self):
        letter = self.march("A1").with_context(
            default_state="sent", default_number=99, default_attachment_ids=[1], default_email_to="x@example.com",
            bin_size=True, active_test=False, default_name="x", default_res_model="res.partner", force_send=True,
        )  # fmt: skip
        self.issue(letter)
        self.assertEqual((letter.number, letter.symbol), (1, "01/TA-NS"))
        mail = self.mails(subject="01/TA-NS")
        self.assertEqual((mail.email_to, len(mail.attachment_ids)), ("dai1090@example.com", 1))
        self.assertTrue(mail.attachment_ids.raw.startswith(b"%PDF"))
        letter.with_context(default_recalled_by_id=1, default_state="draft").action_recall("Sai")
        letter.with_context(default_state="sent", default_kind="supplementary").action_reissue()
        draft = self.letters(self.vendor_a, state="draft")
        self.assertEqual((draft.kind, draft.number), ("main", 0))

    def test_the_file_is_for_readers_only(self):
        letter = self.march("A1")
        letter.action_confirm()
        field = [("res_model", "=", letter._name), ("res_id", "=", letter.id), ("res_field", "=", "pdf")]
        attachment = self.env["ir.attachment"].search(field)
        self.assertTrue(attachment.with_user(self.vendor_manager_a).raw)
        for user in (self.vendor_manager_b, self.agent_a1, self.leader_a, self.care):
            with self.assertRaises(AccessError):
                attachment.with_user(user).read(["raw"])
        for user in (self.vendor_manager_a, self.manager):
            with self.assertRaises(AccessError):
                attachment.with_user(user).write({"raw": b"x"})
            with self.assertRaises(AccessError):
                attachment.with_user(user).unlink()

    def test_the_dialog_is_its_maker_s(self):
        letter = self.march("A1")
        dialog = (
            self.env["mobifone.letter.recall"].with_user(self.manager).create({"letter_ref": letter.id, "why": "x"})
        )
        with self.assertRaises(AccessError):
            dialog.with_user(self.vendor_manager_a).read(["why"])
        for ref in (0, 2**31 - 1):
            with self.assertRaises(UserError):
                dialog.create({"letter_ref": ref, "why": "x"}).action_recall()

    # ------------------------------------------------------------
    # THE DATABASE DECIDES
    # ------------------------------------------------------------

    def test_the_database_keeps_letters_apart(self):
        letter = self.march("A1", "A2")
        letter.action_confirm()
        self.env.flush_all()
        letters, lines = "mobifone_removal_letter", "mobifone_removal_letter_line"
        columns = "vendor_id, month, kind, state, drafted_on, due_on"
        other = "vendor_id, '2027-02-01'::date, kind, 'draft', drafted_on, due_on"
        leaver = "letter_id, departure_id, vendor_id, name, employee_code, left_at, reported_at, is_live"
        for sql, refusal in (
            (f"INSERT INTO {letters} ({columns}) SELECT {columns} FROM {letters}", IntegrityError),
            (
                f"INSERT INTO {letters} ({columns}, year, number) SELECT {other}, year, number FROM {letters}",
                IntegrityError,
            ),
            (f"INSERT INTO {lines} ({leaver}) SELECT {leaver} FROM {lines}", IntegrityError),
            (f"UPDATE {letters} SET state = 'sent'", IntegrityError),
            (f"UPDATE {letters} SET symbol = '02/TA'", RaiseException),
            (f"UPDATE {letters} SET pdf_sha256 = NULL", RaiseException),
            (f"DELETE FROM {letters}", RaiseException),
        ):
            with self.subTest(sql=sql), self.assertRaises(refusal), self.env.cr.savepoint():
                self.env.cr.execute(sql, log_exceptions=False)  # pylint: disable=sql-injection

    def test_a_number_is_drawn_by_the_letters_own_year(self):
        first = self.march("A1")
        first.action_confirm()
        self.env["mobifone.removal.letter"].browse(first.id).action_recall("x")
        self.at("2028-01-02 00:00")
        first.action_reissue()
        second = self.letters(self.vendor_a, state="draft")
        second.action_confirm()
        self.assertEqual((second.year, second.symbol), (2028, "01/TA-NS"))
        self.assert_says(second, "ngày 02 tháng 01 năm 2028")


@tagged("-at_install", "post_install")
class TestLetterPages(TransactionCase):
    """Where a long list breaks, and how a letter's date is written."""

    def test_pages(self):
        row = ("1", "Nguyễn Văn Mẫu", "A1", "ta.a1", "10/03/2027", "10/03/2027", "")
        self.assertEqual(letter_pages.cut([], 250), [])
        self.assertEqual(letter_pages.cut([row], 250), [[row]])
        pages = letter_pages.cut([row] * 60, 250)
        self.assertEqual(list(chain(*pages)), [row] * 60)
        self.assertEqual([len(page) for page in pages], [23, 37])
        self.assertLess(len(pages[0]), len(pages[1]))
        self.assertEqual(letter_pages.cut([row], 5000), [[row]], "never a page without a row")
        long = (*row[:-1], "một hai ba bốn năm sáu bảy tám chín mười " * 10)
        self.assertGreater(letter_pages.height(long), 500)
        self.assertEqual(letter_pages.lines("x" * 20, 5, breaks=True), 2)
        self.assertEqual(letter_pages.lines("x" * 20, 5, breaks=False), 2)
        self.assertEqual(letter_pages.lines("", 5, breaks=False), 1)

    def test_dates(self):
        for day, text in (
            (date(2026, 12, 5), "ngày 05 tháng 12 năm 2026"), (date(2026, 2, 28), "ngày 28 tháng 02 năm 2026"),
            (date(2026, 3, 31), "ngày 31 tháng 3 năm 2026"), (date(2026, 1, 1), "ngày 01 tháng 01 năm 2026"),
        ):  # fmt: skip
            self.assertEqual(local_time.letter_date(day), text)
