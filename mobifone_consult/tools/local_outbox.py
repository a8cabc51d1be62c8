from odoo.addons.sms.tools.sms_api import SmsApiBase


class LocalOutbox(SmsApiBase):
    """A transport for trials: it writes each message into mobifone.sms.outbox and sends nothing to anybody."""

    def _send_sms_batch(self, messages, delivery_reports_url=False):
        outbox_sudo = self.env["mobifone.sms.outbox"].sudo()  # sudo: nobody may write into it but this class
        rows = [
            {"uuid": number["uuid"], "number": number["number"], "body": message["content"]}
            for message in messages
            for number in message["numbers"]
        ]
        known = set(outbox_sudo.search([("uuid", "in", [row["uuid"] for row in rows])]).mapped("uuid"))
        outbox_sudo.create([row for row in rows if row["uuid"] not in known])
        return [{"uuid": row["uuid"], "state": "sent"} for row in rows]
