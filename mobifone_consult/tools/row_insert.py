"""A row of which there may be one only, made by whoever is first."""

from psycopg2.errors import SerializationFailure, UniqueViolation

from odoo.tools import SQL


def inserted(model, values: dict):
    """The new record, or None when another transaction made the one that is allowed.

    Not by `create`, which would log the loser's statement as an error.

    :param model: a model without _log_access
    :param values: of its columns
    """
    model.env.flush_all()
    cr = model.env.cr
    columns = SQL(", ").join(map(SQL.identifier, values))
    row = SQL(", ").join(SQL("%s", None if value is False else value) for value in values.values())
    savepoint = cr.savepoint(flush=False)
    try:
        statement = SQL("INSERT INTO %s (%s) VALUES (%s) RETURNING id", SQL.identifier(model._table), columns, row)
        cr.execute(statement, log_exceptions=False)
    except (UniqueViolation, SerializationFailure):
        savepoint.close(rollback=True)
        return None
    record_id = cr.fetchone()[0]
    savepoint.close(rollback=False)
    return model.browse(record_id)
