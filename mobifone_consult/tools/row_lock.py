"""Rows that one request at a time may work on."""

from odoo.exceptions import LockError, UserError


def held(records):
    """The same records, locked until this transaction ends.

    :raise UserError: when another request holds one of them
    """
    try:
        records.lock_for_update(allow_referencing=True)
    except LockError as error:
        raise UserError(records.env._("Somebody else is working on this at the same moment: try again.")) from error
    return records
