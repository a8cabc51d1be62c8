"""Stages of a check: what each is called, whether it passed, how long it took; programs that are run for one."""

import os
import time
import traceback
from collections.abc import Callable

from sandbox import odoo, process
from sandbox.say import say
from sandbox.settings import ROOT, Settings
from sandbox.together import together

# Seconds after which a stage is taken for hung (a broken page can keep a browser waiting for ever).
LIMIT = 900


def stage(name: str, check: Callable[[], bool]) -> bool:
    """Run a check; say how it went and how long it took."""
    say(f"\n=== {name}")
    begin = time.monotonic()
    passed = survives(check)
    say(f"=== {name}: {'passed' if passed else 'FAILED'} ({time.monotonic() - begin:.0f} s)")
    return passed


def lanes(*lanes: dict) -> list:
    """Run lanes of stages at once, those of a lane one after the other, each also after one that failed.

    :param lanes: name → check of each stage
    :return: names of those that failed
    """
    failed: list = []

    def run(lane: dict) -> None:
        failed.extend(name for name, check in lane.items() if not stage(name, check))

    if len(lanes) == 1:
        run(*lanes)
    else:
        together(*(lambda lane=lane: run(lane) for lane in lanes))
    return failed


def survives(check: Callable[[], bool | str]) -> bool | str:
    """The answer of a check of several steps; one that ended in the middle has not passed, and the rest goes on."""
    try:
        return check()
    except SystemExit as end:
        say(str(end))
    except Exception:
        say(traceback.format_exc())
    return False


def passes(settings: Settings, command: list, limit: int = LIMIT, **env: object) -> bool:
    """Run a program from the root of the repository; its output is shown as it comes."""
    env = {**odoo.environment(settings), **{name: str(value) for name, value in env.items()}}
    code = process.call(command, cwd=ROOT, env=env, timeout=limit)
    if code == 124:
        say(f"stopped after {limit} s: it hung")
    return code == 0


def home(settings: Settings) -> str:
    """A home folder that a browser can write to, also for a user who has none."""
    own = os.environ.get("HOME", "")
    if os.access(own, os.W_OK):
        return own
    (settings.home / "cache").mkdir(exist_ok=True)
    return str(settings.home / "cache")
