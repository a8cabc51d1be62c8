import logging
from datetime import datetime, timedelta

from odoo import api, models
from odoo.tools import SQL

# Customers made by one statement: what PostgreSQL keeps in memory for the foreign keys of each ends with it.
CHUNK = 50_000
# Moments that differ by less, among partners made together, tell when each was made.
TOGETHER = timedelta(minutes=1)

_logger = logging.getLogger(__name__)


class MobifoneLineFeed(models.AbstractModel):
    """Customers by the million: copies, made by SQL, of partners that the ORM made.

    What the ORM writes for such a partner is not known here but seen: columns that say the same of each example are
    copied, those that repeat what makes the customer are repeated. When there is a column that is neither, or when the
    ORM wrote into any other table, the ORM makes them all.
    """

    _inherit = "mobifone.line.feed"

    @api.model
    def _may_copy_customers(self):
        """False when something is to happen for each partner made that no table shows: for add-ons to extend."""
        # sudo: automation rules are readable to administrators only
        rules_sudo = self.env["base.automation"].sudo() if "base.automation" in self.env else None
        return rules_sudo is None or not rules_sudo.search_count([("model_name", "=", "res.partner")], limit=1)

    @api.model
    def _copy_customers(self, batch, partner_ids, before):
        """Make the customers that come after `batch` as its partners were made; how many, 0 when that may not be.

        :param list batch: (seq, ref, name) of the customers that the ORM has just made
        :param list partner_ids: theirs
        :param dict before: what `_rows_written` returned before that
        """
        after = self._rows_written()
        written = {table for table, rows in after.items() if rows != before.get(table)}
        columns = self._learned_columns(batch, partner_ids)
        if written - {"mobifone_feed_customer"} != {"res_partner"} or not columns or not self._may_copy_customers():
            _logger.info("The ORM makes all customers: for each of them something is done that SQL does not do")
            return 0
        self.env.cr.execute("SELECT max(seq) FROM mobifone_feed_customer")
        begin, [end], created = batch[-1][0], self.env.cr.fetchone(), 0
        while begin < end:
            self.env.cr.execute(
                SQL(
                    """
                    WITH customer AS (
                        UPDATE mobifone_feed_customer
                           SET partner_id = nextval(pg_get_serial_sequence('res_partner', 'id'))
                         WHERE partner_id IS NULL AND seq > %(begin)s AND seq <= %(end)s
                     RETURNING partner_id AS id, ref, name)
                    INSERT INTO res_partner (%(names)s)
                    SELECT %(values)s FROM customer, res_partner example WHERE example.id = %(example)s
                    """,
                    begin=begin,
                    end=begin + CHUNK,
                    names=SQL(", ").join(map(SQL.identifier, columns)),
                    values=SQL(", ").join(columns.values()),
                    example=partner_ids[0],
                )
            )
            created += self.env.cr.rowcount
            begin += CHUNK
        return created

    @api.model
    def _rows_written(self):
        """{table: rows that this transaction has written so far}"""
        self.env.cr.execute(
            """SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables
                WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"""
        )
        return dict(self.env.cr.fetchall())

    @api.model
    def _learned_columns(self, batch, partner_ids):
        """{column of res_partner: its value in a copy}; None when the examples do not tell.

        :param list batch: (seq, ref, name) of customers
        :param list partner_ids: the partners that the ORM made of them
        """
        given = {
            partner_id: {"id": partner_id, "ref": ref, "name": name}
            for partner_id, (_seq, ref, name) in zip(partner_ids, batch, strict=True)
        }
        self.env.cr.execute(SQL("SELECT * FROM res_partner WHERE id = ANY(%s)", partner_ids))
        names = [column.name for column in self.env.cr.description]
        rows = [dict(zip(names, row, strict=True)) for row in self.env.cr.fetchall()]
        learned = {}
        for name in names:
            for source in ("id", "ref", "name"):
                if all(row[name] == given[row["id"]][source] for row in rows):
                    learned[name] = SQL("customer.%s", SQL.identifier(source))
                    break
            else:
                if not _are_alike([row[name] for row in rows]):
                    return None
                learned[name] = SQL("example.%s", SQL.identifier(name))
        return learned


def _are_alike(values):
    if all(isinstance(value, datetime) for value in values):
        return max(values) - min(values) < TOGETHER
    return all(value == values[0] for value in values)
