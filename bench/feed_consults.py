"""Agents who consult the very lines that a sync is changing."""

import http.client
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, count, islice
from pathlib import Path

import psycopg2

from bench import feed_file, lines
from bench.client import Client, Refused, result
from bench.place import served
from bench.sizes import FEED

LOGINS = ("agent_a1", "agent_a2", "agent_b1", "leader_a")
# Seconds from one consult of an agent to his next: twenty a second for all of them.
PACE = 0.2
# Consults during syncs: so many that the slowest hundredth of them is more than one accident.
CONSULTS = 800
# Each worker stops for 0.1 s once, some 5 s after its first request, sync or not: that is no part of either side.
WARM_UP = 12  # seconds


def beside_agents(settings, files: list) -> dict:
    """Syncs by the real command, each changing two per cent, with consults meanwhile and for as long without.

    :param files: two editions of the file; the second is what the database holds
    """
    quiet, busy, faults = [], [], []  # the seconds of each consult
    connection = psycopg2.connect(dbname=settings.database)
    connection.autocommit = True
    with served(settings) as (url, _process), connection.cursor() as cursor:
        before = _count(cursor, "mobifone_consultation"), _count(cursor, "mobifone_consult_lease")
        agents = [_Agent(Client(url, settings.database, login), place, faults) for place, login in enumerate(LOGINS)]
        done = len(_at_work(agents, _for_seconds(WARM_UP)))
        for turn in count():
            process = _sync(settings.database, files[turn % 2], cursor)
            begin = time.monotonic()
            busy.extend(_at_work(agents, lambda process=process: process.poll() is None))
            seconds = time.monotonic() - begin
            if process.wait():
                raise SystemExit("mobifone_sync failed while agents were at work")
            quiet.extend(_at_work(agents, _for_seconds(seconds)))
            if len(busy) >= CONSULTS:
                break
        done += len(busy + quiet)
        saved, locked = (
            _count(cursor, table) - known
            for table, known in zip(("mobifone_consultation", "mobifone_consult_lease"), before, strict=True)
        )
        cursor.execute("SELECT changed_count FROM mobifone_feed_run ORDER BY id DESC LIMIT %s", [turn + 1])
        changed = {rows for (rows,) in cursor.fetchall()}
    connection.close()
    if faults or saved != done or locked != done or changed != {sum(map(feed_file.is_changed, range(FEED)))}:
        raise SystemExit(f"agents and syncs disturbed each other: {faults[:3]}, {locked} locked, {changed} changed")
    with_sync, without = (1000 * _p99(times) for times in (busy, quiet))
    print(
        f"{len(busy)} consults during {turn + 1} syncs, by turns on lines that these change and on others: "
        f"p99 {with_sync:.0f} ms; {len(quiet)} without: {without:.0f} ms; "
        f"{len(faults)} wrongly refused, {done - saved} lost"
    )
    return result("feed_consults_p99_without_vs_with", with_sync, without, "ms", goal=0.5, ratio=without / with_sync)


class _Agent:
    """Looks a number up and saves a consult, again and again, of lines that nobody else consults.

    :param faults: told of each consult that was not saved
    """

    def __init__(self, client: Client, place: int, faults: list):
        self._client = client
        # People do not work in step.
        self._delay = place * PACE / len(LOGINS)
        self._places = islice(_places(), place, None, len(LOGINS))
        self._faults = faults

    def work(self, goes_on: Callable) -> list:
        """The seconds of each saved consult, its look-up included, while `goes_on()`."""
        times = []
        time.sleep(self._delay)
        while goes_on():
            begin = time.perf_counter()
            place = next(self._places, None)
            if place is None:
                raise SystemExit("the file has too few lines for so many consults: raise BENCH_FEED")
            number = lines.msisdn(place)
            try:
                lookup_id = self._client.desk("lookup", number=number, hotline="1090")["lookup_id"]
                answer = self._client.desk("consult", lookup_id=lookup_id)
            except (Refused, OSError, http.client.HTTPException) as error:
                answer = {"ok": False, "verdict": repr(error)}
            seconds = time.perf_counter() - begin
            if answer["ok"]:
                times.append(seconds)
            else:
                self._faults.append(answer["verdict"])
            time.sleep(max(0, PACE - seconds))
        return times


def _places() -> Iterator:
    """Lines that may be consulted: by turns pairs that a sync changes, as long as they last, and pairs of others."""
    changed = (n for n in range(FEED) if feed_file.is_consultable(n) and feed_file.is_changed(n))
    others = (n for n in range(FEED) if feed_file.is_consultable(n) and not feed_file.is_changed(n))
    for pair in zip(changed, changed, others, others, strict=False):
        yield from pair
    yield from others


def _at_work(agents: list, goes_on: Callable) -> list:
    with ThreadPoolExecutor(len(agents)) as pool:
        return list(chain.from_iterable(pool.map(lambda agent: agent.work(goes_on), agents)))


def _p99(times: list) -> float:
    return sorted(times)[int(len(times) * 0.99)]


def _for_seconds(seconds: float) -> Callable:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() < end


def _sync(database: str, path: str, cursor) -> subprocess.Popen:
    """The command, as it begins to read the file."""
    odoo = Path(sys.executable).with_name("odoo")
    command = [sys.executable, str(odoo), "mobifone_sync", path, "-d", database]
    # As cron and systemd start it.
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    while process.poll() is None and not _count(cursor, "mobifone_feed_run WHERE state = 'running'"):
        time.sleep(0.02)
    return process


def _count(cursor, table: str) -> int:
    cursor.execute(f"SELECT count(*) FROM {table}")
    return cursor.fetchone()[0]
