from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.mobifone_consult.tests.common import OPEN
from odoo.addons.mobifone_consult.tools.local_outbox import LocalOutbox

from .common import ChannelCase


@tagged("post_install", "-at_install")
class TestConsultSms(ChannelCase):
    """The SMS of a consult on its way through the gateway."""

    def saved(self):
        answer = self.consult(self.agent_a1, OPEN)
        consultation = self.env["mobifone.consultation"].browse(answer["consultation_id"])
        return consultation, self.env["sms.sms"].search([("uuid", "=", consultation.sms_uuid)])

    def test_delivered(self):
        consultation, sms = self.saved()
        self.assertEqual(consultation.sms_state, "queued")
        self.send()
        self.assertEqual(self.stub.asked[0][0]["X-Kannel-To"], OPEN)
        self.assertEqual(consultation.sms_state, "sent")
        self.assertTrue(consultation.sms_asked_on and consultation.sms_sent_on)
        self.report(sms, 8, 1)
        self.assertEqual(consultation.sms_state, "delivered")
        self.assertTrue(consultation.sms_done_on)
        self.assertFalse(sms.to_delete, "it is the proof of what was asked of the gateway")

    def test_refused_waits_in_the_queue_and_can_be_cancelled(self):
        consultation, _sms = self.saved()
        self.stub.answer = lambda headers: (503, "Temporal failure, try again later.")
        self.send()
        self.assertEqual((consultation.sms_state, consultation.sms_asked_on), ("queued", False))
        self.assertTrue(consultation._cancel("tried"))
        self.assertEqual(consultation.sms_state, "cancelled")

    def test_unknown_then_late(self):
        consultation, sms = self.saved()
        self.stub.answer = lambda headers: None
        self.send()
        self.assertEqual(consultation.sms_state, "sending")
        self.age(sms, minutes=11)
        self.run_job("sms.kannel.sender", "_cron_sweep")
        self.assertEqual(consultation.sms_state, "unknown")
        self.assertEqual(len(self.stub.asked), 1)
        self.report(sms, 1)
        self.assertEqual(consultation.sms_state, "delivered")

    def test_failed(self):
        consultation, sms = self.saved()
        self.send()
        self.report(sms, 16)
        self.assertEqual(consultation.sms_state, "failed")
        with self.assertRaises(UserError):
            sms.action_set_outgoing()
        sms.resend_failed()
        self.assertEqual(sms.state, "error", "asked for once")

    def test_blacklisted_while_it_waited(self):
        consultation, _sms = self.saved()
        self.sms("TC", sender=OPEN)
        self.send()
        self.assertEqual((consultation.sms_state, self.stub.asked), ("cancelled", []))

    def test_quiet_hours_while_it_waited(self):
        consultation, sms = self.saved()
        self.set_param("sms_from", "7")
        self.set_param("sms_to", "22")
        with freeze_time("2026-11-25 16:00:00"):  # 23:00 in Vietnam
            self.send()
            self.assertEqual(
                (sms.state, sms.kannel_send_after), ("outgoing", fields.Datetime.to_datetime("2026-11-26"))
            )
            self.assertEqual((consultation.sms_state, self.stub.asked), ("queued", []))

    def test_no_gateway(self):
        self.gateway.unlink()
        self.assertEqual(self.desk(self.agent_a1).lookup(OPEN)["sms"]["code"], "no_gateway")

    def test_the_test_outbox_comes_first(self):
        self.set_param("sms_local_outbox", "True")
        self.assertIs(self.company._get_sms_api_class(), LocalOutbox)
        consultation, _sms = self.saved()
        self.send()
        self.assertEqual((consultation.sms_state, self.stub.asked), ("sent", []))

    def test_late_answers_do_not_undo_reports(self):
        consultation, sms = self.saved()
        sms.state = "process"
        sms.sms_tracker_id._action_update_from_sms_state("process")
        self.report(sms, 1)
        self.assertTrue(consultation.sms_sent_on and consultation.sms_done_on, "whatever is delivered was sent")
        sms.sms_tracker_id._action_update_from_sms_state("pending")
        self.assertEqual(consultation.sms_state, "delivered")
        self.assertLess(consultation.saved_on, fields.Datetime.now() + timedelta(seconds=1))
