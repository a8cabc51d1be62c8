"""Start other programs so that none outlives us: own process group, time limit, death with the parent."""

import ctypes
import os
import signal
import subprocess
from contextlib import suppress

_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1
# Looked up here once: between fork and exec as little as possible should happen.
_PRCTL = getattr(_LIBC, "prctl", None)
_running: set = set()


def start(command: list, **kwargs) -> subprocess.Popen:
    """Start a program in a process group of its own.

    The terminal's Ctrl-C then reaches only us, and we stop what we started in the right order.
    Should we be killed outright, the kernel sends the program a SIGTERM.
    """
    kwargs.setdefault("stdin", subprocess.DEVNULL)
    command = [str(part) for part in command]
    return subprocess.Popen(command, start_new_session=True, preexec_fn=_die_with_parent, **kwargs)


def call(command: list, *, timeout: float | None = None, **kwargs) -> int:
    """Run a program to its end and answer its exit code; 124 (as `timeout` does) when it took too long."""
    process = start(command, **kwargs)
    _running.add(process)
    try:
        return process.wait(timeout)
    except subprocess.TimeoutExpired:
        return 124
    finally:
        kill_group(process)
        _running.discard(process)


def kill_all() -> None:
    """End what `call` is waiting for, in all threads."""
    for process in list(_running):
        kill_group(process)


def kill_group(process: subprocess.Popen) -> None:
    """End the program and whatever it left behind in its group."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _die_with_parent() -> None:
    if _PRCTL:  # Linux
        _PRCTL(_PR_SET_PDEATHSIG, signal.SIGTERM)
