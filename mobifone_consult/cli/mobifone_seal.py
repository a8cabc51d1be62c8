import importlib

from odoo.api import SUPERUSER_ID, Environment
from odoo.cli.command import Command


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
        command_line = importlib.import_module("odoo.addons.mobifone_consult.tools.command_line")
        self.cipher = importlib.import_module("odoo.addons.mobifone_consult.tools.identity_cipher")
        self.line, self.say = command_line.CommandLine(self), command_line.say
        self.line.parser.add_argument("what", choices=["seal", "verify"])
        self.line.parser.add_argument(
            "--digest", action="append", default=[], help="a digest that was mailed out; repeatable"
        )
        options = self.line.parse(args)
        try:
            with self.line.failures(), self.line.registry().cursor() as cr:
                getattr(self, f"_{options.what}")(Environment(cr, SUPERUSER_ID, {})["mobifone.log.seal"], options)
        except self.cipher.KeyProblem as problem:
            self.line.fail(f"the key file is {problem.code}")

    def _seal(self, seals, _options):
        self.cipher.keyring()
        self.say(f"{seals._seal_all()} rows sealed")

    def _verify(self, seals, options):
        self.cipher.keyring()
        verify = importlib.import_module("odoo.addons.mobifone_consult.models.mobifone_log_seal_verify")
        wrong = 0
        for name in seals._sealed_models():
            of_log = seals.search([("log_model", "=", name)], limit=1)
            faults = seals._verify(name)
            for fault in faults:
                self.say("{table}, rows {first_id} to {last_id}: {problem}".format(**fault))
            wrong += sum(fault["problem"] not in verify.INFORMATIONAL for fault in faults)
            self.say(f"{name}: sealed up to row {of_log.last_id}, last digest {of_log.digest or 'none'}")
        for digest in options.digest:
            if not seals._has_digest(digest.strip().lower()):
                self.say(f"no seal has the digest {digest}")
                wrong += 1
        if wrong:
            self.line.fail(f"{wrong} seals do not fit")
        self.say("every seal fits")
