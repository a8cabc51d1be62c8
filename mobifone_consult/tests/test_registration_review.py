import base64
from datetime import datetime
from io import BytesIO
from unittest.mock import patch

from freezegun import freeze_time
from PIL import Image

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import MISSING, OPEN
from .papers_common import NUMBER, PapersCase, picture, upload, whole_form


@tagged("-at_install", "post_install")
class TestRegistrationReview(PapersCase):
    """What customer care decides, in time or not, and what is kept afterwards."""

    # ------------------------------------------------------------
    # Decisions
    # ------------------------------------------------------------

    def test_approval_updates_customer_and_line(self):
        request = self.request(self.submit())
        request.action_approve()
        self.assertEqual((request.state, request.decided_by_id), ("approved", self.care))
        customer = self.line(MISSING).partner_id
        self.assertEqual(customer.name, "Khách Hàng Mẫu Một")
        shown = customer.with_user(self.care)
        self.assertEqual(shown.identity_document_number, "•••••••••456")
        self.assertEqual(shown.identity_full_name, "K•••• H••• M•• M••")
        self.assertEqual((shown.registration_state, shown.registration_missing), ("complete", ""))
        papers = self.papers_of()
        self.assertEqual((papers["state"], papers["must_acknowledge"], papers["missing"]), ("complete", False, []))
        self.assertEqual(self.line(MISSING).with_user(self.manager).papers_state, "complete")

    def test_a_stale_feed_does_not_undo_an_approval(self):
        self.request(self.submit()).action_approve()
        self.feed_line("incomplete", "portrait")
        self.assertEqual(self.papers_of()["state"], "complete", "the feed tells what it told before")
        self.feed_line("incomplete", "portrait;address")
        self.assertEqual(self.papers_of()["state"], "complete")

    def feed_line(self, state, missing):
        content = f"msisdn,registration_state,registration_missing\n{MISSING},{state},{missing}\n".encode()
        from io import BytesIO

        self.env["mobifone.line.feed"]._load(BytesIO(content))

    def test_rejection_tells_the_customer_why(self):
        request = self.request(self.submit())
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.reject(request, "x" * 1000)
        self.reject(request, f"Số {NUMBER} của người khác")
        self.assertEqual((request.state, request.reject_reason_id), ("rejected", self.reason))
        self.assertIn(self.reason.name, self.papers_of()["request"]["text"])
        self.assertNotIn("người khác", str(self.papers_of()), "the note is for customer care")
        self.assertEqual(request.reject_note, "Số •••••••••456 của người khác")
        self.assertEqual(self.papers_of()["state"], "incomplete")
        self.assertEqual(self.log_of(request), ["submit", "reject"])

    def test_decided_once(self):
        request = self.request(self.submit())
        request.action_approve()
        for again in (request.action_approve, request.action_escalate, lambda: self.reject(request)):
            with self.assertRaisesRegex(UserError, "cannot be decided"):
                again()
        self.assertEqual(request.state, "approved")

    def test_a_draft_is_not_decided_on(self):
        request = self.request(self.submit({"full_name": "Khách Hàng", "consent": True}))
        for decide in (request.action_approve, request.action_escalate, lambda: self.reject(request)):
            with self.assertRaises(UserError):
                decide()

    def test_an_escalated_request_is_still_decided(self):
        request = self.request(self.submit())
        request.action_escalate()
        self.assertEqual(request.state, "escalated")
        self.assertEqual(self.papers_of()["request"]["state"], "escalated")
        request.action_approve()
        self.assertEqual(self.log_of(request), ["submit", "escalate", "approve"])

    def test_new_papers_take_the_place_of_the_old(self):
        self.request(self.submit()).action_approve()
        self.request(self.submit(whole_form(document_number="001190654321"))).action_approve()
        customer = self.line(MISSING).partner_id
        self.assertEqual(self.env["mobifone.identity"].sudo().search_count([("partner_id", "=", customer.id)]), 1)
        self.assertEqual(customer.with_user(self.care).identity_document_number, "•••••••••321")
        first, second = self.env["mobifone.registration"].search([], order="id", limit=2)
        self.assertTrue(first.photos_deleted_on and not second.photos_deleted_on)
        self.assertEqual(self.log_of(first), ["submit", "approve", "papers_deleted"])

    def test_papers_of_an_earlier_owner_are_not_the_new_ones(self):
        self.line(MISSING).partner_id = self.env["res.partner"].create({"name": "Chủ cũ", "ref": "OLD"})
        request = self.request(self.submit())
        self.line(MISSING).partner_id = self.env["res.partner"].create({"name": "Chủ mới", "ref": "NEW"})
        with self.assertRaisesRegex(UserError, "another customer"), self.env.cr.savepoint():
            request.action_approve()
        self.env.invalidate_all()
        self.assertEqual((request.state, self.line(MISSING).partner_id.name), ("submitted", "Chủ mới"))

    def test_the_real_customer_in_the_place_of_ours(self):
        request = self.request(self.submit(number=OPEN))
        real = self.env["res.partner"].create({"name": "Người Khác", "ref": "REAL"})
        self.line(OPEN).partner_id = real
        with self.assertRaisesRegex(UserError, "another customer"), self.env.cr.savepoint():
            request.action_approve()
        real.name = "khách hàng  mẫu một"
        request.action_approve()
        self.assertEqual((real.name, request.with_user(self.manager).partner_id), ("Khách Hàng Mẫu Một", real))

    def test_a_line_given_up_gets_nobody_s_papers(self):
        request = self.request(self.submit())
        self.change(MISSING, line_status="terminated")
        with self.assertRaisesRegex(UserError, "given up"), self.env.cr.savepoint():
            request.action_approve()
        self.change(MISSING, line_status="active", partner_id=None)
        with self.assertRaisesRegex(UserError, "given up"), self.env.cr.savepoint():
            request.action_approve()

    def test_another_name_on_record_is_a_doubt_of_the_reviewer_alone(self):
        self.line(MISSING).partner_id = self.env["res.partner"].create({"name": "Tên Trong Hệ Thống"})
        answer = self.submit()
        self.assertEqual(answer["warnings"], [])
        self.assertIn("another name", self.request(answer).with_context(lang="en_US").doubts_text)

    def test_interrupted_between_its_writes_nothing_is_half_done(self):
        request = self.request(self.submit())
        line, name = self.line(MISSING), self.line(MISSING).partner_id.name
        places = (
            ("mobifone.identity", "unlink"),
            ("res.partner", "write"),
            ("mobifone.subscriber.note", "_put"),
            ("mobifone.identity.log", "_log"),
        )
        for model, method in places:
            target = type(self.env[model])
            broken = patch.object(target, method, autospec=True, side_effect=MemoryError(f"{model}.{method}"))
            with (
                self.subTest(place=f"{model}.{method}"),
                broken,
                self.assertRaises(MemoryError),
                self.env.cr.savepoint(),
            ):
                request.action_approve()
            self.env.invalidate_all()
            self.assertEqual((request.state, request.decided_on), ("submitted", False))
            self.assertEqual(line.partner_id.name, name)
            self.assertFalse(line.partner_id.with_user(self.care).has_identity)
            self.assertEqual(self.papers_of()["state"], "incomplete")
        request.action_approve()
        self.assertEqual(self.papers_of()["state"], "complete")

    # ------------------------------------------------------------
    # Showing papers
    # ------------------------------------------------------------

    def test_papers_are_shown_for_a_reason_and_that_is_logged(self):
        request = self.request(self.submit())
        for reason in (None, "", "   ", 5, "x" * 1000, "\0"):
            with self.subTest(reason=str(reason)[:9]), self.assertRaises(UserError):
                request.identity_reveal(reason)
        shown = request.identity_reveal("Duyệt yêu cầu")
        self.assertEqual(shown["number"], "0900091003")
        values = {field["name"]: field["value"] for field in shown["fields"]}
        self.assertEqual((values["document_number"], values["birth_date"]), (NUMBER, "15/03/1990"))
        self.assertEqual([photo["name"] for photo in shown["photos"]], ["id_front", "id_back", "portrait"])
        self.assertTrue(all(photo["source"].startswith("data:image/jpeg;base64,") for photo in shown["photos"]))
        row = self.env["mobifone.identity.log"].search([("registration_ref", "=", request.id)], limit=1)
        self.assertEqual((row.action, row.user_id, row.reason), ("reveal", self.care, "Duyệt yêu cầu"))
        self.assertIn("portrait", row.seen)
        self.assertEqual(request.photos_seen_by_id, self.care)
        request.action_approve()
        of_customer = self.line(MISSING).partner_id.with_user(self.care).identity_reveal("Khách hàng gọi")
        self.assertEqual(len(of_customer["photos"]), 3)

    def test_the_log_is_append_only(self):
        self.submit()
        row = self.env["mobifone.identity.log"].search([], limit=1)
        for change in (lambda: row.write({"reason": "x"}), row.unlink, lambda: row.create({})):
            self.assert_denied(change)
        for sql in ("UPDATE mobifone_identity_log SET reason = 'x'", "DELETE FROM mobifone_identity_log",
                    "TRUNCATE mobifone_identity_log"):  # fmt: skip
            with self.subTest(sql=sql), self.assertRaisesRegex(Exception, "append-only"), self.env.cr.savepoint():
                self.env.cr.execute(sql, log_exceptions=False)  # pylint: disable=sql-injection

    def test_photos_come_out_upright_and_small(self):
        tall = picture((3000, 4500), exif=b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0")
        request = self.request(self.submit(whole_form(portrait=upload(tall))))
        source = request.identity_reveal("Duyệt")["photos"][2]["source"]
        image = Image.open(BytesIO(base64.b64decode(source.partition(",")[2])))
        self.assertEqual((image.size, image.getexif()), ((2000, 1333), {}))

    # ------------------------------------------------------------
    # Overdue
    # ------------------------------------------------------------

    def test_overdue_at_the_second_weekends_too(self):
        with freeze_time("2026-11-20 09:30:00"):
            request = self.request(self.submit())
        with freeze_time("2026-11-22 09:30:00"):
            self.assertFalse(request.is_overdue)
        request.invalidate_recordset()
        with freeze_time("2026-11-22 09:30:01"):
            self.assertTrue(request.is_overdue)
            self.assertIn(request, request.search([("is_overdue", "=", True)]))
        triggers = self.env["ir.cron.trigger"].search(
            [("cron_id", "=", self.env.ref("mobifone_consult.ir_cron_flag_overdue").id)]
        )
        self.assertIn(datetime(2026, 11, 22, 9, 30, 1), triggers.mapped("call_at"))

    def test_overdue_requests_are_flagged_and_mailed_only_if_asked(self):
        mails = self.env["mail.mail"].search([])
        request, early = self.request(self.submit()), self.request(self.submit(number=OPEN))
        self.age(request, due_on=1)
        self.cron("ir_cron_flag_overdue")
        self.assertTrue(request.overdue_on)
        self.assertFalse(early.overdue_on)
        self.assertFalse(self.env["mail.mail"].search([]) - mails, "the setting does not ask for mails")
        self.set_param("overdue_mail", "True")
        self.set_param("overdue_recipients", "a@example.com,b@example.com")
        self.age(early, due_on=1)
        for _twice in range(2):
            self.cron("ir_cron_flag_overdue")
        mail = self.env["mail.mail"].search([]) - mails
        self.assertEqual((len(mail), mail.email_to), (1, "a@example.com,b@example.com"))
        self.assertIn(early.number_masked, mail.body_html)
        self.assertNotIn(request.number_masked, mail.body_html, "was told of nobody twice")
        self.assertNotIn("0900091001", mail.body_html)

    def test_what_is_due_first_comes_first(self):
        late, soon = self.request(self.submit()), self.request(self.submit(number=OPEN))
        self.age(soon, due_on=5)
        domain = [("state", "in", ("submitted", "escalated"))]
        queue = late.search(domain, order="due_on, id")
        self.assertEqual(queue.ids[:2], [soon.id, late.id])
