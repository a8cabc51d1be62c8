"""Agents at work while something is killed, and what they were told."""

import http.client
import itertools
import threading
import time
from collections.abc import Callable, Iterator

from bench.client import Client, Refused

AGENTS = ("agent_a1", "agent_a2", "agent_b1", "manager")
THREADS = 8
# Seconds after which an agent gives up on a request.
PATIENCE = 90
ANSWERS = 3  # of each call


def log_in(urls: list, database: str) -> list:
    """For each agent his session at each of the servers."""
    agents = []
    for login in AGENTS:
        first = Client(urls[0], database, login, at_once=2)
        agents.append([first, *(first.at(url) for url in urls[1:])])
    return agents


class Shift:
    """Inside the block agents look up, consult and answer calls, line after line.

    Each answer that reached one is a promise: `proof` looks for it in the database.
    """

    def __init__(self, agents: list, numbers: Iterator):
        self._stop = threading.Event()
        self._take = threading.Lock()
        self._numbers = numbers
        # An agent begins at one node or the other.
        self._workers = [
            _Worker(agents[place % len(agents)][:: -1 if place // len(agents) % 2 else 1], self._next, self._stop)
            for place in range(THREADS)
        ]

    def __enter__(self):
        self.began = time.monotonic()
        for worker in self._workers:
            worker.start()
        return self

    def __exit__(self, *_error) -> None:
        self._stop.set()
        for worker in self._workers:
            worker.join()

    @property
    def is_at_work(self) -> bool:
        """Whether anybody still is."""
        return any(worker.is_alive() for worker in self._workers)

    @property
    def again(self) -> int:
        """How many requests got no answer and were asked again."""
        return sum(worker.again for worker in self._workers)

    @property
    def longest(self) -> float:
        """Seconds that the slowest answer took, asked again or not."""
        return max(worker.longest for worker in self._workers)

    @property
    def uuids(self) -> list:
        """Keys of the SMS that were promised."""
        return [answer["sms"]["uuid"] for worker in self._workers for answer in list(worker.consults.values())]

    def proof(self, query: Callable) -> tuple:
        """(how many answers were given, those of which the database knows nothing or too much)"""
        for worker in self._workers:
            if worker.error:
                raise SystemExit(f"an agent cannot work any more: {worker.error!r}")
        missing, given = [], 0
        for name in ("lookups", "consults", "calls", "steps", "ends"):
            told = {key: value for worker in self._workers for key, value in getattr(worker, name).items()}
            given += len(told)
            found = dict(query(FOUND[name], list(told)))
            missing += [(name, key) for key, value in told.items() if found.get(key) != EXPECTED[name](value)]
        return given, missing

    def repeat(self) -> int:
        """Ask for every consult once more, of the same look-up: how many; each must be the one that was answered."""
        count = 0
        for worker in self._workers:
            for lookup_id, answer in worker.consults.items():
                replay = worker.ask("consult", lookup_id=lookup_id)
                if not replay["replayed"] or replay["consultation_id"] != answer["consultation_id"]:
                    raise SystemExit(f"look-up {lookup_id}: consultation {answer['consultation_id']}, now {replay}")
                count += 1
        return count

    def _next(self) -> str:
        with self._take:
            return next(self._numbers)


# What the database must hold of each answer, by its key.
FOUND = {
    # look-up → its line's number
    "lookups": """
        SELECT row.id, line.msisdn FROM mobifone_lookup row JOIN mobifone_subscriber line ON line.id = row.line_id
         WHERE row.id = ANY(%s) AND row.kind = 'lookup'""",
    # look-up → its one consultation, holder of the one lock of its line, with its one SMS
    "consults": """
        SELECT consult.lookup_id,
               concat_ws(' ', consult.id, consult.sms_uuid, count(DISTINCT lease.id), count(DISTINCT sms.id),
                         count(DISTINCT tracker.id), count(DISTINCT other.id))
          FROM mobifone_consultation consult
     LEFT JOIN mobifone_consult_lease lease ON lease.consultation_id = consult.id
     LEFT JOIN sms_sms sms ON sms.uuid = consult.sms_uuid
     LEFT JOIN sms_tracker tracker ON tracker.mobifone_consultation_id = consult.id
     LEFT JOIN mobifone_consultation other ON other.subscriber_id = consult.subscriber_id
         WHERE consult.lookup_id = ANY(%s) GROUP BY consult.id""",
    # call → its look-up
    "calls": "SELECT id, lookup_id FROM mobifone_call WHERE id = ANY(%s)",
    # step → the answer given
    "steps": """
        SELECT row.id, answer.key FROM mobifone_call_step row JOIN mobifone_script_answer answer
            ON answer.id = row.answer_id WHERE row.id = ANY(%s) AND row.answered_on IS NOT NULL""",
    # call → its outcome
    "ends": "SELECT id, outcome FROM mobifone_call WHERE id = ANY(%s) AND state = 'finished'",
}
EXPECTED = {
    "lookups": str,
    "consults": lambda answer: f"{answer['consultation_id']} {answer['sms']['uuid']} 1 1 1 1",
    "calls": int,
    "steps": str,
    "ends": str,
}


class _Worker(threading.Thread):
    """One agent at one desk, who asks again, at the other server too, when he gets no answer."""

    def __init__(self, sessions: list, next_number: Callable, stop: threading.Event):
        super().__init__(daemon=True)
        self._sessions, self._next_number, self._stop_asked = itertools.cycle(sessions), next_number, stop
        self._session: Client = next(self._sessions)
        self.lookups, self.consults, self.calls, self.steps, self.ends = {}, {}, {}, {}, {}
        self.again, self.longest, self.error = 0, 0.0, None

    def run(self) -> None:
        """Work until told to stop; `error` says what went wrong."""
        try:
            while not self._stop_asked.is_set():
                self._serve(self._next_number())
        except Exception as error:
            self.error = error

    def _serve(self, number: str) -> None:
        """One customer: his line, its consult, and the begin of a call."""
        lookup_id = self.ask("lookup", number=number, hotline="1090")["lookup_id"]
        self.lookups[lookup_id] = number
        answer = self.ask("consult", lookup_id=lookup_id)
        if not answer["ok"]:
            raise ValueError(f"a line that nobody else wanted: {answer['verdict']['code']}")
        self.consults[lookup_id] = answer
        call = self.ask("start_call", lookup_id=lookup_id)
        self.calls[call["call_id"]] = lookup_id
        step = call["step"]
        for _answer in range(ANSWERS):
            if step["kind"] == "end":
                break
            key = step["answers"][0 if step["section"] in ("matter", "request") else -1]["key"]
            shown = self.ask("answer", call_id=call["call_id"], step_id=step["id"], answer=key)["step"]
            self.steps[step["id"]] = key
            step = shown
        self.ends[call["call_id"]] = self.ask("finish", call_id=call["call_id"])["outcome"]

    def ask(self, method: str, **values: object) -> dict:
        """The answer to a request, however often it takes."""
        begin = time.monotonic()
        while True:
            try:
                answer = self._session.desk(method, **values)
            except (OSError, http.client.HTTPException, ValueError, Refused) as error:
                is_answer = isinstance(error, Refused) and not error.name.startswith("psycopg2.")
                if is_answer or time.monotonic() - begin > PATIENCE:
                    raise
                self.again += 1
                self._session = next(self._sessions)
                time.sleep(0.2)
                continue
            self.longest = max(self.longest, time.monotonic() - begin)
            return answer
