"""Two people who are no demo data: one of a vendor's, one of our own. Run by the sandbox inside `odoo shell`."""

import base64

from odoo import fields
from odoo.fields import Command

PASSWORD = "mbf-sandbox-0"


def hire(login):
    """An own manager of the product, as an administrator makes one."""
    groups = [env.ref("base.group_user").id, env.ref("mobifone_consult.group_manager").id]
    values = {"name": login, "login": login, "password": PASSWORD, "group_ids": [Command.set(groups)]}
    return env["res.users"].create(values)


def hire_vendors(login, manager):
    """A vendor's agent with an account of his own, opened by the manager."""
    vendor = env["mobifone.vendor"].create({"name": "Sandbox", "code": "SANDBOX"})
    account = env["mobifone.agent"].with_user(manager).create(
        {
            "name": login,
            "vendor_id": vendor.id,
            "employee_code": "SANDBOX-1",
            "commitment_date": fields.Date.today(),
            "commitment_file": base64.b64encode(b"%PDF-1.4 signed"),
        }
    )  # fmt: skip
    account.action_activate()
    account.sudo().user_id.write({"login": login, "password": PASSWORD})


hire_vendors("sandbox_vendors", hire("sandbox_own"))
env.cr.commit()
print("done")
