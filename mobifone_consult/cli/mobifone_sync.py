import argparse
import os
import sys
import time
from inspect import cleandoc
from pathlib import Path

import psycopg2

from odoo.api import SUPERUSER_ID, Environment
from odoo.cli.command import Command
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tools import config


class MobifoneSync(Command):
    """Feed lines from the network's CSV file into the database.

    Rows that cannot be taken go to a file that says why; all others are merged in one transaction. Interrupted or
    failed, it has changed nothing; run again, it changes nothing more. Exit code 0 when the file was merged, even
    with rejects; 1 when not.
    """

    name = "mobifone_sync"  # the loader finds it by the name of this file

    def run(self, args):
        """:param args: the words after the command's name; ends the process with its exit code"""
        options = self._parse(args)
        try:
            counts, seconds = self._sync(options)
        except KeyboardInterrupt:
            self._fail("interrupted, nothing was changed")
        except (OSError, UserError) as error:
            self._fail(str(error))
        except psycopg2.Error as error:
            # Lost at the very end, it may have committed what it cannot tell of any more.
            is_lost = isinstance(error, psycopg2.OperationalError | psycopg2.InterfaceError)
            what = "the file was merged as a whole or not at all: run it again" if is_lost else "nothing was changed"
            self._fail(f"PostgreSQL: {next(iter(str(error).splitlines()), type(error).__name__)}; {what}")
        finally:
            self._clear_progress()
        _say(
            "read {read}, inserted {inserted}, changed {changed}, unchanged {unchanged}, rejected {rejected}, "
            "held back {quarantined}, ended {ended} "
            "({repeated} earlier rows of repeated numbers skipped, {customers} customers created), "
            "{seconds:.1f} seconds".format(**counts, seconds=seconds)
        )
        if counts["rejected"] or counts["quarantined"]:
            _say(f"rejected rows and why: {options.rejects}")

    def _parse(self, args):
        parser = argparse.ArgumentParser(
            prog=self.prog,
            description=cleandoc(self.__doc__),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        parser.add_argument("file", metavar="FILE", help="CSV in UTF-8, plain or gzip, with a header line")
        parser.add_argument("-c", "--config", help="configuration file of Odoo")
        parser.add_argument("-d", "--database", help="database (default: db_name of the configuration, or $PGDATABASE)")
        parser.add_argument("--full", action="store_true", help="the file has all lines: end those it does not have")
        parser.add_argument("--rejects", metavar="FILE", help="where rows not taken go (default: FILE.rejects.csv)")
        options = parser.parse_args(args)
        options.rejects = options.rejects or f"{options.file}.rejects.csv"
        if Path(options.rejects).resolve() == Path(options.file).resolve():
            self._fail("--rejects names the file to be read")
        arguments = ["--no-http", "--log-level=warn"]
        arguments += ["-c", options.config] if options.config else []
        arguments += ["-d", options.database] if options.database else []
        config.parse_config(arguments, setup_logging=True)
        databases = config["db_name"]
        if len(databases) != 1:
            self._fail("name one database with -d")
        options.database = databases[0]
        return options

    def _sync(self, options):
        started = time.monotonic()
        with open(options.file, "rb") as stream:
            self._show = _Progress(stream) if sys.stderr.isatty() else None
            registry = Registry(options.database)
            if "mobifone.feed.run" not in registry:
                self._fail(f"the add-on mobifone_consult is not installed in database {options.database}")
            with registry.cursor() as cr:
                runs = Environment(cr, SUPERUSER_ID, {})["mobifone.feed.run"]
                name = Path(options.file).name
                _run_id, counts = runs._feed(
                    stream, "command", name, is_full=options.full, reject_path=options.rejects, progress=self._show
                )
        return counts, time.monotonic() - started

    def _clear_progress(self):
        if getattr(self, "_show", None):
            _draw("")

    def _fail(self, message):
        self._clear_progress()
        # One line: scripts and people read the last one.
        sys.exit("mobifone_sync: " + " ".join(message.split()))


class _Progress:
    """Shows on the terminal what is being done, how far it is, how fast, and when the file will have been read."""

    BAR = 30  # characters
    DOING = {"compare": "comparing with the lines there are", "apply": "applying the changes"}

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


def _say(text):
    sys.stdout.write(f"{text}\n")
