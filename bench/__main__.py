"""`make bench`: the look-up beside an empty JSON route of the same server, side by side.

Reads BENCH_URL, MOBIFONE_DB and BENCH_REQUESTS (default 400 a round); prints a table and writes bench.json into the
folder of MOBIFONE_FEED_KEY: a list of {name, value, unit, reference, ratio, goal}.
"""

import json
import os
import platform
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

URL = os.environ["BENCH_URL"]
DATABASE = os.environ["MOBIFONE_DB"]
REQUESTS = int(os.environ.get("BENCH_REQUESTS", "400"))
ROUNDS = 3
GOAL = 0.4  # of the empty route's throughput, at every concurrency


def main() -> None:
    """Measure, print and write."""
    login = requests.Session()
    credentials = {"db": DATABASE, "login": "agent_a1", "password": "mbf-agent_a1-demo"}
    post(login, "/web/session/authenticate", credentials)
    cookie = login.cookies["session_id"]
    machine = f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores"
    print(f"{machine}; {REQUESTS} requests a round, median of {ROUNDS} rounds")
    print(f"{'concurrency':>11} {'look-up/s':>10} {'empty/s':>10} {'ratio':>6} {'p50 ms':>7} {'p99 ms':>7}")
    results = []
    for concurrency in (1, 8):
        # Interleaved, so that a noisy neighbour disturbs both alike.
        rounds = [(measure(cookie, look_up, concurrency), measure(cookie, empty, concurrency)) for _n in range(ROUNDS)]
        looked, bare = (statistics.median(pair[side][0] for pair in rounds) for side in (0, 1))
        times = sorted(sample for pair in rounds for sample in pair[0][1])
        ratio = looked / bare
        p50, p99 = (1000 * times[int(len(times) * share)] for share in (0.5, 0.99))
        print(f"{concurrency:>11} {looked:>10.0f} {bare:>10.0f} {ratio:>6.2f} {p50:>7.1f} {p99:>7.1f}")
        results.append(
            {
                "name": f"lookup_vs_empty_route_c{concurrency}",
                "value": round(looked, 1),
                "unit": "requests/s",
                "reference": round(bare, 1),
                "ratio": round(ratio, 3),
                "goal": GOAL,
            }
        )
    target = Path(os.environ["MOBIFONE_FEED_KEY"]).parent / "bench.json"
    target.write_text(json.dumps(results, indent=1) + "\n")
    print(f"written to {target}")


def measure(cookie: str, request, concurrency: int) -> tuple:
    """(requests a second, seconds of each) of REQUESTS requests over `concurrency` kept connections."""
    share = REQUESTS // concurrency

    def work(worker: int) -> list:
        session = requests.Session()
        session.cookies.set("session_id", cookie)
        request(session, 0)
        times = []
        for number in range(share):
            begin = time.perf_counter()
            request(session, worker * share + number)
            times.append(time.perf_counter() - begin)
        return times

    with ThreadPoolExecutor(concurrency) as pool:
        begin = time.perf_counter()
        times = [sample for part in pool.map(work, range(concurrency)) for sample in part]
        return len(times) / (time.perf_counter() - begin), times


def look_up(session: requests.Session, number: int) -> None:
    """One look-up of one of the sample's first lines, its log row written."""
    params = {
        "model": "mobifone.desk",
        "method": "lookup",
        "args": [],
        "kwargs": {"number": f"09000000{number % 25 + 1:02d}"},
    }
    post(session, "/web/dataset/call_kw/mobifone.desk/lookup", params)


def empty(session: requests.Session, _number: int) -> None:
    """The cheapest authenticated JSON route of a stock Odoo: it checks the session and answers an empty object."""
    post(session, "/web/session/check", {})


def post(session: requests.Session, path: str, params: dict) -> None:
    """One JSON-RPC request; an error ends the benchmark."""
    answer = session.post(URL + path, json={"jsonrpc": "2.0", "method": "call", "params": params}, timeout=60).json()
    if "error" in answer:
        raise SystemExit(f"{path}: {answer['error']['data']['message']}")


if __name__ == "__main__":
    main()
