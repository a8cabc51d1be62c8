"""The one way in which rows of a log are removed: a row is appended to the record of removals.

Its trigger looks at what is asked for, removes the rows of the range and nothing else, and either all of it happens or
nothing. The logs' own triggers refuse every other DELETE: they let go what lies in a range that this very transaction
has put on record. Neither a setting of the session nor a table of the session's own opens them.
"""

from odoo.tools import SQL

FUNCTION = "mobifone_log_remove"
# Whatever the settings say: nothing younger than this is removed.
LEAST_MONTHS = 12


def guard(cr, table: str, schema: SQL) -> None:
    """Let rows appended to `table`, the record of removals, remove what they name.

    A row brings `seal_id`, `user_id`, `months`, `removed_on`, `key_name` and `mac`; the rest is filled in here. Refused
    are: a log without retention, a seal whose rows are not all there, and a range with a row that is not past it.
    """
    cr.execute(
        SQL(
            """
            CREATE OR REPLACE FUNCTION %(function)s() RETURNS trigger LANGUAGE plpgsql AS $$
            DECLARE
                seal %(schema)s.mobifone_log_seal;
                log_table text;
                time_column text;
                kept text;
                found bigint;
                now_utc timestamp := clock_timestamp() AT TIME ZONE 'UTC';
            BEGIN
                IF TG_WHEN = 'AFTER' THEN
                    EXECUTE format('DELETE FROM %%I.%%I WHERE id BETWEEN $1 AND $2',
                                   TG_TABLE_SCHEMA, replace(NEW.log_model, '.', '_'))
                      USING NEW.first_id, NEW.last_id;
                    GET DIAGNOSTICS found = ROW_COUNT;
                    IF found != NEW.row_count THEN
                        RAISE EXCEPTION 'rows %% to %% of %%: %% removed instead of %%',
                            NEW.first_id, NEW.last_id, NEW.log_model, found, NEW.row_count;
                    END IF;
                    RETURN NULL;
                END IF;
                SELECT * INTO STRICT seal FROM %(schema)s.mobifone_log_seal WHERE id = NEW.seal_id;
                log_table := replace(seal.log_model, '.', '_');
                SELECT split_part(encode(tgargs, 'escape'), '\\000', 1) INTO time_column FROM pg_trigger
                 WHERE tgrelid = to_regclass(format('%%I.%%I', TG_TABLE_SCHEMA, log_table))
                   AND tgname = 'append_only_rows' AND tgnargs = 1;
                SELECT value INTO kept FROM %(schema)s.ir_config_parameter
                 WHERE key = 'mobifone_consult.' || substr(log_table, length('mobifone_') + 1) || '_months';
                IF time_column IS NULL OR kept !~ '^[0-9]{1,4}([.]0*)?$' IS NOT FALSE
                   OR kept::numeric < %(least)s OR kept::numeric != NEW.months THEN
                    RAISE EXCEPTION '%% is not kept for %% months', seal.log_model, NEW.months;
                END IF;
                EXECUTE format('SELECT count(*), max(%%I) FROM %%I.%%I WHERE id BETWEEN $1 AND $2',
                               time_column, TG_TABLE_SCHEMA, log_table)
                   INTO found, NEW.youngest_on USING seal.first_id, seal.last_id;
                IF found = 0 OR found != seal.row_count THEN
                    RAISE EXCEPTION 'rows %% to %% of %%: %% instead of %% sealed ones',
                        seal.first_id, seal.last_id, seal.log_model, found, seal.row_count;
                END IF;
                IF NEW.youngest_on >= now_utc - make_interval(months => NEW.months) THEN
                    RAISE EXCEPTION 'rows %% to %% of %% are to be kept', seal.first_id, seal.last_id, seal.log_model;
                END IF;
                IF NEW.removed_on NOT BETWEEN now_utc - interval '1 hour' AND now_utc THEN
                    RAISE EXCEPTION 'the moment is not now';
                END IF;
                NEW.log_model := seal.log_model;
                NEW.first_id := seal.first_id;
                NEW.last_id := seal.last_id;
                NEW.row_count := found;
                NEW.transaction_ref := pg_current_xact_id()::text;
                RETURN NEW;
            END $$;
            DROP TRIGGER IF EXISTS append_only_check ON %(table)s;
            CREATE TRIGGER append_only_check BEFORE INSERT ON %(table)s FOR EACH ROW EXECUTE FUNCTION %(function)s();
            DROP TRIGGER IF EXISTS append_only_remove ON %(table)s;
            CREATE TRIGGER append_only_remove AFTER INSERT ON %(table)s FOR EACH ROW EXECUTE FUNCTION %(function)s();
            """,
            function=SQL.identifier(FUNCTION),
            schema=schema,
            table=SQL.identifier(table),
            least=LEAST_MONTHS,
        )
    )
