"""`make bench`: the hot paths, each beside a reference that is measured in the same run.

BENCH_ONLY=lookup,race chooses parts, BENCH_LINES shrinks them; bench/sizes.py names the other sizes. Prints the
machine, the sizes, how it went and a table, and writes the file BENCH_RESULT: a list of {name, value, unit, reference,
ratio, goal}, where a ratio at or above its goal is good. A part that finds something wrong ends with a ratio of 0, and
the others go on.
"""

import importlib
import json
import os
import platform
import sys
import traceback
from contextlib import closing
from pathlib import Path

import psutil
import psycopg2

from bench import sizes
from bench.client import result

# In this order. Each is a module with `measure()`, which prints how it went and returns results.
# Sealing first: what is sealed ends before the youngest rows, which are those of the look-ups after it.
PARTS = ("seal", "guided_call", "screen", "cleanup", "lookup", "feed", "history", "race", "crash")


def main() -> None:
    """Measure, print and write."""
    chosen = [part for part in os.environ.get("BENCH_ONLY", "").split(",") if part] or PARTS
    if unknown := set(chosen) - set(PARTS):
        raise SystemExit(f"BENCH_ONLY knows {', '.join(PARTS)}, not {', '.join(sorted(unknown))}")
    target = Path(os.environ["BENCH_RESULT"])
    target.unlink(missing_ok=True)
    memory = psutil.virtual_memory().total / (1 << 30)
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB; {_versions()}")
    print(", ".join(f"{name} {size:,}" for name, size in sizes.ALL.items()), flush=True)
    results, failed = [], []
    for part in (part for part in PARTS if part in chosen):
        print(f"{part}:", flush=True)
        try:
            results += importlib.import_module(f"bench.{part}").measure()
        except (Exception, SystemExit):
            traceback.print_exc()
            failed.append(part)
            results.append(result(f"{part}_came_to_its_end", 0, 1, "parts", goal=1))
        target.write_text(json.dumps(results, indent=1) + "\n")
        sys.stdout.flush()
    _print_table(results)
    print(f"written to {target}")
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}")


def _versions() -> str:
    with closing(psycopg2.connect(dbname=os.environ["BENCH_TEMPLATE"])) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT latest_version FROM ir_module_module WHERE name = 'base'")
        [[odoo]] = cursor.fetchall()
        postgresql = connection.info.server_version // 10000
    return f"PostgreSQL {postgresql}, Odoo {odoo}, Python {platform.python_version()}"


def _print_table(results: list) -> None:
    print(f"{'':45} {'value':>12} {'beside':>12} {'':12} {'ratio':>8} {'goal':>6}")
    for line in results:
        missed = "" if line["ratio"] >= line["goal"] else "  missed"
        print(
            f"{line['name']:45} {line['value']:>12,.2f} {line['reference']:>12,.2f} {line['unit']:12} "
            f"{line['ratio']:>8,.2f} {line['goal']:>6}{missed}"
        )


if __name__ == "__main__":
    main()
