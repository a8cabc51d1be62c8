from odoo import fields, models

from odoo.addons.mobifone_consult.tools import local_time


class SmsSms(models.Model):
    _inherit = "sms.sms"

    def _kannel_admit(self, gateway):
        # A consult's message that waited for its gateway until the quiet hours goes out after them.
        admitted = super()._kannel_admit(gateway)
        number = self.env["ir.config_parameter"]._mobifone_number
        now, start, end = fields.Datetime.now(), number("sms_from"), number("sms_to")
        if start == end or local_time.within(now, start, end):
            return admitted
        of_consults = admitted.filtered("sms_tracker_id.mobifone_consultation_id")
        opening = local_time.next_hour(now, start)
        of_consults.kannel_send_after = opening
        if of_consults:
            self.env.ref("sms.ir_cron_sms_scheduler_action")._trigger(at=opening)
        return admitted - of_consults

    def _kannel_repeatable(self):
        return super()._kannel_repeatable() - self.filtered("sms_tracker_id.mobifone_consultation_id")

    def _kannel_discardable(self):
        # The message of a consult is the proof of what was asked of the gateway: it stays.
        return super()._kannel_discardable().filtered(lambda sms: not sms.sms_tracker_id.mobifone_consultation_id)
