import base64
import os
import tempfile
import time
from contextlib import suppress
from datetime import timedelta

import psycopg2
from psycopg2.extensions import STATUS_READY

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import local_time
from .mobifone_line_feed import FeedBusy

SOURCES = [("command", "Command"), ("http", "HTTP"), ("screen", "Screen")]
COUNTS = ("read", "inserted", "changed", "unchanged", "repeated", "rejected", "quarantined", "ended", "customers")
# Seconds between two marks of how far a run is.
MARK_EVERY = 2
# Bytes of the list of rejects that a run's record keeps: beyond, the file is wrong as a whole.
MAX_REJECTS = 10_000_000
# Days after which that list goes: whole numbers are in it.
REJECTS_LIFE = 30
MAX_NAME = 200


class MobifoneFeedRun(models.Model):
    """One feed of lines: who started it, what came of it, and what it did not take.

    The record is committed before the file is read, so that a second feed can be told whose the first is; its counts
    are committed with the lines or not at all. One that says it is running and holds no lock any more was broken off,
    and has changed nothing: the next one marks it so, or the daily clean-up.
    """

    _name = "mobifone.feed.run"
    _description = "Feed Run"
    _log_access = False
    _order = "id desc"

    source = fields.Selection(SOURCES, required=True, readonly=True)
    name = fields.Char(string="File", readonly=True)
    is_full = fields.Boolean(string="All Lines", readonly=True, help="Lines that are absent from the file are ended.")
    user_id = fields.Many2one("res.users", string="Started By", required=True, readonly=True, ondelete="restrict")
    state = fields.Selection(
        [("running", "Running"), ("done", "Done"), ("failed", "Unsuccessful"), ("broken", "Broken off")],
        required=True,
        readonly=True,
    )
    started_on = fields.Datetime(required=True, readonly=True)
    ended_on = fields.Datetime(readonly=True)
    speed = fields.Integer(string="Rows a Second", compute="_compute_speed")
    read_count = fields.Integer(string="Rows Read", readonly=True, aggregator=None)
    inserted_count = fields.Integer(string="New Lines", readonly=True, aggregator=None)
    changed_count = fields.Integer(string="Changed", readonly=True, aggregator=None)
    unchanged_count = fields.Integer(string="Unchanged", readonly=True, aggregator=None)
    repeated_count = fields.Integer(
        string="Repeated", readonly=True, aggregator=None, help="Earlier rows of a number that comes again below."
    )
    rejected_count = fields.Integer(string="Rejected", readonly=True, aggregator=None)
    quarantined_count = fields.Integer(string="Held Back", readonly=True, aggregator=None)
    ended_count = fields.Integer(string="Ended", readonly=True, aggregator=None)
    customers_count = fields.Integer(string="New Customers", readonly=True, aggregator=None)
    message = fields.Char(string="What Went Wrong", readonly=True)
    rejects = fields.Binary(string="Rows Not Taken", readonly=True, attachment=True)
    rejects_name = fields.Char(compute="_compute_rejects_name")

    @api.depends("state", "started_on", "ended_on", "read_count")
    def _compute_speed(self):
        now = fields.Datetime.now()
        for run in self:
            # Nobody knows when one ended that was broken off.
            until = now if run.state == "running" else run.ended_on
            run.speed = until and run.read_count / max((until - run.started_on).total_seconds(), 1)

    @api.depends("started_on")
    def _compute_rejects_name(self):
        for run in self:
            run.rejects_name = f"rejects-{run.id}.csv"

    @api.depends("name", "started_on")
    def _compute_display_name(self):
        for run in self:
            run.display_name = run.name or f"{run.id}"

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _feed(self, stream, source, name, *, is_full=False, reject_path=None, progress=None):
        """Feed a file in a transaction of its own. The record of the run tells of it, whatever happens.

        :param stream: the file's bytes: CSV in UTF-8, plain or gzip
        :param str source: one of SOURCES
        :param str name: of the file, for people
        :param bool is_full: the file holds all lines: those that are absent from it are ended
        :param str reject_path: file for the rows not taken; without one the record of the run keeps them
        :param progress: as for `mobifone.line.feed._load`
        :return: (id of the run, dict of counts)
        :raise UserError: when another sync is running, the file cannot be read, or would end too many lines
        """
        run_id = None
        try:
            # Committed by leaving the block.
            with self.env.registry.cursor() as cr, _Rejects(reject_path) as rejects:
                if cr.connection.status == STATUS_READY:
                    # Each statement sees what agents and app events have committed meanwhile, instead of failing on it.
                    cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
                feed = self.with_env(self.env(cr=cr, su=True)).env["mobifone.line.feed"]
                feed._alone()
                run_id = self._begin(source, name, is_full)
                tell = _Progress(lambda rows: self._mark(run_id, read_count=rows), progress)
                counts = feed._load(stream, rejects.path, tell, is_full=is_full)
                run = feed.env[self._name].browse(run_id)
                run.write({f"{key}_count": counts[key] for key in COUNTS})
                run.write({"state": "done", "ended_on": fields.Datetime.now(), "rejects": rejects.kept()})
        except BaseException as error:
            # The database itself may be away: then the next run tells that this one was broken off.
            with suppress(psycopg2.Error):
                if run_id:
                    words = str(error) if isinstance(error, UserError) else self._broken_off_by(error)
                    self._mark_failed(run_id, words)
            raise
        return run_id, counts

    @api.model
    def _may_feed(self):
        return self.env.user.has_groups("mobifone_consult.group_integration,mobifone_consult.group_manager")

    @api.model
    def _rejects_of(self, run_id):
        """The rows that a run did not take, as the bytes of a CSV file; None when there are none.

        :raise AccessError: for others than who fed it and MobiFone's managers
        """
        with self.env.registry.cursor() as cr:  # the run was committed by a cursor of its own
            # sudo: feeds have no access to records of runs but to their own by this method
            run_sudo = self.with_env(self.env(cr=cr, su=True)).browse(run_id).exists()
            if not self._may_feed() or (run_sudo.user_id != self.env.user and not self.has_access("read")):
                raise AccessError(self.env._("This is no feed of yours."))
            return base64.b64decode(run_sudo.rejects) if run_sudo.rejects else None

    @api.model
    def _broken_off_by(self, error):
        # Its class alone: texts of errors may quote rows.
        return self.env._("Broken off by an error of the server (%s). Nothing was changed.", type(error).__name__)

    @api.model
    def _begin(self, source, name, is_full):
        """The id of a new run, committed; called by whoever holds the lock of syncs."""
        with self.env.registry.cursor() as cr:
            # sudo: records of runs are the system's
            runs_sudo = self.with_env(self.env(cr=cr, su=True))
            runs_sudo.search([("state", "=", "running")]).write({"state": "broken"})
            shown = "".join(filter(str.isprintable, name or ""))[:MAX_NAME]
            values = {"source": source, "name": shown, "is_full": is_full, "user_id": self.env.uid}
            return runs_sudo.create({**values, "state": "running", "started_on": fields.Datetime.now()}).id

    @api.model
    def _mark(self, run_id, **values):
        """Write on a run's record what others are to see at once."""
        with self.env.registry.cursor() as cr:
            # sudo: records of runs are the system's
            self.with_env(self.env(cr=cr, su=True)).browse(run_id).write(values)

    @api.model
    def _mark_failed(self, run_id, message):
        """Say what went wrong, unless the lines were committed and only the word of it was lost on the way."""
        with self.env.registry.cursor() as cr:
            # sudo: records of runs are the system's
            run_sudo = self.with_env(self.env(cr=cr, su=True)).browse(run_id)
            if run_sudo.state == "running":
                run_sudo.write({"state": "failed", "ended_on": fields.Datetime.now(), "message": message})

    @api.model
    def _told_of_running(self):
        """What to say to whoever comes while another sync is running."""
        with self.env.registry.cursor() as cr:  # newer than the caller's snapshot
            # sudo: whoever may feed lines may know who is just doing it
            run_sudo = self.with_env(self.env(cr=cr, su=True)).search([("state", "=", "running")], limit=1)
            if not run_sudo:
                return self.env._("Another sync of lines is running: try again when it has ended.")
            return self.env._(
                "Another sync of lines is running: %(file)s, started by %(user)s at %(time)s, %(rows)s rows read."
                " Try again when it has ended.",
                file=run_sudo.name,
                user=run_sudo.user_id.name,
                time=local_time.spoken(run_sudo.started_on),
                rows=self.env["mobifone.line.feed"]._shown(run_sudo.read_count),
            )

    @api.autovacuum
    def _gc_running(self):
        """Nobody who looks at it may have to guess that a feed was killed."""
        with suppress(FeedBusy):
            self.env["mobifone.line.feed"]._alone()
            self.search([("state", "=", "running")]).write({"state": "broken"})

    @api.autovacuum
    def _gc_rejects(self):
        before = fields.Datetime.now() - timedelta(days=REJECTS_LIFE)
        of_runs = [("res_model", "=", self._name), ("res_field", "=", "rejects"), ("create_date", "<", before)]
        self.env["ir.attachment"].search(of_runs).unlink()


class _Progress:
    """Marks a run every now and then, and tells whoever watches."""

    def __init__(self, mark, watch):
        self._mark = mark
        self._watch = watch
        self._marked = time.monotonic()

    def __call__(self, what, rows):
        if self._watch:
            self._watch(what, rows)
        if time.monotonic() - self._marked >= MARK_EVERY:
            with suppress(psycopg2.Error):  # the feed does not hang on being told of
                self._mark(rows)
            self._marked = time.monotonic()


class _Rejects:
    """Where the rows not taken go: the caller's file, or one that goes into the record of the run."""

    def __init__(self, path):
        self._folder = None if path else tempfile.TemporaryDirectory()
        self.path = path or os.path.join(self._folder.name, "rejects.csv")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self._folder:
            self._folder.cleanup()

    def kept(self):
        """Content for the record, False when there is none or the caller has it."""
        if not self._folder or not os.path.exists(self.path):
            return False
        with open(self.path, "rb") as file:
            content = file.read(MAX_REJECTS)
        # Whole lines only.
        return base64.b64encode(content[: content.rfind(b"\n") + 1])
