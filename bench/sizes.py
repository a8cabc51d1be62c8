"""How much the benchmarks make and ask: BENCH_LINES alone shrinks all of it, most have a variable as well."""

import os

# Less tells nothing.
LEAST = 20_000


def _size(name: str, usual: int) -> int:
    return int(os.environ.get(f"BENCH_{name}") or usual)


LINES = max(_size("LINES", 10_000_000), LEAST)
# Contacts for the phone search, and for the contacts' search box.
PARTNERS = min(_size("PARTNERS", 1_000_000), LINES)
CONTACTS = min(_size("CONTACTS", LINES), LINES)
# Rows of the file that the feed is measured with, and of one in which each line has a new customer.
FEED = min(_size("FEED", 1_000_000), LINES)
CUSTOMERS = min(_size("CUSTOMERS", 100_000), FEED)
# Look-ups of two years; look-ups that are sealed; accounts that are cleaned up.
HISTORY = max(_size("HISTORY", min(5_000_000, LINES)), 2 * LEAST)
LOG = _size("LOG", min(200_000, LINES))
ACCOUNTS = _size("ACCOUNTS", min(20_000, LINES // 10))
# Requests of one measurement, looks at a screen in a browser.
REQUESTS = _size("REQUESTS", min(400, LINES // 500))
SCREENS = _size("SCREENS", min(40, LINES // 5000))
# Lines at which processes are killed, and how often each is.
CRASH_LINES = min(LINES, 200_000)
KILLS = _size("KILLS", min(10, CRASH_LINES // LEAST))

ALL = {name: value for name, value in globals().items() if name.isupper() and name != "LEAST"}
