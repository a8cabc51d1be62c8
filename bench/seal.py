"""How fast logs are sealed and checked: rows a second over the rows that a database has."""

import time


def seal_and_verify(env: object) -> list:
    """Seal what is old enough and check every seal; prints both, and returns a list of {name, value, unit}.

    :param env: environment of the superuser in a database with the add-on; commits
    """
    seals = env["mobifone.log.seal"]
    begin = time.perf_counter()
    sealed = seals._seal_all()
    between = time.perf_counter()
    faults = seals._verify()
    end = time.perf_counter()
    env.cr.execute("SELECT coalesce(sum(row_count), 0) FROM mobifone_log_seal")
    results = [
        {"name": "log_seal", "value": round(sealed / (between - begin)), "unit": "rows/s"},
        {"name": "log_verify", "value": round(env.cr.fetchone()[0] / (end - between)), "unit": "rows/s"},
    ]
    for result in results:
        print(f"{result['name']:>12} {result['value']:>10} {result['unit']}; {len(faults)} faults")
    return results
