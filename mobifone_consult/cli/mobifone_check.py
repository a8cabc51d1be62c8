import argparse
import sys
from inspect import cleandoc

import psycopg2

from odoo.api import SUPERUSER_ID, Environment
from odoo.cli.command import Command
from odoo.modules.registry import Registry
from odoo.tools import config

SHOWN = 20  # ids of each rule
# Rows that come in meanwhile break nothing: Odoo's transactions see the database as of their first statement.
ONE_MOMENT = "SET TRANSACTION READ ONLY"


class MobifoneCheck(Command):
    """Check that the database keeps the rules of the product: after a crash, a restored backup, or work by SQL.

    Prints a line for each rule that is broken, with the ids of the rows that break it; it tells no numbers and changes
    nothing. It reads whole tables: on a large database let it run on a replica, or at night.

    Exit code 0 when every rule holds; 1 when not.
    """

    name = "mobifone_check"  # the loader finds it by the name of this file

    def run(self, args):
        """:param args: the words after the command's name; ends the process with its exit code"""
        self._parse(args)
        try:
            broken = self._check()
        except psycopg2.Error as error:
            self._fail(f"PostgreSQL: {next(iter(str(error).splitlines()), type(error).__name__)}")
        if broken:
            self._fail(f"{broken} rules are broken")
        _say("every rule holds")

    def _parse(self, args):
        parser = argparse.ArgumentParser(
            prog=self.prog,
            description=cleandoc(self.__doc__),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        parser.add_argument("-c", "--config", help="configuration file of Odoo")
        parser.add_argument("-d", "--database", help="database (default: db_name of the configuration, or $PGDATABASE)")
        options = parser.parse_args(args)
        arguments = ["--no-http", "--log-level=warn"]
        arguments += ["-c", options.config] if options.config else []
        arguments += ["-d", options.database] if options.database else []
        config.parse_config(arguments, setup_logging=True)

    def _check(self):
        """Print what is broken; how many rules that are."""
        count = 0
        with self._registry().cursor() as cr:
            cr.execute(ONE_MOMENT)
            for rule, table, ids in Environment(cr, SUPERUSER_ID, {})["mobifone.check"]._broken():
                shown = ", ".join(map(str, ids[:SHOWN])) + (f" and {len(ids) - SHOWN} more" if ids[SHOWN:] else "")
                _say(f"{table} {shown}: not so: {rule}")
                count += 1
        return count

    def _registry(self):
        databases = config["db_name"]
        if len(databases) != 1:
            self._fail("name one database with -d")
        registry = Registry(databases[0])
        if "mobifone.check" not in registry:
            self._fail(f"the add-on mobifone_consult is not installed in database {databases[0]}")
        return registry

    def _fail(self, message):
        # One line: scripts and people read the last one.
        sys.exit("mobifone_check: " + " ".join(message.split()))


def _say(text):
    sys.stdout.write(f"{text}\n")
