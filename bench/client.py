"""A lean client: what it costs itself is taken from the same processors as the server's work."""

import copy
import http.client
import json
import statistics
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from urllib.parse import urlsplit

# Connections open at once to a server with two workers, whose backlog is 8 each: the limit that a proxy in front of it
# has in production. The other clients wait for their turn, and their waiting is part of their time.
AT_ONCE = 12


class Refused(Exception):
    """The server answered with an error; `name` is the Python class of it."""

    def __init__(self, path: str, error: dict):
        data = error.get("data") or {}
        self.name = data.get("name", "")
        super().__init__(f"{path}: {data.get('message') or error.get('message')}")


class Gate:
    """Lets so many through at once, in the order they came: threading.Semaphore lets late ones push in."""

    def __init__(self, places: int):
        self.places = places
        self._free, self._waiting, self._lock = places, deque(), Lock()

    def __enter__(self) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            turn = Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()

    def __exit__(self, *_) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1


class Client:
    """A person's session at one server; may be used by many threads."""

    def __init__(self, url: str, database: str, login: str, password: str | None = None, at_once: int = AT_ONCE):
        """
        :param url: of the server, without a path
        :param password: default: that of the demo accounts
        """
        self._address = urlsplit(url).netloc
        self._turn = Gate(at_once)
        credentials = {"db": database, "login": login, "password": password or f"mbf-{login}-demo"}
        self._cookie = ""
        self.uid = self.post("/web/session/authenticate", credentials)["uid"]

    def at(self, url: str) -> "Client":
        """The same session at another server of the site, with as many connections of its own."""
        other = copy.copy(self)
        other._address, other._turn = urlsplit(url).netloc, Gate(self._turn.places)
        return other

    def post(self, path: str, params: dict, timeout: float = 120) -> object:
        """One JSON-RPC request on a connection of its own; its result.

        :raise Refused: when the answer is an error
        :raise OSError: when there is no answer, also http.client.HTTPException
        """
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        headers = {"Content-Type": "application/json", "Cookie": self._cookie}
        with self._turn:
            connection = http.client.HTTPConnection(self._address, timeout=timeout)
            try:
                connection.request("POST", path, body, headers)
                response = connection.getresponse()
                text = response.read()
            finally:
                connection.close()
        if not self._cookie:
            self._cookie = response.getheader("Set-Cookie", "").partition(";")[0]
        answer = json.loads(text)
        if "error" in answer:
            raise Refused(path, answer["error"])
        return answer.get("result")

    def call(self, model: str, method: str, *args: object, **kwargs: object) -> object:
        """A method of a model, as the web client calls it."""
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self.post(f"/web/dataset/call_kw/{model}/{method}", params)

    def desk(self, method: str, **kwargs: object) -> object:
        """A method of the desk; its answer."""
        return self.call("mobifone.desk", method, **kwargs)

    def empty(self) -> None:
        """The cheapest authenticated JSON route of a stock Odoo: it checks the session and answers an empty object."""
        self.post("/web/session/check", {})


def throughput(work: Callable, requests: int, concurrency: int) -> tuple:
    """(requests a second, seconds of each) of so many requests by so many clients at once.

    :param work: makes, for the number of its client, an iterator that does one request a turn
    """
    share = max(1, requests // concurrency)

    def run(number: int) -> list:
        turns, times = work(number), []
        for _turn in range(share):
            begin = time.perf_counter()
            next(turns)
            times.append(time.perf_counter() - begin)
        return times

    with ThreadPoolExecutor(concurrency) as pool:
        begin = time.perf_counter()
        times = [sample for part in pool.map(run, range(concurrency)) for sample in part]
        return len(times) / (time.perf_counter() - begin), times


def repeated(call: Callable) -> Callable:
    """Work for `throughput`: the same call at each turn."""

    def work(_number: int) -> Iterator:
        while True:
            yield call()

    return work


def side_by_side(rounds: int, *measures: Callable) -> list:
    """The median of each measure over the rounds.

    Interleaved, so that a noisy neighbour disturbs all alike; the first round warms up and is not counted.
    """
    samples = [[measure() for measure in measures] for _round in range(rounds + 1)][1:]
    return [statistics.median(column) for column in zip(*samples, strict=True)]


def result(name: str, value: float, reference: float, unit: str, *, goal: float, ratio: float | None = None) -> dict:
    """One line of the results: `ratio` is made such that at or above `goal` is good; default value by reference."""
    ratio = value / reference if ratio is None else ratio
    return {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "reference": round(reference, 3),
        "ratio": round(ratio, 3),
        "goal": goal,
    }
