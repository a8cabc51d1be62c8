def post_init_hook(env):
    """Record the roles that this installation gave."""
    env["mobifone.access"]._repair()


def uninstall_hook(env):
    """Close the vendors' accounts, as what kept them apart and away from customers goes with this add-on; then let
    everything of ours be deleted in whatever order Odoo does it."""
    # No session of theirs comes back either, should one be unarchived: without our part of its token it would.
    env["mobifone.agent"].search([("user_id", "!=", False)]).user_id._mobifone_off_board()
    # Also what was chosen later and is no record of the add-on.
    env["ir.config_parameter"].search([("key", "=like", r"mobifone\_consult.%")]).unlink()
    env.flush_all()
    functions = (
        "mobifone_append_only",
        "mobifone_line_facts",
        "mobifone_log_remove",
        "mobifone_lookup_append_only",
        "mobifone_script_frozen",
    )
    for function in functions:
        env.cr.execute(f"DROP FUNCTION IF EXISTS {function} CASCADE")  # pylint: disable=sql-injection
    # Our rows and columns hold on to each other, to users and to groups: Odoo would try to delete those first, one by
    # one, and log an error for each. The tables and columns go anyway.
    env.cr.execute(
        r"""
        DO $$
        DECLARE
            held text;
        BEGIN
            FOR held IN
                SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint
                 WHERE contype = 'f'
                   AND (conrelid::regclass::text LIKE 'mobifone\_%' OR confrelid::regclass::text LIKE 'mobifone\_%'
                        OR EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY(conkey)
                                                                AND attname LIKE 'mobifone\_%'))
            LOOP
                EXECUTE held;
            END LOOP;
        END $$
        """
    )
