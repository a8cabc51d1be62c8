"""Make the ground ready that every command stands on: Odoo, the Python environment, PostgreSQL."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from sandbox import odoo, odoo_source, postgres, tools, venv
from sandbox.say import fail, say
from sandbox.settings import Settings
from sandbox.together import together

# For the log, the databases and what comes with a first run; fetching Odoo asks for more by itself.
DISK_NEEDED = 1 << 30


@contextmanager
def alone(settings: Settings, what: str) -> Iterator[None]:
    """Do something that two commands on one sandbox must not do at once; the second one waits."""
    with (settings.home / f"{what}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another make at work in {settings.home} …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def prepared(settings: Settings, *, tests: bool = False, browser: bool = False) -> Iterator[None]:
    """Odoo, the Python environment and PostgreSQL are there inside the block."""
    fetch(settings, tests=tests, browser=browser)
    with postgres.serving(settings):
        yield


def fetch(settings: Settings, *, tests: bool = False, browser: bool = False) -> None:
    """Odoo and the Python environment, without a database.

    :param tests: also the Python packages of the tests and linters
    :param browser: also the programs that the tests need
    """
    settings.claim()
    if shutil.disk_usage(settings.home).free < DISK_NEEDED:
        fail(f"less than 1 GB free in {settings.home}: make room or set SANDBOX to a folder on another disk")
    with alone(settings, "prepare"):
        jobs = [lambda: odoo_source.ensure(settings), lambda: venv.ensure(settings, tests=tests)]
        if browser:
            jobs.append(lambda: tools.ensure(settings))
        together(*jobs)
        odoo.write_config(settings)
