"""Keys of scripts, steps and answers, made from what people call them."""

import re
import unicodedata

LENGTH = 40
_VARIABLE = re.compile(r"\{[^{}]*\}")
_OTHER = re.compile(r"[^a-z0-9]+")


def key_for(text: str, taken: set, fallback: str) -> str:
    """A key that nobody has yet: "Đã có ứng dụng?" → "da_co_ung_dung", the second time "da_co_ung_dung_2".

    :param text: a title or label; variables in it are left out
    :param taken: the keys there are
    :param fallback: a key for a text without letters
    """
    plain = unicodedata.normalize("NFKD", _VARIABLE.sub(" ", text or "").lower().replace("đ", "d"))
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    slug = _OTHER.sub("_", letters).strip("_")
    if len(slug) > LENGTH:
        # At the end of a word, unless it is one long word.
        slug = slug[: LENGTH + 1].rpartition("_")[0] or slug[:LENGTH]
    if not slug or not slug[0].isalpha():
        slug = f"{fallback}_{slug}".strip("_")
    key, number = slug, 1
    while key in taken:
        number += 1
        key = f"{slug}_{number}"
    return key
