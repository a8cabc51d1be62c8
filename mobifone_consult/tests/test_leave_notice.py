from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ConsultCase

MAIL = """From: {sender}
To: nghi-viec@example.com
Subject: =?utf-8?q?Em_xin_ngh=E1=BB=89_vi=E1=BB=87c?=
Message-Id: <{number}@example.com>
Content-Type: text/html; charset=utf-8

<p>Em nghỉ từ <b>mai</b>.</p><script>alert(1)</script>
"""


@tagged("-at_install", "post_install")
class TestLeaveNotice(ConsultCase):
    """An agent's own notice opens a to-do and nothing else (design 7)."""

    def receive(self, sender, number=1):
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            raw = MAIL.format(sender=sender, number=number).encode()
            notice_id = self.env["mail.thread"].message_process("mobifone.leave.notice", raw)
        return self.env["mobifone.leave.notice"].with_user(self.manager).browse(notice_id)

    def findings(self):
        return self.env["mobifone.finding"].with_user(self.manager).search([("kind", "=", "own_notice")])

    def test_whose_mail_it_is_is_told_by_the_whole_address(self):
        self.account(self.agent_a1).email = "a1x1@example.com"
        self.assertFalse(self.receive("a1_1@example.com").agent_id)

    def test_a_mail_disables_nobody(self):
        account, before = self.account(self.agent_a1), len(self.findings())
        account.email = "a1@example.com"
        notice = self.receive("Em A1 <A1@Example.com>")
        self.assertEqual((notice.agent_id, notice.name), (account, "Em xin nghỉ việc"))
        self.assertIn("mai", notice.text)
        self.assertNotIn("alert(1)", notice.text)
        self.assertEqual((account.state, account.departure_id.id), ("active", False))
        self.assertTrue(self.agent_a1.active)
        finding = self.findings()[0]
        self.assertEqual((finding.agent_id, finding.vendor_id, finding.state), (account, self.vendor_a, "open"))
        self.receive("a1@example.com", 2)
        self.assertEqual(len(self.findings()) - before, 1, "one to-do a day")

    def test_mails_of_strangers(self):
        for number, sender in enumerate(("ai do <la@example.com>", "không có địa chỉ")):
            self.assertFalse(self.receive(sender, number).agent_id)
        self.account(self.agent_a1).email = self.account(self.agent_a2).email = "chung@example.com"
        self.assertFalse(self.receive("chung@example.com", 9).agent_id, "whose mail it is nobody knows")

    def test_by_telephone(self):
        notices = self.env["mobifone.leave.notice"]
        notice = notices.with_user(self.manager).create({"name": "Gọi báo", "agent_id": self.account(self.agent_a2).id})
        self.assertEqual(self.findings()[0].agent_id, notice.agent_id)
        for user in (self.agent_a1, self.leader_a, self.vendor_manager_a, self.care):
            self.assert_denied(lambda user=user: notices.with_user(user).create({"name": "x"}))
            self.assert_denied(lambda user=user: notices.with_user(user).search([]))
