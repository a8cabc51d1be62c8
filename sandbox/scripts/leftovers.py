"""What our add-ons left behind after they were taken out. Run by the sandbox inside `odoo shell`.

$SANDBOX/owned.json names the records and the columns that were theirs; what is still there goes to
$SANDBOX/leftovers.txt, a line each.
"""

import json
import os
from itertools import groupby
from operator import itemgetter
from pathlib import Path

FOLDER = Path(os.environ["SANDBOX"])
OURS = "mobifone%"
OWNED = json.loads((FOLDER / "owned.json").read_text())
# Whatever bears our name in the database and in Odoo's tables.
QUERIES = {
    "relation": "SELECT relname FROM pg_class WHERE relname LIKE %(ours)s",
    "function": "SELECT proname FROM pg_proc WHERE proname LIKE %(ours)s",
    "constraint": "SELECT conname FROM pg_constraint WHERE conname LIKE %(ours)s",
    "trigger": "SELECT tgname FROM pg_trigger WHERE tgname LIKE %(ours)s OR tgname LIKE 'append_only%%'",
    "column": """SELECT table_name || '.' || column_name FROM information_schema.columns
                  WHERE column_name LIKE %(ours)s OR table_name || '.' || column_name = ANY(%(columns)s)""",
    "model": "SELECT model FROM ir_model WHERE model LIKE %(ours)s",
    "field": """SELECT model || '.' || name FROM ir_model_fields
                 WHERE model LIKE %(ours)s OR name LIKE %(ours)s OR relation LIKE %(ours)s""",
    "constraint of a model": "SELECT name FROM ir_model_constraint WHERE name LIKE %(ours)s",
    "relation of a model": "SELECT name FROM ir_model_relation WHERE name LIKE %(ours)s",
    "external id": "SELECT module || '.' || name FROM ir_model_data WHERE module LIKE %(ours)s OR model LIKE %(ours)s",
    "view": """SELECT id::text || ' ' || name FROM ir_ui_view
                WHERE model LIKE %(ours)s OR key LIKE %(ours)s OR arch_fs LIKE %(ours)s""",
    "action": "SELECT id::text FROM ir_act_window WHERE res_model LIKE %(ours)s",
    "menu": """SELECT id::text || ' ' || web_icon FROM ir_ui_menu WHERE web_icon LIKE %(ours)s""",
    "scheduled action": """SELECT cron.id::text FROM ir_cron cron
                              JOIN ir_act_server action ON action.id = cron.ir_actions_server_id
                             WHERE action.code LIKE '%%mobifone%%'""",
    "server action": "SELECT id::text FROM ir_act_server WHERE code LIKE '%%mobifone%%'",
    "rule": """SELECT name FROM ir_rule WHERE domain_force LIKE '%%mobifone%%' OR name LIKE '%%mobifone%%'""",
    "access": "SELECT name FROM ir_model_access WHERE name LIKE %(ours)s",
    "parameter": "SELECT key FROM ir_config_parameter WHERE key LIKE %(ours)s",
    "asset": "SELECT path FROM ir_asset WHERE path LIKE '%%mobifone%%'",
    "attachment": "SELECT id::text || ' ' || name FROM ir_attachment WHERE res_model LIKE %(ours)s",
    "message": "SELECT id::text FROM mail_message WHERE model LIKE %(ours)s",
    "follower": "SELECT id::text FROM mail_followers WHERE res_model LIKE %(ours)s",
    "activity": "SELECT id::text FROM mail_activity WHERE res_model LIKE %(ours)s",
    "alias": """SELECT alias_name FROM mail_alias JOIN ir_model ON ir_model.id = alias_model_id
                 WHERE model LIKE %(ours)s""",
    "filter": "SELECT id::text FROM ir_filters WHERE model_id LIKE %(ours)s",
}


def named():
    """Whatever bears our name."""
    for what, query in QUERIES.items():
        env.cr.execute(query, {"ours": OURS, "columns": OWNED["columns"]})
        yield from (f"{what} {name}" for [name] in env.cr.fetchall())


def records():
    """What was a record of ours, and still is one."""
    for model, pairs in groupby(sorted(OWNED["records"]), itemgetter(0)):
        if model in env:
            left = env[model].browse(pair[1] for pair in pairs).exists()
            yield from (f"record {record!r} {record.display_name}" for record in left)


(FOLDER / "leftovers.txt").write_text("\n".join([*named(), *records()]))
print("done")
