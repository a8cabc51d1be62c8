"""A gateway on loopback that answers as a test tells it to."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from odoo.tests.common import BaseCase, _super_send

PASSWORD = "s3cret"


class LoopbackCase(BaseCase):
    """Requests to loopback and to nowhere go out as they are: Odoo's tests would lengthen their time limits."""

    @classmethod
    def _request_handler(cls, session, request, /, **options):
        if urlsplit(request.url).hostname in ("127.0.0.1", "no-such-host.invalid"):
            return _super_send(session, request, **options)
        return super()._request_handler(session, request, **options)


class StubGateway:
    """`answer(headers)` gives (status, text), or None: the connection is cut without an answer. `asked` has the headers
    and the text of each message that was posted."""

    def __init__(self):
        self.asked = []
        self.delay = 0
        self.answer = lambda headers: (202, "0: Accepted for delivery")
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                text = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
                if self.headers["X-Kannel-Password"] != PASSWORD:
                    status, said = 403, "Authorization failed for sendsms"
                elif "X-Kannel-To" not in self.headers:
                    status, said = 400, "Missing receiver(s) number(s), rejected"
                else:
                    stub.asked.append((dict(self.headers), text))
                    time.sleep(stub.delay)
                    answer = stub.answer(self.headers)
                    if not answer:
                        self.close_connection = True
                        return
                    status, said = answer
                self.send_response(status)
                self.send_header("Content-Length", str(len(said.encode())))
                self.end_headers()
                self.wfile.write(said.encode())

            def log_message(self, *_arguments):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_port}/cgi-bin/sendsms"

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
