"""A thousand consults by web, a thousand messages at the SMSC, a thousand reports back."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests

COUNT = 1000
THREADS = 8


class Reports(BaseHTTPRequestHandler):
    """Takes delivery reports, and does nothing with them."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.server.count += 1

    def log_message(self, *_arguments):
        pass


def test_a_thousand(channel):
    numbers = channel.lines(COUNT)
    channel.pause()
    ids = channel.consult(numbers)
    assert channel.states(ids) == {"queued": COUNT}
    channel.smsc.reset()
    begin = time.monotonic()
    channel.resume()
    # The server is left alone: its own scheduled actions apply the reports.
    channel.until(lambda: channel.states(ids) == {"delivered": COUNT}, 120, reports=False)
    delivered = time.monotonic() - begin
    assert channel.asked_once(numbers) == COUNT
    ours = COUNT / channel.smsc.stats()["seconds"]
    reports = """SELECT count(*) FROM sms_kannel_report r JOIN mobifone_consultation c ON c.sms_uuid = r.sms_uuid
                  WHERE c.id = ANY(%s) AND r.code = 1 AND r.state = 'applied'"""
    assert channel.rows(reports, ids) == [(COUNT,)]
    [times] = channel.rows(
        "SELECT count(*) FROM mobifone_consultation WHERE id = ANY(%s) AND sms_asked_on <= sms_sent_on"
        " AND sms_sent_on <= sms_done_on",
        ids,
    )
    assert times[0] == COUNT

    [text] = channel.smsc.texts(numbers[0])
    bare = own_limit(channel, text)
    print(
        f"\n{COUNT} consultations: each message once at the SMSC at {ours:.0f}/s, all delivered after {delivered:.1f} s"
        f" ({COUNT / delivered:.0f}/s, prefork);"
        f" the gateway alone, asked by {THREADS} threads: {bare:.0f}/s; ratio {ours / bare:.2f}, goal 0.3"
    )
    assert ours / bare > 0.15, "the queue has collapsed"


def own_limit(channel, text: str) -> float:
    """Messages a second, of the same text, when nobody is between the client's threads and Kannel; reports come in."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Reports)
    server.daemon_threads, server.count = True, 0
    threading.Thread(target=server.serve_forever, daemon=True).start()
    channel.smsc.reset()
    local = threading.local()

    def post(place):
        if not hasattr(local, "session"):
            local.session = requests.Session()
        headers = {
            "X-Kannel-Username": channel.kannel.username, "X-Kannel-Password": channel.kannel.password,
            "X-Kannel-To": f"+843207{place:05d}", "X-Kannel-From": "MobiFone", "X-Kannel-DLR-Mask": "27",
            "X-Kannel-DLR-Url": f"http://127.0.0.1:{server.server_port}/{place}?d=%d",
            "Content-Type": "text/plain; charset=UTF-8",
        }  # fmt: skip
        answer = local.session.post(channel.kannel.sendsms_url, data=text.encode(), headers=headers, timeout=10)
        assert answer.status_code == requests.codes.accepted, answer.text

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(post, range(COUNT)))
    channel.until(lambda: channel.smsc.stats()["submits"] == COUNT and server.count >= COUNT)
    server.shutdown()
    return COUNT / channel.smsc.stats()["seconds"]
