"""Let the main company send by the sandbox's Kannel, or by the local outbox again; run inside `odoo shell` (`env` is
there).

$SANDBOX names the folder with gateway.json: the values of the gateway, or null for the outbox. Writes callback.json:
what Kannel calls back by. Its last printed line must be `done`.
"""

import json
import os
from pathlib import Path

FOLDER = Path(os.environ["SANDBOX"])
# Tells that it was this script that changed the settings, and so may change them back.
MARK = "mobifone_consult.sandbox_kannel"
OUTBOX = "mobifone_consult.sms_local_outbox"


def switch_on(values):
    """The company's gateway has these values and is used."""
    gateways = env["sms.kannel.gateway"]
    gateway = gateways.search([("company_id", "=", env.company.id)])
    if gateway:
        gateway.write(values)
        gateway._resume()
    else:
        gateway = gateways.create({**values, "company_id": env.company.id})
    env.company.sms_provider = "kannel"
    # Odoo's demo company is elsewhere: a sender such as 0900000901 would be nobody's number.
    env.company.country_id = env.ref("base.vn")
    parameters = env["ir.config_parameter"]
    parameters.set_param(OUTBOX, False)
    parameters.set_param(MARK, "True")
    path = FOLDER / "callback.json"
    path.touch(0o600)
    path.write_text(json.dumps({"gateway_id": gateway.id, "secret": gateway.report_secret}))


def switch_off():
    """Messages stay in the database again; the gateway's record is kept for the next time."""
    parameters = env["ir.config_parameter"]
    if not parameters.get_param(MARK):
        return
    if env.company.sms_provider == "kannel":
        env.company.sms_provider = "iap"
    parameters.set_param(OUTBOX, "True")
    parameters.set_param(MARK, False)


wanted = json.loads((FOLDER / "gateway.json").read_text())
if wanted:
    switch_on(wanted)
else:
    switch_off()
env.cr.commit()
print("done")
