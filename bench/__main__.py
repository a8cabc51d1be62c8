"""`make bench`: the hot paths beside an empty JSON route of the same server, side by side.

Reads BENCH_URL, MOBIFONE_DB, BENCH_REQUESTS (default 400 a round) and BENCH_ACCOUNTS (default 20,000); prints a table
and writes bench.json into the folder of MOBIFONE_FEED_KEY: a list of {name, value, unit, reference, ratio, goal}.
"""

import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from bench import cleanup, seal

URL = os.environ["BENCH_URL"]
DATABASE = os.environ["MOBIFONE_DB"]
REQUESTS = int(os.environ.get("BENCH_REQUESTS", "400"))
ROUNDS = 3


def main() -> None:
    """Measure, print and write."""
    login = requests.Session()
    credentials = {"db": DATABASE, "login": "agent_a1", "password": "mbf-agent_a1-demo"}
    post(login, "/web/session/authenticate", credentials)
    cookie = login.cookies["session_id"]
    machine = f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores"
    print(f"{machine}; {REQUESTS} requests a round, median of {ROUNDS} rounds")
    print(f"{'':>12} {'concurrency':>11} {'requests/s':>10} {'empty/s':>10} {'ratio':>6} {'p50 ms':>7} {'p99 ms':>7}")
    # The log first: what is sealed ends before the youngest rows, which are those of the look-ups below.
    results = seal.measure()
    # The goal is a share of the empty route's throughput, at every concurrency.
    for name, work, goal in (("lookup", look_ups, 0.4), ("guided_call", guided_calls, 0.3)):
        results += [compare(cookie, name, work, goal, concurrency) for concurrency in (1, 8)]
    results += cleanup.measure()
    target = Path(os.environ["MOBIFONE_FEED_KEY"]).parent / "bench.json"
    target.write_text(json.dumps(results, indent=1) + "\n")
    print(f"written to {target}")


def compare(cookie: str, name: str, work: Callable, goal: float, concurrency: int) -> dict:
    """Measure some work beside the empty route, print a line, return the result."""
    # Interleaved, so that a noisy neighbour disturbs both alike.
    rounds = [(measure(cookie, work, concurrency), measure(cookie, empty, concurrency)) for _n in range(ROUNDS)]
    worked, bare = (statistics.median(pair[side][0] for pair in rounds) for side in (0, 1))
    times = sorted(sample for pair in rounds for sample in pair[0][1])
    ratio = worked / bare
    p50, p99 = (1000 * times[int(len(times) * share)] for share in (0.5, 0.99))
    print(f"{name:>12} {concurrency:>11} {worked:>10.0f} {bare:>10.0f} {ratio:>6.2f} {p50:>7.1f} {p99:>7.1f}")
    return {
        "name": f"{name}_vs_empty_route_c{concurrency}",
        "value": round(worked, 1),
        "unit": "requests/s",
        "reference": round(bare, 1),
        "ratio": round(ratio, 3),
        "goal": goal,
    }


def measure(cookie: str, work: Callable, concurrency: int) -> tuple:
    """(requests a second, seconds of each) of REQUESTS requests over `concurrency` kept connections.

    :param work: makes, for a session and the number of its worker, an iterator that does one request a turn
    """
    share = REQUESTS // concurrency

    def run(worker: int) -> list:
        session = requests.Session()
        session.cookies.set("session_id", cookie)
        turns = work(session, worker * share)
        next(turns)
        times = []
        for _turn in range(share):
            begin = time.perf_counter()
            next(turns)
            times.append(time.perf_counter() - begin)
        return times

    with ThreadPoolExecutor(concurrency) as pool:
        begin = time.perf_counter()
        times = [sample for part in pool.map(run, range(concurrency)) for sample in part]
        return len(times) / (time.perf_counter() - begin), times


def look_ups(session: requests.Session, first: int) -> Iterator:
    """Look-ups of the sample's first lines, each with its log row."""
    while True:
        desk(session, "lookup", number=f"09000000{first % 25 + 1:02d}")
        first += 1
        yield


def guided_calls(session: requests.Session, _first: int) -> Iterator:
    """Whole guided calls without a consult, one request a turn: look-up, start, each answer, finish."""
    while True:
        lookup_id = desk(session, "lookup", number="0900000002", hotline="1090")["lookup_id"]
        yield
        call = desk(session, "start_call", lookup_id=lookup_id)
        yield
        step = call["step"]
        while step["kind"] != "end":
            # The last answer declines: nothing is saved, and the next call is the same.
            key = step["answers"][0 if step["section"] in ("matter", "request") else -1]["key"]
            step = desk(session, "answer", call_id=call["call_id"], step_id=step["id"], answer=key)["step"]
            yield
        desk(session, "finish", call_id=call["call_id"])
        yield


def empty(session: requests.Session, _first: int) -> Iterator:
    """The cheapest authenticated JSON route of a stock Odoo: it checks the session and answers an empty object."""
    while True:
        post(session, "/web/session/check", {})
        yield


def desk(session: requests.Session, method: str, **kwargs: object) -> object:
    """A method of the desk; its answer."""
    params = {"model": "mobifone.desk", "method": method, "args": [], "kwargs": kwargs}
    return post(session, f"/web/dataset/call_kw/mobifone.desk/{method}", params)


def post(session: requests.Session, path: str, params: dict) -> object:
    """One JSON-RPC request; an error ends the benchmark."""
    answer = session.post(URL + path, json={"jsonrpc": "2.0", "method": "call", "params": params}, timeout=60).json()
    if "error" in answer:
        raise SystemExit(f"{path}: {answer['error']['data']['message']}")
    return answer.get("result")


if __name__ == "__main__":
    main()
