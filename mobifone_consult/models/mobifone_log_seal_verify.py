import hmac

from odoo import api, models
from odoo.tools import SQL

from ..tools import identity_cipher, log_rows

NEWEST = 20  # seals of each log that a click checks; the command checks all
# No fault: the key of a seal is gone, but a later seal that stands on it is signed with one that is there.
INFORMATIONAL = ("key_unknown",)


class MobifoneLogSeal(models.Model):
    """The check of the seals."""

    _inherit = "mobifone.log.seal"

    def action_verify_newest(self):
        """Check the newest seals of each log; what is wrong becomes a finding. Managers only.

        :return: client action that says how it went
        :raise AccessError: for everybody else
        """
        self.env["res.users"]._mobifone_check_manager()
        # sudo: findings are made by the system only
        problems = self.sudo()._check_newest()
        if problems:
            message = self.env._("%s seals do not fit: see the findings.", len(problems))
        else:
            message = self.env._(
                "The newest seals of each log (at most %s) fit. The command mobifone_seal checks all of them.", NEWEST
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "danger" if problems else "success", "message": message, "sticky": bool(problems)},
        }

    @api.model
    def _check_newest(self):
        """What is wrong with the newest seals, each made a finding."""
        problems = self._faults(newest=NEWEST)
        for fault in problems:
            key = "{table} {first_id} {problem}".format(**fault)
            self.env["mobifone.finding"]._find("seal_broken", key, params=fault)
        return problems

    @api.model
    def _faults(self, **options):
        """What `_verify` finds wrong, without what is worth telling only."""
        return [fault for fault in self._verify(**options) if fault["problem"] not in INFORMATIONAL]

    @api.model
    def _verify(self, model=None, newest=None):
        """Compare the logs with their seals.

        :param str model: of one log; default all
        :param int newest: only so many seals of each log, the newest; default all
        :return: list of {table, first_id, last_id, problem}, by age; problem:
            changed (a row's value), rows_missing, rows_added: since they were sealed;
            removal: the rows are on record as removed past their retention, but not by who has the key;
            mac: the seal was made or changed without the key; chain: a seal is missing, or does not stand on the one
            before it; unproven: its key is not in the key file, nor is a later one's;
            key_unknown: its key is gone, but a later seal proves it: no fault
        """
        names = [model] if model else list(self._sealed_models())
        return [fault for name in names for fault in self._verify_log(name, newest)]

    @api.model
    def _verify_log(self, name, newest):
        try:
            keyring = identity_cipher.keyring()
        except identity_cipher.KeyProblem:
            keyring = None
        faults, unproven, before = [], [], None
        if not newest:
            faults += self._rows_before_the_first(name)
        for seal in self._by_age(name, newest):
            problems = list(self._problems(seal, before, keyring, is_whole=not newest))
            if keyring and seal.key_name in keyring.names and "mac" not in problems:
                # The digest in it stands for all seals before.
                faults += [fault | {"problem": "key_unknown"} for fault in unproven]
                unproven = []
            elif not keyring or seal.key_name not in keyring.names:
                unproven.append(seal._described("unproven"))
            faults += [seal._described(problem) for problem in problems]
            before = seal._values()
            seal.invalidate_recordset()
        return faults + unproven

    @api.model
    def _problems(self, seal, before, keyring, is_whole):
        """What is wrong with one seal.

        :param before: values of the seal before it; None for the first that is looked at
        :param is_whole: does the look begin at the first seal of the log?
        """
        columns = self._sealed_models()[seal.log_model][1].get(seal.version)
        if columns is None:
            yield "chain"
            return
        removal = self.env["mobifone.log.removal"].search([("seal_id", "=", seal.id)])
        if removal and keyring and not removal._is_proven(keyring):
            yield "removal"
        rows = log_rows.read(
            self.env.cr, self.env[seal.log_model]._table, columns, seal.first_id - 1, until_id=seal.last_id
        )
        content, count, _last_id = log_rows.digest_of(rows, columns)
        expected = 0 if removal else seal.row_count
        if count != expected:
            yield "rows_missing" if count < expected else "rows_added"
        elif content != seal.content and not removal:
            yield "changed"
        if not before and not is_whole:
            before = seal.previous_id._values() if seal.previous_id else None
        expected = (before["id"], before["last_id"] + 1) if before else (False, 1)
        digest = self._digest(seal._values(), before and before["digest"])
        if (seal.previous_id.id, seal.first_id) != expected or not hmac.compare_digest(digest, seal.digest):
            yield "chain"
        if keyring and not self._is_signed(seal, keyring):
            yield "mac"

    def _values(self):
        names = ("id", "version", "log_model", "first_id", "last_id", "row_count", "content", "sealed_on", "key_name")
        return {name: self[name] for name in (*names, "digest")}

    @api.model
    def _by_age(self, name, newest):
        """The seals of a log, one by one from the oldest; all of them, or so many of the newest."""
        domain = [("log_model", "=", name)]
        if newest:
            yield from self.search(domain, limit=newest).sorted("id")
            return
        last_id = 0
        while batch := self.search([*domain, ("id", ">", last_id)], order="id", limit=500):
            last_id = batch[-1].id
            yield from batch

    @api.model
    def _rows_before_the_first(self, name):
        """Ids begin at 1: a row below was slipped in."""
        table = SQL.identifier(self.env[name]._table)
        self.env.cr.execute(SQL("SELECT min(id), max(id) FROM %s WHERE id < 1 HAVING count(*) > 0", table))
        fault = {"table": name, "problem": "rows_added"}
        return [{**fault, "first_id": first, "last_id": last} for first, last in self.env.cr.fetchall()]

    @api.model
    def _has_digest(self, digest):
        """Is this digest, from a mail of the past, still the one of a seal?"""
        return bool(self.search_count([("digest", "=", digest)], limit=1))
