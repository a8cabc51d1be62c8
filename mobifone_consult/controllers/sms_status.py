from odoo.http import request, route

from odoo.addons.sms.controllers.main import SmsController


class ConsultSmsController(SmsController):
    @route()
    def update_sms_status(self, message_statuses):
        """Reports of Odoo's own service, which nobody signs: they never concern the SMS of a consult, which that
        service never sends. Whoever learned a key could otherwise stop a message or call it delivered."""
        trackers_sudo = request.env["sms.tracker"].sudo()  # sudo: a public route
        uuids = [uuid for status in message_statuses for uuid in status["uuids"]]
        of_consults = trackers_sudo.search([("sms_uuid", "in", uuids), ("mobifone_consultation_id", "!=", False)])
        ours = set(of_consults.mapped("sms_uuid"))
        statuses = [
            {**status, "uuids": left}
            for status in message_statuses
            if (left := [uuid for uuid in status["uuids"] if uuid not in ours])
        ]
        return super().update_sms_status(statuses) if statuses else "OK"
