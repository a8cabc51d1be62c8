from datetime import timedelta
from io import StringIO

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import line_feed, line_merge
from ..tools import msisdn as numbers

# Key of the advisory lock that a running sync holds: any number that nothing else in the database uses.
LOCK = 0x4D4246_4C4644
CUSTOMER_BATCH = 1000
# After so many new or changed rows the planner's picture of the table is worthless.
ANALYZE_FROM = 10_000


class MobifoneLineFeed(models.AbstractModel):
    """Lines fed in bulk from the network's CSV: COPY into a table of this transaction, then one set-based merge.

    Feeding the same file again changes nothing. Only the columns that the file has are touched. A row says what the
    network knows now, with these exceptions: an empty cell never clears an install date, and an install that is older
    than what is known of the line's app is skipped. A row with a customer's name but no reference links nobody.
    """

    _name = "mobifone.line.feed"
    _description = "Line Feed"

    @api.model
    def _load(self, stream, reject_path=None, progress=None):
        """Merge a file into mobifone.subscriber within this transaction; the caller commits.

        Of several good rows of one number the last wins.

        :param stream: the file's bytes: CSV in UTF-8, plain or gzip; read to its end
        :param reject_path: file for the rows not taken and why; made only when there are any, for its owner's eyes
        :param progress: called now and then with the number of rows read
        :return: dict of counts: read, inserted, changed, unchanged, repeated, rejected; and customers (created)
        :raise UserError: when another sync is running or the file cannot be read
        """
        self.env.flush_all()
        self.env.cr.execute(SQL("SELECT pg_try_advisory_xact_lock(%s), clock_timestamp() AT TIME ZONE 'UTC'", LOCK))
        is_alone, now = self.env.cr.fetchone()
        now = now.replace(microsecond=0)
        if not is_alone:
            raise UserError(self.env._("Another sync of lines is running: try again when it has ended."))
        with line_feed.RejectFile(reject_path, self._cell_message) as rejects:
            try:
                reader = line_feed.Reader(stream, self._selections(), now)
                self._stage(reader, rejects, progress)
            except line_feed.FeedError as error:
                raise UserError(self._file_message(error)) from error
        repeated = self._drop_repeated()
        customers = self._find_customers(reader.columns) if "customer_ref" in reader.columns else 0
        inserted, changed = self._merge(reader.columns, now)
        if inserted + changed >= ANALYZE_FROM:
            self.env.cr.execute(SQL("ANALYZE mobifone_subscriber"))
        self.env.invalidate_all(flush=False)
        return {
            "read": reader.read,
            "inserted": inserted,
            "changed": changed,
            "unchanged": reader.read - rejects.count - repeated - inserted - changed,
            "repeated": repeated,
            "rejected": rejects.count,
            "customers": customers,
        }

    # ------------------------------------------------------------
    # STAGING
    # ------------------------------------------------------------

    @api.model
    def _selections(self):
        """Allowed values of the columns that have a fixed set of them."""
        names = (*line_merge.KEPT_WHEN_EMPTY, "app_status")
        return {name: self.env["mobifone.subscriber"]._fields[name].get_values(self.env) for name in names}

    @api.model
    def _stage(self, reader, rejects, progress):
        """COPY the good rows into mobifone_feed_row."""
        names = SQL(", ").join(SQL.identifier(name) for name in reader.columns)
        select = SQL("SELECT 0 AS line_no, %s FROM mobifone_subscriber WHERE FALSE", line_merge.typed(reader.columns))
        self._make_table("mobifone_feed_row", select)
        copy = SQL("COPY mobifone_feed_row (line_no, %s) FROM STDIN", names)
        for chunk in reader.chunks(rejects.add):
            self.env.cr.copy_expert(copy.code, StringIO(chunk))
            if progress:
                progress(reader.read)
        self.env.cr.execute(SQL("ANALYZE mobifone_feed_row"))

    @api.model
    def _make_table(self, name, select):
        """A table of this transaction, holding what `select` finds; one of an earlier load in it is replaced."""
        table = SQL.identifier(name)
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS pg_temp.%s", table))
        self.env.cr.execute(SQL("CREATE TEMPORARY TABLE %s ON COMMIT DROP AS %s", table, select))

    @api.model
    def _drop_repeated(self):
        """Keep the last row of each number; how many were dropped."""
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM mobifone_feed_row stage
                 USING (SELECT msisdn, max(line_no) AS line_no FROM mobifone_feed_row
                      GROUP BY msisdn HAVING count(*) > 1) AS last
                 WHERE stage.msisdn = last.msisdn AND stage.line_no < last.line_no
                """
            )
        )
        return self.env.cr.rowcount

    # ------------------------------------------------------------
    # CUSTOMERS
    # ------------------------------------------------------------

    @api.model
    def _find_customers(self, columns):
        """Make mobifone_feed_customer, the partner of each reference; the number of partners created for it."""
        self._make_table(
            "mobifone_feed_customer",
            SQL(
                """
                SELECT row_number() OVER () AS seq, fed.*, found.id AS partner_id
                  FROM (SELECT DISTINCT ON (customer_ref) customer_ref AS ref, msisdn, %(name)s AS name
                          FROM mobifone_feed_row
                         WHERE customer_ref IS NOT NULL
                      ORDER BY customer_ref, %(name)s IS NULL, line_no DESC) AS fed
             LEFT JOIN LATERAL (SELECT id FROM res_partner WHERE ref = fed.ref
                              ORDER BY active DESC, id LIMIT 1) AS found ON TRUE
                """,
                name=SQL("customer_name") if "customer_name" in columns else SQL("NULL::varchar"),
            ),
        )
        self.env.cr.execute(SQL("ALTER TABLE mobifone_feed_customer ADD PRIMARY KEY (seq)"))
        created = last = 0
        while batch := self._customers_to_create(last):
            last = batch[-1][0]
            created += len(batch)
            self._create_customers(batch)
        self.env.cr.execute(SQL("ANALYZE mobifone_feed_customer"))
        return created

    @api.model
    def _customers_to_create(self, after):
        self.env.cr.execute(
            SQL(
                """SELECT seq, ref, name, msisdn FROM mobifone_feed_customer
                    WHERE partner_id IS NULL AND seq > %s ORDER BY seq LIMIT %s""",
                after,
                CUSTOMER_BATCH,
            )
        )
        return self.env.cr.fetchall()

    @api.model
    def _create_customers(self, batch):
        # A customer without a name is called by his masked number until papers give one.
        partners = (
            self.env["res.partner"]
            .with_context(tracking_disable=True)
            .create([{"ref": ref, "name": name or numbers.masked(number)} for _seq, ref, name, number in batch])
        )
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE mobifone_feed_customer customer SET partner_id = made.id
                     FROM unnest(%s::bigint[], %s::int[]) AS made (seq, id) WHERE customer.seq = made.seq""",
                [row[0] for row in batch],
                partners.ids,
            )
        )
        self.env.invalidate_all()  # the cache must not grow with the file

    # ------------------------------------------------------------
    # MERGING
    # ------------------------------------------------------------

    @api.model
    def _merge(self, columns, now):
        """Insert the new lines, update those that differ; (number inserted, number changed)."""
        values = line_merge.changed_values(columns)
        # Before the insert: what was just inserted differs in nothing.
        changed = self._find_changed(columns, values) if values else 0
        inserted = self._insert(columns)
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
        return inserted, changed

    @api.model
    def _find_changed(self, columns, values):
        """Make mobifone_feed_change, the fed rows that differ from their lines, and lock those lines; their number."""
        self._make_table(
            "mobifone_feed_change",
            SQL(
                """SELECT line.id AS line_id, fed.* FROM mobifone_subscriber line
                     JOIN %(fed)s fed ON fed.msisdn = line.msisdn
                    WHERE (%(new)s) IS DISTINCT FROM (%(old)s)""",
                fed=line_merge.fed_rows(columns),
                new=SQL("ROW(%s)", SQL(", ").join(values.values())),
                old=SQL("ROW(%s)", SQL(", ").join(SQL("line.%s", SQL.identifier(name)) for name in values)),
            ),
        )
        self.env.cr.execute(SQL("ANALYZE mobifone_feed_change"))
        # In the order in which app_events locks them, so that the two wait for each other instead of dying of it.
        self.env.cr.execute(
            SQL(
                """
                SELECT count(*) FROM (SELECT line.id FROM mobifone_subscriber line
                                        JOIN mobifone_feed_change fed ON fed.line_id = line.id
                                    ORDER BY line.id FOR NO KEY UPDATE OF line) AS locked
                """
            )
        )
        return self.env.cr.fetchone()[0]

    @api.model
    def _insert(self, columns):
        names = [*line_merge.KEPT_WHEN_EMPTY, "app_status"]
        values = line_merge.first_values(columns, self.env["mobifone.subscriber"].default_get(names))
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO mobifone_subscriber (%(names)s)
                SELECT %(values)s FROM %(fed)s fed
                 WHERE NOT EXISTS (SELECT FROM mobifone_subscriber line WHERE line.msisdn = fed.msisdn)
                ON CONFLICT (msisdn) DO NOTHING
                """,
                names=SQL(", ").join(map(SQL.identifier, values)),
                values=SQL(", ").join(values.values()),
                fed=line_merge.fed_rows(columns),
            )
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

    # ------------------------------------------------------------
    # MESSAGES
    # ------------------------------------------------------------

    @api.model
    def _file_message(self, error):
        """What is wrong with the file, for a line_feed.FeedError."""
        known = ", ".join(line_feed.COLUMNS)
        return {
            "empty": self.env._("The file is empty: its first line must name the columns."),
            "encoding": self.env._("The file is no CSV in UTF-8."),
            "unknown": self.env._("Unknown column %(names)s. Known: %(known)s.", names=error.details, known=known),
            "repeated": self.env._("Column %s appears more than once.", error.details),
            "no_msisdn": self.env._("The file has no column “msisdn”."),
            "csv": self.env._("The file is no good CSV, line %s.", error.details),
            "gzip": self.env._("The compressed file is damaged or incomplete after line %s.", error.details),
        }[error.code]

    @api.model
    def _cell_message(self, error):
        """Why a row was not taken, for a line_feed.BadCell or a BadNumber."""
        if isinstance(error, numbers.BadNumber):
            return self.env["mobifone.subscriber"]._bad_number_message(error.code)
        return {
            "cells": self.env._("The row has another number of cells than the header."),
            "value": self.env._("The column does not take this value."),
            "date": self.env._("A date must be YYYY-MM-DD or YYYY-MM-DD HH:MM:SS in UTC."),
            "future": self.env._("The date lies in the future."),
            "text": self.env._("The text has characters that cannot be read."),
            "long": self.env._("The text is longer than %s characters.", line_feed.MAX_TEXT),
            "codes": self.env._("Codes are letters, digits, “_”, “-” and “.”, separated by “;”."),
        }[error.code]
