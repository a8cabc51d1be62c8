"""What a database holds of our data and whether an agent can work with it, for before and after an update.

Run by the sandbox inside `odoo shell`, also with the add-ons of the release before: $SANDBOX/counts.json.
"""

import json
import os
from pathlib import Path

# Also what is archived; of scripts those that calls are led by.
COUNTED = {
    "mobifone.subscriber": [],
    "mobifone.lookup": [],
    "mobifone.consultation": [],
    "mobifone.consult.lease": [],
    "mobifone.call": [],
    "mobifone.call.step": [],
    "mobifone.registration": [],
    "mobifone.identity": [],
    "mobifone.feedback": [],
    "mobifone.agent": [],
    "mobifone.agent.event": [],
    "mobifone.departure": [],
    "mobifone.removal.letter": [],
    "mobifone.script": [],
    "mobifone.script.version": [("state", "=", "live")],
}
AGENT = "agent_a1"

counts = {model: env[model].with_context(active_test=False).search_count(domain) for model, domain in COUNTED.items()}
if not all(counts.values()):
    raise RuntimeError(f"nothing to keep: {counts}")
line = env["mobifone.subscriber"].search([], order="id", limit=1)
agent = env["res.users"].search([("login", "=", AGENT)])
answer = env["mobifone.desk"].with_user(agent).lookup(line.msisdn)
counts["found by an agent"] = answer["found"] and answer["msisdn_masked"]
env.cr.rollback()
Path(os.environ["SANDBOX"], "counts.json").write_text(json.dumps(counts))
print("done")
