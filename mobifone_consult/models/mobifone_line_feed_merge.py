from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import line_merge

NOTHING = SQL("")


class MobifoneLineFeed(models.AbstractModel):
    """What the staged rows do to lines: one join finds what is new or differs, and nothing else is touched."""

    _inherit = "mobifone.line.feed"

    @api.model
    def _merge(self, reader, now, tell, *, is_full):
        """Insert the new lines, update those that differ, end those that are absent from a full file.

        :return: numbers of lines inserted, changed and ended, of rows repeated, of customers created
        """
        columns = reader.columns
        values = line_merge.changed_values(columns)
        has_customers = "customer_ref" in columns
        is_first = not self._has_lines()
        if has_customers or not is_first:
            self._analyze("mobifone_feed_row")
        # Else only the few rows are looked at that make or change a line.
        repeated = self._drop_repeated() if has_customers else 0
        if has_customers:
            tell("customers", reader.read_count)
        customers = self._find_customers(columns) if has_customers else 0
        if is_first:
            tell("apply", reader.read_count)
            inserted, more = self._insert_all(columns)
            return inserted, 0, 0, repeated + more, customers
        self._find_changes(columns, values)
        repeated += self._drop_superseded()
        ended = self._find_absent(reader) if is_full else 0
        tell("apply", reader.read_count)
        changed = self._lock_lines()
        new = SQL("(SELECT * FROM mobifone_feed_change WHERE line_id IS NULL)")
        inserted = self._insert(columns, new, SQL("ON CONFLICT (msisdn) DO NOTHING"))
        if changed:
            installs = self._installs(values)
            values |= line_merge.change_times(values, now)
            self.env.cr.execute(
                SQL(
                    "UPDATE mobifone_subscriber line SET %s FROM mobifone_feed_change fed WHERE line.id = fed.line_id",
                    SQL(", ").join(SQL("%s = %s", SQL.identifier(name), value) for name, value in values.items()),
                )
            )
            self.env["mobifone.consultation"]._convert(installs)
            if "app_installed_on" in values:
                self.env["mobifone.consultation"]._convert_soon()
        if ended:
            self.env.cr.execute(
                """UPDATE mobifone_subscriber line SET line_status = 'terminated'
                     FROM mobifone_feed_absent absent WHERE line.id = absent.line_id"""
            )
        return inserted, changed, ended, repeated, customers

    @api.model
    def _has_lines(self):
        self.env.cr.execute("SELECT EXISTS (SELECT FROM mobifone_subscriber)")
        return self.env.cr.fetchone()[0]

    @api.model
    def _drop_repeated(self):
        """Keep the last staged row of each number; how many were dropped."""
        repeated = SQL("SELECT msisdn FROM mobifone_feed_row GROUP BY msisdn HAVING count(*) > 1")
        self.env.cr.execute(
            SQL(
                """DELETE FROM mobifone_feed_row stage USING %s AS last
                    WHERE last.msisdn = stage.msisdn AND last.place > stage.ctid""",
                line_merge.last_rows(repeated),
            )
        )
        return self.env.cr.rowcount

    @api.model
    def _find_changes(self, columns, values):
        """Make mobifone_feed_change, the fed rows that are no line yet (line_id NULL) or differ from it.

        One join for both: what did not change is never looked at again.
        """
        differs = SQL("FALSE")
        if values:
            old = SQL(", ").join(SQL("line.%s", SQL.identifier(name)) for name in values)
            differs = SQL("ROW(%s) IS DISTINCT FROM ROW(%s)", SQL(", ").join(values.values()), old)
        self._make_table(
            "mobifone_feed_change",
            SQL(
                """SELECT line.id AS line_id, fed.* FROM %s fed
                LEFT JOIN mobifone_subscriber line ON line.msisdn = fed.msisdn
                    WHERE line.id IS NULL OR %s""",
                line_merge.fed_rows(columns),
                differs,
            ),
        )
        self._analyze("mobifone_feed_change")
        self._make_table("mobifone_feed_absent", SQL("SELECT id AS line_id FROM mobifone_subscriber WHERE FALSE"))

    @api.model
    def _drop_superseded(self):
        """Drop the changes after which a row of the same number comes in the file, whatever that says; how many."""
        self.env.cr.execute(
            SQL(
                """DELETE FROM mobifone_feed_change fed USING %s AS last
                    WHERE last.msisdn = fed.msisdn AND last.place > fed.place""",
                line_merge.last_rows(SQL("SELECT msisdn FROM mobifone_feed_change")),
            )
        )
        return self.env.cr.rowcount

    @api.model
    def _find_absent(self, reader):
        """Fill mobifone_feed_absent with the living lines of which the file has no row, not even a bad one.

        :return: their number
        :raise UserError: when they are more than the setting feed_end_percent of the living lines
        """
        self._make_table("mobifone_feed_refused", self._no_rows(["msisdn"]))
        self._copy("mobifone_feed_refused", ["msisdn"], reader.refused.rewound())
        self.env.cr.execute(
            """
            INSERT INTO mobifone_feed_absent
            SELECT id FROM mobifone_subscriber line
             WHERE line_status != 'terminated'
               AND NOT EXISTS (SELECT FROM mobifone_feed_row fed WHERE fed.msisdn = line.msisdn)
               AND NOT EXISTS (SELECT FROM mobifone_feed_refused refused WHERE refused.msisdn = line.msisdn)
            """
        )
        ended = self.env.cr.rowcount
        self.env.cr.execute("SELECT count(*) FROM mobifone_subscriber WHERE line_status != 'terminated'")
        living = self.env.cr.fetchone()[0]
        # sudo: settings are readable to administrators only
        percent = self.env["ir.config_parameter"].sudo()._mobifone_number("feed_end_percent")
        if ended > living * percent / 100:
            raise UserError(
                self.env._(
                    "%(ended)s of %(living)s lines are not in the file, more than %(percent)s %%: is it complete?"
                    " Nothing was changed.",
                    ended=self._shown(ended),
                    living=self._shown(living),
                    percent=f"{percent:g}",
                )
            )
        return ended

    @api.model
    def _lock_lines(self):
        """Lock the lines to be changed or ended; the number of those that are changed."""
        # In the order in which app_events locks them, so that the two wait for each other instead of dying of it.
        self.env.cr.execute(
            """
            SELECT count(*) FILTER (WHERE is_change) FROM (
                SELECT line.id, found.is_change FROM mobifone_subscriber line
                  JOIN (SELECT line_id, TRUE FROM mobifone_feed_change WHERE line_id IS NOT NULL
                         UNION ALL SELECT line_id, FALSE FROM mobifone_feed_absent) AS found (line_id, is_change)
                    ON found.line_id = line.id
              ORDER BY line.id FOR NO KEY UPDATE OF line) AS locked
            """
        )
        return self.env.cr.fetchone()[0]

    @api.model
    def _insert_all(self, columns):
        """Insert all staged rows into the empty table: numbers of lines inserted, of rows repeated."""
        try:
            # A first file has rarely a number twice; asking for it would cost half as much again.
            with self.env.cr.savepoint(flush=False):
                return self._insert(columns, line_merge.fed_rows(columns)), 0
        except UniqueViolation:
            repeated = self._drop_repeated()
            keep = SQL("ON CONFLICT (msisdn) DO NOTHING")  # somebody may have made one by hand
            return self._insert(columns, line_merge.fed_rows(columns), keep), repeated

    @api.model
    def _insert(self, columns, fed, on_conflict=NOTHING):
        """Insert the rows that `fed` selects as lines; how many.

        :raise UniqueViolation: when a number is there, unless `on_conflict` says what to do then
        """
        names = [*line_merge.KEPT_WHEN_EMPTY, "app_status"]
        values = line_merge.first_values(columns, self.env["mobifone.subscriber"].default_get(names))
        self.env.cr.execute(
            SQL(
                "INSERT INTO mobifone_subscriber (%s) SELECT %s FROM %s fed %s",
                SQL(", ").join(map(SQL.identifier, values)),
                SQL(", ").join(values.values()),
                fed,
                on_conflict,
            ),
            log_exceptions=False,
        )
        return self.env.cr.rowcount

    @api.model
    def _installs(self, values):
        """Line id → moment, of the installs that this file tells first and that a consult may have led to."""
        if "app_installed_on" not in values:
            return {}
        # sudo: settings are readable to administrators only
        days = self.env["ir.config_parameter"].sudo()._mobifone_number("conversion_days")
        self.env.cr.execute(
            SQL(
                """
                SELECT line.id, fed.app_installed_on
                  FROM mobifone_feed_change fed JOIN mobifone_subscriber line ON line.id = fed.line_id
                 WHERE %(status)s = 'installed' AND %(moment)s IS DISTINCT FROM line.app_installed_on
                   AND EXISTS (SELECT FROM mobifone_consultation consult
                                WHERE consult.subscriber_id = line.id AND consult.state IN ('open', 'expired')
                                  AND consult.saved_on >= fed.app_installed_on - %(age)s)
                """,
                status=values["app_status"],
                moment=values["app_installed_on"],
                age=timedelta(days=days),
            )
        )
        return dict(self.env.cr.fetchall())
