"""Black-box tests: they know the running product by its address and the logins of the demo, nothing of its inside."""

import copy
import itertools
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg2
import pytest
import requests
from playwright.sync_api import expect

from sandbox.browser import launched, window

URL = os.environ["MOBIFONE_URL"]
DATABASE = os.environ["MOBIFONE_DB"]
# For its other commands; how to reach PostgreSQL is in the environment.
ODOO = Path(sys.executable).with_name("odoo")

# Lines of these tests alone: between the sample's named numbers and its random ones.
_numbers = itertools.count(100)


def printed(*command: object, env: dict | None = None) -> str:
    """What a command printed; a failure of it fails the test."""
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=120, check=False, env=env)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


class RefusedError(Exception):
    """The server answered with an error; `name` is the exception's name there."""

    def __init__(self, data: dict):
        super().__init__(data["message"])
        self.name = data["name"].rpartition(".")[2]
        self.message = data["message"]


class Person:
    """A user with his session cookie; without a password one of the demo's."""

    def __init__(self, login: str, password: str = "", url: str = URL, database: str = DATABASE):
        self.login, self.url = login, url
        self.http = requests.Session()
        password = password or f"mbf-{login}-demo"
        answer = self.rpc("/web/session/authenticate", db=database, login=login, password=password)
        assert answer["uid"], login
        self.uid = answer["uid"]

    def rpc(self, path: str, **params):
        """One JSON-RPC request; raises RefusedError when the server says no."""
        answer = self.http.post(
            self.url + path, json={"jsonrpc": "2.0", "method": "call", "params": params}, timeout=60
        )
        answer.raise_for_status()
        payload = answer.json()
        if "error" in payload:
            raise RefusedError(payload["error"]["data"])
        return payload.get("result")

    def at(self, url: str) -> "Person":
        """The same session, seen by the server at another address of this machine."""
        other = copy.copy(self)
        other.url = url
        return other

    def call(self, model: str, method: str, *args, **kwargs):
        """A method of a model, as the web client calls it."""
        path = f"/web/dataset/call_kw/{model}/{method}"
        return self.rpc(path, model=model, method=method, args=list(args), kwargs=kwargs)

    def desk(self, method: str, **kwargs):
        """A method of the one door."""
        return self.call("mobifone.desk", method, **kwargs)

    def opened(self, number: str, **kwargs) -> dict:
        """The full answer of a look-up, the notice of missing papers acknowledged."""
        answer = self.desk("lookup", number=number, **kwargs)
        if answer["registration"]["must_acknowledge"]:
            answer = self.desk("acknowledge", lookup_id=answer["lookup_id"])
        return answer


@pytest.fixture(scope="session")
def people():
    """Every demo user, logged in once."""
    logins = ("agent_a1", "agent_a2", "leader_a", "vendor_a", "agent_b1", "vendor_b", "care", "manager", "admin")
    with ThreadPoolExecutor(4) as pool:
        return dict(zip(logins, pool.map(Person, logins), strict=True))


@pytest.fixture(scope="session")
def database():
    """The server's database, to count what is in it."""
    connection = psycopg2.connect("")
    connection.autocommit = True
    with connection.cursor() as cursor:
        yield cursor
    connection.close()


@pytest.fixture
def new_line(people):
    """A function that makes a line open to a consult and returns its number."""

    def make(**values):
        number = f"0900000{next(_numbers)}"
        line = {"msisdn": number, "app_status": "not_installed", "device_class": "smartphone"}
        people["admin"].call("mobifone.subscriber", "create", {**line, "registration_state": "complete", **values})
        return number

    return make


@pytest.fixture(scope="session")
def feed():
    """A function that sends app events with the feed's API key."""
    with open(os.environ["MOBIFONE_FEED_KEY"]) as file:
        key = file.read().strip()

    def send(*events):
        return requests.post(
            f"{URL}/json/2/mobifone.subscriber/app_events",
            json={"events": [{"number": number, "installed_on": moment} for number, moment in events]},
            headers={"Authorization": f"bearer {key}", "X-Odoo-Database": DATABASE},
            timeout=60,
        )

    return send


@pytest.fixture(scope="session")
def browser():
    """The Chromium of this machine."""
    with launched() as browser:
        yield browser


@pytest.fixture
def open_page(browser, people):
    """A function that opens a page as somebody who is logged in; an error in its scripts fails the test."""
    contexts, errors = [], []

    def open_as(login: str, path: str, **options):
        context = window(browser, URL, people[login].http.cookies["session_id"], **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{URL}{path}")
        return page

    yield open_as
    for context in contexts:
        context.close()
    assert not errors, errors


@pytest.fixture
def page(open_page):
    """The desk of an agent, ready for a number."""
    page = open_page("agent_a1", "/odoo/mobifone-desk")
    expect(page.locator(".o_mobifone_number")).to_be_focused(timeout=30_000)
    return page
