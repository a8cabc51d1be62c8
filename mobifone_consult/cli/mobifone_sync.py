import importlib
import os
import socket
import sys
import time
from pathlib import Path

import psutil

from odoo.api import SUPERUSER_ID, Environment
from odoo.cli.command import Command


class MobifoneSync(Command):
    """Feed lines from the network's CSV file into the database.

    Rows that cannot be taken go to a file that says why; all others are merged in one transaction. Interrupted or
    failed, it has changed nothing; run again, it changes nothing more. Exit code 0 when the file was merged, even
    with rejects; 1 when not.
    """

    name = "mobifone_sync"  # the loader finds it by the name of this file

    def run(self, args):
        """:param args: the words after the command's name; ends the process with its exit code"""
        command_line = importlib.import_module("odoo.addons.mobifone_consult.tools.command_line")
        line = command_line.CommandLine(self)
        options = self._parse(line, args)
        self._show = None
        try:
            with line.failures(
                "; nothing was changed", lost="; the file was merged as a whole or not at all: run it again"
            ):
                counts, seconds = self._sync(line, options)
        except KeyboardInterrupt:
            line.fail("interrupted, nothing was changed")
        finally:
            self._clear_progress()
        command_line.say(
            "read {read}, inserted {inserted}, changed {changed}, unchanged {unchanged}, rejected {rejected}, "
            "held back {quarantined}, ended {ended} "
            "({repeated} earlier rows of repeated numbers skipped, {customers} customers created), "
            "{seconds:.1f} seconds".format(**counts, seconds=seconds)
        )
        if counts["rejected"] or counts["quarantined"]:
            command_line.say(f"rejected rows and why: {options.rejects}")

    def _parse(self, line, args):
        add = line.parser.add_argument
        add("file", metavar="FILE", help="CSV in UTF-8, plain or gzip, with a header line")
        add("--full", action="store_true", help="the file has all lines: end those it does not have")
        add("--rejects", metavar="FILE", help="where rows not taken go (default: FILE.rejects.csv)")
        options = line.parse(args)
        options.rejects = options.rejects or f"{options.file}.rejects.csv"
        if Path(options.rejects).resolve() == Path(options.file).resolve():
            line.fail("--rejects names the file to be read")
        return options

    def _sync(self, line, options):
        started = time.monotonic()
        with open(options.file, "rb") as stream:
            self._show = _Progress(stream) if sys.stderr.isatty() else None
            with line.registry().cursor() as cr:
                runs = Environment(cr, SUPERUSER_ID, {})["mobifone.feed.run"]
                # Nobody of Odoo's runs it: who of the machine's.
                name = f"{Path(options.file).name} ({psutil.Process().username()}@{socket.gethostname()})"
                _run_id, counts = runs._feed(
                    stream, "command", name, is_full=options.full, reject_path=options.rejects, progress=self._show
                )
        return counts, time.monotonic() - started

    def _clear_progress(self):
        if self._show:
            _draw("")


class _Progress:
    """Shows on the terminal what is being done, how far it is, how fast, and when the file will have been read."""

    BAR = 30  # characters
    DOING = {
        "compare": "comparing with the lines there are",
        "customers": "finding and making their customers",
        "apply": "applying the changes",
    }

    def __init__(self, stream):
        self._stream = stream
        self._size = os.fstat(stream.fileno()).st_size
        self._began = time.monotonic()
        self._shown = 0.0

    def __call__(self, what, rows):
        now = time.monotonic()
        if what != "read":
            _draw(f"{rows:,} rows read; {self.DOING[what]} …")
        elif now - self._shown >= 0.2:
            self._shown = now
            seconds = max(now - self._began, 0.001)
            share = min(self._stream.tell() / self._size, 1) if self._size else 0
            done = round(share * self.BAR)
            left = f", {seconds * (1 - share) / share:.0f} s left" if share else ""
            bar = "█" * done + "░" * (self.BAR - done)
            _draw(f"{bar} {share:4.0%}  {rows:,} rows, {rows / seconds:,.0f} rows/s{left}")


def _draw(text):
    sys.stderr.write(f"\r\033[K{text}")
    sys.stderr.flush()
