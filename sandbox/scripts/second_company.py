"""A second company, that the administrator works for too. Run by the sandbox inside `odoo shell`."""

from odoo.fields import Command

company = env["res.company"].create({"name": "Second Company"})
env.ref("base.user_admin").company_ids = [Command.link(company.id)]
env.cr.commit()
print("done")
