"""What `odoo shell` does for bench/feed.py: feeds as mobifone_sync feeds, and what they are compared with."""

import csv
import json
import time
from itertools import islice
from pathlib import Path

from bench import feed_file

TWIN = "bench_feed_twin"
MIB = 1 << 20


def rounds(env, first: str, second: str, folder: str, count: int, loaded: int) -> None:
    """First load, raw COPY of what it made, re-sync with the second file, load(): so many rounds, after one to warm up.

    :param loaded: rows given to load()
    """
    finished, rejects = Path(folder, "finished.tsv"), Path(folder, "rejects.csv")
    by_load = _good_rows(first, loaded)
    for turn in range(count + 1):
        _empty(env)
        times = {"load": _load(env, by_load)}
        times["first"], counts = _feed(env, first, rejects)
        with _cursor(env) as cr:
            # The second comes a night later: what was new has been vacuumed by then.
            _autocommit(env, "VACUUM ANALYZE mobifone_subscriber")
            if not turn:
                with finished.open("wb") as file:
                    cr.copy_expert("COPY mobifone_subscriber TO STDOUT", file)
                cr.execute(f"DROP TABLE IF EXISTS {TWIN}")
                cr.execute(f"CREATE TABLE {TWIN} (LIKE mobifone_subscriber INCLUDING ALL)")
        times["copy"] = _raw_copy(env, finished)
        times["second"], changes = _feed(env, second, rejects)
        tell(turn=turn, times=times, counts=counts, changes=changes)
    _autocommit(env, f"DROP TABLE {TWIN}")


def memory(env, path: str, rejects: str) -> None:
    """A first load in a process that has done nothing else: how much it holds above what it held before."""
    _empty(env)
    status = Path("/proc/self/status")
    before = _kib(status, "VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    _seconds, counts = _feed(env, path, Path(rejects))
    peak = _kib(status, "VmHWM")
    tell(peak=(peak - before) * 1024 / MIB, before=before * 1024 / MIB, counts=counts)


def customers(env, path: str, rejects: str, count: int) -> None:
    """A first load with a new customer for each row, and so many such customers by the ORM, which are taken back."""
    _empty(env)
    seconds, counts = _feed(env, path, Path(rejects))
    begin = time.perf_counter()
    partners = env["res.partner"].with_context(tracking_disable=True)
    for start in range(0, count, 1000):
        numbers = range(start, min(start + 1000, count))
        partners.create([{"name": f"Nguyễn Văn {n}", "ref": f"ORM-{n}"} for n in numbers])
        env.flush_all()
        env.invalidate_all()
    orm = time.perf_counter() - begin
    env.cr.rollback()
    tell(seconds=seconds, counts=counts, orm=orm)


def tell(**told: object) -> None:
    """Say something to the one who started the shell."""
    print("measured", json.dumps(told), flush=True)


def _feed(env, path, rejects):
    """(seconds, counts) of one feed, from the first byte of the file to the commit."""
    begin = time.perf_counter()
    with open(path, "rb") as stream:
        _run, counts = env["mobifone.feed.run"]._feed(stream, "command", Path(path).name, reject_path=str(rejects))
    return time.perf_counter() - begin, counts


def _raw_copy(env, path):
    with _cursor(env) as cr:
        cr.execute(f"TRUNCATE {TWIN}")
    begin = time.perf_counter()
    with _cursor(env) as cr, path.open("rb") as file:
        cr.copy_expert(f"COPY {TWIN} FROM STDIN", file, size=1 << 16)
    return time.perf_counter() - begin


def _load(env, rows):
    """Seconds of load() for the rows, which are taken back."""
    begin = time.perf_counter()
    result = env["mobifone.subscriber"].load(list(feed_file.COLUMNS), rows)
    env.flush_all()
    seconds = time.perf_counter() - begin
    env.cr.rollback()
    env.invalidate_all()
    if result["messages"] or len(result["ids"]) != len(rows):
        raise SystemExit(f"load() refused rows: {result['messages'][:1]}")
    return seconds


def _good_rows(path, count):
    """Rows for load(), with numbers that the ORM takes: to it the numbers of bench.lines are none."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = islice(csv.reader(file), 1, None)
        good = (row for row in rows if feed_file.is_consultable(int(row[0][-9:]) - feed_file.FIRST))
        return [[f"0900{n:06d}", *row[1:]] for n, row in enumerate(islice(good, count))]


def _empty(env):
    """No lines, and nothing that hangs on them: of a copy made for the benchmark."""
    with _cursor(env) as cr:
        cr.execute("TRUNCATE mobifone_subscriber CASCADE")


def _autocommit(env, statement):
    with env.registry.cursor() as cr:
        cr.connection.autocommit = True
        cr.execute(statement)


def _cursor(env):
    env.cr.rollback()  # the shell's own transaction is not to hold anybody up
    return env.registry.cursor()


def _kib(status, name):
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith(name))
