"""A proxy between Odoo and Kannel's sendsms that breaks in the way a test tells it to, and keeps the books."""

import socket
import struct
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests

# Modes that answer themselves, where Kannel has words for it in those; the message is not passed on.
ANSWERS = {
    "400": (400, "Empty receiver number not allowed, rejected"),
    "403": (403, "Authorization failed for sendsms"),
    "500": (500, "Internal error"),
    "503": (503, "Temporal failure, try again later."),
}
# By these the gateway says that it did not take the message.
REFUSALS = ("400", "403", "503")
MODES = ("pass", "down", *ANSWERS, "hang", "slow", "reset")


class FaultProxy:
    """One address on loopback. Modes, to be switched at any time by `set`:

    pass; down: nobody listens; 400, 403, 500, 503: answers so; hang: reads, then neither passes on nor answers;
    slow: passes on at once, answers `delay` seconds later; reset: passes on, then breaks the connection.
    """

    def __init__(self, upstream: str, path: str = "/cgi-bin/sendsms"):
        self.upstream, self._path = upstream, path
        self.mode, self.delay = "pass", 1.0
        self._lock, self._local = threading.Lock(), threading.local()
        self._connections: set = set()
        self._server = None
        self.forget()
        self._listen(0)
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}{path}"

    def set(self, mode: str, delay: float = 1.0) -> None:
        """Break so from now on; connections that are open end when nobody listens any more."""
        assert mode in MODES, mode
        was, self.mode, self.delay = self.mode, mode, delay
        if mode == "down" and was != "down":
            self.close()
        elif was == "down" and mode != "down":
            self._listen(self.port)

    def forget(self) -> None:
        """Start the books anew."""
        self.asked: Counter = Counter()  # uuid → requests that came
        self.passed: Counter = Counter()  # uuid → requests that Kannel was given
        self.refused: Counter = Counter()  # uuid → requests that were provably not taken
        self.answered: Counter = Counter()  # uuid → answers given
        self.checks = 0  # requests without a message
        self.report_urls: dict = {}  # uuid → where its reports go, %d in the place of the code

    def asked_again(self) -> dict:
        """Messages that were asked for again though an earlier request may have been taken; there should be none."""
        return {uuid: count for uuid, count in self.asked.items() if count - self.refused[uuid] > 1}

    def close(self) -> None:
        """Listen no more, and end what is open."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
        with self._lock:
            connections = list(self._connections)
        for connection in connections:
            _break(connection)

    def _listen(self, port: int) -> None:
        proxy = self

        class Handler(_Handler):
            def handle_request(self, headers, body):
                return proxy._request(self, headers, body)

            def setup(self):
                super().setup()
                with proxy._lock:
                    proxy._connections.add(self.connection)

            def finish(self):
                with proxy._lock:
                    proxy._connections.discard(self.connection)
                super().finish()

        self._server = _Server(("127.0.0.1", port), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def _request(self, handler, headers, body):
        """(status, text) to answer; None: nothing, the connection is at an end."""
        mode, report_url = self.mode, headers.get("X-Kannel-DLR-Url", "")
        uuid = report_url.split("/")[-2] if report_url else ""
        with self._lock:
            if uuid:
                self.asked[uuid] += 1
                self.report_urls[uuid] = report_url
                self.refused[uuid] += mode in REFUSALS
            else:
                self.checks += 1
        if mode in ANSWERS:
            self._note(self.answered, uuid)
            return ANSWERS[mode]
        if mode in ("hang", "down"):
            handler.wait_for_the_end()
            return None
        self._note(self.passed, uuid)
        answer = self._session().post(self.upstream, headers=headers, data=body, timeout=20)
        if mode == "reset":
            _break(handler.connection)
            return None
        if mode == "slow" and uuid:
            time.sleep(self.delay)
        self._note(self.answered, uuid)
        return answer.status_code, answer.text

    def _note(self, book, uuid):
        if uuid:
            with self._lock:
                book[uuid] += 1

    def _session(self):
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
        return self._local.session


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def handle_error(self, *_arguments):
        """A client that gave up is what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {
            name: value
            for name, value in self.headers.items()
            if name.startswith("X-Kannel-") or name == "Content-Type"
        }
        answer = self.handle_request(headers, body)
        if answer is None:
            self.close_connection = True
            return
        status, text = answer
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def wait_for_the_end(self):
        """Until the client hangs up."""
        while self.connection.recv(4096):
            pass

    def log_message(self, *_arguments):
        """Tests say what they did themselves."""


def _break(connection: socket.socket) -> None:
    """End a connection as a crashed server does: with a reset, whatever is still on its way."""
    try:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RD)
        connection.close()
    except OSError:
        pass  # it ended by itself
