import json
import logging
from urllib.parse import urlencode

from odoo import SUPERUSER_ID
from odoo.exceptions import UserError
from odoo.http import Controller, Response, request, route

from ..models.mobifone_call_pop import RingRefused, TooManyRings
from ..tools import pop_signature

_logger = logging.getLogger(__name__)

PATH = "/mobifone_consult/pop"
DESK = "/odoo/mobifone-desk"
# Of a body: a ring is a few words.
LONGEST = 4096
HEADERS = [("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer"), ("X-Content-Type-Options", "nosniff")]


class PopRefused(Exception):
    """What is answered to an exchange or a softphone instead: (status, text)."""

    def __init__(self, status, text):
        super().__init__(text)
        self.status, self.text = status, text


class ScreenPopController(Controller):
    """Where telephone exchanges and softphones announce a call (docs/screen-pop.md). Signed and in time, or refused;
    said again, it is answered as before and opens nothing."""

    @route(
        PATH, type="http", auth="none", methods=["POST"], csrf=False, save_session=False, readonly=False,
        max_content_length=LONGEST, mobifone_signed_body=True,
    )  # fmt: skip
    def announce(self, **_values):
        """The webhook: an exchange tells whose extension rings; that agent's desk is told by the bus.

        Headers: X-Pop-Exchange (its code), X-Pop-Time (seconds since 1970), X-Pop-Signature (tools.pop_signature).
        Body: JSON or a form: extension, number, call, and hotline, which may be missing.

        :return: JSON: {ok: true}, or {ok: false, error} with status 400 (malformed), 403 (signature, time, switched
            off), 413 (too long), 422 (nobody's desk) or 429 (too many)
        """
        http = request.httprequest
        try:
            rings = self._rings()
            moment, body = http.headers.get("X-Pop-Time", ""), http.get_data()
            pbx = self._signer(
                rings,
                http.headers.get("X-Pop-Exchange", ""),
                http.headers.get("X-Pop-Signature", ""),
                moment,
                lambda secret: pop_signature.of_request(secret, moment, body),
            )
            ring, is_new = self._ring(rings, pbx, self._values(rings, body))
            if is_new:
                ring._announce()
        except PopRefused as refused:
            return self._json({"ok": False, "error": refused.text}, refused.status)
        return self._json({"ok": True}, 200)

    @route(PATH, type="http", auth="public", methods=["GET"], readonly=False, sitemap=False)
    def open(self, exchange="", signature="", **values):
        """The address for softphones that can only open one in the agent's browser: his desk opens, with an opaque id.

        The parts of `tools.pop_signature.PARTS`, and `exchange` and `signature`. The number is sealed: an address is
        kept in logs and histories.
        """
        try:
            rings = self._rings()
            pbx = self._signer(
                rings,
                exchange,
                signature,
                values.get("time", ""),
                lambda secret: pop_signature.of_address(secret, values),
            )
            try:
                values["number"] = pop_signature.unsealed(pbx.secret, values.get("number"))
            except pop_signature.BadSeal as error:
                raise PopRefused(
                    400, rings.env._("The number of this address is not sealed as it should be.")
                ) from error
            ring, is_new = self._ring(rings, pbx, values)
            if request.session.uid and ring.user_id.id != request.session.uid:
                raise PopRefused(403, rings.env._("This call was not announced to you."))
        except PopRefused as refused:
            return Response(refused.text, refused.status, content_type="text/plain; charset=utf-8", headers=HEADERS)
        desk = f"{DESK}?pop={ring.token}" if is_new else DESK
        # Who is not logged in does it now, and is led on to the desk.
        url = desk if request.session.uid else f"/web/login?{urlencode({'redirect': desk})}"
        response = request.redirect(url, code=303)
        response.headers.extend(HEADERS)
        return response

    # ------------------------------------------------------------
    # HELPERS
    # ------------------------------------------------------------

    def _rings(self):
        """As the system, in the company's language: exchanges are nobody's user; what they may do is decided by their
        signatures. A person is answered in his own."""
        rings = request.env["mobifone.call.pop"].with_user(SUPERUSER_ID)
        lang = rings.env["res.company"].search([], limit=1).partner_id.lang or "en_US"
        if request.session.uid:
            lang = rings.env["res.users"].browse(request.session.uid).lang or lang
        return rings.with_context(lang=lang)

    def _signer(self, rings, code, signature, moment, sign):
        env = rings.env
        pbx = env["mobifone.pbx"]._signer(code, signature, sign)
        if not pbx:
            _logger.info("A call announced without a good signature, from %s", request.httprequest.remote_addr)
            raise PopRefused(403, env._("The signature is not that of a telephone exchange."))
        if not env["mobifone.pbx"]._is_in_time(moment):
            raise PopRefused(403, env._("The time of the request is not now: is the clock of the exchange right?"))
        if not env["ir.config_parameter"]._mobifone_flag("pop_enabled"):
            raise PopRefused(403, env._("The screen pop is switched off."))
        return pbx

    def _values(self, rings, body):
        http = request.httprequest
        if http.mimetype in ("application/x-www-form-urlencoded", "multipart/form-data"):
            return http.form.to_dict()
        try:
            values = json.loads(body)
        except (ValueError, RecursionError):
            values = None
        if not isinstance(values, dict):
            raise PopRefused(400, rings.env._("The body must be a form or a JSON object."))
        return values

    def _ring(self, rings, pbx, values):
        try:
            return rings._ring(pbx, values)
        except RingRefused as error:
            raise PopRefused(422, error.args[0]) from error
        except TooManyRings as error:
            raise PopRefused(429, error.args[0]) from error
        except UserError as error:
            raise PopRefused(400, error.args[0]) from error

    def _json(self, answer, status):
        return request.make_json_response(answer, headers=HEADERS, status=status)
