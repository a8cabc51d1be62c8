"""Two Odoo nodes behind nginx, a primary and its replica (sandbox/cluster.py), and what tests do with them."""

import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from conftest import DATABASE, URL, Person
from test_leaver import hired  # noqa: F401 (a fixture)

from sandbox import blackbox, cluster, replica
from sandbox.settings import Settings

CLIENTS = 64
AGENTS = ("agent_a1", "agent_a2", "leader_a", "agent_b1", "manager")
# A worker leaves a replica that was behind alone for 5 s: so long it may take until the replica is read.
PATIENCE = 12
_numbers = itertools.count(0)


class Site:
    """The nodes and both databases."""

    def __init__(self, primary: Settings, nodes: list, cursor):
        self.primary, self.standby, self.nodes, self._cursor = primary, replica.of(primary), nodes, cursor

    @property
    def urls(self) -> list:
        """The nodes' own addresses, without nginx."""
        return [f"http://127.0.0.1:{node.port}" for node in self.nodes]

    def each(self, person: Person) -> list:
        """That person's session at each node."""
        return [person.at(url) for url in self.urls]

    def rows(self, query: str, *values):
        self._cursor.execute(query, values)
        return self._cursor.fetchall()

    def consultations(self, numbers: list) -> dict:
        """Number → ids of its consultations, on the primary."""
        found = self.rows(
            """SELECT s.msisdn, array_agg(c.id) FROM mobifone_consultation c
                 JOIN mobifone_subscriber s ON s.id = c.subscriber_id WHERE s.msisdn = ANY(%s) GROUP BY 1""",
            numbers,
        )
        return dict(found)

    def cleared_caches(self) -> list:
        """Changes when a worker, by a scheduled action too, tells all others that something cached is out of date."""
        tables = self.rows(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND starts_with(relname, 'orm_signaling_')"
        )
        return [self.rows(f'SELECT max(id) FROM "{name}"') for (name,) in sorted(tables)]

    def messages(self, numbers: list) -> int:
        """How many SMS were queued for these numbers."""
        query = """SELECT count(*) FROM sms_tracker t JOIN mobifone_consultation c ON c.sms_uuid = t.sms_uuid
                     JOIN mobifone_subscriber s ON s.id = c.subscriber_id WHERE s.msisdn = ANY(%s)"""
        return self.rows(query, numbers)[0][0]


@pytest.fixture(scope="session")
def primary():
    """Where sandbox/blackbox.py has started the primary and its replica."""
    return replace(blackbox.several(Settings()), database=DATABASE, port=urlsplit(URL).port)


@pytest.fixture(scope="session", autouse=True)
def nodes(primary):
    with cluster.nodes_of(primary, replica.of(primary)) as nodes:
        yield nodes


@pytest.fixture(scope="session")
def site(primary, nodes, people, database):
    people["admin"].call("ir.config_parameter", "set_param", "mobifone_consult.lookup_quota", "0")
    return Site(primary, nodes, database)


@pytest.fixture
def behind(site):
    """The replica is paused in this test: it shows what was before."""
    replica.pause(site.standby)
    yield
    replica.resume(site.standby)


@pytest.fixture
def new_lines(people):
    """A function that makes so many lines open to a consult; their numbers."""

    def make(count: int = 1) -> list:
        numbers = [f"+843208{next(_numbers):05d}" for _n in range(count)]
        line = {"app_status": "not_installed", "device_class": "smartphone", "registration_state": "complete"}
        people["admin"].call("mobifone.subscriber", "create", [{**line, "msisdn": number} for number in numbers])
        return numbers

    return make


@pytest.fixture
def in_parallel():
    """A function that runs jobs at once, a thread each; their answers."""

    def run(job, items: list) -> list:
        with ThreadPoolExecutor(len(items)) as pool:
            return list(pool.map(job, items))

    return run


def until(is_so, seconds: float = PATIENCE):
    """Wait for something to be so; how long it took."""
    begin = time.monotonic()
    while not is_so():
        assert time.monotonic() - begin < seconds, "it took too long"
        time.sleep(0.2)
    return time.monotonic() - begin
