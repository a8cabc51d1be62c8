"""The feed of lines: beside a raw COPY of what it made, beside load(), its memory, and agents at work meanwhile."""

import json
import statistics
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import feed_file
from bench.cleanup import shell
from bench.client import result
from bench.feed_consults import beside_agents
from bench.place import copied, set_parameter
from bench.sizes import CUSTOMERS, FEED

ROUNDS = 3
LOADED = 2000  # rows given to load()
BY_ORM = 2000  # customers that the ORM makes, for comparison
MEMORY = 64  # MiB that a feed may hold, whatever its size
ROOT = Path(__file__).parent.parent
SCRIPT = """
import sys
sys.path.insert(0, {root!r})
from bench import feed_worker
feed_worker.{function}(env, **{arguments!r})
"""


def measure() -> list:
    """Feed files of national size; print and return the results."""
    with copied("feed") as settings, TemporaryDirectory() as folder:
        first, second, quarter = (str(Path(folder, f"{name}.csv")) for name in ("first", "second", "quarter"))
        feed_file.write(Path(first), FEED)
        feed_file.write(Path(second), FEED, edition=1)
        feed_file.write(Path(quarter), FEED // 4)
        set_parameter(settings.database, "mobile_ranges", feed_file.RANGES)
        results = _beside_copy(settings.database, folder, first, second)
        results.append(beside_agents(settings, [first, second]))
        results.append(_memory(settings.database, folder, [quarter, first]))
        results.append(_customers(settings.database, folder))
        return results


def _beside_copy(database: str, folder: str, first: str, second: str) -> list:
    """The call that the command mobifone_sync makes, in a process that has started, from the file to the commit."""
    told = _told(database, "rounds", first=first, second=second, folder=folder, count=ROUNDS, loaded=LOADED)
    counts, changes = told[-1]["counts"], told[-1]["changes"]
    times = {name: statistics.median(turn["times"][name] for turn in told[1:]) for name in told[0]["times"]}
    rates = {name: FEED / times[name] for name in ("first", "second", "copy")} | {"load": LOADED / times["load"]}
    print(
        f"first load of {FEED:,} rows: {times['first']:.1f} s, {counts['inserted']:,} lines, {counts['rejected']:,} "
        f"rejected, {counts['quarantined']:,} held back; raw COPY of these lines without foreign keys: "
        f"{times['copy']:.1f} s; load() {rates['load']:,.0f} rows/s"
    )
    print(f"re-sync: {times['second']:.1f} s, {changes['changed']:,} changed")
    return [
        result("feed_first_load_vs_copy", rates["first"], rates["copy"], "rows/s", goal=0.5),
        result("feed_resync_vs_copy", rates["second"], rates["copy"], "rows/s", goal=0.85),
        result("feed_first_load_vs_load", rates["first"], rates["load"], "rows/s", goal=8),
    ]


def _memory(database: str, folder: str, files: list) -> dict:
    """Of files of two sizes: what the feeding process holds at most, above what it held when it had started."""
    rejects = str(Path(folder, "rejects.csv"))
    told = [_told(database, "memory", path=path, rejects=rejects)[-1] for path in files]
    for one in told:
        print(f"memory: {one['peak']:.1f} MiB above {one['before']:.0f} for {one['counts']['read']:,} rows")
    peak = max(one["peak"] for one in told)
    return result("feed_memory_below_64_mib", peak, MEMORY, "MiB", goal=1, ratio=MEMORY / peak)


def _customers(database: str, folder: str) -> dict:
    """A first load in which each line has a customer of its own, beside what the ORM takes for the partners alone."""
    # New ones in each round: customers stay.
    rates = []
    for turn in range(ROUNDS):
        path = Path(folder, "customers.csv")
        feed_file.write(path, CUSTOMERS, customers=1 + turn * CUSTOMERS)
        rejects = str(Path(folder, "rejects.csv"))
        told = _told(database, "customers", path=str(path), rejects=rejects, count=BY_ORM)[-1]
        rates.append((told["counts"]["customers"] / told["seconds"], BY_ORM / told["orm"]))
    value, reference = map(statistics.median, zip(*rates, strict=True))
    print(
        f"first load with {CUSTOMERS:,} new customers: {value:,.0f} of both a second; the ORM {reference:,.0f} partners"
    )
    return result("feed_new_customers_vs_orm", value, reference, "customers/s", goal=5)


def _told(database: str, function: str, **arguments: object) -> list:
    """What a function of bench.feed_worker tells, run in a shell of the database."""
    script = SCRIPT.format(root=str(ROOT), function=function, arguments=arguments)
    answer = shell(script, database)
    told = [line.removeprefix("measured ") for line in answer.stdout.splitlines() if line.startswith("measured ")]
    if not told:
        raise SystemExit(f"{function} told nothing: {answer.stderr[-2000:]}")
    return [json.loads(line) for line in told]
