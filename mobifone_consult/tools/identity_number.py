"""Numbers of identity papers: the form people type them in, what the 12 digits of a citizen number say, and masks."""

import re
import unicodedata
from datetime import date

# Digit 4 of a citizen number: century of birth and sex. 0/1: 1900s male/female, 2/3: 2000s, … (Circular 07/2016)
_FIRST_CENTURY = 1900
HIGHEST_PROVINCE = 96


# A day; or eight digits and more, whatever stands between them.
_LONG_NUMBER = re.compile(
    r"(?P<day>\b\d{1,2}[/.\-]\d{1,2}[/.\-]\d{4}\b|\b\d{4}-\d\d-\d\d\b)|\d(?:[\s.,\-–_/]{0,3}\d){7,}"
)
_PASSPORT = re.compile(r"\b[A-Za-z]{1,2}[ .\-]?\d{6,8}\b")


def plain(text: str) -> str:
    """The number without what people type between its digits: "001 090.123-456" → "001090123456"."""
    return re.sub(r"[\s.\-–_/]+", "", unicodedata.normalize("NFKC", text)).upper()


def doubts(number: str, gender: str | None, born_on: date | None) -> list:
    """What in a 12-digit citizen number does not fit the person: any of province, gender, birth_year.

    :param gender: male, female, or None when not known
    """
    found = []
    if not re.fullmatch(r"[0-9]{12}", number):
        return found
    if not 1 <= int(number[:3]) <= HIGHEST_PROVINCE:
        found.append("province")
    century, is_female = _FIRST_CENTURY + int(number[3]) // 2 * 100, int(number[3]) % 2 == 1
    if gender in ("male", "female") and is_female != (gender == "female"):
        found.append("gender")
    if born_on and born_on.year != century + int(number[4:6]):
        found.append("birth_year")
    return found


def masked(number: str) -> str:
    """All but the last three: "001090123456" → "•••••••••456"."""
    return "•" * (len(number) - 3) + number[-3:]


def masked_name(name: str) -> str:
    """The first letter of each word: "Nguyễn Văn An" → "N••••• V•• A•"."""
    return " ".join(word[0] + "•" * (len(word) - 1) for word in name.split())


def without_numbers(text: str) -> str:
    """Free text with every number hidden that may be one of papers, of a bank or of a telephone: they stay with their
    last three digits. For what leaves the house and for what stays in it for long."""
    text = unicodedata.normalize("NFC", text)
    hidden = _LONG_NUMBER.sub(lambda found: found["day"] or masked(re.sub(r"\D", "", found[0])), text)
    return _PASSPORT.sub(lambda found: masked(re.sub(r"\W", "", found[0])), hidden)
