"""Canonical text of a log's rows, and its digest: the same for ever, whatever Odoo, PostgreSQL or a locale become."""

import hashlib
import json
from collections.abc import Iterator
from datetime import date, datetime

from odoo.tools import SQL

CHUNK = 5000


def digest_of(rows, columns: tuple) -> tuple:
    """(digest, count, the last id) of rows, taken one by one; the first column is the id."""
    digest, count, last_id = hashlib.sha256(), 0, None
    for row in rows:
        digest.update(canonical(row, columns))
        count, last_id = count + 1, row[0]
    return digest.hexdigest(), count, last_id


def canonical(row: tuple, columns: tuple) -> bytes:
    """One row: JSON with sorted keys on a line of its own, moments as they are stored (UTC) with their microseconds."""
    values = dict(zip(columns, row, strict=True))
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_text)
    return text.encode("utf-8", "surrogatepass") + b"\n"


def read(
    cr, table: str, columns: tuple, after: int, *, until_id: int | None = None, limit: int | None = None
) -> Iterator:
    """The rows of a table by id, a chunk at a time: memory does not grow with the range.

    :param after: the id before the first one
    :param until_id: the last id
    :param limit: the most rows
    """
    names = SQL(", ").join(map(SQL.identifier, columns))
    end = SQL("id <= %s", until_id) if until_id is not None else SQL("TRUE")
    left = limit
    while left is None or left > 0:
        size = CHUNK if left is None else min(CHUNK, left)
        cr.execute(
            SQL(
                "SELECT %s FROM %s WHERE id > %s AND %s ORDER BY id LIMIT %s",
                names,
                SQL.identifier(table),
                after,
                end,
                size,
            )
        )
        rows = cr.fetchall()
        yield from rows
        if len(rows) < size:
            return
        after, left = rows[-1][0], None if left is None else left - size


def _text(value):
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a log has no {type(value).__name__}")
