from psycopg2.errors import QueryCanceled

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.misc import formatLang

from ..tools import line_cells, line_feed, line_merge, line_rejects
from ..tools import msisdn as numbers

# Key of the advisory lock that a running sync holds: any number that nothing else in the database uses.
LOCK = 0x4D4246_4C4644
# So soon PostgreSQL (from 14, on Linux) must notice that the process it works for was killed: else it goes on with the
# merge of millions of rows, holding the lock, only to throw them away.
NOTICE_WITHIN = "5s"
# After so many new or changed rows the planner's picture of the table is worthless.
ANALYZE_FROM = 10_000
# Sorts and joins of millions of rows in one go; one sync runs at a time.
WORK_MEM = "256MB"


class FeedBusy(UserError):
    """Another sync is running."""


class MobifoneLineFeed(models.AbstractModel):
    """Lines fed in bulk from the network's CSV: COPY into a table of this transaction, then one set-based merge.

    Feeding the same file again changes nothing. Only the columns that the file has are touched. A row says what the
    network knows now, with these exceptions: an empty cell never clears an install date, and an install that is older
    than what is known of the line's app is skipped. A row with a customer's name but no reference links nobody.

    A row whose number has the shape of a mobile number but lies in no range that was given out is taken only for a
    line that is there already; else it waits in mobifone.line.quarantine.
    """

    _name = "mobifone.line.feed"
    _description = "Line Feed"

    @api.model
    def _load(self, stream, reject_path=None, progress=None, *, is_full=False, any_range=False):
        """Merge a file into mobifone.subscriber within this transaction; the caller commits.

        Of several good rows of one number the last wins; the earlier ones are counted as repeated where they would have
        made or changed a line.

        :param stream: the file's bytes: CSV in UTF-8, plain or gzip; read to its end
        :param reject_path: file for the rows not taken and why; made only when there are any, for its owner's eyes
        :param progress: called now and then with what is being done (a code) and the number of rows read
        :param is_full: the file holds all lines: those that are absent from it are ended
        :param any_range: take numbers of ranges that are not known too
        :return: dict of counts: read, inserted, changed, unchanged, repeated, rejected, quarantined; and ended (lines)
            and customers (created)
        :raise UserError: when another sync is running, the file cannot be read, or would end too many lines
        """
        self.env.flush_all()
        now = self._alone()
        tell = progress or (lambda what, rows: None)
        with line_rejects.RejectFile(reject_path, self._cell_message) as rejects:
            try:
                reader = self._stage(stream, rejects, now, tell, any_range)
            except line_feed.FeedError as error:
                raise UserError(self._file_message(error)) from error
        tell("compare", reader.read_count)
        quarantined = self.env["mobifone.line.quarantine"]._hold_back(reader) if reader.doubtful.count else 0
        inserted, changed, ended, repeated, customers = self._merge(reader, now, tell, is_full=is_full)
        self.env["mobifone.line.quarantine"]._release()
        if inserted + changed + ended >= ANALYZE_FROM:
            self._analyze("mobifone_subscriber")
        self.env.invalidate_all(flush=False)
        counted = inserted + changed + repeated + rejects.count + quarantined
        return {
            "read": reader.read_count,
            "inserted": inserted,
            "changed": changed,
            "unchanged": reader.read_count - counted,
            "repeated": repeated,
            "rejected": rejects.count,
            "quarantined": quarantined,
            "ended": ended,
            "customers": customers,
        }

    @api.model
    def _alone(self):
        """Take the lock of syncs until the transaction ends; its moment, UTC.

        :raise FeedBusy: when another sync has it, saying whose that is
        """
        self.env.cr.execute(SQL("SELECT pg_try_advisory_xact_lock(%s), clock_timestamp() AT TIME ZONE 'UTC'", LOCK))
        is_alone, now = self.env.cr.fetchone()
        if not is_alone:
            raise FeedBusy(self.env["mobifone.feed.run"]._told_of_running())
        self.env.cr.execute(
            SQL(
                """SELECT set_config(name, %s, TRUE) FROM pg_settings
                    WHERE name = 'client_connection_check_interval' AND version() LIKE '%%linux%%'""",
                NOTICE_WITHIN,
            )
        )
        return now.replace(microsecond=0)

    # ------------------------------------------------------------
    # STAGING
    # ------------------------------------------------------------

    @api.model
    def _selections(self):
        """Allowed values of the columns that have a fixed set of them."""
        names = (*line_merge.KEPT_WHEN_EMPTY, "app_status")
        return {name: self.env["mobifone.subscriber"]._fields[name].get_values(self.env) for name in names}

    @api.model
    def _stage(self, stream, rejects, now, tell, any_range):
        """COPY the good rows into mobifone_feed_row; the file's reader, read to its end.

        Nothing is deleted from that table before the rows are in: their ctid tells the order of the file.
        """
        # sudo: settings are readable to administrators only
        ranges = self.env["ir.config_parameter"].sudo()._mobifone_ranges()
        mobile = r"[35789]\d{8}" if any_range else numbers.mobile_pattern(ranges)
        reader = line_feed.Reader(stream, self._selections(), now, mobile, rejects)
        self.env.cr.execute(SQL("SET LOCAL work_mem = %s", WORK_MEM))
        self._make_table("mobifone_feed_row", self._no_rows(reader.columns))
        told = line_feed.Told(reader, tell)
        try:
            self._copy("mobifone_feed_row", reader.columns, told)
        except QueryCanceled:
            if told.error:
                raise told.error from None
            raise
        if reader.error:
            raise reader.error
        return reader

    @api.model
    def _no_rows(self, columns):
        return SQL("SELECT %s FROM mobifone_subscriber WHERE FALSE", line_merge.typed(columns))

    @api.model
    def _copy(self, table, columns, file):
        """COPY CSV into a table of this transaction."""
        names = SQL(", ").join(map(SQL.identifier, columns))
        copy = SQL("COPY %s (%s) FROM STDIN (FORMAT csv)", SQL.identifier(table), names)
        self.env.cr.copy_expert(copy.code, file, size=line_feed.BLOCK)

    @api.model
    def _make_table(self, name, select):
        """A table of this transaction, holding what `select` finds; one of an earlier load in it is replaced."""
        table = SQL.identifier(name)
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS pg_temp.%s", table))
        self.env.cr.execute(SQL("CREATE TEMPORARY TABLE %s ON COMMIT DROP AS %s", table, select))

    @api.model
    def _analyze(self, table):
        self.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))

    # ------------------------------------------------------------
    # MESSAGES
    # ------------------------------------------------------------

    @api.model
    def _file_message(self, error):
        """What is wrong with the file, for a line_feed.FeedError."""
        known = ", ".join(line_cells.COLUMNS)
        return {
            "empty": self.env._("The file is empty: its first line must name the columns."),
            "encoding": self.env._("The file is no CSV in UTF-8."),
            "unknown": self.env._("Unknown column %(names)s. Known: %(known)s.", names=error.details, known=known),
            "repeated": self.env._("Column %s appears more than once.", error.details),
            "no_msisdn": self.env._("The file has no column “msisdn”."),
            "csv": self.env._(
                "The file is no good CSV, see the row in line %s: is a quote left open, or not doubled within a text?",
                error.details,
            ),
            "long": self.env._("The file is no CSV: line %s has no end.", error.details),
            "cut": self.env._("The file broke off after line %s: it did not come to its end.", error.details),
            "gzip": self.env._("The compressed file is damaged or incomplete after line %s.", error.details),
        }[error.code]

    @api.model
    def _shown(self, number):
        """A large number in words of the user's language."""
        return formatLang(self.env, number, digits=0)

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
            "past": self.env._(
                "The date lies before the year %s: leave the cell empty when it is not known.", line_cells.FIRST_YEAR
            ),
            "text": self.env._("The text has characters that cannot be read."),
            "long": self.env._("The text is longer than %s characters.", line_cells.MAX_TEXT),
            "codes": self.env._("Codes are letters, digits, “_”, “-” and “.”, separated by “;”."),
        }[error.code]
