"""Sealing and checking the look-up log, beside reading the same rows and nothing else."""

import json

from bench.cleanup import shell
from bench.sizes import LOG

# As if all rows were old enough to be sealed: those of the sample, the first of the log, may be seconds old.
OLD_ENOUGH = """
from datetime import datetime, timedelta
env.registry["mobifone.log.seal"]._open_until = lambda *_: datetime.now() + timedelta(days=1)
"""
SCRIPT = """
import json, time
rows = %(rows)s
env.cr.execute('''
    INSERT INTO mobifone_lookup (looked_up_on, kind, user_id, number_hash, number_masked, line_id, hotline, result,
                                 verdicts)
    SELECT now() AT TIME ZONE 'UTC' - interval '1 day', 'lookup', 2, md5(n::text), '0900•••001', n, '1090', 'found',
           'ok/ok/ok'
      FROM generate_series(1, %%s) n''', [rows])
env.cr.commit()
env.cr.execute("SELECT max(id) FROM mobifone_lookup")
last = env.cr.fetchone()[0]
begin = time.perf_counter()
env.cr.execute("SELECT * FROM mobifone_lookup WHERE id > %%s ORDER BY id", [last - rows])
while env.cr.fetchmany(5000):
    pass
read = rows / (time.perf_counter() - begin)
%(old_enough)s
begin = time.perf_counter()
sealed = env["mobifone.log.seal"]._seal_all()
seal = sealed / (time.perf_counter() - begin)
begin = time.perf_counter()
faults = env["mobifone.log.seal"]._verify()
verify = sealed / (time.perf_counter() - begin)
print("measured", json.dumps([read, seal, verify, len(faults), sealed]))
"""


def measure() -> list:
    """Write a log, seal it and check it; print and return the results."""
    lines = shell(SCRIPT % {"rows": LOG, "old_enough": OLD_ENOUGH}).stdout.splitlines()
    [found] = [line.removeprefix("measured ") for line in lines if line.startswith("measured ")]
    read, seal, verify, faults, sealed = json.loads(found)
    if faults:
        raise SystemExit(f"{faults} seals do not fit")
    if sealed < LOG:
        raise SystemExit(f"{sealed} of {LOG} rows were sealed")
    results = []
    for name, value in (("log_seal_vs_read", seal), ("log_verify_vs_read", verify)):
        print(f"{name:>20}: {value:.0f} rows/s of {sealed} rows, reading alone {read:.0f}, ratio {value / read:.2f}")
        result = {"name": name, "value": round(value), "unit": "rows/s", "reference": round(read)}
        results.append({**result, "ratio": round(value / read, 3), "goal": 0.1})
    return results
