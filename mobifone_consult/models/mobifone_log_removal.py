import logging

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import append_only, identity_cipher, log_remove, row_insert
from .ir_config_parameter import RETENTIONS

_logger = logging.getLogger(__name__)


class MobifoneLogRemoval(models.Model):
    """What was removed from the logs because its time of keeping was over: whole sealed ranges, a row for each.

    To append a row here is the only way to remove rows of a log (tools/log_remove.py). It is signed with the key from
    outside the database, and this record is sealed as the logs are: a range that is gone without a true row here is
    missing, and `mobifone.log.seal._verify` says so. The seals themselves stay.
    """

    _name = "mobifone.log.removal"
    _inherit = ["mobifone.append.only", "mobifone.history"]
    _mobifone_sorted = ("removed_on",)
    _description = "Removal from a Log"
    _log_access = False
    _order = "id desc"
    _rec_name = "log_name"

    seal_id = fields.Many2one("mobifone.log.seal", required=True, ondelete="restrict")
    log_model = fields.Char(string="Log (Technical)", required=True)
    log_name = fields.Char(related="seal_id.log_name")
    first_id = fields.Integer(string="From Row", required=True, aggregator=None)
    last_id = fields.Integer(string="To Row", required=True, aggregator=None)
    row_count = fields.Integer(string="Rows", required=True)
    youngest_on = fields.Datetime(string="Youngest Row Of", required=True)
    months = fields.Integer(string="Kept (months)", required=True, aggregator=None)
    user_id = fields.Many2one("res.users", string="By", required=True, ondelete="restrict")
    removed_on = fields.Datetime(required=True, index=True)
    transaction_ref = fields.Char(string="Transaction", required=True, help="In which the rows were removed.")
    key_name = fields.Char(string="Key", required=True, help="Name of the key that signed; it tells nothing about it.")
    mac = fields.Char(string="Signature", required=True)

    _seal_uniq = models.UniqueIndex("(seal_id)", "These rows were removed already.")
    _transaction_idx = models.Index("(transaction_ref)")

    def init(self):
        super().init()
        # Once all tables are there: the function names those of other models.
        self.pool.post_init(log_remove.guard, self.env.cr, self._table, append_only.schema(self.env.cr))

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _months(self, name):
        """How many months the rows of a log are kept; 0: for ever."""
        key = f"{self.env[name]._table.removeprefix('mobifone_')}_months"
        if f"mobifone_consult.{key}" not in RETENTIONS:
            return 0
        months = int(self.env["ir.config_parameter"]._mobifone_number(key))
        return months if months >= log_remove.LEAST_MONTHS else 0

    @api.model
    def _cron_remove(self):
        """Remove what is past its retention; interrupted, the next run goes on, and nothing is half removed.

        Without a key file nothing can be signed: then nothing is removed either.
        """
        try:
            identity_cipher.keyring()
        except identity_cipher.KeyProblem as problem:
            _logger.info("nothing is removed from the logs: the key file is %s", problem.code)
            return
        self._remove_all()

    @api.model
    def _remove_all(self):
        """Remove what is past its retention from every log, a transaction for each seal; how many rows that were."""
        progress, done = self.env["ir.cron"], 0
        names = list(self.env["mobifone.log.seal"]._sealed_models())
        progress._commit_progress(remaining=len(names))
        for logs_done, name in enumerate(names):
            while removal := self._remove_next(name):
                done += removal.row_count
                if not progress._commit_progress(1, remaining=len(names) - logs_done):
                    return done
            progress._commit_progress(1)
        return done

    @api.model
    def _remove_next(self, name):
        """Remove the rows of the oldest seal of a log, if all are past its retention and still as they were sealed.

        :return: the record of it; none when there is nothing to do, another server was faster, or the rows do not fit
            their seal: what somebody tampered with stays as evidence
        """
        months, seal = self._months(name), self._oldest(name)
        self.env.cr.execute("SELECT date_trunc('second', clock_timestamp() AT TIME ZONE 'UTC')")
        now = self.env.cr.fetchone()[0]
        if not months or not seal or self._youngest(seal) >= now - relativedelta(months=months):
            return self.browse()
        keyring = identity_cipher.keyring()
        problems = list(seal._problems(seal, None, keyring, is_whole=False))
        if problems:
            fault = seal._described(problems[0])
            key = "{table} {first_id} {problem}".format(**fault)
            self.env["mobifone.finding"]._find("seal_broken", key, params=fault)
            return self.browse()
        values = {
            "seal_id": seal.id,
            "months": months,
            "user_id": self.env.uid,
            "removed_on": now,
            "key_name": keyring.name,
        }
        values["mac"] = keyring.sign(self._signed(seal, values))
        removal = row_insert.inserted(self, values) or self.browse()
        # The links of calls, consults and others to these rows are gone too.
        self.env.invalidate_all()
        return removal

    @api.model
    def _oldest(self, name):
        """The oldest seal of a log whose rows are still there."""
        self.env.cr.execute(
            SQL(
                """
                SELECT seal.id FROM mobifone_log_seal seal
                 WHERE seal.log_model = %s AND seal.row_count > 0
                   AND NOT EXISTS (SELECT FROM mobifone_log_removal removal WHERE removal.seal_id = seal.id)
              ORDER BY seal.first_id LIMIT 1
                """,
                name,
            )
        )
        return self.env["mobifone.log.seal"].browse(row[0] for row in self.env.cr.fetchall())

    @api.model
    def _youngest(self, seal):
        """The moment of the youngest row in the range of a seal."""
        log = self.env[seal.log_model]
        self.env.cr.execute(
            SQL(
                "SELECT coalesce(max(%s), %s) FROM %s WHERE id BETWEEN %s AND %s",
                SQL.identifier(log._mobifone_time),
                seal.sealed_on,
                SQL.identifier(log._table),
                seal.first_id,
                seal.last_id,
            )
        )
        return self.env.cr.fetchone()[0]

    @api.model
    def _signed(self, seal, values):
        """The text that the signature of a removal stands for."""
        moment = fields.Datetime.to_string(values["removed_on"])
        return "\n".join(["removal", seal.digest, str(values["months"]), str(values["user_id"]), moment])

    def _is_proven(self, keyring):
        """Was this removal made with the key? One whose key has left the file since must have been sealed before that:
        then the seal, and those that stand on it, prove it."""
        self.ensure_one()
        values = {"months": self.months, "user_id": self.user_id.id, "removed_on": self.removed_on}
        if self.key_name in keyring.names:
            return keyring.sign(self._signed(self.seal_id, values), self.key_name) == self.mac
        covering = [("log_model", "=", self._name), ("first_id", "<=", self.id), ("last_id", ">=", self.id)]
        seals = self.env["mobifone.log.seal"].search([*covering, ("row_count", ">", 0)], limit=1)
        return bool(seals) and seals.key_name not in keyring.names
