"""What the commands of cli/ have in common: their options, their one database, and one last line that says what failed.

Odoo reads the files of cli/ by their path, without their add-on and before its paths are known. So a command imports
this when it runs, not before.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from inspect import cleandoc
from pathlib import Path

import psycopg2

from odoo.cli.command import Command
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tools import config

# A tenth of the processors where others want them all, so that a command still comes to its end.
NICE = 10


class CommandLine:
    """The command line of a command that works on one database.

    :param command: its docstring is its help, `name` begins what is told of a failure
    """

    def __init__(self, command: Command):
        self._name = command.name
        self.parser = argparse.ArgumentParser(
            prog=command.prog,
            description=cleandoc(command.__doc__),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        self.parser.add_argument("-c", "--config", help="configuration file of Odoo")
        self.parser.add_argument(
            "-d", "--database", help="database (default: db_name of the configuration, or $PGDATABASE)"
        )

    def parse(self, args: list) -> argparse.Namespace:
        """The options; Odoo's configuration is read as they say, and from now on the process gives way to others."""
        options = self.parser.parse_args(args)
        _give_way()
        arguments = ["--no-http", "--log-level=warn"]
        arguments += ["-c", options.config] if options.config else []
        arguments += ["-d", options.database] if options.database else []
        config.parse_config(arguments, setup_logging=True)
        return options

    def registry(self) -> Registry:
        """The database's registry; without this add-on in it the process ends."""
        databases = config["db_name"]
        if len(databases) != 1:
            self.fail("name one database with -d")
        registry = Registry(databases[0])
        if "mobifone.subscriber" not in registry:
            self.fail(f"the add-on mobifone_consult is not installed in database {databases[0]}")
        return registry

    @contextmanager
    def failures(self, more: str = "", lost: str = "") -> Iterator[None]:
        """What may go wrong inside ends the process with one line.

        :param more: to be said of an error of PostgreSQL
        :param lost: to be said when it is gone: at the very end it may have committed what it cannot tell of any more
        """
        try:
            yield
        except (OSError, UserError) as error:
            self.fail(str(error))
        except psycopg2.Error as error:
            is_lost = isinstance(error, psycopg2.OperationalError | psycopg2.InterfaceError)
            first_line = next(iter(str(error).splitlines()), type(error).__name__)
            self.fail(f"PostgreSQL: {first_line}{(lost or more) if is_lost else more}")

    def fail(self, message: str) -> None:
        """End the process with code 1."""
        # One line: scripts and people read the last one.
        sys.exit(f"{self._name}: " + " ".join(message.split()))


def _give_way():
    """Agents who work on the same machine go first."""
    os.nice(NICE)
    # Linux may share the processors out by session, to which nice is a matter within each. A session that is this
    # process's own (cron, systemd) steps back as a whole; that of a terminal has others in it.
    if os.getsid(0) == os.getpid():
        with suppress(OSError):
            Path("/proc/self/autogroup").write_text(str(NICE))


def say(text: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{text}\n")
