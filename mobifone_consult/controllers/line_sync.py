import csv
import logging
from io import RawIOBase, StringIO
from itertools import islice

import psycopg2
from werkzeug.exceptions import HTTPException
from werkzeug.wsgi import get_input_stream

from odoo.exceptions import AccessError, UserError
from odoo.http import Controller, request, route

from ..models.mobifone_line_feed import FeedBusy

_logger = logging.getLogger(__name__)

MODES = {"delta": False, "full": True}
# Rows not taken that the answer itself tells of.
TOLD = 100


class LineSyncController(Controller):
    @route(
        "/mobifone_consult/sync", type="http", auth="bearer", methods=["POST"], csrf=False, save_session=False,
        max_content_length=None,
    )  # fmt: skip
    def sync(self, mode="delta", name=None, **_others):
        """Feed lines: the body is the file, CSV or gzip, read as it comes. Feeds and MobiFone's managers (design 8).

        :param mode: "delta", or "full": the file has all lines, the others are ended
        :param name: of the file, for the record of the run
        :return: JSON: {run_id, counts, rejected: the first rows not taken, rejects_url: all of them}, or {error} with
            status 400 (the file), 403 (the group), 409 (another sync is running), 415 (the type of the body) or 503
            (the database: nothing was changed, send it again)
        """
        # Of the user, not of what a program says of its language: the record of the run keeps what is answered.
        request.update_context(**request.env["res.users"].context_get())
        # No session: nobody's browser can be made to send this.
        http, runs = request.httprequest, request.env["mobifone.feed.run"]
        if not runs._may_feed():
            return self._error(403, request.env._("Only feeds and MobiFone's managers feed lines."))
        if mode not in MODES:
            return self._error(400, request.env._("The mode must be “delta” or “full”."))
        if http.mimetype in ("application/x-www-form-urlencoded", "multipart/form-data"):
            return self._error(415, request.env._("Send the file itself as the body, with Content-Type: text/csv."))
        # Odoo's wrapper shows whole bodies only; this one does not fit into memory.
        body = _Body(get_input_stream(http._HTTPRequest__environ))
        try:
            run_id, counts = runs._feed(body, "http", name or http.remote_addr, is_full=MODES[mode])
        except FeedBusy as error:
            return self._error(409, str(error))
        except UserError as error:
            return self._error(400, str(error))
        except psycopg2.Error as error:
            # Not raised: Odoo would repeat the request, whose body is read by now.
            _logger.error("a feed of lines was broken off: %s", error.diag.message_primary or type(error).__name__)
            return self._error(503, runs._broken_off_by(error))
        answer = {"run_id": run_id, "counts": counts, "rejected": [], "rejects_url": False}
        if content := runs._rejects_of(run_id):
            answer["rejected"] = list(islice(csv.DictReader(StringIO(content.decode())), TOLD))
            answer["rejects_url"] = f"/mobifone_consult/sync/{run_id}/rejects"
        return request.make_json_response(answer)

    @route("/mobifone_consult/sync/<int:run_id>/rejects", type="http", auth="bearer", methods=["GET"], readonly=True)
    def rejects(self, run_id):
        """The rows that a run did not take, as CSV: for whoever fed it, and MobiFone's managers; else 404."""
        try:
            content = request.env["mobifone.feed.run"]._rejects_of(run_id)
        except AccessError:
            content = None
        if not content:
            raise request.not_found()
        headers = [("Content-Type", "text/csv; charset=utf-8"), ("X-Content-Type-Options", "nosniff")]
        return request.make_response(content, headers=headers)

    def _error(self, status, message):
        return request.make_json_response({"error": message}, status=status)


class _Body(RawIOBase):
    """The body of a request. When the connection ends before it does, that is an OSError, as with any file."""

    def __init__(self, stream):
        super().__init__()
        self._stream = stream

    def readable(self):
        return True

    def readinto(self, buffer):
        try:
            data = self._stream.read(len(buffer))
        except (HTTPException, ValueError) as error:
            raise OSError(f"the body broke off: {error}") from error
        buffer[: len(data)] = data
        return len(data)
