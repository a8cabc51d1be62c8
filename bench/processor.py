"""What work costs the processors: of Odoo's processes and of PostgreSQL's for one database."""

import time
from collections.abc import Callable
from contextlib import suppress

import psutil
import psycopg2


class Meter:
    """Reads the processor time of a server's processes and of the backends of its database."""

    def __init__(self, server_pid: int, database: str):
        self._server = psutil.Process(server_pid)
        self._database = database
        self._connection = psycopg2.connect(dbname=database)
        self._connection.autocommit = True

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    def spent(self, call: Callable, times: int) -> float:
        """Milliseconds of processor time, of all of them together, for each of so many calls."""
        before = self._read()
        for _turn in range(times):
            call()
        after = self._read()
        # A process that was not there before began in between; one that is gone is in the account of its parent.
        return 1000 * sum(after[pid] - before.get(pid, 0) for pid in after) / times

    def _read(self) -> dict:
        with self._connection.cursor() as cursor:
            cursor.execute(
                """SELECT pid FROM pg_stat_activity
                    WHERE datname = %s AND backend_type = 'client backend' AND pid != pg_backend_pid()""",
                [self._database],
            )
            backends = [pid for (pid,) in cursor.fetchall()]
            parent = psutil.Process(self._connection.info.backend_pid).parent()
        seconds = {}
        for pid in [self._server.pid, *(child.pid for child in self._server.children(recursive=True)), *backends]:
            with suppress(OSError):
                seconds[pid] = time.clock_gettime(_clock(pid))
        # Parallel workers of a query are children of the postmaster that live no longer than it.
        times = parent.cpu_times()
        seconds[parent.pid] = times.children_user + times.children_system
        return seconds


def _clock(pid: int) -> int:
    """The kernel's number of a process's own clock: what /proc tells is counted in ticks of 10 ms, too coarse here."""
    return (~pid << 3) | 2
