"""Tables that nobody changes: triggers that refuse UPDATE, DELETE and TRUNCATE, whoever asks."""

from odoo.tools import SQL

FUNCTION = "mobifone_append_only"


def guard(cr, table: str) -> None:
    """Make `table` append-only. Repeated at each update of the add-on."""
    name, function = SQL.identifier(table), SQL.identifier(FUNCTION)
    cr.execute(
        SQL(
            """
            CREATE OR REPLACE FUNCTION %(function)s() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION '%% is append-only: %% refused', TG_TABLE_NAME, TG_OP;
            END $$;
            DROP TRIGGER IF EXISTS append_only_rows ON %(table)s;
            CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON %(table)s
                FOR EACH ROW EXECUTE FUNCTION %(function)s();
            DROP TRIGGER IF EXISTS append_only_table ON %(table)s;
            CREATE TRIGGER append_only_table BEFORE TRUNCATE ON %(table)s
                FOR EACH STATEMENT EXECUTE FUNCTION %(function)s();
            """,
            table=name,
            function=function,
        )
    )
