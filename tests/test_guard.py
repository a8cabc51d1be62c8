"""Vendors' staff are locked in: what needs more than one process to be seen."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
import requests
from conftest import DATABASE, URL, Person, RefusedError


def attempt(login, password):
    """The server's word on a login: None when it lets one in."""
    params = {"db": DATABASE, "login": login, "password": password}
    payload = {"jsonrpc": "2.0", "method": "call", "params": params}
    answer = requests.post(f"{URL}/web/session/authenticate", json=payload, timeout=60).json()
    return answer["error"]["data"]["message"] if "error" in answer else None


def test_wrong_passwords_at_once_lock_one_login_on_all_workers(people):
    """The lock holds for the right password too, and for nobody else; a manager releases it."""
    with ThreadPoolExecutor(8) as pool:
        messages = list(pool.map(lambda number: attempt("feed", f"wrong {number}"), range(16)))
    assert all(messages)
    assert all(attempt("feed", "mbf-feed-demo") for _try in range(4))
    assert attempt("care", "mbf-care-demo") is None
    rows = people["manager"].call(
        "mobifone.login.attempt", "search_read", [("user_id.login", "=", "feed")], ["failures", "locked_until"]
    )
    assert len(rows) == 1
    assert rows[0]["failures"] >= 5
    assert rows[0]["locked_until"]
    with pytest.raises(RefusedError):
        people["vendor_a"].call("mobifone.login.attempt", "action_release", [rows[0]["id"]])
    people["manager"].call("mobifone.login.attempt", "action_release", [rows[0]["id"]])
    assert attempt("feed", "mbf-feed-demo") is None


def test_unknown_logins_answer_alike():
    """Same words, lock and all."""
    assert [attempt("nobody-here", "x") for _try in range(7)][-1] == attempt("nobody-here", "x")
    assert attempt("nobody-here", "x") != attempt("nobody-there", "x"), "it is locked"


def test_one_session(people):
    """A second login ends the first, on both workers."""
    first, second = people["vendor_b"], Person("vendor_b")
    people["vendor_b"] = second
    for _request in range(6):
        with pytest.raises(RefusedError) as refusal:
            first.call("mobifone.lookup", "search_count", [])
        assert refusal.value.name == "SessionExpiredException"
        second.call("mobifone.lookup", "search_count", [])


def test_logins_at_once_leave_one_session(people):
    """Each is let in, and only the one that came last stays."""
    with ThreadPoolExecutor(6) as pool:
        sessions = list(pool.map(lambda _nth: Person("vendor_b"), range(6)))
    alive = []
    for session in sessions:
        with suppress(RefusedError):
            session.call("mobifone.lookup", "search_count", [])
            alive.append(session)
    [people["vendor_b"]] = alive


def test_refusals_are_written_down(people):
    """The refused request is rolled back; the row about it stays."""
    with pytest.raises(RefusedError):
        people["agent_a1"].call("ir.attachment", "create", {"name": "x", "public": True, "raw": "x"})
    with pytest.raises(RefusedError):
        people["agent_a1"].rpc("/discuss/search", term="")
    rows = people["manager"].call(
        "mobifone.guard.event", "search_read", [("user_id.login", "=", "agent_a1")], ["kind", "detail"]
    )
    found = {(row["kind"], row["detail"]) for row in rows}
    assert {("call", "ir.attachment.create"), ("route", "/discuss/search")} <= found


def test_one_session_at_full_speed(people):
    """Requests side by side in one session neither wait for each other nor fail, also when its use is written down."""
    agent = people["agent_a2"]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _number: agent.desk("open_calls"), range(200)))
    assert len(answers) == 200
