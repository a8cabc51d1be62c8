"""64 clients consult at once: one wins each line, on one node and on two; beside a bare UPDATE of the same rows.

Two nodes are two servers on one database: what decides is the database, whichever machine they are on.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from itertools import count, cycle, islice

import psycopg2

from bench import lines
from bench.client import Client, repeated, result, side_by_side, throughput
from bench.place import copied, served
from bench.sizes import REQUESTS

CLIENTS = 64
AGENTS = ("agent_a1", "agent_a2", "agent_b1", "manager")
# Of each node: so many requests are really under way at once, and its backlog turns none of 64 away.
WORKERS = 8
# How many lines all clients want, and in how many rounds.
RACES = ((1, max(3, REQUESTS // 20)), (max(5, min(100, REQUESTS // 4)), 1))
ROUNDS = 3
# A consult is a whole request that writes five rows and wakes the sender of SMS; the UPDATE is one statement, and
# writes nothing where it loses. The goals tell a race that holds from one that stops to wait and try again.
UPDATE_GOAL, ROUTE_GOAL = 0.003, 0.1
# What a consult is decided on: the same columns and indexes.
PREPARE = """
    CREATE TABLE bench_lock (LIKE mobifone_consult_lease INCLUDING ALL);
    INSERT INTO bench_lock (id, subscriber_id, channel, until)
    SELECT id, id, 'web', 'epoch' FROM mobifone_subscriber ORDER BY id DESC LIMIT %s
"""
UPDATE = """
    UPDATE bench_lock SET channel = 'web', until = clock_timestamp() AT TIME ZONE 'UTC' + interval '24 hours'
     WHERE subscriber_id = %s AND until <= clock_timestamp() AT TIME ZONE 'UTC'
"""
# Consultations, locks, SMS and keys of SMS of each line.
MADE = """
    SELECT line.msisdn, count(DISTINCT consult.id), count(DISTINCT lease.id), count(DISTINCT sms.id),
           count(DISTINCT tracker.id)
      FROM mobifone_subscriber line
 LEFT JOIN mobifone_consultation consult ON consult.subscriber_id = line.id
 LEFT JOIN mobifone_consult_lease lease ON lease.consultation_id = consult.id AND lease.subscriber_id = line.id
 LEFT JOIN sms_tracker tracker ON tracker.mobifone_consultation_id = consult.id
 LEFT JOIN sms_sms sms ON sms.uuid = consult.sms_uuid
     WHERE line.msisdn = ANY(%s) GROUP BY line.id
"""


def measure() -> list:
    """Let the clients race, count what is in the database, print and return the results."""
    needed = 2 * sum(wanted * rounds for wanted, rounds in RACES) + REQUESTS * (ROUNDS + 1)
    with copied("race") as settings, ExitStack() as stack:
        settings = replace(settings, workers=WORKERS)
        lines.add_open(settings.database, needed)
        connection = stack.enter_context(closing(psycopg2.connect(dbname=settings.database)))
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(PREPARE, [needed])
            first, _process = stack.enter_context(served(settings, "-1"))
            clients = [Client(first, settings.database, login, at_once=CLIENTS) for login in AGENTS]
            race = _Race(cursor, settings.database, map(lines.msisdn, count()))
            results = race.alone(clients)
            results += race.run("one_node", clients)
            second, _process = stack.enter_context(served(settings, "-2"))
            return results + race.run("two_nodes", [each for one in clients for each in (one, one.at(second))])


class _Race:
    """Clients and bare UPDATEs on one database, whose lines are used up one after the other."""

    def __init__(self, cursor, database: str, numbers: Iterator):
        self._cursor, self._database, self._numbers = cursor, database, numbers

    def run(self, name: str, clients: list) -> list:
        """All clients want the same lines at the same moment.

        :param clients: sessions, shared by the 64
        """
        results = []
        for wanted, rounds in RACES:
            outcomes = [self._round(clients, list(islice(self._numbers, wanted))) for _turn in range(rounds)]
            times = sorted(sample for _seconds, samples in outcomes for sample in samples)
            rate = len(times) / sum(seconds for seconds, _samples in outcomes)
            reference = self._update_race(wanted, rounds)
            print(
                f"  {CLIENTS} clients on {wanted} lines, {name}: {wanted * rounds} winners of {wanted * rounds} lines, "
                f"all others locked; {rate:.0f} consults/s (p50 {1000 * times[len(times) // 2]:.0f} ms, "
                f"max {1000 * times[-1]:.0f} ms), bare UPDATE {reference:.0f}/s",
                flush=True,
            )
            label = f"{wanted}_lines_{name}"
            results += [
                result(f"race_one_winner_{label}", wanted * rounds, wanted * rounds, "lines", goal=1),
                result(f"race_vs_update_{label}", rate, reference, "consults/s", goal=UPDATE_GOAL),
            ]
        return results

    def alone(self, clients: list) -> list:
        """Each client on lines that nobody else wants, beside the same UPDATE and beside an empty route."""
        value, update, empty = side_by_side(
            ROUNDS,
            lambda: self._consult_alone(clients),
            lambda: self._updates([[line_id] for line_id in self._locks(REQUESTS)], WORKERS),
            lambda: throughput(repeated(clients[0].empty), REQUESTS, WORKERS)[0],
        )
        print(
            f"  {WORKERS} clients on lines of their own: {value:.0f} consults/s, bare UPDATE {update:.0f}/s, "
            f"empty route {empty:.0f}/s",
            flush=True,
        )
        return [
            result("consult_vs_update_own_lines", value, update, "consults/s", goal=UPDATE_GOAL),
            result("consult_vs_empty_route_own_lines", value, empty, "requests/s", goal=ROUTE_GOAL),
        ]

    def _consult_alone(self, clients: list) -> float:
        wanted = [[number] for number in islice(self._numbers, REQUESTS)]
        opened = [attempts for [attempts] in self._look_up(clients, wanted)]
        told, took = _at_once([opened[place::WORKERS] for place in range(WORKERS)], _consult)
        if refused := [code for code, _number, _seconds in told if code != "ok"]:
            raise SystemExit(f"lines that nobody else wanted are refused: {Counter(refused)}")
        return REQUESTS / took

    def _round(self, clients: list, numbers: list) -> tuple:
        """Every client has looked up every line; then all consult at once, each in an order of his own.

        :return: (seconds it took, seconds of each consult)
        """
        wanted = [random.sample(numbers, len(numbers)) for _client in range(CLIENTS)]
        told, took = _at_once(self._look_up(clients, wanted), _consult)
        codes = Counter((number, code) for code, number, _seconds in told)
        if len(told) != CLIENTS * len(numbers) or codes != Counter(
            {(number, code): times for number in numbers for code, times in (("ok", 1), ("locked", CLIENTS - 1))}
        ):
            raise SystemExit(f"not one winner a line, all others locked: {codes}")
        self._cursor.execute(MADE, [numbers])
        made = {number: counts for number, *counts in self._cursor.fetchall()}
        if made != {number: [1, 1, 1, 1] for number in numbers}:
            raise SystemExit(f"not one consultation, lock, SMS and key a line: {made}")
        return took, [seconds for _code, _number, seconds in told]

    def _look_up(self, clients: list, wanted: list) -> list:
        """What each client is to consult: for each list of numbers a list of (session, number, look-up)."""

        def look_up(client: Client, numbers: list) -> list:
            return [(client, number, client.desk("lookup", number=number)["lookup_id"]) for number in numbers]

        with ThreadPoolExecutor(WORKERS) as pool:
            return list(pool.map(look_up, islice(cycle(clients), len(wanted)), wanted))

    def _locks(self, wanted: int) -> list:
        """Ids of so many lines whose locks in the UPDATE's table are free."""
        self._cursor.execute(
            """UPDATE bench_lock SET until = 'epoch' WHERE subscriber_id IN (
                   SELECT subscriber_id FROM bench_lock ORDER BY random() LIMIT %s) RETURNING subscriber_id""",
            [wanted],
        )
        return [line_id for (line_id,) in self._cursor.fetchall()]

    def _update_race(self, wanted: int, rounds: int) -> float:
        rates = []
        for _turn in range(rounds):
            ids = self._locks(wanted)
            rates.append(self._updates([random.sample(ids, wanted) for _client in range(CLIENTS)], CLIENTS))
        return sum(rates) / len(rates)

    def _updates(self, wanted: list, connections: int) -> float:
        """UPDATEs a second of so many connections, each committed by itself.

        :param wanted: lists of ids of lines, which the connections share
        """
        with ExitStack() as stack:
            cursors = []
            for _connection in range(connections):
                connection = stack.enter_context(closing(psycopg2.connect(dbname=self._database)))
                connection.autocommit = True
                cursors.append(connection.cursor())
            jobs = [
                [(cursors[place], line_id) for ids in wanted[place::connections] for line_id in ids]
                for place in range(connections)
            ]
            told, took = _at_once(jobs, lambda cursor, line_id: (cursor.execute(UPDATE, [line_id]), cursor.rowcount)[1])
        won = sum(told)
        if won != len({line_id for ids in wanted for line_id in ids}):
            raise SystemExit(f"{won} UPDATEs won: the reference is wrong")
        return len(told) / took


def _consult(client: Client, number: str, lookup_id: int) -> tuple:
    """(code of the verdict, number, seconds)"""
    begin = time.perf_counter()
    answer = client.desk("consult", lookup_id=lookup_id)
    return answer["verdict"]["code"], number, time.perf_counter() - begin


def _at_once(jobs: list, do: Callable) -> tuple:
    """(all answers, seconds): a thread for each list of arguments, all begin at the same moment."""
    barrier = threading.Barrier(len(jobs) + 1)

    def run(job: list) -> list:
        barrier.wait()
        return [do(*arguments) for arguments in job]

    with ThreadPoolExecutor(len(jobs)) as pool:
        runs = [pool.submit(run, job) for job in jobs]
        barrier.wait()
        begin = time.perf_counter()
        answers = [answer for each in runs for answer in each.result()]
        return answers, time.perf_counter() - begin
