"""Guided calls without a consult, beside an empty JSON route of the same server."""

import os
from collections.abc import Iterator

from bench.client import Client, repeated, result, side_by_side, throughput
from bench.sizes import REQUESTS

ROUNDS = 3


def measure() -> list:
    """Walk through calls on a sample line; print and return the results."""
    client = Client(os.environ["BENCH_URL"], os.environ["MOBIFONE_DB"], "agent_a1")
    results = []
    for concurrency in (1, 8):
        value, reference = side_by_side(
            ROUNDS,
            lambda count=concurrency: throughput(lambda _number: _calls(client), REQUESTS, count)[0],
            lambda count=concurrency: throughput(repeated(client.empty), REQUESTS, count)[0],
        )
        print(
            f"  {concurrency} at once: {value:.0f} requests/s, empty route {reference:.0f}/s, {value / reference:.2f}"
        )
        name = f"guided_call_vs_empty_route_c{concurrency}"
        results.append(result(name, value, reference, "requests/s", goal=0.3))
    return results


def _calls(client: Client) -> Iterator:
    """Whole calls, one request a turn: look-up, start, each answer, finish."""
    while True:
        lookup_id = client.desk("lookup", number="0900000002", hotline="1090")["lookup_id"]
        yield
        call = client.desk("start_call", lookup_id=lookup_id)
        yield
        step = call["step"]
        while step["kind"] != "end":
            # The last answer declines: nothing is saved, and the next call is the same.
            key = step["answers"][0 if step["section"] in ("matter", "request") else -1]["key"]
            step = client.desk("answer", call_id=call["call_id"], step_id=step["id"], answer=key)["step"]
            yield
        client.desk("finish", call_id=call["call_id"])
        yield
