"""What is lost when a node or the replica is: requests in flight, and nothing else."""

import threading
import time
from collections import Counter

import pytest
import requests
from conftest import RefusedError

from sandbox import postgres, replica

from .conftest import AGENTS

THREADS = 8
SECONDS = 8
KILLED_AFTER = 3
# Of two nodes with two workers each to the replica.
CONNECTIONS = 4


class Client(threading.Thread):
    """An agent who consults line after line until told to stop, and asks again when he gets no answer."""

    def __init__(self, agent, numbers: list, stop: threading.Event):
        super().__init__()
        self.agent, self.numbers, self.stop = agent, numbers, stop
        self.answered, self.lookups, self.again, self.errors, self.gaps = {}, Counter(), [], [], []
        self.replayed = 0

    def run(self):
        for number in self.numbers:
            if self.stop.is_set():
                return
            try:
                lookup_id = self._ask("lookup", number=number)["lookup_id"]
                answer = self._ask("consult", lookup_id=lookup_id)
                assert answer["ok"], answer
                self.answered[number] = answer["consultation_id"]
                self.replayed += answer["replayed"]
            except (RefusedError, AssertionError) as error:
                self.errors.append(error)

    def _ask(self, method: str, **kwargs):
        begin = time.monotonic()
        for _try in range(20):
            if method == "lookup":
                self.lookups[kwargs["number"]] += 1
            try:
                answer = self.agent.desk(method, **kwargs)
                self.gaps.append(time.monotonic() - begin)
                return answer
            except requests.RequestException:
                self.again.append(method)
                time.sleep(0.2)
        raise AssertionError(f"no answer to {method}")


def test_a_node_is_killed_under_load(site, people, new_lines):
    stop = threading.Event()
    clients = [Client(people[AGENTS[place % len(AGENTS)]], new_lines(200), stop) for place in range(THREADS)]
    for client in clients:
        client.start()
    time.sleep(KILLED_AFTER)
    dead = site.nodes[0]
    done = sum(len(client.answered) for client in clients)
    dead.kill()
    time.sleep(SECONDS - KILLED_AFTER)
    stop.set()
    for client in clients:
        client.join()
    try:
        assert not [error for client in clients for error in client.errors]
        answered = {number: key for client in clients for number, key in client.answered.items()}
        kept = site.consultations([number for client in clients for number in client.numbers])
        assert kept == {number: [key] for number, key in answered.items()}, "each answer is kept, exactly once"
        assert site.messages(list(answered)) == len(answered)
        again = [what for client in clients for what in client.again]
        assert len(again) <= 2 * THREADS, "no more than was in flight"
        assert len(answered) > done + THREADS, "the others go on"
        asked = sum((client.lookups for client in clients), Counter())
        logged = site.rows(
            """SELECT s.msisdn, count(*) FROM mobifone_lookup l JOIN mobifone_subscriber s ON s.id = l.line_id
                WHERE l.kind = 'lookup' AND s.msisdn = ANY(%s) GROUP BY 1""",
            list(asked),
        )
        assert all(count <= asked[number] for number, count in logged), "nginx repeats no POST"
        slowest = max(gap for client in clients for gap in client.gaps)
        print(
            f"\nnode killed after {done} consults: {len(again)} of {THREADS} clients had to ask again,"
            f" {len(answered)} consults in all, each once; {sum(client.replayed for client in clients)} had been saved"
            f" unanswered; slowest answer {slowest:.1f} s"
        )
    finally:
        dead.start()
        dead.wait()


@pytest.fixture
def without_replica(site):
    replica.kill(site.standby)
    yield
    postgres.start(site.standby)


def test_the_replica_is_killed(site, people, new_lines, without_replica):
    failed = []

    def insist(ask):
        """Odoo's pool finds out by the first request on each connection, and fails that."""
        for _try in range(CONNECTIONS):
            try:
                return ask()
            except requests.HTTPError as error:
                failed.append(error)
        raise AssertionError("it does not go on")

    numbers = insist(lambda: new_lines(8))
    agents, managers = site.each(people["agent_a1"]) * 4, site.each(people["manager"]) * 4
    for agent, manager, number in zip(agents, managers, numbers, strict=True):
        opened = insist(lambda agent=agent, number=number: agent.desk("lookup", number=number))
        saved = insist(lambda agent=agent, opened=opened: agent.desk("consult", lookup_id=opened["lookup_id"]))
        assert saved["ok"]
        newest = insist(
            lambda manager=manager: manager.call(
                "mobifone.consultation", "search_read", [], ["id"], order="id desc", limit=1
            )
        )
        assert newest[0]["id"] == saved["consultation_id"], "reports read the primary"
    print(f"\nreplica killed: {len(failed)} requests failed, then all went on")
    assert len(failed) <= CONNECTIONS
