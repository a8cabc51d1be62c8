"""How many parts an SMS takes: GSM 03.38 fits 160 characters (153 a part), anything else 70 (67 a part)."""

import math

_GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWO = set("^{}\\[~]|€\f")  # these take two places


def measure(text: str) -> tuple:
    """Return (encoding "GSM-7" or "UCS-2", characters as billed, number of SMS parts)."""
    if set(text) <= _GSM | _GSM_TWO:
        length = len(text) + sum(char in _GSM_TWO for char in text)
        return "GSM-7", length, _parts(length, 160, 153)
    length = len(text.encode("utf-16-be")) // 2
    return "UCS-2", length, _parts(length, 70, 67)


def _parts(length: int, single: int, part: int) -> int:
    return min(length, 1) if length <= single else math.ceil(length / part)
