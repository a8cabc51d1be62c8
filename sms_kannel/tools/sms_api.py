import re

from odoo.exceptions import UserError

from odoo.addons.phone_validation.tools import phone_validation
from odoo.addons.sms.tools.sms_api import SmsApiBase

from . import sms_text
from .kannel_client import KannelClient, Message, Outcome

# A number that is in the form already is not judged: ranges open sooner than the library of numbers learns of them.
E164 = re.compile(r"\+[1-9]\d{6,14}")
# Outcomes of a request → states of Odoo's queue. What was not taken goes back into it (models/sms_kannel_sender.py);
# where there is no way back, as in a call from elsewhere, it has failed.
STATES = {
    Outcome.ACCEPTED: "success",
    Outcome.AMBIGUOUS: "processing",
    Outcome.REJECTED: "rejected",
    Outcome.REFUSED: "server_error",
    Outcome.NOT_REACHED: "server_error",
    Outcome.NOT_ASKED: "server_error",
}


class SmsApiKannel(SmsApiBase):
    """Odoo's provider class for a Kannel gateway. The queue uses its two halves apart: `prepare` before the claim is
    committed, `results` after; the HTTP in between is KannelClient's."""

    PROVIDER_TO_SMS_FAILURE_TYPE = SmsApiBase.PROVIDER_TO_SMS_FAILURE_TYPE | {"rejected": "sms_rejected"}

    def prepare(self, messages: list) -> tuple[list[Message], list[dict]]:
        """What is to be asked of the gateway, and results of what need not be asked.

        :param messages: as `_send_sms_batch` gets them
        """
        gateway_sudo = self._gateway_sudo()
        to_ask, known = [], []
        for message in messages:
            text = message["content"] or ""
            text = sms_text.plain(text) if gateway_sudo.strip_accents else text
            for entry in message["numbers"]:
                number, problem = self.e164(entry["number"])
                if not problem and not text.strip():
                    problem = "rejected"
                if problem:
                    known.append({"uuid": entry["uuid"], "state": problem})
                else:
                    to_ask.append(Message(entry["uuid"], number, text, gateway_sudo._report_url(entry["uuid"])))
        return to_ask, known

    def results(self, answers: dict) -> list[dict]:
        """The client's answers as Odoo's queue wants them."""
        return [
            {
                "uuid": uuid,
                "state": STATES[answer.outcome],
                "failure_reason": answer.outcome is not Outcome.ACCEPTED and answer.detail,
            }
            for uuid, answer in answers.items()
        ]

    def e164(self, number: str) -> tuple[str, str | None]:
        """The number in E.164, and None; or as it is, and why it is none."""
        if not number:
            return number, "sms_number_missing"
        if E164.fullmatch(number):
            return number, None
        country = self.company.country_id
        try:
            return phone_validation.phone_format(number, country.code, country.phone_code, force_format="E164"), None
        except UserError:
            return number, "wrong_number_format"

    def _send_sms_batch(self, messages, delivery_reports_url=False):
        to_ask, known = self.prepare(messages)
        with KannelClient(self._gateway_sudo()._connection()) as client:
            return known + self.results(client.send(to_ask))

    def _get_sms_api_error_messages(self):
        return {
            **super()._get_sms_api_error_messages(),
            "wrong_number_format": self.env._("The number is not correctly formatted."),
            "sms_number_missing": self.env._("There is no number."),
            "rejected": self.env._("The gateway rejects this message."),
            "server_error": self.env._("The gateway could not be reached, or takes nothing now."),
        }

    def _gateway_sudo(self):
        # sudo: gateways are the administrators', whoever's message it is
        return self.company.sudo().sms_kannel_gateway_ids


class Answered(SmsApiKannel):
    """Stands in for the gateway when Odoo stores results that are there already."""

    def __init__(self, env, results):
        super().__init__(env)
        self._results = results

    def _send_sms_batch(self, messages, delivery_reports_url=False):
        return self._results
