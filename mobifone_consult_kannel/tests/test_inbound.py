from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.mobifone_consult.tests.common import INSTALLED, MISSING, OPEN
from odoo.addons.sms_kannel.tools.sms_text import is_gsm, segments

from .common import PHONE, STRANGER, ChannelCase


@tagged("post_install", "-at_install")
class TestInbound(ChannelCase):
    """TV and a number from an agent's own phone."""

    def consultations(self, number=OPEN):
        return self.env["mobifone.consultation"].search([("subscriber_id", "=", self.line(number).id)])

    def test_done(self):
        reply = self.sms(f"TV {OPEN}")
        self.assertIn("Da luu tu van 0900***", reply)
        consultation = self.consultations()
        self.assertEqual((consultation.channel, consultation.user_id), ("sms", self.agent_a1))
        self.assertEqual((consultation.agent_id, consultation.sms_state), (self.account_a1, "queued"))
        lookup = consultation.lookup_id
        self.assertEqual((lookup.user_id, lookup.purpose, lookup.result), (self.agent_a1, "SMS", "found"))
        self.assertTrue(is_gsm(reply) and segments(reply) == 1)

    def test_forms_of_the_message(self):
        for text in ("tv: 0900.091.001 goi cuoc", "TV0900091001", "Tv (+84) 900091001!", "TV\n0900 091 001"):
            with self.subTest(text=text):
                self.assertIn("0900***001", self.sms(text))
        self.assertEqual(len(self.consultations()), 1)

    def test_locked_by_web(self):
        self.consult(self.agent_b1, OPEN)
        reply = self.sms(f"TV {OPEN}")
        self.assertIn("dang duoc tu van boi Web", reply)
        self.assertRegex(reply, r"mo lai luc \d\d:\d\d \d\d/\d\d/\d{4}")
        self.assertNotIn("t_agent_b1", reply, "another vendor's agent is nobody's business")
        self.assertEqual(len(self.consultations()), 1)

    def test_locks_the_web(self):
        self.sms(f"TV {OPEN}")
        self.assertEqual(self.consult(self.agent_a2, OPEN)["verdict"]["code"], "locked")

    def test_has_the_app(self):
        self.assertIn("da cai app My MobiFone tu 02/01/2026", self.sms(f"TV {INSTALLED}"))
        self.assertFalse(self.consultations(INSTALLED))

    def test_papers_missing(self):
        """The notice has to be read on the screen."""
        self.assertIn("con thieu giay to", self.sms(f"TV {MISSING}"))
        self.assertFalse(self.consultations(MISSING))

    def test_not_a_number(self):
        for text in ("TV", "TV abc", "TV 12", "TV 0900000001 0900000002", "TV 😀"):
            with self.subTest(text=text):
                self.assertIn("khong phai so thue bao", self.sms(text))

    def test_other_network(self):
        self.assertIn("0329***999", self.sms("TV 0329999999"))

    def test_not_registered(self):
        logged = self.env["mobifone.lookup"].search_count([])
        self.assertIn("chua dang ky", self.sms(f"TV {OPEN}", sender=STRANGER))
        self.assertEqual(self.sms("hello", sender=STRANGER), "", "nobody is answered who wanted nothing of us")
        self.assertFalse(self.consultations())
        self.assertEqual(self.env["mobifone.lookup"].search_count([]), logged)

    def test_strangers_are_not_answered_for_ever(self):
        replies = [self.sms(f"TV {number}", sender=STRANGER) for number in range(6)]
        self.assertEqual([bool(reply) for reply in replies], [True] * 3 + [False] * 3)

    def test_a_stranger_who_says_it_again(self):
        self.assertTrue(self.sms(f"TV {OPEN}", sender=STRANGER))
        self.assertEqual([self.sms(f"TV {OPEN}", sender=STRANGER) for _n in range(3)], [""] * 3)

    def test_whoever_left_or_shares_a_phone(self):
        other = self.env["mobifone.agent"].search([("user_id", "=", self.agent_a2.id)])
        other.phone = PHONE
        self.assertIn("chua dang ky", self.sms(f"TV {OPEN}"))
        other.phone = False
        self.account_a1.with_user(self.manager).action_suspend("tried")
        self.assertIn("chua dang ky", self.sms(f"TV {OPEN} x"))
        self.assertFalse(self.consultations())

    def test_the_same_message_again(self):
        first = self.sms(f"TV {OPEN}", key="same")
        self.assertEqual(self.sms(f"TV {OPEN}", key="same"), first)
        self.assertEqual(self.sms(f"tv  {OPEN}"), first, "the SMSC delivered it twice")
        self.assertEqual(len(self.consultations()), 1)
        self.env["sms.kannel.inbound"].search([("sender", "=", PHONE)]).received_on = fields.Datetime.now() - timedelta(
            minutes=6
        )
        self.assertIn("dang duoc tu van boi SMS", self.sms(f"TV {OPEN}"))

    def test_quota(self):
        self.set_param("lookup_quota", "1")
        self.desk(self.agent_a1).lookup(OPEN)
        with self.enter_registry_test_mode():
            reply = self.sms(f"TV {OPEN}")
        self.assertRegex(reply, "1 look-ups|tra cuu 1 luot")
        self.assertEqual(segments(reply), 1)

    def test_opt_out_stops_consults(self):
        self.assertTrue(self.sms("TC", sender=OPEN))
        self.assertEqual(self.consult(self.agent_a1, OPEN)["verdict"]["code"], "blacklisted")

    def test_help(self):
        self.assertIn("Soan: TV", self.sms("chao ban"))

    def test_answers_fit_one_sms(self):
        with self.assertRaises(ValidationError):
            self.env["res.config.settings"].create({"mobifone_sms_reply_done": "x" * 161})
        self.set_param("sms_reply_done", "Đã lưu {number} " + "x" * 300)
        reply = self.sms(f"TV {OPEN}")
        self.assertTrue(is_gsm(reply) and segments(reply) == 1 and reply.startswith("Da luu"))
