"""The tests that come with the add-ons, run inside Odoo by pytest."""

import re

from sandbox import log_gate, odoo, stages
from sandbox.say import say
from sandbox.settings import ROOT, Settings

# Seconds: a quarter of an hour is not enough on a machine with more to do.
LIMIT = 1500


def run(settings: Settings, names: tuple, log_name: str) -> bool:
    """Run the tests of these add-ons of ours, as they lie in `settings.addons`; the log must be clean too."""
    folders = [folder for name in names if (folder := settings.addons / name / "tests").is_dir()]
    if not folders:
        say("no add-on has tests")
        return False
    log = settings.log(log_name)
    log.unlink(missing_ok=True)
    config = settings.home / "test.conf"
    screenshots = settings.home / "log" / "screenshots"
    odoo.write_config(settings, config, db_name=settings.database, logfile=log, screenshots=screenshots)
    # Told to the file at level info, so that the log gate sees warnings in the light of what went before.
    command = [
        settings.python, "-m", "pytest", "-c", ROOT / "pyproject.toml", "--odoo-http", "--odoo-log-level=info",
        "--durations=5", *folders,
    ]  # fmt: skip
    passed = stages.passes(settings, command, LIMIT, ODOO_RC=config, HOME=stages.home(settings))
    # What the tests counted: they write it to the log, as pytest keeps their output to itself.
    for line in re.findall(r"test_script_shipped: (.* ways walked, .*)", log.read_text() if log.exists() else ""):
        say(line)
    return log_gate.clean(log, log_gate.REFUSALS) and passed
