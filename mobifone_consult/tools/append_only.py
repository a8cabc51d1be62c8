"""Tables that nobody changes: triggers that refuse UPDATE, DELETE and TRUNCATE, whoever asks."""

from odoo.tools import SQL

FUNCTION = "mobifone_append_only"


def guard(cr, table: str, time: str | None = None) -> None:
    """Make `table` append-only. Repeated at each update of the add-on.

    :param time: column with the moment of a row: what is past its retention may be removed, in the one way that
        tools/log_remove.py describes; None keeps all rows for ever
    """
    name, function = SQL.identifier(table), _function(cr)
    cr.execute(
        SQL(
            """
            DROP TRIGGER IF EXISTS append_only_rows ON %(table)s;
            CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON %(table)s
                FOR EACH ROW EXECUTE FUNCTION %(function)s(%(time)s);
            DROP TRIGGER IF EXISTS append_only_table ON %(table)s;
            CREATE TRIGGER append_only_table BEFORE TRUNCATE ON %(table)s
                FOR EACH STATEMENT EXECUTE FUNCTION %(function)s();
            """,
            table=name,
            function=function,
            time=SQL("%s", time) if time else SQL(),
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


def need(cr, table: str, column: str) -> None:
    """Refuse new rows of `table` without a value in `column`, which it may lose later on."""
    cr.execute(
        SQL(
            """
            DROP TRIGGER IF EXISTS append_only_need ON %(table)s;
            CREATE TRIGGER append_only_need BEFORE INSERT ON %(table)s
                FOR EACH ROW WHEN (NEW.%(column)s IS NULL) EXECUTE FUNCTION %(function)s(%(name)s);
            """,
            table=SQL.identifier(table),
            column=SQL.identifier(column),
            function=_function(cr),
            name=column,
        )
    )


def schema(cr) -> SQL:
    """The schema of our tables, to be named in functions: no table of a session's own can stand in for them."""
    cr.execute("SELECT current_schema()")
    return SQL.identifier(cr.fetchone()[0])


def _function(cr):
    function = SQL.identifier(FUNCTION)
    cr.execute(
        SQL(
            """
            CREATE OR REPLACE FUNCTION %(function)s() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'INSERT' THEN
                    RAISE EXCEPTION '%% without %% refused', TG_TABLE_NAME, TG_ARGV[0];
                ELSIF TG_OP = 'DELETE' AND TG_NARGS > 0 THEN
                    PERFORM FROM %(schema)s.mobifone_log_removal
                      WHERE transaction_ref = pg_current_xact_id()::text
                        AND replace(log_model, '.', '_') = TG_TABLE_NAME AND OLD.id BETWEEN first_id AND last_id;
                    IF FOUND THEN
                        RETURN OLD;
                    END IF;
                END IF;
                RAISE EXCEPTION '%% is append-only: %% refused', TG_TABLE_NAME, TG_OP;
            END $$
            """,
            function=function,
            schema=schema(cr),
        )
    )
    return function
