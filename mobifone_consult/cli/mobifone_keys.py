import importlib
import os
from pathlib import Path

from odoo.api import SUPERUSER_ID, Environment
from odoo.cli.command import Command
from odoo.exceptions import UserError

BATCH = 500


class MobifoneKeys(Command):
    """The keys that encrypt identity papers.

    new      put a new key first in the key file; from now on it encrypts, the older ones still decrypt
    rotate   wrap every identity of the database by the first key; may be interrupted and repeated
    check    say which keys the database needs, and whether each identity can be opened
    prune    rotate, then remove the older keys from the key file; they are kept in FILE.old until you delete it

    Exit code 0 when it was done; 1 when not, or when check found an identity that cannot be opened.
    """

    name = "mobifone_keys"  # the loader finds it by the name of this file

    def run(self, args):
        """:param args: the words after the command's name; ends the process with its exit code"""
        command_line = importlib.import_module("odoo.addons.mobifone_consult.tools.command_line")
        self.cipher = importlib.import_module("odoo.addons.mobifone_consult.tools.identity_cipher")
        self.line, self.say = command_line.CommandLine(self), command_line.say
        self.line.parser.add_argument("what", choices=["new", "rotate", "check", "prune"])
        options = self.line.parse(args)
        options.file = self.cipher.key_file()
        if not options.file:
            self.line.fail(
                f"no key file is named: set ${self.cipher.ENVIRONMENT}, or {self.cipher.OPTION} in the section "
                f"[{self.cipher.SECTION}] of odoo.conf"
            )
        try:
            with self.line.failures():
                getattr(self, f"_{options.what}")(options)
        except self.cipher.KeyProblem as problem:
            self.line.fail(f"the key file is {problem.code}")

    def _new(self, options):
        path = Path(options.file)
        self._write(path, [self.cipher.new_key(), *self._keys(path)])
        self.say(f"a new key stands first in {path}; keep a copy of this file apart from the backups of the database")

    def _rotate(self, options):
        registry, after, done, lost = self.line.registry(), 0, 0, []
        while after is not None:
            # A transaction for each batch: interrupted, the rest is done the next time.
            with registry.cursor() as cr:
                identities = Environment(cr, SUPERUSER_ID, {})["mobifone.identity"]
                after, count, broken = identities._rotate(after, BATCH)
            done, lost = done + count, lost + broken
        self.say(f"{done} identities wrapped anew")
        if lost:
            self.line.fail(f"{len(lost)} identities open with no key of the file, the first has the id {lost[0]}")
        self.say("all of them open with the first key alone")

    def _check(self, options):
        keyring = self.cipher.keyring()
        with self.line.registry().cursor() as cr:
            identities = Environment(cr, SUPERUSER_ID, {})["mobifone.identity"]
            broken = 0
            for key_name, rows in identities._read_group([], ["key_name"], ["id:recordset"]):
                is_known = key_name in keyring.names
                place = f"no. {keyring.names.index(key_name) + 1} of the file" if is_known else "not in the file"
                self.say(f"key {key_name} ({place}): {len(rows)} identities")
                for identity in rows:
                    try:
                        identity._open()
                    except UserError:
                        broken += 1
        if broken:
            self.line.fail(f"{broken} identities cannot be opened")
        self.say("every identity can be opened")

    def _prune(self, options):
        self._rotate(options)
        path, newest = Path(options.file).resolve(), self.cipher.keyring().name
        with self.line.registry().cursor() as cr:
            # Nobody seals papers from here on until the file is written.
            cr.execute("LOCK TABLE mobifone_identity IN SHARE ROW EXCLUSIVE MODE")
            identities = Environment(cr, SUPERUSER_ID, {})["mobifone.identity"]
            if identities.search_count([("key_name", "!=", newest)]) or self.cipher.keyring().name != newest:
                self.line.fail("papers were taken with an older key meanwhile: try again")
            keys = self._keys(path)
            # Seals of the logs that older keys have signed are proven by one of the newest key on top of them.
            identities.env["mobifone.log.seal"]._sign_anew()
            # Whoever had read the file before, and comes only now: his papers need what is removed here.
            self._write(path.with_name(f"{path.name}.old"), keys, like=path)
            self._write(path, keys[:1])
        self.say(f"{len(keys) - 1} older keys removed from {path}; they are in {path.name}.old: check, then delete it")

    def _keys(self, path):
        lines = path.read_text().splitlines() if path.exists() else []
        return [line for line in lines if line.strip() and not line.startswith("#")]

    def _write(self, path, lines, like=None):
        """Replace the file at once, readable to the owner of the one before only."""
        path = path.resolve()  # a mounted secret is often a link
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(0o600)
        if (model := like or path).exists():
            os.chown(draft, model.stat().st_uid, model.stat().st_gid)
        with draft.open("w") as file:
            file.write("\n".join(lines) + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
