"""A streaming replica of an embedded PostgreSQL, made anew each time: it holds nothing of its own."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sandbox import postgres
from sandbox.say import fail, step
from sandbox.settings import Settings

SLOT = "replica"
# Beside PostgreSQL's own defaults (wal_level, max_wal_senders and hot_standby are right); the replica copies them.
SETTINGS = {
    # A replica that is away for long is made anew; it must not fill the primary's disk.
    "max_slot_wal_keep_size": "1GB",
    # Reports are not cancelled because the primary cleans up behind them.
    "hot_standby_feedback": "on",
    "max_standby_streaming_delay": "30s",
}


def of(primary: Settings) -> Settings:
    """Where the replica of that server is."""
    return replace(primary, place=f"{primary.place}/replica")


@contextmanager
def serving(primary: Settings) -> Iterator[Settings]:
    """A replica of the running server inside the block."""
    replica = of(primary)
    with step("copying the primary to its replica"):
        _configure(primary)
        _make(primary, replica)
    try:
        postgres.start(replica)
        _wait(lambda: is_current(primary, replica), "the replica did not catch up")
        yield replica
    finally:
        postgres.stop(replica)
        _forget_slot(primary)


def pause(replica: Settings) -> None:
    """From now on it shows the past."""
    postgres.psql(replica, "SELECT pg_wal_replay_pause()")
    state = "SELECT pg_get_wal_replay_pause_state()"
    _wait(lambda: postgres.psql(replica, state) == "paused", "the replica did not pause")


def resume(replica: Settings) -> None:
    """Let it go on, and wait until it has caught up."""
    postgres.psql(replica, "SELECT pg_wal_replay_resume()")
    primary = replace(replica, place=replica.place.removesuffix("/replica"))
    _wait(lambda: is_current(primary, replica), "the replica did not catch up")


def is_current(primary: Settings, replica: Settings) -> bool:
    """Whether it shows what the primary has committed so far."""
    now = postgres.psql(primary, "SELECT pg_current_wal_flush_lsn()")
    return postgres.psql(replica, f"SELECT pg_last_wal_replay_lsn() >= '{now}'") == "t"


def kill(replica: Settings) -> None:
    """End it at once, as if its machine were gone."""
    postgres.program(replica, "pg_ctl", "stop", "-w", "-m", "immediate", "-D", replica.site / "pg")


def _configure(primary: Settings) -> None:
    for name, value in SETTINGS.items():
        postgres.psql(primary, f"ALTER SYSTEM SET {name} = '{value}'")
    postgres.psql(primary, "SELECT pg_reload_conf()")


def _make(primary: Settings, replica: Settings) -> None:
    postgres.stop(replica)  # left behind by a killed run
    _forget_slot(primary)
    data = postgres.empty_data(replica)
    way = postgres.connection(primary)
    postgres.program(
        primary, "pg_basebackup", "-h", way["PGHOST"], "-p", way["PGPORT"], "-U", way["PGUSER"], "-w", "-D", data,
        "--write-recovery-conf", "--create-slot", f"--slot={SLOT}", "--checkpoint=fast", "--no-sync",
    )  # fmt: skip


def _forget_slot(primary: Settings) -> None:
    """Without its replica a slot would keep the primary's log for nobody."""
    slot = f"FROM pg_replication_slots WHERE slot_name = '{SLOT}'"
    postgres.psql(primary, f"SELECT pg_terminate_backend(active_pid, 5000) {slot} AND active")
    postgres.psql(primary, f"SELECT pg_drop_replication_slot(slot_name) {slot}")


def _wait(is_so, otherwise: str, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            fail(otherwise)
        time.sleep(0.05)
