"""kill -9 of `odoo mobifone_sync` while it works: its feed is there as a whole or not at all, and can be run again."""

import csv
import random
import subprocess
import time
from pathlib import Path

from bench.client import result
from sandbox import process
from sandbox.settings import ROOT

# Of each file: lines that are new, customers that are, rows that cannot be taken.
NEW, CUSTOMERS, BAD = 1000, 100, 10
HEADER = ("msisdn", "device_class", "app_status", "registration_state", "owner_unit", "customer_ref", "customer_name")
# Seconds in which PostgreSQL must have noticed that the loader is gone.
GONE_WITHIN = 30


def numbers(count: int, first: int = 0) -> list:
    """Numbers of a known range in which the sample has none."""
    return [f"+8433{place:07d}" for place in range(first, first + count)]


def measure(site, kills: int, lines: int) -> list:
    """Feed files, kill the loader at moments spread over its work, and run each once more.

    :param site: bench.crash.Site
    :param lines: how many the first file has
    """
    feed = _Feed(site, lines)
    feed.run_whole(0)
    begin = time.monotonic()
    span = feed.run_whole(1)
    print(
        f"  loader: {lines:,} lines, {time.monotonic() - begin:.1f} s for a file, of these {span:.1f} s of work",
        flush=True,
    )
    results, version = [], 2
    of_postgres = max(1, kills // 2)
    for name, count in (("loader", kills), ("postgresql_under_a_feed", of_postgres)):
        outcomes = []
        for turn in range(count):
            # Spread over the work, so that few kills see all of it.
            outcomes.append(feed.kill(version, span * (turn + random.random()) / count, name))
            version += 1
        whole = outcomes.count("whole")
        print(
            f"  {name}: {count} kills, {whole} feeds there as a whole, {count - whole} not at all; all run again; "
            f"the lock was free within {feed.slowest:.1f} s"
        )
        results.append(result(f"crash_{name}_feeds_whole_or_not_there", len(outcomes), count, "feeds", goal=1))
    return results


class _Feed:
    """Files of one customer base; each changes every second line and has some new ones."""

    def __init__(self, site, lines: int):
        self._site, self._lines, self.slowest = site, lines, 0.0

    def run_whole(self, version: int) -> float:
        """Feed a file to its end; seconds of its work, without Odoo's start."""
        path = self._write(version)
        before = self._newest_run()
        loader = self._start(path)
        self._wait_for_run(before, loader)
        begin = time.monotonic()
        if loader.wait():
            raise SystemExit(f"file {version}: the loader failed: {path.with_suffix('.log').read_text()}")
        took = time.monotonic() - begin
        inserted = self._lines if not version else NEW
        self._prove(version, self._run(), (inserted, self._lines // 2 if version else 0, CUSTOMERS if version else 0))
        return took

    def kill(self, version: int, after: float, victim: str) -> str:
        """Kill so many seconds after the loader began to work: "whole" or "nothing", what is there of its file.

        :param victim: "loader", else PostgreSQL, of which the loader must see that it is gone
        """
        path, before, newest = self._write(version), self._content(), self._newest_run()
        loader = self._start(path)
        self._wait_for_run(newest, loader)
        time.sleep(after)
        if victim == "loader":
            process.kill_group(loader)
        else:
            self._site.kill_postgres()
            try:
                code = loader.wait(GONE_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill_group(loader)
                raise SystemExit(
                    f"the loader does not see that PostgreSQL is gone, {after:.1f} s after it began"
                ) from None
            told = path.with_suffix(".log").read_text()
            if code and "mobifone_sync: PostgreSQL: " not in told:
                raise SystemExit(f"the loader does not say that PostgreSQL was gone: {told}")
        self.slowest = max(self.slowest, self._wait_until_gone())
        what = f"file {version}, killed after {after:.1f} s"
        done, *made = self._made(version)
        is_whole = (done, *made) == ("done", NEW, self._lines // 2, CUSTOMERS)
        is_absent = done in ("running", "failed") and not any(made) and self._content() == before
        if not is_whole and not is_absent:
            raise SystemExit(f"{what}: neither whole nor absent: run {done}, new, changed, customers {made}")
        killed = self._newest_run()
        self._site.check(what)
        again = self._site.command("mobifone_sync", path)
        if again.returncode:
            raise SystemExit(f"{what}: cannot be run again: {again.stderr}")
        [[told]] = self._site.query("SELECT state FROM mobifone_feed_run WHERE id = %s", killed)
        if told != ("broken" if done == "running" else done):
            raise SystemExit(f"{what}: its record says {told}")
        self._prove(version, self._run(), (0, 0, 0) if is_whole else (NEW, self._lines // 2, CUSTOMERS))
        self._site.check(f"{what}, run again")
        outcome = "whole" if is_whole else "nothing"
        print(f"  {victim} killed after {after:.1f} s: {outcome} of the feed was there; run again", flush=True)
        return outcome

    def _write(self, version: int) -> Path:
        path = self._site.settings.site / f"lines-{version}.csv"
        with path.open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(HEADER)
            for place, number in enumerate(numbers(self._lines)):
                unit = f"Chi nhanh {version}" if place % 2 else "Chi nhanh 0"
                rows.writerow((number, "smartphone", "not_installed", "complete", unit, "", ""))
            if version:
                for place, number in enumerate(numbers(NEW, self._lines + version * NEW)):
                    customer = (f"BENCH-{version}-{place}", f"Khach {place}") if place < CUSTOMERS else ("", "")
                    rows.writerow((number, "smartphone", "not_installed", "complete", f"Moi {version}", *customer))
            rows.writerows([("no number", "", "", "", "", "", "")] * BAD)
        return path

    def _start(self, path: Path) -> subprocess.Popen:
        with path.with_suffix(".log").open("w") as log:
            return process.start(
                self._site.words("mobifone_sync", path), cwd=ROOT, env=self._site.environment, stdout=log, stderr=log
            )

    def _newest_run(self) -> int:
        return self._site.query("SELECT coalesce(max(id), 0) FROM mobifone_feed_run")[0][0]

    def _wait_for_run(self, newest: int, loader: subprocess.Popen) -> None:
        while self._newest_run() == newest:
            if loader.poll() is not None:
                raise SystemExit("the loader ended before it began")
            time.sleep(0.02)

    def _wait_until_gone(self) -> float:
        """Seconds until PostgreSQL has ended what the killed loader was doing."""
        begin = time.monotonic()
        while self._site.query("SELECT pid FROM pg_locks WHERE locktype = 'advisory'"):
            if time.monotonic() - begin > GONE_WITHIN:
                raise SystemExit(f"the killed loader still holds its lock after {GONE_WITHIN} s")
            time.sleep(0.05)
        return time.monotonic() - begin

    def _made(self, version: int) -> tuple:
        """(state of the newest run, lines that are new, that changed, customers that are new) of a file."""
        return self._site.query(
            """SELECT (SELECT state FROM mobifone_feed_run ORDER BY id DESC LIMIT 1),
                      (SELECT count(*) FROM mobifone_subscriber WHERE owner_unit = %s),
                      (SELECT count(*) FROM mobifone_subscriber WHERE owner_unit = %s),
                      (SELECT count(*) FROM res_partner WHERE ref LIKE %s)""",
            f"Moi {version}", f"Chi nhanh {version}", f"BENCH-{version}-%",
        )[0]  # fmt: skip

    def _content(self) -> str:
        """All that a feed writes, as one hash."""
        return self._site.query(
            """SELECT md5(concat(
                   (SELECT sum(hashtextextended(line::text, 0)) FROM mobifone_subscriber line),
                   (SELECT sum(hashtextextended(partner::text, 0)) FROM res_partner partner),
                   (SELECT sum(hashtextextended(kept::text, 0)) FROM mobifone_line_quarantine kept)))"""
        )[0][0]

    def _run(self) -> tuple:
        return self._site.query(
            """SELECT state, inserted_count, changed_count, customers_count, rejected_count, ended_on IS NOT NULL
                 FROM mobifone_feed_run ORDER BY id DESC LIMIT 1"""
        )[0]

    def _prove(self, version: int, run: tuple, counts: tuple) -> None:
        if run != ("done", *counts, BAD, True):
            raise SystemExit(f"file {version}: its record says {run}, not {counts} with {BAD} rejects")
        made = self._made(version)
        if version and made != ("done", NEW, self._lines // 2, CUSTOMERS):
            raise SystemExit(f"file {version}: new, changed, customers {made}")
        path = self._site.settings.site / f"lines-{version}.csv.rejects.csv"
        if len(path.read_text().splitlines()) != BAD + 1:
            raise SystemExit(f"file {version}: the list of rejects is not whole")
