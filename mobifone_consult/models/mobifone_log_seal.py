import hashlib
import logging
from datetime import datetime, timedelta
from itertools import takewhile

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import identity_cipher, local_time, log_rows, row_insert

_logger = logging.getLogger(__name__)

ROWS = 10_000  # of one seal, at most
AGE = timedelta(minutes=10)
# Between an id and the moment beside it a busy server may pause.
MARGIN = timedelta(minutes=1)
VERSION = "v1"


class MobifoneLogSeal(models.Model):
    """The seals of the append-only logs: each closes a range of ids, and says what the rows in it are.

    Whoever can write SQL can disable triggers. A seal holds the digest of its rows and of the seal before it, signed
    with a key from outside the database: a row changed, removed or slipped in later does not fit any more. Ranges
    follow each other without a gap. Made by `_cron_seal`, checked by `_verify` (mobifone_log_seal_verify.py);
    append-only too. The rows of a range may be removed when they are old enough (mobifone_log_removal.py), its seal
    never.
    """

    _name = "mobifone.log.seal"
    _inherit = ["mobifone.append.only", "mobifone.history"]
    _description = "Seal of a Log"
    _log_access = False
    _order = "id desc"
    _rec_name = "digest"

    log_model = fields.Char(string="Log (Technical)", required=True)
    log_name = fields.Char(string="Log", compute="_compute_log_name")
    previous_id = fields.Many2one("mobifone.log.seal", string="Seal Before", ondelete="restrict")
    first_id = fields.Integer(string="From Row", required=True, aggregator=None)
    last_id = fields.Integer(string="To Row", required=True, aggregator=None)
    row_count = fields.Integer(string="Rows", required=True)
    version = fields.Char(required=True, help="Which columns were sealed, and how.")
    content = fields.Char(string="Digest of the Rows", required=True)
    digest = fields.Char(required=True, help="Of these rows and of all seals before: keep the last one elsewhere.")
    key_name = fields.Char(string="Key", required=True, help="Name of the key that signed; it tells nothing about it.")
    mac = fields.Char(string="Signature", required=True)
    sealed_on = fields.Datetime(required=True)

    # A seal has one successor: two servers at once, or a copy put in by hand, cannot make a fork.
    _successor_uniq = models.UniqueIndex("(log_model, coalesce(previous_id, 0))")
    _range_idx = models.Index("(log_model, first_id)")

    @api.depends("log_model")
    def _compute_log_name(self):
        # sudo: names of models are no secret
        models_sudo = self.env["ir.model"].sudo()
        for seal in self:
            seal.log_name = models_sudo._get(seal.log_model).name or seal.log_model

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _sealed_models(self):
        """The logs to be sealed: {model: (column of the time, {version: columns})}. Add-ons add theirs.

        The last version seals new rows, the others verify old ones: never change a version, add one. The first column
        is the id; none of a type without one plain text (no floats).
        """
        return {
            "mobifone.lookup": (
                "looked_up_on",
                {
                    VERSION: (
                        "id", "looked_up_on", "kind", "parent_id", "user_id", "agent_id", "vendor_id", "number_hash",
                        "number_masked", "line_id", "hotline", "purpose", "result", "verdicts", "ip",
                    )
                },
            ),
            "mobifone.identity.log": (
                "logged_on",
                {
                    VERSION: (
                        "id", "logged_on", "user_id", "agent_id", "vendor_id", "action", "registration_ref",
                        "partner_ref", "number_hash", "number_masked", "seen", "reason", "ip",
                    )
                },
            ),
            "mobifone.agent.event": (
                "occurred_on",
                {
                    VERSION: (
                        "id", "occurred_on", "agent_id", "vendor_id", "kind", "user_id", "reason", "evidence", "ip",
                    )
                },
            ),
            "mobifone.log.removal": (
                "removed_on",
                {
                    VERSION: (
                        "id", "removed_on", "seal_id", "log_model", "first_id", "last_id", "row_count", "youngest_on",
                        "months", "user_id", "transaction_ref", "key_name", "mac",
                    )
                },
            ),
        }  # fmt: skip

    @api.model
    def _cron_seal(self):
        """Seal what is old enough; interrupted or on two servers at once, nothing is sealed twice and nothing left out.

        Without a key file nothing can be signed: that is logged and made a finding, not raised.
        """
        try:
            identity_cipher.keyring()
        except identity_cipher.KeyProblem as problem:
            _logger.info("logs are not sealed: the key file is %s", problem.code)
            month = local_time.local(fields.Datetime.now()).strftime("%Y-%m")
            self.env["mobifone.finding"]._find("not_sealed", month, params={"problem": problem.code})
            return
        self._seal_all()

    @api.model
    def _seal_all(self):
        """Seal what is old enough of every log, a transaction for each seal; how many rows that were."""
        progress, done = self.env["ir.cron"], 0
        open_until = {name: self._open_until(name) for name in self._sealed_models()}
        # From here on the snapshot is newer than the look for open transactions: what they wrote before is seen.
        progress._commit_progress(remaining=len(open_until))
        for logs_done, (name, before) in enumerate(open_until.items()):
            while before and (seal := self._seal_next(name, before)):
                done += seal.row_count
                # A seal counts, so that a run that did not come to the end of a log is none that did nothing.
                if not progress._commit_progress(1, remaining=len(open_until) - logs_done):
                    return done
            progress._commit_progress(1)
        return done

    @api.model
    def _open_until(self, name):
        """The moment from which on rows of a log may still come in: those before it are all there. None: not known.

        A row is written with the database's clock, under a lock of its table that stays until its transaction ends.
        So whoever holds that lock may have written rows since his transaction began, and no older ones.
        """
        self.env.cr.execute(
            SQL(
                """
                SELECT clock_timestamp() AT TIME ZONE 'UTC', min(writer.xact_start) AT TIME ZONE 'UTC',
                       count(*) FILTER (WHERE held.pid IS NOT NULL OR held.virtualtransaction IS NOT NULL)
                           - count(writer.xact_start)
                  FROM (VALUES (1)) one
             LEFT JOIN pg_locks held ON held.relation = %s::regclass AND held.mode = 'RowExclusiveLock'
                   AND held.granted AND held.pid IS DISTINCT FROM pg_backend_pid()
                   AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
             LEFT JOIN pg_stat_activity writer ON writer.pid = held.pid
                """,
                self.env[name]._table,
            )
        )
        now, oldest, unknown = self.env.cr.fetchone()
        if unknown:  # another role's, or a prepared transaction: the next run sees
            return None
        return min(now - AGE, oldest - MARGIN) if oldest else now - AGE

    @api.model
    def _last(self, name):
        return self.search([("log_model", "=", name)], limit=1)

    @api.model
    def _seal_next(self, name, before):
        """Seal the next rows of a log that are older than `before`; the seal, none when there is nothing to do or
        another server was faster."""
        keyring, last = identity_cipher.keyring(), self._last(name)
        if last and not self._is_signed(last, keyring):
            # A seal on top of a false one would make it look true.
            self.env["mobifone.finding"]._find(
                "seal_broken", f"{name} {last.id} mac", params=last._described("mac"), count=last.row_count
            )
            return self.browse()
        time, versions = self._sealed_models()[name]
        version, columns = list(versions.items())[-1]
        place = columns.index(time)
        rows = log_rows.read(self.env.cr, self.env[name]._table, columns, last.last_id or 0, limit=ROWS)
        content, count, last_id = log_rows.digest_of(takewhile(lambda row: row[place] < before, rows), columns)
        # After a change of keys an empty seal is signed with the new one: the old one may be removed.
        if not count and (not last or last.key_name == keyring.name):
            return self.browse()
        values = {
            "log_model": name,
            "previous_id": last.id,
            "first_id": last.last_id + 1 if last else 1,
            "last_id": last_id or last.last_id,
            "row_count": count,
            "version": version,
            "content": content,
            "sealed_on": fields.Datetime.now(),
            "key_name": keyring.name,
        }
        digest = self._digest(values, last.digest)
        values |= {"digest": digest, "mac": keyring.sign(digest)}
        return row_insert.inserted(self, values) or self.browse()

    @api.model
    def _sign_anew(self):
        """Where the last seal of a log has an older key than the first of the file: an empty seal with that one on top,
        so that the older key may go."""
        for name in self._sealed_models():
            if self._last(name):
                self._seal_next(name, datetime.min)

    @api.model
    def _digest(self, values, previous):
        """Digest of a seal: of what it says of its rows, and of the seal before it."""
        parts = [
            *(str(values[name]) for name in ("version", "log_model", "first_id", "last_id", "row_count", "content")),
            fields.Datetime.to_string(values["sealed_on"]),
            values["key_name"],
            previous or "",
        ]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    @api.model
    def _is_signed(self, seal, keyring):
        """Is the signature right? True too when it was made with a key that is no longer in the file."""
        if seal.key_name not in keyring.names:
            return True
        return keyring.sign(seal.digest, seal.key_name) == seal.mac

    def _described(self, problem):
        """What is said of a seal and its problem."""
        return {"table": self.log_model, "first_id": self.first_id, "last_id": self.last_id, "problem": problem}

    @api.model
    def _cron_mail_digest(self):
        """Mail each log's last digest out, so that it lives outside of this database, with what a check of the newest
        seals found."""
        problems = self._check_newest()
        recipients = self.env["ir.config_parameter"]._mobifone_text("seal_recipients")
        seals = self.union(*map(self._last, self._sealed_models()))
        if recipients and seals:
            self.env["mail.template"]._mobifone_send("seal", seals[0], recipients, seals=seals, problems=problems)
