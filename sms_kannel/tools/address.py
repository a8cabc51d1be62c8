import re
from urllib.parse import urlsplit


def is_address(text: str) -> bool:
    """An http(s) address that needs no user, no question and no escapes: what Kannel and we build addresses on."""
    try:
        address = urlsplit(text)
        return bool(
            address.scheme in ("http", "https")
            and address.hostname
            and "@" not in address.netloc
            and not (address.query or address.fragment)
            and address.port != 0  # one that is no port raises an error
            and re.fullmatch(r"[\x21-\x7e]{1,500}", text)
            and "%" not in text
        )
    except ValueError:
        return False
