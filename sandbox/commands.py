"""What `make` offers: run, cluster, sms, test, matrix, bench, lint, docs, clean, and `odoo …` for any Odoo command."""

import fcntl
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from sandbox import checks, cluster, database, guide, matrix, nginx, odoo, postgres, replica, sms
from sandbox.prepare import alone, fetch, prepared
from sandbox.say import fail, say
from sandbox.settings import MARKER, Settings

LOGINS = ("agent_a1", "agent_a2", "leader_a", "vendor_a", "agent_b1", "vendor_b", "care", "manager", "feed", "admin")
# All that is ever made in the sandbox's folder (as patterns); the marker goes last.
MADE = (
    "odoo", "odoo-*", "addons", "kannel", "kannel-*", "nginx", "nginx-*", "downloads", "venv", "eslint", "pg", "socket",
    "data", "databases", "cluster", "cluster-test", "blackbox", "docs", "sms", "bench", "bench-small", "bench.json",
    "matrix", "matrix-*.conf", "pycache", "cache", "log", "sample", "odoo.conf", "test.conf", "feed.key",
    "identity*.key", "*.lock", MARKER,
)  # fmt: skip
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(arguments: list) -> None:
    """Run one command; Ctrl-C and SIGTERM unwind through every `finally`."""
    for number in SIGNALS:
        signal.signal(number, _interrupted)
    commands = {
        "run": run, "cluster": several_nodes, "test": checks.test, "matrix": matrix.matrix, "bench": checks.bench,
        "lint": checks.lint, "docs": guide.docs, "clean": clean, "sms": sms.send,
    }  # fmt: skip
    name, *rest = arguments or ["run"]
    try:
        settings = Settings()
        if name == "odoo":
            sys.exit(any_odoo(settings, rest))
        if name not in commands:
            fail(f"no command {name!r}: there are {', '.join(commands)} and odoo")
        commands[name](settings)
    except KeyboardInterrupt:
        say("stopped")
        sys.exit(130)


def _interrupted(*_):
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)  # unwinding takes a moment: one Ctrl-C is enough
    raise KeyboardInterrupt


def run(settings: Settings) -> None:
    """Serve the product with its demo data until Ctrl-C."""
    odoo.require_free_port(settings.port)
    with prepared(settings):
        with alone(settings, "database"):
            database.ensure(settings)
        log = settings.log("odoo")
        with sms.gateway(settings) as told, odoo.server(settings, log) as process_:
            say(f"\nMobiFone Consult: http://localhost:{settings.port}   (Ctrl-C stops it; log: {log})")
            say("logins, each with the password mbf-<login>-demo: " + ", ".join(LOGINS))
            say(f"API key of feed: {settings.feed_key}")
            for line in told:
                say(line)
            say(f"ready: http://127.0.0.1:{settings.port}")
            process_.wait()
            fail(f"Odoo ended by itself with code {process_.returncode} (its log: {log})")


def several_nodes(settings: Settings) -> None:
    """Serve the product on two Odoo nodes behind nginx, on a primary with a replica, until Ctrl-C."""
    odoo.require_free_port(settings.port)
    fetch(settings)
    nginx.ensure(settings)
    served = cluster.of(settings)
    served.site.mkdir(exist_ok=True)
    with alone(settings, "cluster"), postgres.serving(served):
        cluster.ensure_database(served)
        with replica.serving(served) as standby, cluster.nodes_of(served, standby) as nodes:
            say(f"\nMobiFone Consult on {len(nodes)} nodes: http://localhost:{settings.port}   (Ctrl-C stops it all)")
            say("logins, each with the password mbf-<login>-demo: " + ", ".join(LOGINS))
            say(f"API key of feed: {served.feed_key}")
            for node in nodes:
                say(f"node: http://127.0.0.1:{node.port}, bus on {node.bus_port} (log: {node.log})")
            say(f"nginx: configuration and logs in {served.site / 'nginx'}")
            for name, place in (("primary", served), ("replica", standby)):
                say(f"{name}: psql -h {postgres.connection(place)['PGHOST']} -U {postgres.ROLE} {served.database}")
            say(f"ready: http://127.0.0.1:{settings.port}")
            ended = cluster.wait_for_one(nodes)
            fail(f"a node ended by itself with code {ended.server.returncode} (its log: {ended.log})")


def any_odoo(settings: Settings, arguments: list) -> int:
    """`make sync` and whoever needs another Odoo command on the sandbox's database."""
    if not settings.config_file.exists():
        fail("nothing here yet: make run first")
    with postgres.serving(settings):
        env = {**odoo.environment(settings), "PGDATABASE": settings.database}
        # Not by `process`: a shell needs the terminal.
        return subprocess.run(list(map(str, odoo.command(settings, *arguments))), env=env, check=False).returncode


def clean(settings: Settings) -> None:
    """Remove what was made, and nothing else; of a user's own PostgreSQL only our databases."""
    home = settings.home
    if not (home / MARKER).exists():
        say(f"nothing to remove in {home}")
        return
    with (home / "postgres.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fail("make run or make test is still at work here: stop it first")
        for name in database.made_here(settings) if not settings.own_postgres else ():
            database.drop(settings, name)
        # Left behind by killed runs.
        for place in (replica.of(cluster.of(settings)), cluster.of(settings), settings):
            postgres.stop(place)
        for pattern in MADE:
            for path in home.glob(pattern):
                _remove(path)
    if others := sorted(path.name for path in home.iterdir()):
        say(f"removed what was made in {home}; left alone: {', '.join(others[:5])}")
    else:
        home.rmdir()
        say(f"removed {home}")


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
