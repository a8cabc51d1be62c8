"""Screens, reports, sealing and removal on a history of two years, beside one of its last days.

Two databases with the same last rows, so that a screen that opens on today or on a week shows the same in both.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import psycopg2

from bench import history_reports, history_retention
from bench.cleanup import shell
from bench.client import Client, Refused, result
from bench.history_rows import Maker
from bench.history_screens import Screen
from bench.place import copied, served
from bench.sizes import HISTORY

SMALL = min(50_000, HISTORY // 10)
# Rows of the one line that is looked up again and again.
LONG, SHORT = min(5000, HISTORY // 100), 100
LINE = "0900050000"
ROUNDS = 5
# At most 3 x the time.
GOAL = 0.33
# A look at a screen that takes less than this is not told one by one.
TOLD_SECONDS = 0.1
SCREENS = {
    "lookups": "mobifone_consult.mobifone_lookup_action",
    "consults": "mobifone_consult.mobifone_consultation_action",
    "calls": "mobifone_consult.mobifone_call_action",
    "steps": "mobifone_consult.mobifone_call_report_action",
    "papers": "mobifone_consult.mobifone_identity_log_action",
    "guard": "mobifone_consult_guard.mobifone_guard_event_action",
}
PEOPLE = ("manager", "vendor_a", "leader_a")
MANAGERS_ONLY = ("papers", "guard")
SETTINGS = """
# Asked for at each look-up as ever, and never reached.
env["ir.config_parameter"].set_param("mobifone_consult.lookup_quota", "1000000")
env.cr.commit()
"""


def measure() -> list:
    """Make both histories and go through everything; print and return the results."""
    with ExitStack() as stack:
        large, small = (stack.enter_context(copied(name)) for name in ("history", "history_small"))
        fill(large, HISTORY, LONG)
        fill(small, SMALL, SHORT)
        return measure_on(large, small)


def measure_on(large, small) -> list:
    """The same on two databases that are filled; they are worth nothing afterwards."""
    agents = [_agent(large), _agent(small)]
    # Before a server's scheduled action does it.
    results = [history_retention.sealed(large.database, small.database)]
    with served(large) as (url, _process), served(small) as (small_url, _small_process):
        for login in PEOPLE:
            clients = Client(url, large.database, login), Client(small_url, small.database, login)
            results += _screens(clients, agents, login)
        desks = Client(url, large.database, "agent_a1"), Client(small_url, small.database, "agent_a1")
        results += [_desk(*desks), _account(url, small_url, large, small, agents)]
        for login in PEOPLE[:2]:
            results += history_reports.measure(Client(url, large.database, login), large.database, login)
        return results + history_retention.measure(large.database, desks[0])


def fill(settings, size: int, long: int) -> None:
    """Make the last `size` rows of the history, and `long` ones of one line before them."""
    begin = time.monotonic()
    with connected(settings.database) as cursor:
        maker = Maker(cursor, settings.database)
        maker.fill(1, long, lines=1)
        maker.fill(max(long, HISTORY - size) + 1, HISTORY)
        maker.tell()
        maker.close()
        cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
        print(f"  {size:,} rows made in {time.monotonic() - begin:.0f} s: {cursor.fetchone()[0]}", flush=True)
    shell(SETTINGS, settings.database)


def _agent(settings) -> int:
    """A user of vendor A's with a history."""
    with connected(settings.database) as cursor:
        cursor.execute(
            """SELECT agent.user_id FROM mobifone_agent agent
                 JOIN res_users boss ON boss.mobifone_vendor_id = agent.vendor_id AND boss.login = 'vendor_a'
                WHERE agent.name LIKE 'history-%' ORDER BY agent.id LIMIT 1"""
        )
        return cursor.fetchone()[0]


def _screens(clients: tuple, agents: list, login: str) -> list:
    """Every screen of a person: the worst question of each is its result."""
    results = []
    for name, action in SCREENS.items():
        if name in MANAGERS_ONLY and login != "manager":
            continue
        try:
            screens = [Screen(client, action) for client in clients]
        except Refused:
            if name != "guard":
                raise
            continue  # not installed
        questions = [
            list(screen.questions({"user_id": agent, "number": LINE, "ip": "10.0.0.1"}))
            for screen, agent in zip(screens, agents, strict=True)
        ]
        measured = {
            what: fastest(lambda ask=ask: seconds(ask), lambda small=small: seconds(small))
            for (what, ask), (_what, small) in zip(*questions, strict=True)
        }
        for what, (value, reference) in measured.items():
            if value > TOLD_SECONDS or reference / value < GOAL:
                print(f"    {login}, {name}, {what}: {1000 * value:.0f} ms, {1000 * reference:.0f} at {SMALL:,}")
        opened, small = measured["as it opens"]
        what, (value, reference) = min(measured.items(), key=lambda item: item[1][1] / item[1][0])
        print(
            f"  {login}, {name}: opens in {1000 * opened:.1f} ms, {1000 * small:.1f} at {SMALL:,}; the worst of "
            f"{len(measured)} questions is “{what}”: {1000 * value:.1f} ms, {1000 * reference:.1f}", flush=True
        )  # fmt: skip
        results.append(result(f"history_{name}_{login}", 1000 * value, 1000 * reference, "ms", goal=GOAL))
        results[-1]["ratio"] = round(reference / value, 3)
    return results


def _desk(client: Client, small: Client) -> dict:
    """A look-up of a line with thousands of consults, and its history."""

    def look(at: Client) -> Callable:
        def turn() -> float:
            begin = time.perf_counter()
            lookup = at.desk("lookup", number=LINE, hotline="1090")
            if not at.desk("history", lookup_id=lookup["lookup_id"]):
                raise SystemExit(f"{LINE} has no history")
            return time.perf_counter() - begin

        return lambda: min(turn() for _turn in range(5))

    value, reference = fastest(look(client), look(small))
    print(f"  desk, a line with {LONG:,} consults, look-up and history: {1000 * value:.1f} ms, {1000 * reference:.1f}")
    ratio = reference / value
    return result("history_desk_long_line", 1000 * value, 1000 * reference, "ms", goal=GOAL, ratio=ratio)


def _account(url: str, small_url: str, large, small, agents: list) -> dict:
    """An account's page, with what happened to it."""
    asks = []
    for address, settings, user in zip((url, small_url), (large, small), agents, strict=True):
        client = Client(address, settings.database, "manager")
        [account] = client.call("mobifone.agent", "search", [["user_id", "=", user]], context={"active_test": False})
        columns = {name: {} for name in ("occurred_on", "kind", "reason", "evidence")} | {
            "user_id": {"fields": {"display_name": {}}}
        }
        wanted = {"name": {}, "event_ids": {"fields": columns, "limit": 40, "order": ""}}
        asks.append(
            lambda client=client, account=account, wanted=wanted: client.call(
                "mobifone.agent", "web_read", [account], specification=wanted
            )
        )
    value, reference = fastest(*(lambda ask=ask: seconds(ask) for ask in asks))
    print(f"  manager, an account's page: {1000 * value:.1f} ms, {1000 * reference:.1f}")
    ratio = reference / value
    return result("history_account_page", 1000 * value, 1000 * reference, "ms", goal=GOAL, ratio=ratio)


def fastest(*measures: Callable) -> list:
    """The least of each measure: what others do on a shared machine takes time, it never gives any."""
    return [
        min(column) for column in zip(*([measure() for measure in measures] for _round in range(ROUNDS)), strict=True)
    ]


def seconds(call: Callable) -> float:
    """How long a call takes."""
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


@contextmanager
def connected(database: str) -> Iterator:
    """A cursor in autocommit."""
    connection = psycopg2.connect(dbname=database)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()
