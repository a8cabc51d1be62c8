"""Two nodes are one product: one session, one winner, one answer to a repeated request."""

import itertools
import time
from collections import Counter

import pytest
import requests
from conftest import URL, Person, RefusedError

from .conftest import AGENTS, CLIENTS


def test_one_session_on_both_nodes(site, people):
    agent = people["agent_a1"]
    for node in site.each(agent) * 4:
        assert node.desk("lookup", number="0900000002")["found"]
        assert node.call("res.users", "read", [agent.uid], ["login"])[0]["login"] == "agent_a1"
    guest = Person("agent_b1")
    first, second = site.each(guest)
    first.rpc("/web/session/destroy")
    with pytest.raises(RefusedError):
        second.desk("lookup", number="0900000002")
    people["agent_b1"] = Person("agent_b1")  # his earlier session ended with the login above


def test_nginx_tells_who_asks_and_lets_nobody_lie(site, people):
    forged = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Host": "evil.example.com", "X-Request-Id": "mine"}
    agent = people["agent_a1"]
    body = {"jsonrpc": "2.0", "params": {"model": "mobifone.desk", "method": "lookup", "args": [], "kwargs": {"number": "0900000002"}}}  # fmt: skip  # noqa: E501
    answer = agent.http.post(f"{URL}/web/dataset/call_kw/mobifone.desk/lookup", json=body, headers=forged, timeout=30)
    [[address]] = site.rows("SELECT ip FROM mobifone_lookup WHERE id = %s", answer.json()["result"]["lookup_id"])
    assert address == "127.0.0.1"
    assert len(answer.headers["X-Request-Id"]) == 32
    metrics = "/mobifone_consult/metrics"
    for closed in ("/jsonrpc", "/xmlrpc/2/common", "/web/database/manager", metrics, f"{metrics}/"):
        assert requests.get(URL + closed, timeout=30).status_code == 404, closed
    cookie = requests.get(f"{URL}/web/login", timeout=30).headers["Set-Cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie


@pytest.mark.parametrize("count", [1, 20])
def test_race_of_64_clients(site, people, new_lines, in_parallel, count):
    numbers = new_lines(count)
    clients = [
        (people[login], number)
        for _client, login, number in zip(
            range(CLIENTS), itertools.cycle(AGENTS), itertools.cycle(numbers), strict=False
        )
    ]
    log = site.primary.site / "nginx" / "access.log"
    before = len(log.read_text().splitlines())
    begin = time.monotonic()
    opened = in_parallel(lambda client: (client[0], client[0].desk("lookup", number=client[1])["lookup_id"]), clients)
    looked_up = time.monotonic()
    answers = in_parallel(lambda job: job[0].desk("consult", lookup_id=job[1]), opened)
    saved = time.monotonic()
    told = zip((number for _agent, number in clients), answers, strict=True)
    winners = Counter(number for number, answer in told if answer["ok"] and not answer["replayed"])
    assert winners == dict.fromkeys(numbers, 1)
    losers = [answer["verdict"] for answer in answers if not answer["ok"]]
    assert {verdict["code"] for verdict in losers} <= {"locked"} and len(losers) == CLIENTS - count
    assert all(verdict["until"] and verdict["by"] for verdict in losers)
    assert {number: len(ids) for number, ids in site.consultations(numbers).items()} == dict.fromkeys(numbers, 1)
    assert site.messages(numbers) == count
    lines = log.read_text().splitlines()[before:]
    by_node = [sum(f"to=127.0.0.1:{node.port} " in line for line in lines) for node in site.nodes]
    assert all(by_node), "both nodes took part"
    print(
        f"\n{CLIENTS} clients on {count} lines: {count} winners; requests by node {by_node};"
        f" look-ups {looked_up - begin:.1f} s, consults {saved - looked_up:.1f} s"
    )


def test_a_repeated_request_does_nothing_twice(site, people, new_lines, in_parallel):
    [number] = new_lines()
    first, second = site.each(people["agent_a2"])
    lookup_id = first.desk("lookup", number=number)["lookup_id"]
    answers = in_parallel(lambda node: node.desk("consult", lookup_id=lookup_id), [first, second] * 4)
    answers.append(second.desk("consult", lookup_id=lookup_id))
    assert all(answer["ok"] for answer in answers)
    assert [answer["replayed"] for answer in answers].count(False) == 1
    [ids] = site.consultations([number]).values()
    assert {answer["consultation_id"] for answer in answers} == set(ids) and len(ids) == 1
    assert site.messages([number]) == 1
