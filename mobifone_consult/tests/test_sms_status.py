from odoo.tests import HttpCase, tagged

from .common import OPEN, ConsultCase


@tagged("-at_install", "post_install")
class TestSmsStatus(ConsultCase, HttpCase):
    def test_a_strangers_report_changes_nothing(self):
        """Core's route for its own service's reports is public and unsigned; an agent knows the key of his SMS."""
        saved = self.consult(self.agent_a1, OPEN)
        uuid = saved["sms"]["uuid"]
        for status in ("delivered", "sent", "not_delivered"):
            report = {"message_statuses": [{"sms_status": status, "uuids": [uuid]}]}
            self.assertEqual(self.make_jsonrpc_request("/sms/status", report), "OK")
        message = self.env["sms.sms"].search([("uuid", "=", uuid)])
        self.assertEqual((message.state, message.to_delete), ("outgoing", False))
        consultation = self.env["mobifone.consultation"].browse(saved["consultation_id"])
        self.assertEqual(consultation.sms_state, "queued")
