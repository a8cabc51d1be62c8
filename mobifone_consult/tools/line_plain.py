"""The plain rows of a feed file: those that are good as they stand, found by one regular expression.

Nearly all rows of a feed are. A row is plain only if `line_cells` would take each of its cells and change none but the
number's; whatever else there is goes through the CSV reader. (The tests compare the two.)
"""

import re
from datetime import date, datetime

from . import local_time
from .line_cells import FIRST_YEAR, MAX_TEXT

# Letters that are composed already, so that nothing is left to normalise; no quote, no comma, no space.
_LETTER = "!#-+\\--~\u00c0-\u024f\u1e00-\u1eff"
_TEXT = f"(?:[{_LETTER}](?:[{_LETTER} ]{{0,{MAX_TEXT - 2}}}[{_LETTER}])?)?"
_CODE = r"[A-Za-z0-9_.-]{1,64}"
_CODES = f"(?:{_CODE}(?:;{_CODE})*)?"
_TIME = r"(?: (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)?"
# 29 February goes through the CSV reader.
_DAYS = r"(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"


class PlainRows:
    """Finds runs of plain rows.

    :param columns: the file's columns
    :param selections: column → allowed values, for the columns that have a fixed set of them
    :param now: UTC, naive
    :param mobile: regular expression of the nine digits of a mobile number (msisdn.mobile_pattern)
    """

    def __init__(self, columns: list, selections: dict, now: datetime, mobile: str):
        cells = {
            **{column: f"(?:{'|'.join(map(re.escape, allowed))}|)" for column, allowed in selections.items()},
            "msisdn": rf"(?:\+?84|0){mobile}",
            "app_installed_on": _past(local_time.local(now).date()),
            "registration_missing": _CODES,
        }
        # Two spaces in a row are one too many, wherever they are.
        row = "(?!.*  )" + ",".join(cells.get(column, _TEXT) for column in columns) + "\n"
        self._rows = re.compile(f"(?:{row})*", re.ASCII)
        before = "[^,\n]*," * columns.index("msisdn")
        # From the line before on: a literal first character is found much faster than the begin of a line.
        self._number = re.compile(rf"\n({before})(?:0|84)(?=\d{{9}}[,\n])", re.ASCII) if before else None

    def end(self, text: str, start: int) -> int:
        """Where the plain rows end that begin at `start`, the begin of a row."""
        return self._rows.match(text, start).end()

    def normalised(self, rows: str) -> str:
        """Plain rows with their numbers in E.164."""
        rows = "\n" + rows
        if self._number:
            return self._number.sub(r"\n\1+84", rows)[1:]
        # The number comes first, as in most files: no expression is as fast.
        return rows.replace("\n84", "\n+84").replace("\n0", "\n+84")[1:]


def _past(today: date) -> str:
    """Expression of a day before `today`, with or without a time; which days beyond are good is said elsewhere."""
    # UTC's clock is behind that of Vietnam: a time on a day before Vietnam's today lies in the past.
    years = "|".join(map(str, range(FIRST_YEAR, today.year)))
    months = "|".join(f"{month:02d}" for month in range(1, today.month))
    parts = [f"(?:{years})-{_DAYS}"]
    if months:
        parts.append(rf"{today.year}-(?=(?:{months})-){_DAYS}")
    return f"(?:(?:{'|'.join(parts)}){_TIME})?"
