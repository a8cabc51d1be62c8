"""kill -9 of the loader, of PostgreSQL and of a node while agents are at work: nothing answered is lost, nothing twice.

On a PostgreSQL of its own. A killed process takes back nothing that the operating system has in hand: what a power cut
does to a disk is not tried here, PostgreSQL's own settings stand for that (fsync, synchronous_commit).
"""

import random
import subprocess
import time
import urllib.request
from contextlib import ExitStack, closing, suppress

import psutil
import psycopg2

from bench import crash_feed
from bench.client import result
from bench.crash_agents import Shift, log_in
from bench.place import private
from bench.sizes import CRASH_LINES, KILLS
from sandbox import cluster, odoo, postgres
from sandbox.settings import ROOT, Settings

# Seconds that agents work before the kill, drawn anew each time, and after everything is up again.
BEFORE, AFTER = (0.5, 4), 2
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")
# What nobody may have left behind, seconds after he was killed: what is at work meanwhile ends sooner.
SOON = 20
LEFT_BEHIND = """
    SELECT 'table ' || relname FROM pg_class WHERE relname LIKE 'mobifone_feed_%' AND relpersistence != 'p'
     UNION ALL SELECT 'lock of ' || pid FROM pg_locks WHERE locktype = 'advisory'
     UNION ALL SELECT 'transaction ' || gid FROM pg_prepared_xacts
"""


def measure() -> list:
    """Kill each of the three so often, prove after each that nothing is lost; print and return the results."""
    with private("crash") as settings:
        site = Site(settings)
        print("  PostgreSQL: " + ", ".join(f"{name} {site.query(f'SHOW {name}')[0][0]}" for name in DURABLE))
        if any(site.query(f"SHOW {name}") != [("on",)] for name in DURABLE):
            raise SystemExit("PostgreSQL does not keep what it has confirmed: nothing could be proven")
        site.check("before")
        results = crash_feed.measure(site, KILLS, CRASH_LINES)
        with ExitStack() as stack:
            nodes = [cluster.Node(settings, settings.log(f"bench-crash-odoo{place + 1}")) for place in range(2)]
            stack.callback(lambda: odoo.stop(*(node.server for node in nodes if node.server)))
            for node in nodes:
                node.log.unlink(missing_ok=True)
                node.start()
            for node in nodes:
                node.wait()
            agents = log_in([f"http://127.0.0.1:{node.port}" for node in nodes], settings.database)
            numbers = iter(crash_feed.numbers(CRASH_LINES))
            for name, kill in (("postgresql", _kill_postgres), ("node", _kill_node)):
                results += _kill_under_load(site, nodes, agents, numbers, name, kill)
        checks = site.checks
        return [*results, result("crash_rules_hold", checks, checks, "checks", goal=1)]


class Site:
    """The database that is to survive."""

    def __init__(self, settings: Settings):
        self.settings, self.checks = settings, 0
        way = postgres.connection(settings)
        self._way = {"host": way["PGHOST"], "port": way["PGPORT"], "user": way["PGUSER"], "dbname": settings.database}

    def query(self, statement: str, *parameters: object) -> list:
        """Rows of one statement, on a connection of its own: the server may have been another one before."""
        with closing(psycopg2.connect(**self._way)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement, parameters or None)
                return cursor.fetchall()

    def command(self, *arguments: object) -> subprocess.CompletedProcess:
        """An Odoo command on the database, to its end."""
        return subprocess.run(
            self.words(*arguments), cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )

    def words(self, name: str, *arguments: object) -> list:
        """The words of that command."""
        return list(map(str, odoo.command(self.settings, name, *arguments, "-d", self.settings.database)))

    @property
    def environment(self) -> dict:
        """What an Odoo process needs to find the database."""
        return odoo.environment(self.settings)

    def kill_postgres(self) -> None:
        """Kill the postmaster and all its children at once, then start it again."""
        pid = int((self.settings.site / "pg" / "postmaster.pid").read_text().split()[0])
        postmaster = psutil.Process(pid)
        postmaster.suspend()  # it must not mend what we are just killing
        processes = [postmaster, *postmaster.children(recursive=True)]
        for each in processes:
            with suppress(psutil.NoSuchProcess):
                each.kill()
        psutil.wait_procs(processes, timeout=10)
        postgres.start(self.settings)

    def check(self, when: str) -> None:
        """Every rule of the product holds (design 5), and nothing is left of who was killed; else the run ends."""
        done = self.command("mobifone_check")
        if done.returncode:
            raise SystemExit(f"{when}: {done.stdout}{done.stderr}")
        deadline = time.monotonic() + SOON
        while left := self.query(LEFT_BEHIND):
            if time.monotonic() > deadline:
                raise SystemExit(f"{when}: left behind: {left}")
            time.sleep(0.5)
        self.checks += 1


def _kill_under_load(site: Site, nodes: list, agents: list, numbers, name: str, kill) -> list:
    """Agents look up, consult and answer calls; in the midst of it something is killed and started again."""
    given = kept = again = repeated = restarted = 0
    uuids: list = []
    for turn in range(KILLS):
        shift = Shift(agents, numbers)
        with shift:
            restarted += _tend(nodes, random.uniform(*BEFORE))
            begin = time.monotonic()
            kill(site, nodes, turn)
            while not all(map(_answers, nodes)):
                restarted += _tend(nodes, 0.2)
            restarted += _tend(nodes, AFTER)
            while shift.is_at_work and not shift.uuids:
                restarted += _tend(nodes, AFTER)
        what = f"{name}, kill {turn + 1}"
        site.check(what)
        promised, missing = shift.proof(site.query)
        if missing:
            raise SystemExit(f"{what}: {len(missing)} of {promised} answers are lost or doubled: {missing[:5]}")
        given += promised
        kept += promised - len(missing)
        again += shift.again
        repeated += shift.repeat()
        uuids += shift.uuids
        print(
            f"  {what} after {begin - shift.began:.1f} s: {promised} answers, all kept; {shift.again} asked again, "
            f"longest wait {shift.longest:.1f} s",
            flush=True,
        )
    _wait_for_messages(site, uuids)
    print(
        f"  {name}: {KILLS} kills, {given} answers kept, {again} requests asked again, "
        f"{restarted} nodes started again, {repeated} consults repeated with the same answer"
    )
    return [
        result(f"crash_{name}_answers_kept", kept, given, "answers", goal=1),
        result(f"crash_{name}_consults_repeated_the_same", repeated, repeated, "consults", goal=1),
    ]


def _kill_postgres(site: Site, _nodes: list, _turn: int) -> None:
    site.kill_postgres()


def _kill_node(_site: Site, nodes: list, turn: int) -> None:
    """One node with all its workers; the agents go on at the other until it is back."""
    nodes[turn % len(nodes)].kill()


def _tend(nodes: list, seconds: float) -> int:
    """Wait, and start nodes that have ended, as a service manager does; how many.

    A node of Odoo ends by itself when it has to replace a worker while PostgreSQL is away.
    """
    deadline, count = time.monotonic() + seconds, 0
    while (left := deadline - time.monotonic()) > 0:
        for node in nodes:
            if node.server.poll() is not None:
                node.kill()  # what is left of it
                node.start()
                count += 1
        time.sleep(min(left, 0.5))
    return count


def _answers(node: cluster.Node) -> bool:
    with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{node.port}/web/health", timeout=5):
        return True
    return False


def _wait_for_messages(site: Site, uuids: list) -> None:
    """Each SMS that was promised leaves the queue, once."""
    deadline = time.monotonic() + 150
    while waiting := site.query("SELECT count(*) FROM sms_sms WHERE uuid = ANY(%s) AND state = 'outgoing'", uuids)[0][
        0
    ]:
        if time.monotonic() > deadline:
            raise SystemExit(f"{waiting} SMS stay in the queue")
        time.sleep(1)
    sent = site.query("SELECT uuid FROM mobifone_sms_outbox WHERE uuid = ANY(%s)", uuids)
    if sorted(uuid for (uuid,) in sent) != sorted(uuids):
        raise SystemExit(f"{len(uuids)} SMS were promised, {len(sent)} were sent")
