"""Run Odoo: one-off commands, scripts in its shell, and the server."""

import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from sandbox import postgres, process
from sandbox import say as saying
from sandbox.proxy import Proxy
from sandbox.settings import ROOT, Settings


def environment(settings: Settings) -> dict:
    """Environment of every Odoo process: its commands, how to reach PostgreSQL, and no traces outside the sandbox."""
    path = os.pathsep.join([str(settings.home / "venv" / "bin"), os.environ.get("PATH", "")])
    env = {
        **postgres.environment(settings),
        "PATH": path,
        "ODOO_RC": str(settings.config_file),
        "PYTHONPYCACHEPREFIX": str(settings.home / "pycache"),
        "PYTHONUNBUFFERED": "1",
        "MOBIFONE_IDENTITY_KEY_FILE": str(_identity_key(settings)),
    }
    for name in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"):
        env.pop(name, None)
    return env


def write_config(settings: Settings, path: Path | None = None, **more: object) -> None:
    """odoo.conf of the sandbox: loopback only, no database list. The way to PostgreSQL comes by environment."""
    options = {
        "addons_path": settings.addons_path,
        "data_dir": settings.data_dir,
        "http_interface": "127.0.0.1",
        "list_db": "False",
        "max_cron_threads": "1",
        "limit_time_real": "600",
        **more,
    }
    text = "[options]\n" + "".join(f"{key} = {value}\n" for key, value in options.items())
    text += f"\n[mobifone_consult]\nidentity_key_file = {_identity_key(settings)}\n"
    path = path or settings.config_file
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text(text)
    draft.replace(path)  # at once: another make may be reading it


def _identity_key(settings: Settings) -> Path:
    """The file with the key that encrypts identity papers, made at the first call."""
    path = settings.identity_key
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(0o600)
        draft.write_bytes(urlsafe_b64encode(os.urandom(32)) + b"\n")
        with suppress(FileExistsError):
            os.link(draft, path)  # another make may be as fast
        draft.unlink()
    return path


def command(settings: Settings, *arguments: object) -> list:
    return [settings.python, settings.home / "venv" / "bin" / "odoo", *arguments]


def run(settings: Settings, *arguments: str, log: Path | None = None) -> None:
    """Install or update add-ons in the database; a failure ends the sandbox with the last error of Odoo's log."""
    arguments = ("-d", settings.database, *arguments, "--no-http", "--stop-after-init")
    once(settings, *arguments, log=log or setup_log(settings))


def once(settings: Settings, *arguments: str, log: Path) -> None:
    """Run any Odoo command to its end, its log started anew; a failure ends the sandbox with the log's last error."""
    log.unlink(missing_ok=True)
    saying.run(command(settings, *arguments), "Odoo failed", log, env=environment(settings), cwd=ROOT)


def setup_log(settings: Settings) -> Path:
    """Where the last installation or update of the database is told."""
    return settings.log(f"setup-{settings.database}")


def script(settings: Settings, name: str, folder: Path, root: Path = ROOT) -> None:
    """Run sandbox/scripts/<name>.py in `odoo shell` of the database; $SANDBOX names the folder it may write to.

    :param root: the checkout whose script it is
    """
    path = root / "sandbox" / "scripts" / f"{name}.py"
    log = settings.log(name)
    env = {**environment(settings), "SANDBOX": str(folder)}
    with path.open() as source, log.open("w") as out:
        arguments = "shell", "-d", settings.database, "--no-http", "--log-level=warn"
        code = process.call(
            command(settings, *arguments), stdin=source, stdout=out, stderr=out, cwd=root, env=env, timeout=900
        )
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    # The shell ends with code 0 even when the script raised: each script prints `done` as its last word.
    if code or not lines or lines[-1] != "done":
        saying.fail(f"{name}.py failed: {lines[-1] if lines else 'no output'} (all of it: {log})")


def require_free_port(port: int) -> None:
    """End with one line when somebody else listens on `port`."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            saying.fail(f"port {port} cannot be used ({error.strerror}): choose another with PORT=number")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def server(settings: Settings, log: Path, *, timeout: float = 180, proxied: bool = True) -> Iterator[subprocess.Popen]:
    """The Odoo server on `settings.port`, answering when the block starts and stopped with all its workers after it.

    :param log: file for the server's own log, started anew
    :param timeout: seconds to wait for its first answer
    :param proxied: with workers, is there a proxy in front of it? Without, the bus is somewhere else
    """
    require_free_port(settings.port)
    http, bus = settings.port, free_port()
    is_proxied = proxied and settings.workers
    if is_proxied:
        http = free_port()
    # With workers the bus has a port of its own: show the browser one address, as a reverse proxy does in production.
    proxy = Proxy(settings.port, http, bus) if is_proxied else nullcontext()
    log.unlink(missing_ok=True)
    with proxy:
        odoo = start(settings, log, http, bus)
        try:
            wait_until_ready(odoo, http, log, timeout)
            yield odoo
        finally:
            stop(odoo)


def start(settings: Settings, log: Path, http_port: int, bus_port: int) -> subprocess.Popen:
    """Start an Odoo server; with workers its bus is on a port of its own.

    :param log: file for its log, which goes on
    """
    filters = f"^{re.escape(settings.database)}$"
    arguments = "-d", settings.database, "--db-filter", filters, "--http-port", http_port, "--gevent-port", bus_port
    with log.open("a") as out:
        return process.start(
            command(settings, *arguments, "--workers", settings.workers),
            stdout=out, stderr=out, cwd=ROOT, env=environment(settings),
        )  # fmt: skip


def stop(*servers: subprocess.Popen) -> None:
    """End servers politely, all at once, and after 20 s for good."""
    alive = [server_process for server_process in servers if server_process.poll() is None]
    for server_process in alive:
        server_process.send_signal(signal.SIGINT)
    deadline = time.monotonic() + 20
    for server_process in alive:
        with suppress(subprocess.TimeoutExpired):
            server_process.wait(max(0, deadline - time.monotonic()))
    for server_process in servers:
        process.kill_group(server_process)


def wait_until_ready(server_process: subprocess.Popen, port: int, log: Path, timeout: float = 180) -> None:
    """Wait until the server answers; one that ended, or does not within so many seconds, ends the sandbox."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if server_process.poll() is not None:
            lines = log.read_text(errors="replace").strip().splitlines() or ["no output"]
            saying.fail(f"Odoo ended while starting: {lines[-1][:300]} (all of it: {log})")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/web/health", timeout=5):
                return
        except OSError:
            time.sleep(0.3)
    saying.fail(f"Odoo did not answer within {timeout:.0f} s (its log: {log})")
