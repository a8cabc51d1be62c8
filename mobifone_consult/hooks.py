def post_init_hook(env):
    """Record the roles that this installation gave."""
    env["mobifone.access"]._repair()


def uninstall_hook(env):
    """Close the vendors' accounts: what kept them apart and away from customers goes with this add-on."""
    env["mobifone.agent"].search([("user_id", "!=", False)]).user_id.write({"active": False})
    for function in ("mobifone_append_only", "mobifone_lookup_append_only", "mobifone_script_frozen"):
        env.cr.execute(f"DROP FUNCTION IF EXISTS {function}() CASCADE")  # pylint: disable=sql-injection
    # Its rows would keep the groups.
    env.cr.execute("DELETE FROM mobifone_access")
