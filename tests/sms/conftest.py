"""A Kannel between the server and a simulated SMSC, and what tests of real SMS do with them."""

import itertools
import json
import os
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from conftest import URL, Person, RefusedError

from sandbox import kannel as kannels
from sandbox import process
from sandbox.odoo import free_port
from sandbox.settings import ROOT, Settings

from .fault_proxy import FaultProxy

COUNT = 40
IN_FLIGHT = 32  # the gateway's batch_size
FINAL = ("delivered", "failed", "unknown")
# Numbers that neither the sample nor other tests use.
_numbers = itertools.count(0)


class Smsc:
    """The simulator (smpp_sim.py), by its control port."""

    def __init__(self, port: int):
        self._lines = socket.create_connection(("127.0.0.1", port)).makefile("rw")

    def __getattr__(self, name):
        return lambda *args: self._call(name, args)

    def _call(self, name, args):
        self._lines.write(json.dumps({"call": name, "args": args}) + "\n")
        self._lines.flush()
        answer = json.loads(self._lines.readline())
        assert "error" not in answer, answer
        return answer["result"]


class Channel:
    """The whole way of a message, and the settings of its gateway."""

    def __init__(self, kannel, smsc, gateway_id: int, admin: Person, agents: list, cursor):
        self.kannel, self.smsc, self.gateway_id = kannel, smsc, gateway_id
        self.admin, self.agents, self._cursor = admin, agents, cursor

    def set(self, **values):
        self.admin.call("sms.kannel.gateway", "write", [self.gateway_id], values)

    def pause(self):
        self.set(paused_until="2099-01-01 00:00:00")

    def resume(self):
        self.admin.call("sms.kannel.gateway", "action_resume", [self.gateway_id])

    def run(self, name: str, *, patient: bool = True):
        """Run a scheduled action now.

        :param patient: when a worker runs it already, it may have begun too early: run it again after that
        """
        cron_id = self.rows("SELECT res_id FROM ir_model_data WHERE model = 'ir.cron' AND name = %s", name)[0][0]
        deadline = time.monotonic() + 60
        while True:
            try:
                return self.admin.call("ir.cron", "method_direct_trigger", [cron_id])
            except RefusedError as error:
                if not patient:
                    return None
                assert error.name == "UserError", error.message  # "already executing"
                assert time.monotonic() < deadline, f"{name} runs without end"
            time.sleep(0.1)

    def rows(self, query: str, *values):
        self._cursor.execute(query, values)
        return self._cursor.fetchall()

    def lines(self, count: int) -> list:
        """So many lines open to a consult; their numbers."""
        numbers = [f"+843206{next(_numbers):05d}" for _n in range(count)]
        line = {"app_status": "not_installed", "device_class": "smartphone", "registration_state": "complete"}
        self.admin.call("mobifone.subscriber", "create", [{**line, "msisdn": number} for number in numbers])
        return numbers

    def consult(self, numbers: list) -> list:
        """Consult these lines by web, several agents at once; ids of the consultations."""

        def one(place):
            agent = self.agents[place % len(self.agents)]
            lookup = agent.desk("lookup", number=numbers[place])
            return agent.desk("consult", lookup_id=lookup["lookup_id"])["consultation_id"]

        with ThreadPoolExecutor(len(self.agents)) as pool:
            return list(pool.map(one, range(len(numbers))))

    def states(self, ids: list) -> dict:
        """sms_state → how many of these consultations."""
        query = "SELECT sms_state, count(*) FROM mobifone_consultation WHERE id = ANY(%s) GROUP BY 1"
        return dict(self.rows(query, list(ids)))

    def agree(self, ids: list) -> bool:
        """Does the queue say of each message what its consultation says?"""
        query = """SELECT DISTINCT c.sms_state, m.state, m.failure_type = 'kannel_unknown' FROM mobifone_consultation c
                     JOIN sms_sms m ON m.uuid = c.sms_uuid WHERE c.id = ANY(%s)"""
        same = {("delivered", "sent", None), ("failed", "error", False), ("unknown", "error", True)}
        return set(self.rows(query, list(ids))) <= same

    def until(self, is_done, limit: float = 60, *, queue: bool = False, reports: bool = True):
        """Wait, applying the reports that come in; what `is_done` answers.

        :param queue: also look at the queue; by themselves workers may take a minute to see that a pause is over
        :param reports: apply them; by themselves workers do so once a minute
        """
        deadline = time.monotonic() + limit
        while not (answer := is_done()) and time.monotonic() < deadline:
            if queue:
                self.run("ir_cron_sms_scheduler_action", patient=False)
            if reports:
                self.run("ir_cron_apply_reports", patient=False)
            time.sleep(0.3)
        assert answer, "it took too long"
        return answer

    def settled(self, ids: list, limit: float = 60, *, queue: bool = False) -> dict:
        """Wait until each consultation is delivered, failed or unknown."""
        self.until(lambda: sum(self.states(ids).get(state, 0) for state in FINAL) == len(ids), limit, queue=queue)
        return self.states(ids)

    def age(self, ids: list, minutes: int = 10_000):
        """As if the messages of these consultations had been asked for long ago; then the sweep looks at them."""
        self.rows(
            """UPDATE sms_sms SET kannel_asked_on = kannel_asked_on - make_interval(mins => %s)
                WHERE uuid IN (SELECT sms_uuid FROM mobifone_consultation WHERE id = ANY(%s)) RETURNING id""",
            minutes,
            list(ids),
        )
        self.run("ir_cron_sweep")

    def asked_once(self, numbers: list, *, again: int = 0) -> int:
        """Nobody got a message twice; how many got one.

        :param again: so many may have got one twice, by a gateway that was killed and repeats what it had in hand
        """
        counts = self.smsc.submits(numbers)
        twice = sum(count > 1 for count in counts.values())
        assert twice <= again and max(counts.values()) <= 2, counts
        return sum(count > 0 for count in counts.values())


@pytest.fixture(scope="session")
def channel(people, database):
    settings, folder = Settings(), Path(os.environ["MOBIFONE_FEED_KEY"]).parent / "kannel"
    admin = people["admin"]
    set_parameter = lambda key, value: admin.call("ir.config_parameter", "set_param", f"mobifone_consult.{key}", value)  # noqa: E731
    set_parameter("lookup_quota", "0")
    set_parameter("sms_local_outbox", "False")
    values = {"username": "odoo", "callback_url": URL, "retry_delay": 1, "read_timeout": 2, "wait_minutes": 2}
    gateway_id = admin.call("sms.kannel.gateway", "create", values)
    [gateway] = admin.call("sms.kannel.gateway", "read", [gateway_id], ["report_secret", "company_id"])
    admin.call("res.company", "write", [gateway["company_id"][0]], {"sms_provider": "kannel"})
    smpp_port, control_port = free_port(), free_port()
    simulator = process.start([settings.python, "-m", "tests.sms.smpp_sim", smpp_port, control_port], cwd=ROOT)
    try:
        for _try in range(50):
            with suppress(OSError):
                smsc = Smsc(control_port)
                break
            time.sleep(0.1)
        callback = kannels.Callback(URL, gateway_id, gateway["report_secret"])
        with kannels.running(settings, folder, callback, kannels.Smpp(smpp_port)) as kannel:
            agents = [people[login] for login in ("agent_a1", "agent_a2", "leader_a", "agent_b1")]
            way = Channel(kannel, smsc, gateway_id, admin, agents, database)
            way.set(url=kannel.sendsms_url, username=kannel.username, password=kannel.password)
            way.admin.call("sms.kannel.gateway", "action_test", [gateway_id])
            # What the sample's consults left in the queue goes first: it is none of the tests' business.
            under_way = "SELECT 1 FROM sms_sms WHERE state IN ('outgoing', 'process', 'pending')"
            way.until(lambda: not way.rows(under_way), queue=True)
            yield way
    finally:
        process.kill_group(simulator)


@pytest.fixture(scope="session")
def proxy(channel):
    """A proxy before Kannel's sendsms, in the way of those messages only whose test is `broken`."""
    proxy = FaultProxy(channel.kannel.sendsms_url)
    yield proxy
    proxy.close()


@pytest.fixture
def broken(channel, proxy):
    """The proxy, by which everything is sent in this test; nothing was asked for twice by it."""
    proxy.forget()
    channel.set(url=proxy.url)
    yield proxy
    proxy.set("pass")
    channel.set(url=channel.kannel.sendsms_url)
    channel.admin.call("sms.kannel.gateway", "action_test", [channel.gateway_id])
    assert not proxy.asked_again()


@pytest.fixture
def story(channel, request):
    """Queued consults; after the test the counts before and after are printed, and each is checked."""
    channel.smsc.reset()
    numbers = channel.lines(COUNT)
    channel.pause()
    ids = channel.consult(numbers)
    before = channel.states(ids)
    assert before == {"queued": COUNT}
    yield numbers, ids
    after = channel.settled(ids, queue=True)
    # Kannel keeps what it took in a file and sends it again when it does not know whether it was sent.
    once = channel.asked_once(numbers, again=3 if request.node.name == "test_bearerbox_dies_while_sending" else 0)
    print(f"\n{request.node.name}: before {before}; after {after}; {once} of {COUNT} numbers got one, nobody two")
    assert after.get("unknown", 0) <= IN_FLIGHT
    assert channel.agree(ids)
    channel.set(rate=0)


@pytest.fixture
def kill_sender(channel):
    """A function that kills, at once, the process that is sending: the one that holds the scheduled action's row."""
    server = int(os.environ["MOBIFONE_SERVER_PID"])

    def kill():
        rows = channel.rows(
            """SELECT DISTINCT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
                WHERE l.relation = 'ir_cron'::regclass AND l.mode = 'RowShareLock' AND a.datname = current_database()"""
        )
        pids = {int(name.rpartition("-")[2]) for [name] in rows if name.startswith("odoo-")} - {server}
        assert pids, "nobody is sending"
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        return len(pids)

    return kill
