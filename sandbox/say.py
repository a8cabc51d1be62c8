"""What the user sees while things are fetched and made: one line a step, one clear line when it fails."""

import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from sandbox import process

PULSE = 10  # seconds between two signs of life
LOG_PREFIX = re.compile(r"^.* (INFO|WARNING|ERROR|CRITICAL) \S+ \S+?: ")


def fail(reason: str) -> NoReturn:
    """End with one line on stderr and exit code 1."""
    sys.exit(f"sandbox: {reason}")


def say(text: str) -> None:
    print(f"{text}\n", end="", flush=True)  # in one piece, as several steps may be talking


@contextmanager
def step(title: str, watch: Callable[[], str] | None = None) -> Iterator[None]:
    """Announce a step, show that it is alive, and say how long it took.

    :param watch: what to add to each sign of life, e.g. how much has been downloaded
    """
    begin = time.monotonic()
    done = threading.Event()
    say(f"· {title} …")

    def pulse() -> None:
        while not done.wait(PULSE):
            say(f"    {title}: {time.monotonic() - begin:.0f} s {watch() if watch else ''}".rstrip())

    beat = threading.Thread(target=pulse, daemon=True)
    beat.start()
    try:
        yield
    finally:
        done.set()
        beat.join()
    say(f"  {title}: {time.monotonic() - begin:.1f} s")


def last_line(log: Path) -> Callable[[], str]:
    """A `watch` that shows the last line of a log, less what Odoo's begin with."""

    def watch() -> str:
        lines = _lines(log, max(0, log.stat().st_size - 2000)) if log.exists() else []
        return LOG_PREFIX.sub("", lines[-1]).strip()[:100] if lines else ""

    return watch


def run(command: list, what: str, log: Path, *, timeout: float = 1800, **kwargs) -> None:
    """Run a command with its output in `log`; on failure end with what went wrong and where to read more.

    :param what: the failure in words, e.g. "could not install the Python packages"
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        begin = out.tell()
        try:
            code = process.call(command, timeout=timeout, stdout=out, stderr=out, **kwargs)
        except OSError as error:
            fail(f"{what}: {command[0]}: {error.strerror}")
    if code:
        reason = f"still not done after {timeout:.0f} s" if code == 124 else _reason(_lines(log, begin))
        fail(f"{what}: {reason} (all of it: {log}; the same command again goes on from here)")


def _reason(lines: list) -> str:
    for line in reversed(lines):
        if "No space left on device" in line:
            return "the disk is full"
    # The first thing that could not be fetched says more than apt's summary; elsewhere the last error sums it up.
    fetched = [line for line in lines if "Failed to fetch" in line]
    errors = fetched[:1] or [line for line in lines if "rror" in line or line.startswith("E:")]
    return (errors or lines or ["no output"])[-1].strip()[:300]


def _lines(log: Path, begin: int) -> list:
    with log.open("rb") as source:
        source.seek(begin)
        text = source.read().decode(errors="replace")
    return [line for line in text.replace("\r", "\n").splitlines() if line.strip()]
