"""Take all of ours out of a database, and see that nothing of it is left and Odoo works as before."""

from dataclasses import replace
from pathlib import Path

from sandbox import log_gate, odoo, postgres
from sandbox.manifests import CORE, manifests
from sandbox.say import say, step
from sandbox.settings import ROOT, Settings
from sandbox.visitor import Visitor

# The people of scripts/hire.py.
VENDORS, OWN, PASSWORD = "sandbox_vendors", "sandbox_own", "mbf-sandbox-0"
SHOWN = 40  # leftovers
# Records of the add-ons that go, which no other one names too, and columns. Nothing of it may stay but the helpdesk's
# teams and categories: tickets are theirs.
OWNED = """
    WITH owned AS (
        SELECT model, res_id FROM ir_model_data ours
         WHERE module IN ({modules}) AND NOT (
               module = 'mobifone_consult_helpdesk'
               AND model IN ('helpdesk.ticket.team', 'helpdesk.ticket.category', 'mail.alias'))
           AND NOT EXISTS (
            SELECT 1 FROM ir_model_data others
             WHERE others.model = ours.model AND others.res_id = ours.res_id
               AND others.module NOT IN ({modules})))
    SELECT json_build_object(
        'records', (SELECT json_agg(json_build_array(model, res_id)) FROM owned),
        'columns', (SELECT json_agg(replace(field.model, '.', '_') || '.' || field.name) FROM ir_model_fields field
                      JOIN owned ON owned.model = 'ir.model.fields' AND owned.res_id = field.id))
"""


def check(settings: Settings, folder: Path, name: str, password: str, first: tuple = ()) -> bool:
    """Uninstall our add-ons and look at what is left.

    :param folder: where notes are kept meanwhile
    :param name: what the logs are called
    :param password: the administrator's
    :param first: add-ons to be uninstalled before, each alone; the rest goes all at once
    """
    served = replace(settings, port=odoo.free_port(), workers=0)
    odoo.script(settings, "hire", folder)
    vendors = Visitor(served.port, served.database)
    log = settings.log(f"{name}-before")
    with odoo.server(served, log):
        ready = vendors.log_in(VENDORS, PASSWORD) and vendors.is_logged_in()
    if not log_gate.clean(log) or not ready:
        say(f"{VENDORS} could work before: {ready}")
        return False
    # What goes with the main one is named after it.
    modules = {*first, *(module for module in manifests(ROOT) if module.startswith(CORE))}
    owned = OWNED.format(modules=", ".join(f"'{module}'" for module in sorted(modules)))
    (folder / "owned.json").write_text(postgres.psql(settings, owned, settings.database))
    gone = [_uninstall(settings, module, name) for module in (*first, CORE)]
    odoo.script(settings, "leftovers", folder)
    if left := (folder / "leftovers.txt").read_text().splitlines():
        say("\n".join([f"left behind are {len(left)}:", *left[:SHOWN]]))
    works = _works(served, settings.log(f"{name}-after"), vendors, password)
    return _quiet(settings, name) and all(gone) and works and not left


def _uninstall(settings: Settings, module: str, name: str) -> bool:
    """Uninstall an add-on with what depends on it: without a warning, and without a setting left."""
    short = module.removeprefix(f"{CORE}_")
    # Settings are named after the add-on, where it has any; one that was chosen later is no record of it.
    prefix = f"{CORE}." if module == CORE else f"{CORE}.{short}_"
    keys = f"SELECT key FROM ir_config_parameter WHERE starts_with(key, '{prefix}')"
    chosen = f"INSERT INTO ir_config_parameter (key, value) SELECT '{prefix}chosen', '1' WHERE EXISTS ({keys})"
    postgres.psql(settings, chosen, settings.database)
    log = settings.log(f"{name}-uninstall-{short}")
    with step(f"uninstalling {module} and what depends on it from {settings.database}"):
        odoo.once(settings, "module", "uninstall", "-d", settings.database, module, log=log)
    if left := postgres.psql(settings, keys, settings.database):
        say(f"left behind by {module}: {left}")
    return log_gate.clean(log) and not left


def _works(served: Settings, log: Path, vendors: Visitor, password: str) -> bool:
    """Odoo serves its own people as before, and nobody of the vendors' any more."""
    admin, own, again = (Visitor(served.port, served.database) for _ in range(3))
    user = {"name": "New", "login": "sandbox_new", "password": PASSWORD}
    with odoo.server(served, log):
        answers = {
            "the login page": admin.page("/web/login") == (200, "/web/login"),
            "the administrator's login": admin.log_in("admin", password),
            "/odoo": admin.page("/odoo")[0] == 200 and admin.is_logged_in(),
            "a new partner": bool(admin.call("res.partner", "create", {"name": "New"})),
            "a new user": bool(admin.call("res.users", "create", user)),
            "the login of our own people": own.log_in(OWN, PASSWORD),
            "the end of vendors' sessions": not vendors.is_logged_in(),
            "the end of vendors' logins": not again.log_in(VENDORS, PASSWORD),
            "vendors' people archived": _is_archived(served),
        }
    for what in (what for what, works in answers.items() if not works):
        say(f"not as it should be: {what}")
    return log_gate.clean(log, log_gate.REFUSALS) and all(answers.values())


def _is_archived(settings: Settings) -> bool:
    return postgres.psql(settings, f"SELECT active FROM res_users WHERE login = '{VENDORS}'", settings.database) == "f"


def _quiet(settings: Settings, name: str) -> bool:
    """Odoo's next update of everything finds nothing to complain of."""
    log = settings.log(f"{name}-base")
    with step(f"updating what is left in {settings.database}"):
        odoo.run(settings, "-u", "base", log=log)
    return log_gate.clean(log)
