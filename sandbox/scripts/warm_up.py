"""Compile the pages' JavaScript and CSS, run by the sandbox inside `odoo shell` (`env` is there).

Else the first visitor waits for it, and each browser test anew, as it takes back all it did to the database.
"""

BUNDLES = (
    "web.assets_frontend",
    "web.assets_frontend_minimal",
    "web.assets_frontend_lazy",
    "web.assets_web",
    "web.assets_web_print",
    "web.assets_tests",
)

for name in BUNDLES:
    env["ir.qweb"]._get_asset_bundle(name, css=False, js=True).js()
    env["ir.qweb"]._get_asset_bundle(name, css=True, js=False).css()
env.cr.commit()
print("done")
