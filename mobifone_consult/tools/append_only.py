"""Tables that nobody changes: triggers that refuse UPDATE, DELETE and TRUNCATE, whoever asks."""

from odoo.tools import SQL

FUNCTION = "mobifone_append_only"


def guard(cr, table: str) -> None:
    """Make `table` append-only. Repeated at each update of the add-on."""
    name, function = SQL.identifier(table), _function(cr)
    cr.execute(
        SQL(
            """
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


def keep(cr, table: str, columns: tuple) -> None:
    """Make rows of `table` stay for ever, and these columns stay as they are once they are set."""
    condition = SQL(" OR ").join(
        SQL("OLD.%(name)s IS NOT NULL AND NEW.%(name)s IS DISTINCT FROM OLD.%(name)s", name=SQL.identifier(column))
        for column in columns
    )
    cr.execute(
        SQL(
            """
            DROP TRIGGER IF EXISTS append_only_rows ON %(table)s;
            CREATE TRIGGER append_only_rows BEFORE DELETE ON %(table)s
                FOR EACH ROW EXECUTE FUNCTION %(function)s();
            DROP TRIGGER IF EXISTS append_only_columns ON %(table)s;
            CREATE TRIGGER append_only_columns BEFORE UPDATE ON %(table)s
                FOR EACH ROW WHEN (%(condition)s) EXECUTE FUNCTION %(function)s();
            DROP TRIGGER IF EXISTS append_only_table ON %(table)s;
            CREATE TRIGGER append_only_table BEFORE TRUNCATE ON %(table)s
                FOR EACH STATEMENT EXECUTE FUNCTION %(function)s();
            """,
            table=SQL.identifier(table),
            function=_function(cr),
            condition=condition,
        )
    )


def _function(cr):
    function = SQL.identifier(FUNCTION)
    cr.execute(
        SQL(
            """
            CREATE OR REPLACE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION '%% is append-only: %% refused', TG_TABLE_NAME, TG_OP;
            END $$
            """,
            function,
        )
    )
    return function
