"""SQL of the line feed: what a fed row makes of a line. In all of it `line` is the line, `fed` the row of the file."""

from odoo.tools import SQL

# An empty cell of these clears the line's value; of all other columns it leaves the value alone.
CLEARED_WHEN_EMPTY = ("commitment_type", "owner_unit", "registration_missing")
KEPT_WHEN_EMPTY = ("payment_mode", "line_status", "usage_class", "device_class", "registration_state")
# Fed value → when the feed last changed it: an agent's note counts only when it is younger.
CHANGED_ON = {"device_class": "device_class_on", "registration_state": "registration_on"}

_NO_APP_CELLS = SQL("fed.app_status IS NULL AND fed.app_installed_on IS NULL")
_IS_INSTALL = SQL("coalesce(fed.app_status, 'installed') = 'installed' AND fed.app_installed_on IS NOT NULL")
# False, never NULL, where nothing is known to compare with.
_IS_OLD_NEWS = SQL(
    """%s AND (fed.app_installed_on < greatest(line.app_installed_on, line.app_event_on)
               OR line.app_status != 'installed' AND fed.app_installed_on = line.app_event_on) IS TRUE""",
    _IS_INSTALL,
)


def typed(columns: list) -> SQL:
    """The file's columns as a select list that gives the staging table their types."""
    types = {"app_installed_on": SQL("timestamp")}
    return SQL(", ").join(
        SQL("NULL::%s AS %s", types.get(name, SQL("varchar")), SQL.identifier(name)) for name in columns
    )


def masked(number: SQL) -> SQL:
    """A number with its middle hidden: what msisdn.masked makes of it.

    :param number: an expression
    """
    national = SQL(
        "CASE WHEN %(number)s LIKE '+84%%' THEN '0' || substr(%(number)s, 4) ELSE %(number)s END", number=number
    )
    return SQL("left(%(text)s, 4) || '•••' || right(%(text)s, 3)", text=national)


def fed_rows(columns: list) -> SQL:
    """The staged rows with all that the expressions below may name, to select from as `fed`.

    :param columns: the file's columns
    """
    absent = [name for name in ("app_status", "app_installed_on") if name not in columns]
    nothing = {"app_status": SQL("NULL::varchar"), "app_installed_on": SQL("NULL::timestamp")}
    more = [SQL("%s AS %s", nothing[name], SQL.identifier(name)) for name in absent]
    # `place` is the row's place in the file.
    row = [SQL("stage.ctid AS place"), SQL("stage.*")]
    if "customer_ref" not in columns:
        return SQL("(SELECT %s FROM mobifone_feed_row stage)", SQL(", ").join([*row, *more]))
    return SQL(
        """(SELECT %s FROM mobifone_feed_row stage
         LEFT JOIN mobifone_feed_customer customer ON customer.ref = stage.customer_ref)""",
        SQL(", ").join([*row, *more, SQL("customer.partner_id")]),
    )


def last_rows(numbers: SQL) -> SQL:
    """The last staged row of each number, to select from: msisdn and its `place` in the file.

    Sorted, not joined with itself: a number may stand in a file a hundred thousand times.

    :param numbers: a query of the numbers that are asked for
    """
    return SQL(
        """(SELECT DISTINCT ON (msisdn COLLATE "C") msisdn, ctid AS place FROM mobifone_feed_row
             WHERE msisdn IN (%s) ORDER BY msisdn COLLATE "C", ctid DESC)""",
        numbers,
    )


def changed_values(columns: list) -> dict:
    """Column of the line → its value after the row of the file, for the columns that the file can change."""
    values = {name: SQL("fed.%s", SQL.identifier(name)) for name in CLEARED_WHEN_EMPTY if name in columns}
    for name in KEPT_WHEN_EMPTY:
        if name in columns:
            values[name] = SQL("coalesce(fed.%(name)s, line.%(name)s)", name=SQL.identifier(name))
    if "customer_ref" in columns:
        values["partner_id"] = SQL("coalesce(fed.partner_id, line.partner_id)")
    if "app_status" in columns or "app_installed_on" in columns:
        values["app_status"] = SQL(
            """CASE WHEN %(old)s THEN line.app_status
                    WHEN %(install)s THEN 'installed'
                    WHEN %(empty)s THEN %(without)s
                    ELSE fed.app_status END""",
            old=_IS_OLD_NEWS,
            install=_IS_INSTALL,
            empty=_NO_APP_CELLS,
            without=SQL("CASE WHEN line.app_installed_on IS NULL THEN 'not_installed' ELSE line.app_status END")
            if "app_status" in columns
            else SQL("line.app_status"),
        )
    if "app_installed_on" in columns:
        values["app_installed_on"] = SQL(
            "CASE WHEN %s AND NOT (%s) THEN fed.app_installed_on ELSE line.app_installed_on END",
            _IS_INSTALL,
            _IS_OLD_NEWS,
        )
    return values


def change_times(values: dict, now: object) -> dict:
    """Column of the line → value, for the columns that remember when the feed changed another one.

    :param values: as `changed_values` returns them
    :param now: UTC, naive
    """
    return {
        stamp: SQL(
            "CASE WHEN %(value)s IS DISTINCT FROM line.%(name)s THEN %(now)s ELSE line.%(stamp)s END",
            value=values[name],
            name=SQL.identifier(name),
            now=now,
            stamp=SQL.identifier(stamp),
        )
        for name, stamp in CHANGED_ON.items()
        if name in values
    }


def first_values(columns: list, defaults: dict) -> dict:
    """Column of the line → its value in a new line.

    :param columns: the file's columns
    :param defaults: the model's defaults of the columns that must not be empty
    """
    values = {name: SQL("fed.%s", SQL.identifier(name)) for name in ("msisdn", *CLEARED_WHEN_EMPTY) if name in columns}
    for name in KEPT_WHEN_EMPTY:
        default = SQL("%s::varchar", defaults.get(name))
        values[name] = SQL("coalesce(fed.%s, %s)", SQL.identifier(name), default) if name in columns else default
    if "customer_ref" in columns:
        values["partner_id"] = SQL("fed.partner_id")
    values["app_status"] = SQL(
        "CASE WHEN %s THEN 'installed' WHEN %s THEN %s ELSE fed.app_status END",
        _IS_INSTALL,
        _NO_APP_CELLS,
        "not_installed" if "app_status" in columns else defaults["app_status"],
    )
    values["app_installed_on"] = SQL("CASE WHEN %s THEN fed.app_installed_on END", _IS_INSTALL)
    return values
