import argparse
import importlib
import sys
from inspect import cleandoc

import psycopg2

from odoo.api import SUPERUSER_ID, Environment
from odoo.cli.command import Command
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tools import config


class MobifoneSeal(Command):
    """The seals of the append-only logs.

    seal     seal now what is old enough, as the scheduled action does; may be interrupted and repeated
    verify   compare every log with all of its seals, and say what does not fit; with --digest also whether a digest
             that was mailed out is still the one of a seal

    Exit code 0 when it was done and everything fits; 1 when not.
    """

    name = "mobifone_seal"  # the loader finds it by the name of this file

    def run(self, args):
        """:param args: the words after the command's name; ends the process with its exit code"""
        # Odoo reads this file without its add-on, and before the paths of the add-ons are known.
        self.cipher = importlib.import_module("odoo.addons.mobifone_consult.tools.identity_cipher")
        options = self._parse(args)
        try:
            with self._registry().cursor() as cr:
                getattr(self, f"_{options.what}")(Environment(cr, SUPERUSER_ID, {})["mobifone.log.seal"], options)
        except (OSError, UserError) as error:
            self._fail(str(error))
        except self.cipher.KeyProblem as problem:
            self._fail(f"the key file is {problem.code}")
        except psycopg2.Error as error:
            self._fail(f"PostgreSQL: {next(iter(str(error).splitlines()), type(error).__name__)}")

    def _parse(self, args):
        parser = argparse.ArgumentParser(
            prog=self.prog,
            description=cleandoc(self.__doc__),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        parser.add_argument("what", choices=["seal", "verify"])
        parser.add_argument("-c", "--config", help="configuration file of Odoo")
        parser.add_argument("-d", "--database", help="database (default: db_name of the configuration, or $PGDATABASE)")
        parser.add_argument("--digest", action="append", default=[], help="a digest that was mailed out; repeatable")
        options = parser.parse_args(args)
        arguments = ["--no-http", "--log-level=warn"]
        arguments += ["-c", options.config] if options.config else []
        arguments += ["-d", options.database] if options.database else []
        config.parse_config(arguments, setup_logging=True)
        return options

    def _seal(self, seals, _options):
        self.cipher.keyring()
        _say(f"{seals._seal_all()} rows sealed")

    def _verify(self, seals, options):
        self.cipher.keyring()
        verify = importlib.import_module("odoo.addons.mobifone_consult.models.mobifone_log_seal_verify")
        wrong = 0
        for name in seals._sealed_models():
            of_log = seals.search([("log_model", "=", name)], limit=1)
            faults = seals._verify(name)
            for fault in faults:
                _say("{table}, rows {first_id} to {last_id}: {problem}".format(**fault))
            wrong += sum(fault["problem"] not in verify.INFORMATIONAL for fault in faults)
            _say(f"{name}: sealed up to row {of_log.last_id}, last digest {of_log.digest or 'none'}")
        for digest in options.digest:
            if not seals._has_digest(digest.strip().lower()):
                _say(f"no seal has the digest {digest}")
                wrong += 1
        if wrong:
            self._fail(f"{wrong} seals do not fit")
        _say("every seal fits")

    def _registry(self):
        databases = config["db_name"]
        if len(databases) != 1:
            self._fail("name one database with -d")
        registry = Registry(databases[0])
        if "mobifone.log.seal" not in registry:
            self._fail(f"the add-on mobifone_consult is not installed in database {databases[0]}")
        return registry

    def _fail(self, message):
        # One line: scripts and people read the last one.
        sys.exit("mobifone_seal: " + " ".join(message.split()))


def _say(text):
    sys.stdout.write(f"{text}\n")
