import json

from odoo import SUPERUSER_ID
from odoo.http import Controller, Response, request, route

from ..tools import exposition

HEADERS = [("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]


class MonitoringController(Controller):
    """What load balancers and Prometheus ask. Nobody's session counts here: strangers learn one word, the rest is for
    who has the token."""

    # Read-only, so that a server whose primary is gone can still say so by its replica.
    @route("/mobifone_consult/health", type="http", auth="none", methods=["GET"], save_session=False, readonly=True)
    def health(self, **_more):
        """200 and `ok` when this server can work; 503 and a code when not (mobifone.metrics._health, or no_database).
        With the token of the metrics also how its replica follows."""
        if request.env is None:  # no database at all: as a server-wide module only (docs/operations.md)
            answer = {"status": "no_database"}
        else:
            metrics = self._metrics()
            answer = metrics._health(is_trusted=self._has_token(metrics))
        status = 200 if answer["status"] == "ok" else 503
        return Response(json.dumps(answer), status=status, content_type="application/json", headers=HEADERS)

    @route("/mobifone_consult/metrics", type="http", auth="none", methods=["GET"], save_session=False, readonly=False)
    def metrics(self, **_more):
        """The metrics in Prometheus' text format, for who has the token."""
        metrics = self._metrics()
        if not self._has_token(metrics):
            return Response(
                "unauthorized\n",
                status=401,
                content_type="text/plain",
                headers=[*HEADERS, ("WWW-Authenticate", "Bearer")],
            )
        return Response(metrics._scrape(), content_type=exposition.CONTENT_TYPE, headers=HEADERS)

    def _metrics(self):
        """As the system: who asks is nobody's user."""
        if request.env is None or "mobifone.metrics" not in request.env:
            raise request.not_found()  # no database, or another one of this server, without the add-on
        return request.env["mobifone.metrics"].with_user(SUPERUSER_ID)

    def _has_token(self, metrics):
        scheme, _space, token = request.httprequest.headers.get("Authorization", "").partition(" ")
        return scheme.lower() == "bearer" and metrics._opens(token.strip())
