"""The columns of a feed file, and what makes a good cell of each."""

import functools
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime

from . import local_time, msisdn

COLUMNS = (
    "msisdn", "payment_mode", "line_status", "usage_class", "device_class", "app_status", "app_installed_on",
    "commitment_type", "owner_unit", "registration_state", "registration_missing", "customer_ref", "customer_name",
)  # fmt: skip
MAX_TEXT = 200
# No app was installed before: a date like 1970-01-01 stands for one that is not known.
FIRST_YEAR = 2000
CACHE = 10_000  # cleaned cells remembered per column

# Bytes that are no UTF-8 arrive as surrogates (the reader's errors="surrogateescape").
UNREADABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
_CODE = re.compile(r"[\w.-]{1,64}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)


class BadCell(ValueError):
    """A cell that cannot be taken. `code` says why: value, date, future, past, text, long, codes, cells."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def cleaners(columns: list, selections: dict, now: datetime) -> list:
    """A function for each column that makes of a cell what is stored, None for nothing.

    Each raises BadCell (that of the number msisdn.BadNumber) for a cell that cannot be taken.

    :param selections: column → allowed values, for the columns that have a fixed set of them
    :param now: UTC, naive; what was installed later is refused
    """
    return [_cleaner(column, selections, now) for column in columns]


def _cleaner(column: str, selections: dict, now: datetime) -> Callable:
    if column == "msisdn":
        return msisdn.parse
    if column in ("customer_ref", "customer_name"):
        return _text
    moment = functools.partial(_moment, local_time.local(now).date(), now + local_time.CLOCK_SKEW)
    clean = {"app_installed_on": moment, "registration_missing": _codes}.get(column, _text)
    if column in selections:
        clean = functools.partial(_choice, frozenset(selections[column]))
    # The other columns say the same few things over and over.
    return functools.lru_cache(maxsize=CACHE)(clean)


def _choice(allowed, cell):
    value = cell.strip()
    if value and value not in allowed:
        raise BadCell("value")
    return value or None


def _moment(today, latest, cell):
    cell = cell.strip()
    if not cell:
        return None
    try:
        if _DAY.fullmatch(cell):
            # The customer's day begins before that of UTC.
            is_future = date.fromisoformat(cell) > today
        elif _MOMENT.fullmatch(cell):
            is_future = datetime.fromisoformat(cell) > latest
        else:
            raise BadCell("date")
    except BadCell:
        raise
    except ValueError as error:
        raise BadCell("date") from error
    if is_future:
        raise BadCell("future")
    if cell < str(FIRST_YEAR):
        raise BadCell("past")
    return cell


def _text(cell):
    if UNREADABLE.search(cell):
        raise BadCell("text")
    cell = " ".join(cell.split())
    if len(cell) > MAX_TEXT:
        raise BadCell("long")
    return unicodedata.normalize("NFC", cell) or None


def _codes(cell):
    codes = [code.strip() for code in cell.split(";") if code.strip()]
    if not all(map(_CODE.fullmatch, codes)):
        raise BadCell("codes")
    return ";".join(codes) or None
