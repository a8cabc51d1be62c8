"""When somebody left, as people write it."""

import re
from contextlib import suppress
from datetime import date, datetime

from . import local_time

# 31/03/2026, 2026-03-31, with or without a time of day.
DAY_FIRST = r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})"
YEAR_FIRST = r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
CLOCK = r"(?:[ T]+(?P<hour>\d{1,2})[:h](?P<minute>\d{2}))?"
# As Odoo's own clients write it, which is always UTC.
STORED = "%Y-%m-%d %H:%M:%S"
FORMS = [re.compile(form + CLOCK, re.ASCII) for form in (DAY_FIRST, YEAR_FIRST)]


def read(value) -> datetime | None:
    """The moment (UTC, naive) that is meant; a bare day means its last minute in Vietnam (design 3).

    Text is read on Vietnam's clock; a datetime, and text with seconds as clients of Odoo send it, is UTC.

    :return: None when it is neither a date nor a time
    """
    if isinstance(value, datetime):
        return value.replace(second=0, microsecond=0)
    if isinstance(value, date):
        return local_time.end_of_day(value)
    text = value.strip() if isinstance(value, str) else ""
    with suppress(ValueError):
        return datetime.strptime(text, STORED).replace(second=0)
    match = next(filter(None, (form.fullmatch(text) for form in FORMS)), None)
    if not match:
        return None
    numbers = {name: int(number) for name, number in match.groupdict().items() if number}
    try:
        if "hour" in numbers:
            return local_time.utc(datetime(**numbers))
        return local_time.end_of_day(date(**numbers))
    except (ValueError, OverflowError):  # the first hours of the year 1 are none in UTC
        return None
