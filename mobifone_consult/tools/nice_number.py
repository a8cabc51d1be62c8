"""Is a number a "nice number" (số đẹp)? Read off two free texts of the number's record (situation 1, TH2.1)."""

import functools
import re
import unicodedata

_NEGATIONS = {"khong", "chua"}


@functools.lru_cache(maxsize=1024)
def is_nice(commitment_type: str, owner_unit: str, commitment_words: str, owner_words: str) -> bool:
    """True when the commitment names one of `commitment_words` or the owner one of `owner_words`, not negated.

    :param commitment_type: "Loại cam kết" of the number, e.g. "CK 24 tháng", "Không CK"
    :param owner_unit: "Công ty" of the number, e.g. "Số TCT"
    :param commitment_words: setting, comma-separated words or phrases, e.g. "CK"
    :param owner_words: likewise, e.g. "số TCT"
    """
    return _names(commitment_type, commitment_words) or _names(owner_unit, owner_words)


def _names(text: str, words: str) -> bool:
    tokens = _tokens(text or "")
    for phrase in (words or "").split(","):
        wanted = _tokens(phrase)
        for start in range(len(tokens) - len(wanted) + 1 if wanted else 0):
            found = all(_same(have, want) for have, want in zip(tokens[start:], wanted, strict=False))
            if found and not _negated(tokens[:start]):
                return True
    return False


def _same(have: str, want: str) -> bool:
    # The term may stand glued to the word: CK24, CK12T.
    return have == want or bool(re.fullmatch(re.escape(want) + r"\d+\w*", have))


def _negated(before: tuple) -> bool:
    if before and before[-1] == "co":  # "không có CK"
        before = before[:-1]
    return bool(before) and before[-1] in _NEGATIONS


def _tokens(text: str) -> tuple:
    """Words in lower case without diacritics, so that "Số TCT", "SO TCT" and decomposed Unicode are one."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return tuple(re.findall(r"[^\W_]+", plain))
