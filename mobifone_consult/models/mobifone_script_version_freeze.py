from odoo import api, models


class MobifoneScriptVersion(models.Model):
    """What was published never changes: the database refuses it too, whoever asks."""

    _inherit = "mobifone.script.version"

    def init(self):
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION mobifone_script_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
            DECLARE
                versions int[];
            BEGIN
                IF TG_TABLE_NAME = 'mobifone_script_version' THEN
                    IF TG_OP = 'UPDATE' THEN
                        IF OLD.state = 'draft' OR OLD.state = 'scheduled' AND NEW.state = 'draft'
                           OR (OLD.script_id, OLD.number) = (NEW.script_id, NEW.number) AND NEW.state != 'draft'
                        THEN RETURN NEW; END IF;
                    ELSIF OLD.state = 'draft' THEN
                        RETURN OLD;
                    END IF;
                    RAISE EXCEPTION 'mobifone_script_version %: % refused, it was published', OLD.id, TG_OP;
                ELSE
                    IF TG_TABLE_NAME = 'mobifone_script_step' THEN
                        IF TG_OP != 'INSERT' THEN versions := versions || OLD.version_id; END IF;
                        IF TG_OP != 'DELETE' THEN versions := versions || NEW.version_id; END IF;
                    ELSE
                        versions := ARRAY(
                            SELECT version_id FROM mobifone_script_step
                             WHERE id IN (CASE WHEN TG_OP != 'INSERT' THEN OLD.step_id END,
                                          CASE WHEN TG_OP != 'DELETE' THEN NEW.step_id END));
                    END IF;
                    IF EXISTS (SELECT FROM mobifone_script_version WHERE id = ANY(versions) AND state != 'draft') THEN
                        RAISE EXCEPTION '%: % refused, the version was published', TG_TABLE_NAME, TG_OP;
                    END IF;
                END IF;
                IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                RETURN NEW;
            END $$
            """
        )

    @api.model
    def _freeze_by_triggers(self):
        """Triggers on what the content consists of; run by each installation and update, when all tables are there.

        Columns that later updates add are not among them: filling them in is no change of content.
        """
        content = {
            "mobifone_script_version": "script_id, number, state",
            "mobifone_script_step": (
                "version_id, sequence, key, kind, section, title, text, act, form, outcome, exclusion_id"
            ),
            "mobifone_script_answer": (
                "step_id, sequence, key, label, hotkey, is_main, submits, next_step_id, exclusion_id, device_class, "
                "condition, after_answer_id"
            ),
        }
        for table, columns in content.items():
            events = "DELETE OR UPDATE OF" if table == self._table else "INSERT OR DELETE OR UPDATE OF"
            self.env.cr.execute(  # pylint: disable=sql-injection
                f"""DROP TRIGGER IF EXISTS {table}_frozen ON {table};
                    CREATE TRIGGER {table}_frozen BEFORE {events} {columns} ON {table}
                        FOR EACH ROW EXECUTE FUNCTION mobifone_script_frozen()"""
            )
