import socket
import time
from dataclasses import replace

from ..tools.kannel_client import Connection, KannelClient, Message, Outcome
from .stub_gateway import PASSWORD, LoopbackCase, StubGateway


class TestClient(LoopbackCase):
    """What each answer of the gateway, or none, means for the message."""

    def setUp(self):
        super().setUp()
        self.stub = StubGateway()
        self.addCleanup(self.stub.stop)
        self.connection = Connection(self.stub.url, "odoo", PASSWORD, "MobiFone", read_timeout=0.4, connect_timeout=0.4)

    def send(self, count=1, text="Hello", **changes):
        messages = [
            Message(f"{place:032x}", f"+8490000000{place}", text, f"http://127.0.0.1/{place}") for place in range(count)
        ]
        with KannelClient(replace(self.connection, **changes)) as client:
            return [answer.outcome for answer in client.send(messages).values()]

    def test_accepted(self):
        self.assertEqual(self.send(), [Outcome.ACCEPTED])
        headers, text = self.stub.asked[0]
        self.assertEqual(text, "Hello")
        self.assertEqual(headers["X-Kannel-To"], "+84900000000")
        self.assertEqual(headers["X-Kannel-DLR-Url"], "http://127.0.0.1/0")
        self.assertEqual((headers["X-Kannel-Coding"], headers["X-Kannel-DLR-Mask"]), ("0", "27"))
        self.send(text="Cảm ơn")
        self.assertEqual(self.stub.asked[1][0]["X-Kannel-Coding"], "2")

    def test_answers(self):
        for answer, expected in (
            ((202, "3: Queued for later delivery"), Outcome.ACCEPTED),
            ((400, "Empty receiver number not allowed, rejected"), Outcome.REJECTED),
            ((403, "Not routable. Do not try again."), Outcome.REJECTED),
            ((400, "DLR-URL field misformed, rejected"), Outcome.REFUSED),
            ((403, "Authorization failed for sendsms"), Outcome.REFUSED),
            ((404, "Unknown request"), Outcome.REFUSED),
            ((302, "elsewhere"), Outcome.REFUSED),
            ((503, "Temporal failure, try again later."), Outcome.REFUSED),
            ((500, "oops"), Outcome.AMBIGUOUS),
            ((504, "somebody between us lost patience"), Outcome.AMBIGUOUS),
            ((200, "a page of somebody else"), Outcome.AMBIGUOUS),
            (None, Outcome.AMBIGUOUS),
        ):
            with self.subTest(answer=answer):
                self.stub.answer = lambda headers, answer=answer: answer
                self.assertEqual(self.send(), [expected])

    def test_silence_is_ambiguous(self):
        self.stub.delay = 1
        self.assertEqual(self.send(), [Outcome.AMBIGUOUS])

    def test_not_reached(self):
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            for url in (f"http://127.0.0.1:{nobody.getsockname()[1]}/", "http://no-such-host.invalid/"):
                self.assertEqual(self.send(url=url), [Outcome.NOT_REACHED], url)

    def test_breaker(self):
        """After the first trouble the rest is held back: no more are asked for than there are threads."""
        self.stub.answer = lambda headers: (503, "Temporal failure")
        outcomes = self.send(9, threads=2)
        self.assertLessEqual(len(self.stub.asked), 2)
        self.assertEqual(outcomes.count(Outcome.NOT_ASKED), 9 - len(self.stub.asked))

    def test_a_rejected_one_stops_no_others(self):
        self.stub.answer = lambda headers: (
            (400, "Missing receiver number") if headers["X-Kannel-To"].endswith("0") else (202, "0: Accepted")
        )
        self.assertEqual(self.send(4), [Outcome.REJECTED, *[Outcome.ACCEPTED] * 3])

    def test_rate(self):
        begin = time.monotonic()
        self.send(6, rate=20)
        self.assertGreaterEqual(time.monotonic() - begin, 5 / 20)

    def test_long_answers_are_cut(self):
        self.stub.answer = lambda headers: (202, "x" * 1_000_000)
        with KannelClient(self.connection) as client:
            [answer] = client.send([Message("0" * 32, "+84900000001", "x", "http://127.0.0.1/")]).values()
        self.assertLess(len(answer.detail), 1000)

    def test_check(self):
        for password, expected in ((PASSWORD, Outcome.ACCEPTED), ("wrong", Outcome.REFUSED)):
            with KannelClient(replace(self.connection, password=password)) as client:
                self.assertEqual(client.check().outcome, expected)
        self.assertFalse(self.stub.asked, "a check sends nothing")
