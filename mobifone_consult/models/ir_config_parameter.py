import re
from datetime import date

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import single_email_re

from ..tools import log_remove

# Key → (default, lowest, highest). A value out of range, or no number, is refused when saved and read as the default.
NUMBERS = {
    "mobifone_consult.lock_hours": (24, 0, 24 * 366),
    "mobifone_consult.lookup_minutes": (30, 0, 24 * 60),
    "mobifone_consult.conversion_days": (7, 0, 366),
    "mobifone_consult.occupation_from": (7, 0, 24),
    "mobifone_consult.occupation_to": (22, 0, 24),
    # SMS hours: equal means any hour. 0 SMS a day: no limit.
    # A call that nobody goes on with is closed after so many hours.
    "mobifone_consult.call_hours": (4, 0.01, 24 * 7),
    # The supervisor's wall points out calls that have lasted so many minutes.
    "mobifone_consult.long_call_minutes": (10, 0.5, 24 * 60),
    "mobifone_consult.sms_from": (0, 0, 24),
    "mobifone_consult.sms_to": (0, 0, 24),
    "mobifone_consult.sms_per_day": (0, 0, 1000),
    # Papers: hours in which a complete request is decided; days after which what need not be kept is deleted.
    "mobifone_consult.registration_hours": (48, 0.01, 24 * 60),
    "mobifone_consult.photo_megabytes": (16, 0.1, 40),
    "mobifone_consult.photo_days": (7, 0, 3650),
    "mobifone_consult.draft_days": (30, 0, 3650),
    "mobifone_consult.lines_per_paper": (3, 1, 10_000),
    "mobifone_consult.paper_searches": (200, 1, 1_000_000),
    "mobifone_consult.person_request_days": (2, 0, 60),
    # Accounts: days without use, of a commitment; a run that would hit more than both of the last two stops.
    "mobifone_consult.warn_days": (20, 1, 3650),
    "mobifone_consult.suspend_days": (30, 1, 3650),
    "mobifone_consult.close_days": (45, 1, 3650),
    "mobifone_consult.commitment_months": (24, 0, 600),
    "mobifone_consult.acceptance_days": (1, 0, 366),
    "mobifone_consult.roster_days": (10, 0, 366),
    # So far ahead a leaver is reported: until then his account works, and the roster does not ask for him.
    "mobifone_consult.leave_ahead_days": (31, 0, 366),
    "mobifone_consult.stop_percent": (10, 0, 100),
    "mobifone_consult.stop_count": (5, 0, 1_000_000),
    # Honest use: look-ups per user and hour, 0: no limit. What is unusual: 0 does not look for it.
    "mobifone_consult.lookup_quota": (300, 0, 1_000_000),
    "mobifone_consult.unusual_without_call": (20, 0, 1_000_000),
    "mobifone_consult.unusual_without_call_share": (50, 0, 100),
    "mobifone_consult.unusual_sequence": (5, 0, 1000),
    "mobifone_consult.unusual_out_of_shift": (3, 0, 1_000_000),
    "mobifone_consult.unusual_many_agents": (4, 0, 1_000_000),
    "mobifone_consult.unusual_address_minutes": (10, 0, 24 * 60),
    "mobifone_consult.unusual_quota": (1, 0, 1_000_000),
    # Feed: a full file that would end more than this share of the living lines is refused.
    "mobifone_consult.feed_end_percent": (2, 0, 100),
    # Screen pop: seconds that a request may be old or ahead, minutes that an announced call waits, and calls of one
    # exchange in a minute.
    "mobifone_consult.pop_window": (60, 5, 600),
    "mobifone_consult.pop_minutes": (5, 1, 60),
    "mobifone_consult.pop_per_minute": (600, 1, 1_000_000),
    # Letters: days of the month after, in Vietnam; chased from the first moment of one, due to the last of the other.
    "mobifone_consult.letter_chase_day": (3, 1, 28),
    "mobifone_consult.letter_due_day": (4, 1, 28),
    # Months that the rows of a log are kept, 0: for ever. Named after the log's table (mobifone_log_removal.py).
    "mobifone_consult.lookup_months": (0, 0, 1200),
    "mobifone_consult.identity_log_months": (0, 0, 1200),
    "mobifone_consult.agent_event_months": (0, 0, 1200),
}
RETENTIONS = {
    "mobifone_consult.lookup_months",
    "mobifone_consult.identity_log_months",
    "mobifone_consult.agent_event_months",
}
ADDRESSES = (
    "mobifone_consult.care_recipients",
    "mobifone_consult.overdue_recipients",
    "mobifone_consult.leaver_recipients",
    "mobifone_consult.seal_recipients",
    "mobifone_consult.letter_recipients",
)
HOLIDAYS = "mobifone_consult.holidays"
RANGES = "mobifone_consult.mobile_ranges"


class IrConfigParameter(models.Model):
    _inherit = "ir.config_parameter"

    @api.constrains("key", "value")
    def _check_mobifone_number(self):
        for parameter in self:
            if parameter.key in NUMBERS and _in_range(parameter.key, parameter.value) is None:
                _default, lowest, highest = NUMBERS[parameter.key]
                raise ValidationError(
                    self.env._(
                        "%(key)s must be a number from %(lowest)s to %(highest)s, not “%(value)s”.",
                        key=parameter.key,
                        lowest=lowest,
                        highest=highest,
                        value=parameter.value[:50],
                    )
                )

    @api.constrains("key", "value")
    def _check_mobifone_months(self):
        """Evidence that is younger is removed by nobody, and the database would refuse it."""
        for parameter in self:
            months = _in_range(parameter.key, parameter.value) if parameter.key in RETENTIONS else None
            if months and (months < log_remove.LEAST_MONTHS or months % 1):
                raise ValidationError(
                    self.env._("A log is kept for ever (0) or for at least %s months.", log_remove.LEAST_MONTHS)
                )

    @api.constrains("key", "value")
    def _check_mobifone_text(self):
        for parameter in self:
            if parameter.key in ADDRESSES and (bad := bad_addresses(parameter.value)):
                raise ValidationError(self.env._("“%s” is no e-mail address.", bad[0][:50]))
            if parameter.key == HOLIDAYS and (bad := _days(parameter.value)[1]):
                raise ValidationError(self.env._("“%s” is no day: write 30/04 or 17/02/2026.", bad[0][:50]))
            if parameter.key == RANGES and (bad := _ranges(parameter.value)[1]):
                raise ValidationError(self.env._("“%s” is no range of mobile numbers: write 0890.", bad[0][:50]))

    @api.model
    def _mobifone_number(self, name):
        """The numeric setting `mobifone_consult.<name>` as a float, its default when absent or nonsense."""
        key = f"mobifone_consult.{name}"
        number = _in_range(key, self._get_param(key))
        return float(NUMBERS[key][0]) if number is None else number

    @api.model
    def _mobifone_text(self, name):
        """The text setting `mobifone_consult.<name>`, "" when absent."""
        return self._get_param(f"mobifone_consult.{name}") or ""

    @api.model
    def _mobifone_flag(self, name):
        """The setting `mobifone_consult.<name>` that is on or off."""
        return self._mobifone_text(name).lower() in ("true", "1")

    @api.model
    def _mobifone_holidays(self):
        """The holidays: frozenset of (day, month) and (day, month, year)."""
        return frozenset(_days(self._mobifone_text("holidays"))[0])

    @api.model
    def _mobifone_ranges(self):
        """Ranges of mobile numbers that the library does not know yet: tuple of leading digits, as "0890"."""
        return tuple(_ranges(self._mobifone_text("mobile_ranges"))[0])


def _ranges(text):
    """(ranges, what is none) of a text as “0890, 0891”."""
    parts = [part for part in re.split(r"[,;\s]+", text or "") if part]
    good = [part for part in parts if re.fullmatch(r"0?[35789]\d{1,7}", part, re.ASCII)]
    return good, [part for part in parts if part not in good]


def _days(text):
    """(days, what is none) of a text as “30/04, 17/02/2026”."""
    days, bad = [], []
    for part in filter(None, map(str.strip, re.split(r"[,;\s]+", text or ""))):
        numbers = [int(number) for number in re.findall(r"\d{1,4}", part)]
        try:
            # A day of every year: judged by a leap year.
            date(*reversed(numbers if len(numbers) == 3 else [*numbers, 2024]))
            days.append(tuple(numbers))
        except (TypeError, ValueError):
            bad.append(part)
    return days, bad


def _in_range(key, value):
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    _default, lowest, highest = NUMBERS[key]
    return number if lowest <= number <= highest else None


def bad_addresses(text):
    """Those of the addresses, separated by commas, that are none."""
    return [part for part in map(str.strip, (text or "").split(",")) if not single_email_re.fullmatch(part)]
