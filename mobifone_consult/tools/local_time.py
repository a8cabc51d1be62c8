"""Vietnam's clock. Calls are judged by the hour in Vietnam, whatever the server's or the user's time zone."""

from datetime import date, datetime, timedelta

import pytz

VIETNAM = pytz.timezone("Asia/Ho_Chi_Minh")
# Clocks of two systems differ a little: by so much a foreign time may be ahead of ours, or behind.
CLOCK_SKEW = timedelta(minutes=5)


def local(moment: datetime) -> datetime:
    """The UTC datetime `moment` (naive, as Odoo stores it) on Vietnam's clock."""
    return pytz.utc.localize(moment).astimezone(VIETNAM)


def within(moment: datetime, start: float, end: float) -> bool:
    """Is `moment` (UTC) at start ≤ t < end, in hours of the day in Vietnam? A window may pass midnight."""
    clock = local(moment)
    hour = clock.hour + clock.minute / 60 + clock.second / 3600
    return start <= hour < end if start <= end else hour >= start or hour < end


def next_hour(moment: datetime, hour: float) -> datetime:
    """The next time (UTC, naive) after `moment` (UTC) when Vietnam's clock shows `hour`."""
    clock = local(moment)
    opening = clock.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(hours=hour)
    if opening <= clock:
        opening += timedelta(days=1)
    return opening.astimezone(pytz.utc).replace(tzinfo=None)


def end_of_working_day(moment: datetime, days: int, holidays: frozenset = frozenset()) -> datetime:
    """The end (UTC, naive) of the working day that is `days` working days after the one of `moment` (UTC).

    Saturdays, Sundays and holidays do not count; the day of `moment` itself never counts.

    :param holidays: of (day, month) for every year, or (day, month, year)
    """
    day = local(moment).date()
    while days > 0:
        day += timedelta(days=1)
        if day.weekday() < 5 and not {(day.day, day.month), (day.day, day.month, day.year)} & holidays:
            days -= 1
    return utc(datetime(day.year, day.month, day.day, 23, 59, 59))


def utc(clock: datetime) -> datetime:
    """A naive datetime on Vietnam's clock as a UTC one, as Odoo stores it."""
    return VIETNAM.localize(clock).astimezone(pytz.utc).replace(tzinfo=None)


def end_of_day(day: date) -> datetime:
    """The last minute (UTC, naive) of a day in Vietnam."""
    return utc(datetime(day.year, day.month, day.day, 23, 59))


def month_of(moment: datetime) -> date:
    """The first day of the month in Vietnam that `moment` (UTC) falls in."""
    return local(moment).date().replace(day=1)


def spoken(moment: datetime | None) -> str:
    """A moment (UTC) as people here write it: "08:15 23/11/2026"; "" when there is none."""
    return local(moment).strftime("%H:%M %d/%m/%Y") if moment else ""
