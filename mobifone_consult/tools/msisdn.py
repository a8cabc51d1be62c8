"""Vietnamese subscriber numbers: from what people type to E.164, and back to what people read.

The carrier named by a prefix is a hint only: numbers have been portable since 2018.
"""

import functools
import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress

import phonenumbers
from phonenumbers import carrier

REGION = "VN"
# Nobody types a longer number; what is longer is not worth parsing.
MAX_LENGTH = 32

# The 11-digit mobile numbers that became 10-digit ones in 2018; the last seven digits stayed.
OLD_PREFIXES = {
    "120": "70", "121": "79", "122": "77", "126": "76", "128": "78",  # MobiFone
    "123": "83", "124": "84", "125": "85", "127": "81", "129": "82",  # VinaPhone
    "162": "32", "163": "33", "164": "34", "165": "35", "166": "36", "167": "37", "168": "38", "169": "39",  # Viettel
    "186": "56", "188": "58",  # Vietnamobile
    "199": "59",  # Gmobile
}  # fmt: skip

_DECORATION = re.compile(r"[\s.\-()/\u00ad\u200b-\u200f\u2010-\u2015\u202a-\u202e\u2060\ufeff]+")
_COUNTRY = re.compile(r"^(?:\+|00)?84(?=[1-9]\d{8,9}$)|^(?:(?:\+|00)84)?0(?=[1-9]\d{8,9}$)")
# Mobile ranges opened after the library's last edition: never a reason to refuse what the network feeds us.
_MOBILE = re.compile(r"^[35789]\d{8}$")


class BadNumber(ValueError):
    """Not a telephone number. `code` says why: empty, not_text, too_long, several, letters, too_short, invalid.

    `doubtful`: it has the shape of a mobile number, but lies in no range that was given out.
    """

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def parse(text: object) -> str:
    """Return the number in E.164, e.g. "+84900000001".

    Understands 09x…, +84…, 84…, 0084…, nine bare digits, spaces, dots, dashes, brackets, full-width digits
    and the 11-digit numbers of before 2018, which are converted first.

    :param text: what was typed or fed
    :raise BadNumber: when it is no number, with the reason as `code`
    """
    if text is None or text is False:
        raise BadNumber("empty")
    if isinstance(text, bool) or not isinstance(text, (str, int)):
        raise BadNumber("not_text")
    text = str(text) if isinstance(text, str) or abs(text) < 10**MAX_LENGTH else "9" * (MAX_LENGTH + 1)
    if len(text) > MAX_LENGTH:
        raise BadNumber("too_long")
    plain = _DECORATION.sub("", unicodedata.normalize("NFKC", text))
    if not plain:
        raise BadNumber("empty")
    if re.search(r"[;,|]|\d\+", plain):
        raise BadNumber("several")
    if not re.fullmatch(r"\+?[0-9]+", plain):
        raise BadNumber("letters")
    national = _COUNTRY.sub("", plain)
    if len(national) == 10 and national[:3] in OLD_PREFIXES:
        national = OLD_PREFIXES[national[:3]] + national[3:]
    if _MOBILE.fullmatch(national):
        return "+84" + national
    return _by_library(plain)


def _by_library(plain: str) -> str:
    plain = re.sub(r"^00", "+", plain)
    digits = len(plain.lstrip("+"))
    if digits < 7:
        raise BadNumber("too_short")
    if digits > 15:
        raise BadNumber("too_long")
    try:
        number = phonenumbers.parse(plain, REGION)
    except phonenumbers.NumberParseException as error:
        raise BadNumber("invalid") from error
    if not phonenumbers.is_valid_number(number):
        raise BadNumber("invalid")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@functools.lru_cache(maxsize=16)
def mobile_pattern(more: tuple = ()) -> str:
    """Regular expression of the nine digits of a mobile number, after 0 or +84.

    The ranges given out are those of the library's own metadata: ranges written by hand are wrong (domain 3).

    :param more: leading digits of ranges that the library does not know yet, as "0890" or "890"
    """
    known = phonenumbers.PhoneMetadata.metadata_for_region(REGION).mobile.national_number_pattern
    ranges = [prefix.lstrip("0") for prefix in more]
    return "(?:(?=[35789])(?:{}){})".format(known, "".join(rf"|{digits}\d{{{9 - len(digits)}}}" for digits in ranges))


def parsed(texts: str | Iterable) -> list:
    """The numbers (E.164) among one or several texts; what is none is left out."""
    numbers = []
    for text in [texts] if isinstance(texts, str) else texts:
        with suppress(BadNumber):
            numbers.append(parse(text))
    return numbers


def national(msisdn: str) -> str:
    """The number as people write it here: "+84900000001" → "0900000001"; foreign numbers stay as they are."""
    return "0" + msisdn[3:] if msisdn.startswith("+84") else msisdn


def masked(msisdn: str) -> str:
    """The number with its middle hidden, for lists and logs: "+84900000001" → "0900•••001"."""
    text = national(msisdn)
    return text[:4] + "•••" + text[-3:]


@functools.lru_cache(maxsize=4096)
def carrier_by_prefix(msisdn: str) -> str:
    """The carrier the prefix was given to, "" when unknown: a hint, never a proof of today's carrier."""
    return carrier.name_for_number(phonenumbers.parse(msisdn, REGION), "en")
