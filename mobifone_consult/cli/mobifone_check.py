import importlib

from odoo.api import SUPERUSER_ID, Environment
from odoo.cli.command import Command

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
        command_line = importlib.import_module("odoo.addons.mobifone_consult.tools.command_line")
        line = command_line.CommandLine(self)
        line.parse(args)
        with line.failures():
            broken = self._check(line.registry(), command_line.say)
        if broken:
            line.fail(f"{broken} rules are broken")
        command_line.say("every rule holds")

    def _check(self, registry, say):
        """Print what is broken; how many rules that are."""
        count = 0
        with registry.cursor() as cr:
            cr.execute(ONE_MOMENT)
            for rule, table, ids in Environment(cr, SUPERUSER_ID, {})["mobifone.check"]._broken():
                shown = ", ".join(map(str, ids[:SHOWN])) + (f" and {len(ids) - SHOWN} more" if ids[SHOWN:] else "")
                say(f"{table} {shown}: not so: {rule}")
                count += 1
        return count
