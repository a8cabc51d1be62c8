import logging
import re
from hmac import compare_digest

from odoo import SUPERUSER_ID
from odoo.http import Controller, Response, request, route

from ..models.sms_kannel_gateway_callback import CALLBACK_USER
from ..models.sms_kannel_report import HIGHEST_CODE

_logger = logging.getLogger(__name__)
UUID = re.compile(r"[0-9a-f]{32}")
KEY = re.compile(r"[A-Za-z0-9._-]{1,64}")


class SmsKannelController(Controller):
    """What Kannel calls. It knows 200 and 202 as success only and repeats all else: so whatever could never be of use
    is answered politely, and 403 is for those who are not Kannel."""

    # Kannel reports by GET. No user and no session: a row is all that is written.
    @route(
        "/sms_kannel/report/<int:gateway_id>/<string:uuid>/<string:signature>",
        type="http", auth="none", methods=["GET"], save_session=False, readonly=False,
    )  # fmt: skip
    def report(self, gateway_id, uuid, signature, d="", **_more):
        """Take a delivery report: code `d` of the message `uuid`."""
        gateway = self._gateway(gateway_id)
        if not gateway or not compare_digest(signature.encode(), gateway._signature(uuid).encode()):
            return self._forbidden("report", gateway_id)
        if UUID.fullmatch(uuid) and re.fullmatch(r"[0-9]{1,3}", d) and int(d) <= HIGHEST_CODE:
            request.env["sms.kannel.report"]._receive(gateway_id, uuid, int(d))
        return _answer("OK")

    @route(
        "/sms_kannel/inbound/<int:gateway_id>/<string:key>",
        type="http", auth="none", methods=["POST"], csrf=False, save_session=False, readonly=False,
    )  # fmt: skip
    def inbound(self, gateway_id, key, **_more):
        """Read an inbound message; what is answered is sent to its sender."""
        gateway = self._gateway(gateway_id)
        if not gateway:
            return self._forbidden("inbound message", gateway_id)
        sender = request.httprequest.headers.get("X-Kannel-From", "").strip()
        recipient = request.httprequest.headers.get("X-Kannel-To", "").strip()
        if not KEY.fullmatch(key) or not re.fullmatch(r"\+?[A-Za-z0-9 ._-]{1,20}", sender):
            return _answer("")
        text = request.httprequest.get_data()[:8000].decode(errors="replace").replace("\0", "")
        # As the system: Kannel is nobody's user, and what a message may do is decided by its sender's number.
        inbound = request.env["sms.kannel.inbound"].with_user(SUPERUSER_ID).with_company(gateway.company_id)
        lang = gateway.company_id.partner_id.lang or "en_US"
        return _answer(inbound.with_context(lang=lang)._receive(gateway, key, sender, recipient[:20], text))

    def _gateway(self, gateway_id):
        """The gateway that calls, if it knows its password."""
        # sudo: nobody but administrators reads gateways; Kannel is let in by the password below
        gateway_sudo = request.env["sms.kannel.gateway"].sudo().browse(min(gateway_id, 2**31 - 1))
        credentials = request.httprequest.authorization
        secret = gateway_sudo._callback_secret(gateway_sudo.id)
        if not secret or not credentials or credentials.type != "basic":
            return None
        user, password = (text or "" for text in (credentials.username, credentials.password))
        is_kannel = compare_digest(user.encode(), CALLBACK_USER.encode())
        return gateway_sudo if compare_digest(password.encode(), secret.encode()) and is_kannel else None

    def _forbidden(self, what, gateway_id):
        _logger.info("A forged %s for gateway %s, from %s", what, gateway_id, request.httprequest.remote_addr)
        return _answer("Forbidden", 403)


def _answer(text, status=200):
    return Response(text, status=status, content_type="text/plain; charset=utf-8")
