"""Settings that hold e-mail addresses."""

from odoo.tools import single_email_re


def bad_addresses(text: str) -> list:
    """Those of the addresses, separated by commas, that are none."""
    return [part for part in map(str.strip, (text or "").split(",")) if not single_email_re.fullmatch(part)]
