"""What a text costs as SMS, and how to make it cost less."""

import math
import unicodedata

GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_7_DOUBLE = frozenset("^{}\\[~]|€\f")  # each takes two places
# What has no accent that could be taken off, and what typing programs make of plain signs.
_PLAIN = str.maketrans(
    {"đ": "d", "Đ": "D", "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "•": "*", "·": "-"}
    | {"\xa0": " "}
)


def is_gsm(text: str) -> bool:
    """Does the text need no more than the 7-bit alphabet of GSM 03.38?"""
    return set(text) <= GSM_7 | GSM_7_DOUBLE


def segments(text: str) -> int:
    """How many SMS the text is sent as: 160 characters of GSM-7 (153 a part), else 70 of UCS-2 (67 a part)."""
    if is_gsm(text):
        length, single, part = len(text) + sum(char in GSM_7_DOUBLE for char in text), 160, 153
    else:
        length, single, part = len(text.encode("utf-16-be")) // 2, 70, 67
    return min(length, 1) if length <= single else math.ceil(length / part)


def plain(text: str) -> str:
    """The text without accents: "Cảm ơn" → "Cam on"; what GSM-7 has no sign for becomes "?"."""
    bare = unicodedata.normalize("NFD", text.translate(_PLAIN))
    bare = "".join(char for char in bare if not unicodedata.combining(char))
    return "".join(char if is_gsm(char) else "?" for char in bare)


def one_segment(text: str) -> str:
    """The text without accents, cut to fit one SMS."""
    text = plain(text)
    if segments(text) <= 1:
        return text
    while segments(text + "...") > 1:
        text = text[:-1]
    return text + "..."
