"""Tests of the running product: against a server with two workers on a fresh copy of the test database."""

import shutil
from dataclasses import replace
from pathlib import Path

from sandbox import cluster, database, kannel, log_gate, nginx, odoo, postgres, replica, stages, tools
from sandbox.settings import Settings

# Seconds: a quarter of an hour is not enough on a machine with more to do.
LIMIT = 1500
# Two windows of one user that close at once write the same row, and bus does not try again.
PRESENCE = (
    log_gate.Allowed(r"odoo\.sql_db", r"bad query: .*mail_presence.*", "presence of a window that closed"),
    log_gate.Allowed(
        r"odoo\.addons\.bus\.websocket",
        r"could not serialize access due to concurrent update ?",
        "presence of a window that closed",
        error="psycopg2.errors.SerializationFailure",
    ),
)
# A test updates the add-ons beside the server: whoever looks for jobs meanwhile leaves the database alone.
UPDATING = log_gate.Allowed(
    r"odoo\.addons\.base\.models\.ir_cron",
    r"Skipping database \S+ because of modules to install/upgrade/remove.*",
    "an update beside the server",
)
# A cluster that is made for tests and thrown away.
TRIED = "cluster-test"
# Its tests kill nodes and the replica, and let it fall behind.
LOSSES = (
    log_gate.Allowed(r"odoo\.registry", r"Failed to open a readonly cursor, .*", "the replica was killed"),
    log_gate.Allowed(
        r"odoo\.(http|addons\.base\.models\.ir_cron)",
        r"Exception (during request handling\.|in cron:) ?",
        "a connection to it was still in the pool",
        error="psycopg2.DatabaseError: server closed the connection",
    ),
    *log_gate.REFUSALS,
)


def run(settings: Settings, template: str, name: str, *tests: str, **config: object) -> bool:
    """Serve a copy of the database `template` and run these tests with pytest; the server's log must be clean too.

    :param name: of the copy, its folder and its log
    :param config: options of Odoo for this server alone
    """
    folder = settings.home / name
    folder.mkdir(exist_ok=True)
    served = replace(
        settings, database=f"{settings.database}_{name}", port=odoo.free_port(), workers=2,
        identity_key_name="identity-blackbox.key", config_name=f"odoo-{name}.conf",
    )  # fmt: skip
    odoo.write_config(served, **config)
    database.copy(served, template)
    database.load_samples(served, folder)
    log = settings.log(f"test-{name}-server")
    with odoo.server(served, log) as server:
        env = {**environment(served, folder, log), "MOBIFONE_SERVER_PID": server.pid}
        # pytest-odoo is for tests inside of Odoo.
        passed = stages.passes(served, [settings.python, "-m", "pytest", "-p", "no:odoo", *tests], LIMIT, **env)
    return log_gate.clean(log, (*log_gate.REFUSALS, *PRESENCE, UPDATING)) and passed


def run_sms(settings: Settings, template: str) -> bool:
    """The tests of messages through a real Kannel to a simulated SMSC, and from it."""
    kannel.ensure(settings)
    # Messages are sent and reports applied at the same time, as in production. What was counted is shown.
    return run(settings, template, "sms", "-s", "tests/sms", max_cron_threads=2)


def run_cluster(settings: Settings, template: str) -> bool:
    """The tests of several nodes, which start and kill the nodes themselves, on a PostgreSQL primary with a replica."""
    nginx.ensure(settings)
    served = replace(several(settings), database=f"{settings.database}_cluster", port=odoo.free_port())
    for left_over in (replica.of(served), served):
        postgres.stop(left_over)
    shutil.rmtree(served.site, ignore_errors=True)
    served.site.mkdir()
    with postgres.serving(served):
        odoo.write_config(served)
        database.fetch(served, replace(settings, database=template))
        database.load_samples(served, served.site)
        logs = cluster.logs(served)
        with replica.serving(served):
            env = environment(served, served.site, logs[0])
            # What was counted and measured is shown.
            passed = stages.passes(
                served, [settings.python, "-m", "pytest", "-p", "no:odoo", "-s", "tests/cluster"], **env
            )
    return all([passed, *(log_gate.clean(log, LOSSES) for log in logs)])


def several(settings: Settings) -> Settings:
    """The cluster that is made for tests."""
    return replace(cluster.of(settings, TRIED), workers=2, identity_key_name="identity-blackbox.key")


def environment(settings: Settings, folder: Path, log: Path) -> dict:
    """What tests and benchmarks of a running server need to know of it."""
    return {
        **odoo.environment(settings),
        "MOBIFONE_URL": f"http://127.0.0.1:{settings.port}",
        "MOBIFONE_DB": settings.database,
        "MOBIFONE_FEED_KEY": str(folder / "feed.key"),
        "MOBIFONE_SERVER_LOG": str(log),
        "MOBIFONE_CHROMIUM": tools.browser() or "",
        # For tests that look into the database or run another Odoo command beside the server.
        "PGDATABASE": settings.database,
        "HOME": stages.home(settings),
    }
