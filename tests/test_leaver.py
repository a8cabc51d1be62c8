"""Invariant 7 over HTTP with two workers: a leaver is out within 5 s, and stays out when he is taken on again."""

import base64
import io
import json
import time
from datetime import date, timedelta

import pytest
import requests
import websocket
from conftest import DATABASE, URL, Person, RefusedError
from PIL import Image

PASSWORD, LATER = "mbf-nguoi-thu-1-demo", "mbf-nguoi-thu-2-demo"
TIMES = 12  # each question is asked so often, that both workers have answered it


@pytest.fixture
def hired(people, request):
    """An account opened by MobiFone; {id, uid, login, key} where the key is one he had before."""
    login = f"thu.{request.node.name[-12:].lower().replace('_', '')}{time.time_ns() % 10**6}"
    admin, manager = people["admin"], people["manager"]
    uid = admin.call("res.users", "create", {"name": "Người Thử", "login": login, "password": PASSWORD})
    admin.call("res.users", "write", [uid], {"image_1920": photo()})
    account = {"name": "Người Thử", "employee_code": login, "user_id": uid, "commitment_date": "2026-02-02"}
    [vendor] = manager.call("mobifone.vendor", "search", [("code", "=", "A")])
    key = api_key(Person(login, PASSWORD))
    assert key_works(key)
    agent_id = manager.call("mobifone.agent", "create", {**account, "vendor_id": vendor})
    manager.call("mobifone.agent", "action_activate", [agent_id])
    return {"id": agent_id, "uid": uid, "login": login, "key": key}


def photo():
    """A picture that is plainly no placeholder."""
    content = io.BytesIO()
    Image.new("RGB", (200, 200), "#c0ffee").save(content, "PNG")
    return base64.b64encode(content.getvalue()).decode()


def api_key(person):
    """A key that the person makes for himself, as the preferences do it."""
    check = person.call("res.users", "api_key_wizard", [person.uid])
    if check.get("res_model") == "res.users.identitycheck":
        person.call("res.users.identitycheck", "write", [check["res_id"]], {"password": PASSWORD})
        person.call("res.users.identitycheck", "run_check", [check["res_id"]], context={"password": PASSWORD})
    made = person.call("res.users.apikeys.description", "create", {"name": "thử", "duration": "1"})
    return person.call("res.users.apikeys.description", "make_key", [made])["context"]["default_key"]


def works(person):
    """How often of TIMES the session answers."""
    return sum(not refused(lambda: person.desk("lookup", number="0900000002")) for _time in range(TIMES))


def refused(call):
    try:
        call()
    except RefusedError as error:
        assert error.name in ("SessionExpiredException", "AccessDenied", "AccessError"), error.name
        return True
    return False


def key_works(key):
    answer = requests.post(
        f"{URL}/json/2/res.users/context_get", json={},
        headers={"Authorization": f"bearer {key}", "X-Odoo-Database": DATABASE}, timeout=30,
    )  # fmt: skip
    return answer.status_code == 200


def can_log_in(login, password):
    return not refused(lambda: Person(login, password))


def socket_of(person):
    """A websocket of the person's session, subscribed to what is his."""
    cookie = f"session_id={person.http.cookies['session_id']}"
    address = URL.replace("http", "ws", 1) + "/websocket"
    socket = websocket.create_connection(address, cookie=cookie, timeout=10, origin=URL)
    socket.send(json.dumps({"event_name": "subscribe", "data": {"channels": [], "last": 0}}))
    return socket


def closed_within(socket, seconds):
    """Did the server close the socket in time, and with which code?"""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        socket.settimeout(left)
        try:
            opcode, data = socket.recv_data()
        except websocket.WebSocketTimeoutException:
            return None
        except (websocket.WebSocketConnectionClosedException, OSError):
            return "gone"
        if opcode == websocket.ABNF.OPCODE_CLOSE:
            return int.from_bytes(data[:2], "big")
    return None


def test_out_within_five_seconds_and_for_good(people, hired):
    login, manager = hired["login"], people["manager"]
    agent = Person(login, PASSWORD)
    agent.call("mobifone.agent", "accept_commitment")
    avatar = f"{URL}/web/image/res.users/{hired['uid']}/image_1920"
    seen = agent.http.get(avatar, timeout=30).content
    other = people["agent_a2"].http.get(avatar, timeout=30).content
    assert works(agent) == TIMES
    socket = socket_of(agent)
    time.sleep(0.5)

    begin = time.monotonic()
    answer = people["vendor_a"].call("mobifone.agent", "report_leaver", [hired["id"]])
    assert answer["disabled"]
    code = closed_within(socket, 5)
    assert code in (4001, "gone"), f"the websocket is closed, not {code}"
    assert works(agent) == 0
    assert not key_works(hired["key"])
    assert not can_log_in(login, PASSWORD)
    hidden = {agent.http.get(avatar, timeout=30).content for _time in range(TIMES)}
    assert seen not in hidden and len(seen) > 100
    took = time.monotonic() - begin
    assert took < 5, f"{took:.1f} s"
    assert other == seen, "his colleagues saw the same picture"

    # Proven by itself, by the scheduled action that the report woke.
    for _second in range(60):
        [file] = manager.call("mobifone.departure", "read", answer["departures"], ["verified_at", "proof", "login"])
        if file["verified_at"]:
            break
        time.sleep(1)
    assert file["verified_at"] and not any(file["proof"].values()), file
    assert file["login"] == login

    manager.call("mobifone.agent", "action_rehire", [hired["id"]], "quay lại")
    yesterday = str(date.today() - timedelta(days=1))
    manager.call("mobifone.agent", "write", [hired["id"]], {"commitment_date": yesterday})
    manager.call("mobifone.agent", "action_activate", [hired["id"]])
    assert works(agent) == 0, "the old cookie stays dead"
    assert not can_log_in(login, PASSWORD), "so does the old password"
    assert not key_works(hired["key"]), "and the old key"
    people["admin"].call("res.users", "write", [hired["uid"]], {"password": LATER})
    again = Person(login, LATER)
    again.call("mobifone.agent", "accept_commitment")
    assert works(again) == TIMES
    assert works(agent) == 0


def test_one_of_two_reports_at_once(people, hired):
    from concurrent.futures import ThreadPoolExecutor

    def report(_turn):
        try:
            return people["vendor_a"].call("mobifone.agent", "report_leaver", [hired["id"]])
        except RefusedError as error:
            return error.name

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(report, range(6)))
    assert sum(isinstance(answer, dict) for answer in answers) == 1, answers
    manager = people["manager"]
    assert manager.call("mobifone.departure", "search_count", [("agent_id", "=", hired["id"])]) == 1
