"""Sealing a long log, and removing what is past its retention while people work."""

import json
import statistics
import time
from threading import Event, Thread

import psycopg2

from bench.cleanup import shell
from bench.client import result
from bench.history_rows import LINES
from bench.seal import OLD_ENOUGH
from bench.sizes import HISTORY

# So many rows are removed, by the scheduled action's own step and then by a bare DELETE.
REMOVED = max(10_000, HISTORY // 20)
SECONDS = 20  # of consults without a removal beside them
SEAL = f"""
import json, time
{OLD_ENOUGH}
begin = time.perf_counter()
sealed = env["mobifone.log.seal"]._seal_all()
print("measured", json.dumps([sealed, time.perf_counter() - begin]))
"""
REMOVE = """
import json, time
env["ir.config_parameter"].set_param("mobifone_consult.lookup_months", "12")
env.cr.commit()
removals, done, last, longest = env["mobifone.log.removal"], 0, 0, 0
# The sample's look-ups lie before the history and are younger than it: the seal with them, which would wait for a year
# and all others behind it, is passed over.
def oldest(self, name):
    self.env.cr.execute(
        '''SELECT id FROM mobifone_log_seal seal WHERE log_model = %%s AND row_count > 0
              AND NOT EXISTS (SELECT FROM mobifone_log_removal removal WHERE removal.seal_id = seal.id)
              AND (SELECT looked_up_on FROM mobifone_lookup WHERE id = seal.last_id) < now() - interval '1 year'
              AND (SELECT looked_up_on FROM mobifone_lookup WHERE id >= seal.first_id ORDER BY id LIMIT 1)
                  < now() - interval '1 year'
         ORDER BY first_id LIMIT 1''', [name])
    return self.env["mobifone.log.seal"].browse(row[0] for row in self.env.cr.fetchall())

type(removals)._oldest = oldest
begin = time.perf_counter()
while done < %(rows)s:
    start = time.perf_counter()
    removal = removals._remove_next("mobifone.lookup")
    if not removal:
        break
    done, last = done + removal.row_count, removal.last_id
    env.cr.commit()
    longest = max(longest, time.perf_counter() - start)
print("measured", json.dumps([done, last, time.perf_counter() - begin, longest]))
"""


def measure(database: str, desk) -> list:
    """Remove from a sealed history, with consults meanwhile; print and return the results.

    :param desk: client of an agent of it
    """
    results = []
    quiet = _Consults(desk, 0)
    quiet.start()
    time.sleep(SECONDS)
    quiet.stop()
    busy = _Consults(desk, LINES // 4)
    busy.start()
    done, last, took, longest = _measured(REMOVE % {"rows": REMOVED}, database)
    busy.stop()
    if not done:
        raise SystemExit("nothing was old enough to be removed")
    bare = _deleted(database, last, done)
    print(
        f"  removal of {done:,} rows in whole seals: {done / took:,.0f} rows/s, the longest {longest:.1f} s; a bare "
        f"DELETE of as many {bare:,.0f} rows/s"
    )
    results.append(result("history_removal_vs_delete", done / took, bare, "rows/s", goal=0.33))
    for name, consults in (("without", quiet), ("during", busy)):
        print(f"  consults {name} a removal: {consults}")
    value, reference = busy.percentile(95), quiet.percentile(95)
    results.append(result("history_consult_during_removal", value, reference, "ms", goal=0.2, ratio=reference / value))
    return results


def sealed(database: str, small: str) -> dict:
    """Seal a long log and a short one; print and return the result."""
    rates = []
    for name in (small, database):
        rows, took = _measured(SEAL, name)
        rates.append(rows / took)
        print(f"  sealed {rows:,} rows in {took:.0f} s: {rates[-1]:,.0f} rows/s", flush=True)
    return result("history_seal_vs_short", rates[1], rates[0], "rows/s", goal=0.33)


def _deleted(database: str, after: int, count: int) -> float:
    """Rows a second of one DELETE of the next rows, in one transaction; our triggers apart, with the foreign keys."""
    connection = psycopg2.connect(dbname=database)
    with connection, connection.cursor() as cursor:
        cursor.execute("ALTER TABLE mobifone_lookup DISABLE TRIGGER append_only_rows")
        begin = time.perf_counter()
        cursor.execute(
            """DELETE FROM mobifone_lookup WHERE id IN (
                   SELECT id FROM mobifone_lookup WHERE id > %s ORDER BY id LIMIT %s)""",
            [after, count],
        )
        rows = cursor.rowcount
        connection.commit()
        rate = rows / (time.perf_counter() - begin)
        cursor.execute("ALTER TABLE mobifone_lookup ENABLE TRIGGER append_only_rows")
    connection.close()
    return rate


def _measured(script: str, database: str) -> list:
    lines = shell(script, database).stdout.splitlines()
    [found] = [line.removeprefix("measured ") for line in lines if line.startswith("measured ")]
    return json.loads(found)


class _Consults(Thread):
    """Look-ups with a consult, one after the other, until it is stopped; the time of each consult."""

    def __init__(self, desk, first: int):
        super().__init__(daemon=True)
        self._desk, self._place, self._end, self._error = desk, first, Event(), None
        self._times: list = []

    def run(self) -> None:
        try:
            while not self._end.is_set() and len(self._times) < LINES // 4:
                # The first of the lines has the long history.
                self._place += 1
                lookup = self._desk.desk("lookup", number=f"0{900_050_000 + self._place}", hotline="1090")
                if not lookup.get("consult", {}).get("allowed"):
                    continue  # a line of the sample
                begin = time.perf_counter()
                answer = self._desk.desk("consult", lookup_id=lookup["lookup_id"])
                self._times.append(1000 * (time.perf_counter() - begin))
                if not answer["ok"]:
                    raise SystemExit(f"a consult was refused: {answer['verdict']}")
        except BaseException as error:  # told by `stop`
            self._error = error

    def stop(self) -> None:
        """Wait for the end.

        :raise: what went wrong on the way
        """
        self._end.set()
        self.join()
        if self._error:
            raise self._error

    def percentile(self, share: int) -> float:
        """Milliseconds."""
        return statistics.quantiles(self._times, n=100, method="inclusive")[share - 1]

    def __str__(self) -> str:
        return (
            f"{len(self._times)}, p50 {self.percentile(50):.0f} ms, p95 {self.percentile(95):.0f}, p99 "
            f"{self.percentile(99):.0f}, the longest {max(self._times):.0f}"
        )
