"""Texts of call scripts: variables in braces, each with its fallback, and nothing else.

`{so_tb}` is replaced by its value, `{ctkm|hiện chưa có}` by its value or, when there is none, by the fallback. A text
is never evaluated: no attribute, no index, no format, no nested brace. Whatever has a brace and is not of this form is
malformed, and a script that holds it is not published.
"""

import re

# Name → whether every line has a value for it; the others need a fallback wherever they stand.
VARIABLES = {
    "so_tb": True,  # the number, as dialled
    "tong_dai": True,  # the hotline that was dialled
    "can_cu": True,  # the legal basis, a setting
    "ly_do": True,  # the reason of the consult verdict
    "canh_bao": False,  # alerts on the line: locked, terminated, another network
    "ctkm": False,  # promotions in force
    "ngay_cai_app": False,  # day of the install
    "mo_lai": False,  # when the lock ends
    "giay_to_thieu": False,  # papers missing
    "yeu_cau": False,  # how the line's last update request stands
    "nghe_nghiep": False,  # occupation on record
    "menu_nghe_nghiep": False,  # menu of the central program that changes it
    "ket_qua": False,  # what the last act or form answered
}
# Said in the call, kept with it nowhere.
PRIVATE = {"so_tb", "nghe_nghiep"}
_VARIABLE = re.compile(r"\{([a-z_]+)(?:\|([^{}|]*))?\}")


def render(text: str, values: dict) -> str:
    """The text with each variable replaced by its value in `values`, or its fallback when that is empty.

    A value is put in as it is: braces in it mean nothing. A variable nobody knows renders as its fallback.
    """
    return _VARIABLE.sub(lambda match: str(values.get(match[1]) or match[2] or ""), text or "")


def names(text: str) -> set:
    """Names of the variables in the text."""
    return {match[1] for match in _VARIABLE.finditer(text or "")}


def problems(text: str) -> list:
    """What is wrong with the text: list of (code, excerpt) in the order of the text.

    Codes: `unknown_variable`, `no_fallback` (the variable may be empty), `malformed` (a brace that is no variable).
    """
    found = []
    for match in _VARIABLE.finditer(text or ""):
        if match[1] not in VARIABLES:
            found.append(("unknown_variable", match[0]))
        elif not VARIABLES[match[1]] and match[2] is None:
            found.append(("no_fallback", match[0]))
    rest = _VARIABLE.sub("", text or "")
    if brace := re.search(r"[{}].{0,30}", rest):
        found.append(("malformed", brace[0]))
    return found
