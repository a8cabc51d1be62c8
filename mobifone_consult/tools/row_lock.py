"""Rows that one request at a time may work on.

Not by core's `lock_for_update` and `try_lock_for_update`, which log an error where another transaction has just changed
one of the rows and this one is only to be run again.
"""

from odoo.exceptions import LockError
from odoo.tools import SQL


def free(records):
    """Those of the records that nobody holds, locked until this transaction ends."""
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
    locked = {record_id for (record_id,) in records.env.cr.fetchall()}
    return records.filtered(lambda record: record.id in locked)


def held(records):
    """The same records, locked until this transaction ends.

    :raise LockError: when another request holds one of them
    """
    if len(free(records)) != len(records):
        raise LockError(records.env._("Somebody else is working on this at the same moment: try again."))
    return records
