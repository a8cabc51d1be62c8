"""`make test`: messages through a real Kannel to a simulated SMSC, and from it."""

from dataclasses import replace

from sandbox import database, kannel, log_gate, odoo, stages
from sandbox.settings import Settings


def check(settings: Settings, template: str, environment: callable) -> bool:
    """Run tests/sms against a server with two workers on a copy of the test database.

    :param environment: what tests of a running server need to know of it
    """
    kannel.ensure(settings)
    folder = settings.home / "sms"
    folder.mkdir(exist_ok=True)
    served = replace(
        settings, database=f"{settings.database}_sms", port=odoo.free_port(), workers=2,
        identity_key_name="identity-blackbox.key", config_name="odoo-sms.conf",
    )  # fmt: skip
    # Messages are sent and reports applied at the same time, as in production.
    odoo.write_config(served, max_cron_threads=2)
    database.copy(served, template)
    database.load_samples(served, folder)
    log = settings.log("test-sms-server")
    with odoo.server(served, log) as server:
        env = {**environment(served, folder, log), "MOBIFONE_SERVER_PID": server.pid, "MOBIFONE_SMS": folder}
        passed = stages.passes(served, [settings.python, "-m", "pytest", "-p", "no:odoo", "-s", "tests/sms"], **env)
    return log_gate.clean(log, log_gate.REFUSALS) and passed
