"""Rows that one request at a time may work on."""

from odoo.exceptions import LockError
from odoo.tools import SQL


def held(records):
    """The same records, locked until this transaction ends.

    Not by `lock_for_update`, which logs an error where another transaction has just changed one of them and this one is
    only to be run again.

    :raise LockError: when another request holds one of them
    """
    if not records:
        return records
    records.env.cr.execute(
        SQL(
            "SELECT id FROM %s WHERE id IN %s FOR NO KEY UPDATE SKIP LOCKED",
            SQL.identifier(records._table),
            tuple(records.ids),
        ),
        log_exceptions=False,
    )
    if records.env.cr.rowcount != len(records):
        raise LockError(records.env._("Somebody else is working on this at the same moment: try again."))
    return records
