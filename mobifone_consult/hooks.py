def uninstall_hook(env):
    """Close the vendors' accounts: what kept them apart and away from customers goes with this add-on."""
    env["mobifone.agent"].search([("user_id", "!=", False)]).user_id.write({"active": False})
    env.cr.execute("DROP FUNCTION IF EXISTS mobifone_lookup_append_only() CASCADE")
