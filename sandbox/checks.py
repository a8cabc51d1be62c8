"""`make lint`, `make test` and `make bench`."""

import os
import re
import time
from dataclasses import replace
from pathlib import Path

from sandbox import addon_tests, blackbox, database, life, log_gate, odoo, process, stages, tools
from sandbox.prepare import alone, fetch, prepared
from sandbox.say import fail, say
from sandbox.settings import ROOT, Settings

ADDONS = [ROOT / module for module in database.MODULES]
# Left out of test_lint: tests of Odoo's own checkers, and a walk through every file below the add-ons folders,
# which are Odoo's 600 add-ons and this whole checkout. (Conflict markers in our files break ruff and eslint.)
LINT_TAGS = "/test_lint,-/test_lint/tests/test_checkers.py,-/test_lint:TestConflictMarkers"
BENCH_SECONDS = 4 * 3600
# So small that what is measured says nothing. Not the parts in which agents race against something: they take minutes.
SMALL = {"BENCH_ONLY": "seal,cleanup,lookup,history", "BENCH_LINES": "20000", "BENCH_REQUESTS": "16"}
LINT_TESTS_AT_LEAST = 15  # fewer mean that something was skipped


def lint(settings: Settings) -> None:
    """ruff and pylint-odoo; the rest of the linters needs a database and is part of `make test`."""
    fetch(settings, tests=True)
    if not _linters(settings):
        fail("lint failed")


def test(settings: Settings) -> None:
    """All linters and tests; every stage runs, also after one that failed."""
    begin = time.monotonic()
    tools.require()
    settings.claim()
    with alone(settings, "test"), prepared(settings, tests=True, browser=True):
        # All add-ons are tested, whatever GUARD says.
        tested = replace(settings, database=f"{settings.database}_test", guard=True)
        database.ensure_pristine(tested, "test_lint")
        linted, measured = _copy_for_lint(tested), _copy_for_bench(tested)
        life.prepare(settings, tested.database)
        failed = stages.lanes(
            {
                "installation": lambda: log_gate.clean(odoo.setup_log(tested)),
                "tests of the add-ons": lambda: addon_tests.run(tested, database.MODULES, "test-addons"),
            },
            # These measure no time and wait for nothing: they use the other processor.
            {
                "lint": lambda: _linters(settings),
                "Odoo's test_lint": lambda: _odoo_lint(linted),
                "life of the packages": lambda: life.of_packages(settings),
                "benchmarks, small": lambda: _small_bench(measured),
            },
        )
        failed += stages.lanes(
            {
                "tests of the running product": lambda: blackbox.run(
                    settings, tested.database, "blackbox", "--ignore=tests/sms", "--ignore=tests/cluster", "tests"
                ),
                "real SMS": lambda: blackbox.run_sms(settings, tested.database),
                "several nodes": lambda: blackbox.run_cluster(settings, tested.database),
            }
        )
    if failed:
        fail(f"failed after {time.monotonic() - begin:.0f} s: {', '.join(failed)}")
    say(f"all tests passed in {time.monotonic() - begin:.0f} s")


def bench(settings: Settings) -> None:
    """Run bench/ against a server of its own; its database is made as that of `make run` is."""
    if not (ROOT / "bench" / "__main__.py").exists():
        fail("there is no bench/ here")
    with prepared(settings, tests=True), alone(settings, "database"):
        folder = settings.home / "bench"
        folder.mkdir(exist_ok=True)
        measured = replace(
            settings, database=f"{settings.database}_bench", port=odoo.free_port(), workers=settings.workers or 2
        )
        database.ensure(measured, folder)
        code = _measure(measured, folder, BENCH_SECONDS, BENCH_RESULT=str(settings.home / "bench.json"))
    if code:
        fail(f"bench ended with code {code}")


def _measure(measured: Settings, folder: Path, limit: int, **chosen: str) -> int:
    """Run bench/ beside a server on this database; its exit code."""
    # What has nobody connected to it can be copied, for the parts that fill, kill or serve it themselves.
    template = replace(measured, database=f"{measured.database}_base")
    database.copy(template, measured.database)
    log = measured.log(f"{folder.name}-server")
    with odoo.server(measured, log):
        env = {
            **blackbox.environment(measured, folder, log),
            "BENCH_URL": f"http://127.0.0.1:{measured.port}",
            "BENCH_TEMPLATE": template.database,
            **chosen,
        }
        code = process.call([measured.python, "-m", "bench"], cwd=ROOT, env=env, timeout=limit)
    database.forget(template)
    return code


def _copy_for_bench(tested: Settings) -> Settings:
    measured = replace(
        tested, database=f"{tested.database}_bench", port=odoo.free_port(), workers=2,
        identity_key_name="identity-blackbox.key", config_name="odoo-bench-small.conf",
    )  # fmt: skip
    database.copy(measured, tested.database)
    return measured


def _small_bench(measured: Settings) -> bool:
    """The benchmarks run to their end, and the rows that they write by SQL fit the tables."""
    folder = measured.home / "bench-small"
    folder.mkdir(exist_ok=True)
    odoo.write_config(measured)
    database.load_samples(measured, folder)
    return not _measure(measured, folder, stages.LIMIT, **SMALL, BENCH_RESULT=str(folder / "bench.json"))


def _linters(settings: Settings) -> bool:
    cache = settings.home / "cache"
    ruff = [settings.python, "-m", "ruff"]
    commands = (
        [*ruff, "check", "--cache-dir", cache / "ruff", "."],
        [*ruff, "format", "--check", "--cache-dir", cache / "ruff", "."],
        [settings.python, "-m", "pylint", "--rcfile=pyproject.toml", *ADDONS],
    )
    # All of them, also after one that found something.
    results = [stages.passes(settings, command, PYLINTHOME=cache / "pylint") for command in commands]
    return all(results)


def _copy_for_lint(tested: Settings) -> Settings:
    """test_lint updates its database, which the tests of the add-ons need as it is."""
    linted = replace(tested, database=f"{tested.database}_lint")
    database.copy(linted, tested.database)
    return linted


def _odoo_lint(settings: Settings) -> bool:
    log = settings.log("test-lint")
    log.unlink(missing_ok=True)
    tags = LINT_TAGS
    eslint = tools.eslint(settings)
    if not eslint:
        say("no npm here to fetch eslint with: the rules for JavaScript are not checked")
        tags += ",-/test_lint:TestESLint"
    env = {
        "PATH": os.pathsep.join([str(ROOT / "sandbox" / "bin"), odoo.environment(settings)["PATH"]]),
        "SANDBOX_ROOT": ROOT,
        "SANDBOX_ODOO": settings.odoo_root / "odoo",
        "SANDBOX_ESLINT": eslint or "",
        "PYLINTHOME": settings.home / "cache" / "pylint",
    }
    command = odoo.command(
        settings, "-d", settings.database, "-u", "test_lint", "--stop-after-init", "--no-http", "--logfile", log,
        "--addons-path", f"{settings.addons_path},{ROOT / 'sandbox' / 'addons'}", "--load", "base,web,sandbox_lint",
        "--http-port", odoo.free_port(), "--test-tags", tags,
    )  # fmt: skip
    passed = stages.passes(settings, command, **env)
    found = re.search(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests", log.read_text() if log.exists() else "")
    say(found[0] if found else "no tests were run")
    enough = bool(found) and int(found[3]) >= LINT_TESTS_AT_LEAST
    return log_gate.clean(log) and passed and enough
