"""Take all of ours out of a database, and see that nothing of it is left and Odoo works as before."""

from dataclasses import replace
from pathlib import Path

from sandbox import log_gate, odoo, postgres
from sandbox.addons import CORE
from sandbox.say import say, step
from sandbox.settings import Settings
from sandbox.visitor import Visitor

# The people of scripts/hire.py.
VENDORS, OWN, PASSWORD = "sandbox_vendors", "sandbox_own", "mbf-sandbox-0"
# Records of ours, which no other add-on names too, and columns. Nothing of it may stay.
OWNED = r"""
    WITH owned AS (
        SELECT model, res_id FROM ir_model_data ours
         WHERE module LIKE 'mobifone\_consult%' AND NOT EXISTS (
            SELECT 1 FROM ir_model_data others
             WHERE others.model = ours.model AND others.res_id = ours.res_id
               AND others.module NOT LIKE 'mobifone\_consult%'))
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
    (folder / "owned.json").write_text(postgres.psql(settings, OWNED, settings.database))
    gone = [_uninstall(settings, module, name) for module in (*first, CORE)]
    odoo.script(settings, "leftovers", folder)
    if left := (folder / "leftovers.txt").read_text():
        say(f"left behind:\n{left}")
    works = _works(served, settings.log(f"{name}-after"), vendors, password)
    return _quiet(settings, name) and all(gone) and works and not left


def _uninstall(settings: Settings, module: str, name: str) -> bool:
    """Uninstall an add-on with what depends on it: without a warning, and without a setting left."""
