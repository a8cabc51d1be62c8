import base64
from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import MISSING, OPEN
from .papers_common import PapersCase


@tagged("-at_install", "post_install")
class TestRegistrationRetention(PapersCase):
    """What is kept of papers after the decision, and how long."""

    def photos_of(self, request):
        return request.sudo().identity_id._photos()

    def test_photos_go_some_days_after_the_decision(self):
        approved, rejected = self.request(self.submit()), self.request(self.submit(number=OPEN))
        approved.identity_reveal("Duyệt")
        approved.action_approve()
        self.reject(rejected)
        for request in (approved, rejected):
            self.age(request, decided_on=24 * 7 - 1)
        self.cron("ir_cron_delete_papers")
        self.assertEqual(len(self.photos_of(approved)), 3)
        for request in (approved, rejected):
            self.age(request, decided_on=24 * 7 + 1)
        before = self.attachments()
        self.cron("ir_cron_delete_papers")
        self.assertEqual(self.photos_of(approved), [])
        self.assertFalse(rejected.sudo().identity_id, "nothing of a rejected request is kept")
        self.assertEqual(len(before) - len(self.attachments()), 6)
        self.assertTrue(approved.photos_deleted_on and rejected.photos_deleted_on)
        self.assertTrue(approved.photos_seen_on, "that they were seen stays")
        self.assertEqual(self.log_of(approved), ["submit", "reveal", "approve", "photos_deleted"])
        shown = self.line(MISSING).partner_id.with_user(self.care).identity_reveal("Kiểm tra")
        self.assertEqual((len(shown["photos"]), shown["fields"][0]["value"]), (0, "Khách Hàng Mẫu Một"))
        with self.assertRaisesRegex(UserError, "No papers are kept"):
            rejected.identity_reveal("Kiểm tra")

    def attachments(self):
        domain = [("res_model", "=", "mobifone.identity"), ("res_field", "!=", False)]
        return self.env["ir.attachment"].sudo().search(domain)

    def test_drafts_are_not_kept_for_ever(self):
        draft = self.request(self.submit({"full_name": "Khách Hàng", "consent": True}))
        self.age(draft, saved_on=24 * 30 + 1)
        self.cron("ir_cron_delete_papers")
        self.assertEqual(draft.state, "rejected")
        self.assertFalse(draft.sudo().identity_id)
        self.assertTrue(self.submit()["ok"])

    def test_papers_that_cannot_be_opened_hold_nobody_up(self):
        first, second = self.request(self.submit()), self.request(self.submit(number=OPEN))
        for request in (first, second):
            request.action_approve()
            self.age(request, decided_on=24 * 8)
        first.sudo().identity_id.data_key = base64.b64encode(b"x" * 100)
        self.cron("ir_cron_delete_papers")
        for request in (first, second):
            self.assertTrue(request.photos_deleted_on)
            self.assertEqual(self.photos_of(request), [])

    def test_days_are_settings(self):
        self.set_param("photo_days", "0")
        request = self.request(self.submit())
        request.action_approve()
        self.age(request, decided_on=timedelta(minutes=1).total_seconds() / 3600)
        self.cron("ir_cron_delete_papers")
        self.assertEqual(self.photos_of(request), [])
