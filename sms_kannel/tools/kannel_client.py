"""Speaks to Kannel's sendsms over HTTP. It knows no database: what it needs is given, its threads do HTTP only."""

import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum

import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError

from .sms_text import is_gsm

# Delivered 1, failed 2, accepted by the SMSC 8, refused by it 16.
REPORTS_WANTED = 1 + 2 + 8 + 16
LONGEST_ANSWER = 512
# What smsbox says of a message that no later try would make any better.
BAD_MESSAGES = ("receiver", "not routable", "white- and/or black-lists", "body misformed")


class Outcome(Enum):
    """What became of one request."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"  # this message, for good
    REFUSED = "refused"  # the gateway takes nothing now: not taken
    NOT_REACHED = "not_reached"  # not taken
    NOT_ASKED = "not_asked"  # held back, as one before it was refused or got lost
    AMBIGUOUS = "ambiguous"  # it may have been taken: only a delivery report tells


# The message may be asked for again: it certainly was not taken.
NOT_TAKEN = frozenset({Outcome.REFUSED, Outcome.NOT_REACHED, Outcome.NOT_ASKED})
# Something is wrong with the gateway: nothing more is asked of it for a while.
TROUBLE = frozenset({Outcome.REFUSED, Outcome.NOT_REACHED, Outcome.AMBIGUOUS})


@dataclass(frozen=True)
class Connection:
    """How to reach one gateway; times in seconds, `validity` in minutes, `rate` in messages a second (0: no limit)."""

    url: str
    username: str
    password: str
    sender: str = ""
    smsc: str = ""
    connect_timeout: float = 3
    read_timeout: float = 10
    threads: int = 8
    rate: float = 0
    validity: int = 1440


@dataclass(frozen=True)
class Message:
    """One SMS to one number (E.164), under the key its delivery reports come back with."""

    uuid: str
    number: str
    text: str
    report_url: str


@dataclass(frozen=True)
class Answer:
    """What became of a request; `detail` in the gateway's or the system's words, for the administrator."""

    outcome: Outcome
    detail: str = ""
    status: int = 0


class KannelClient:
    """A pool of connections to one gateway; to be closed, best by `with`."""

    def __init__(self, connection: Connection):
        self._connection = connection
        self._pool = ThreadPoolExecutor(connection.threads, "kannel")
        self._local = threading.local()
        self._sessions = []
        self._pace = _Pace(connection.rate)

    def __enter__(self) -> "KannelClient":
        return self

    def __exit__(self, *_exception) -> None:
        self._pool.shutdown()
        for session in self._sessions:
            session.close()

    def send(self, messages: Iterable[Message]) -> dict[str, Answer]:
        """Ask for each message once; the answers by uuid. After the first sign of trouble no further one is asked for.

        It raises nothing: whatever goes wrong is an answer.
        """
        trouble = threading.Event()
        messages = list(messages)
        answers = self._pool.map(lambda message: self._send_one(message, trouble), messages)
        return {message.uuid: answer for message, answer in zip(messages, answers, strict=True)}

    def check(self) -> Answer:
        """Ask for a message to nobody: ACCEPTED when the gateway is there and knows our user; nothing is sent."""
        answer = self._post({}, b"")
        if answer.status == requests.codes.bad_request and "receiver" in answer.detail.lower():
            return Answer(Outcome.ACCEPTED, answer.detail, answer.status)
        if answer.outcome in (Outcome.ACCEPTED, Outcome.REJECTED):
            return Answer(Outcome.REFUSED, answer.detail, answer.status)  # no Kannel would say so
        return answer

    def _send_one(self, message: Message, trouble: threading.Event) -> Answer:
        self._pace.wait()
        if trouble.is_set():
            return Answer(Outcome.NOT_ASKED)
        try:
            answer = self._post(self._headers(message), message.text.encode())
        except Exception as error:
            answer = Answer(Outcome.AMBIGUOUS, _brief(error))
        if answer.outcome in TROUBLE:
            trouble.set()
        return answer

    def _headers(self, message):
        return {
            "X-Kannel-To": message.number,
            "X-Kannel-Coding": "0" if is_gsm(message.text) else "2",
            "X-Kannel-DLR-Mask": str(REPORTS_WANTED),
            "X-Kannel-DLR-Url": message.report_url,
            "X-Kannel-Validity": str(self._connection.validity),
            **({"X-Kannel-From": self._connection.sender} if self._connection.sender else {}),
            **({"X-Kannel-SMSC": self._connection.smsc} if self._connection.smsc else {}),
        }

    def _post(self, headers, body):
        connection = self._connection
        headers = {
            # Nothing of a message is in the address, which gateways and proxies log.
            "X-Kannel-Username": connection.username,
            "X-Kannel-Password": connection.password,
            "Content-Type": "text/plain; charset=UTF-8",
            **headers,
        }
        try:
            with self._session().post(
                connection.url,
                headers=headers,
                data=body,
                timeout=(connection.connect_timeout, connection.read_timeout),
                allow_redirects=False,
                stream=True,  # whoever answers there may have a lot to say
            ) as response:
                detail = next(response.iter_content(LONGEST_ANSWER), b"").decode(errors="replace").strip()
                return Answer(_judge(response.status_code, detail), detail, response.status_code)
        except requests.RequestException as error:
            return Answer(Outcome.NOT_REACHED if _never_left(error) else Outcome.AMBIGUOUS, _brief(error))

    def _session(self):
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
            self._local.session.trust_env = False  # no proxy and no .netrc of the machine's
            self._sessions.append(self._local.session)
        return self._local.session


class _Pace:
    """Lets through so many a second, evenly."""

    def __init__(self, rate: float):
        self._gap = 1 / rate if rate else 0
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        if not self._gap:
            return
        with self._lock:
            now = time.monotonic()
            mine = max(self._next, now)
            self._next = mine + self._gap
        time.sleep(mine - now)


def _judge(status, detail):
    if status == requests.codes.accepted:
        return Outcome.ACCEPTED
    if 400 <= status < 500 and any(words in detail.lower() for words in BAD_MESSAGES):
        return Outcome.REJECTED
    # A 503 is Kannel's "try again later". What another 5xx means, or a 2xx that Kannel never gives, only somebody
    # between us and it knows, who may have passed the message on.
    if status == requests.codes.service_unavailable or 300 <= status < 500:
        return Outcome.REFUSED
    return Outcome.AMBIGUOUS


def _never_left(error):
    """Did the request certainly not reach the gateway?"""
    if isinstance(error, (requests.ConnectTimeout, ValueError)):  # a ValueError: no address, no header
        return True
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)


def _brief(error) -> str:
    return f"{type(error).__name__}: {error}"[:LONGEST_ANSWER]


def each(answers: dict[str, Answer], outcomes: Iterable[Outcome]) -> Iterator[str]:
    """The uuids of the answers with one of these outcomes."""
    wanted = set(outcomes)
    return (uuid for uuid, answer in answers.items() if answer.outcome in wanted)
