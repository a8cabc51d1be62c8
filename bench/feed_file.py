"""Feed files of lines that nobody has: as a network writes them, with what is wrong in such files."""

from pathlib import Path

from bench.lines import FIRST

COLUMNS = (
    "msisdn", "payment_mode", "line_status", "usage_class", "device_class", "app_status", "app_installed_on",
    "commitment_type", "owner_unit", "registration_state", "registration_missing",
)  # fmt: skip
# The setting that makes mobile numbers of those in bench.lines.
RANGES = "071 072 073 074 075"
# Leading digits after which no number was given out, neither by the library nor by the setting.
NO_RANGE = 530_000_000
# One row of so many differs from that of the other edition.
CHANGED = 50
# A row of so many is bad, and one has a number that may be none.
BAD, DOUBTFUL = 1000, 5000
# The network's order is none that an index likes: a step through the places that meets each once.
STEP = 7_368_787


def write(path: Path, rows: int, edition: int = 0, customers: int = 0) -> None:
    """A file of so many rows.

    :param edition: 0 or 1: two per cent of the rows differ between the two
    :param customers: add the columns of a customer of his own for each row, numbered from here on
    """
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(COLUMNS) + (",customer_ref,customer_name" if customers else "") + "\n")
        for turn in range(rows):
            n = turn * STEP % rows
            more = f",BENCH-{customers + n},Nguyễn Văn {customers + n}" if customers else ""
            file.write(f"{_bad_row(n) if n % BAD == 499 else _row(n, edition)}{more}\n")


def is_changed(n: int) -> bool:
    """Does the line at place `n` differ between the two editions of the file?"""
    return n % CHANGED == 6


def is_consultable(n: int) -> bool:
    """May the line at place `n` be consulted, whatever the edition of the file?"""
    return n % 8 != 1 and n % 20 != 3 and n % 10 < 7 and n % BAD != 499 and n % DOUBTFUL != 77


def _row(n, edition):
    number = FIRST + n if n % DOUBTFUL != 77 else NO_RANGE + n
    has_app, has_papers = n % 8 == 1, n % 20 != 3
    cells = (
        f"84{number}" if n % 3 == 0 else f"0{number}",
        "postpaid" if (n % 4 == 0) != (edition == 1 and is_changed(n)) else "prepaid",
        "one_way" if n % 50 == 9 else "active",
        "official" if n % 100 == 9 else "personal",
        "smartphone" if n % 10 < 7 else "unknown" if n % 10 == 8 else "feature_phone",
        "installed" if has_app else "not_installed",
        f"2025-{n % 12 + 1:02d}-{n % 28 + 1:02d} {n % 24:02d}:{n % 60:02d}:00" if has_app else "",
        "CK 12 tháng" if n % 30 == 0 else "",
        f'"Chi nhánh {n % 60}, Hà Nội"' if n % 200 == 0 else f"Chi nhánh {n % 60}" if n % 40 == 0 else "",
        "complete" if has_papers else "incomplete",
        "" if has_papers else "portrait;id_front",
    )
    return ",".join(cells)


def _bad_row(n):
    """A row with one of the faults that such files have."""
    number = f"0{FIRST + n}"
    return (
        f"{number},prepaid,suspended,personal,smartphone,not_installed,,,,complete,",
        f"{number},prepaid,active,personal,smartphone,installed,31/12/2025,,,complete,",
        f"{number[:7]},prepaid,active,personal,smartphone,not_installed,,,,complete,",
        f"{number},prepaid,active",
    )[n // BAD % 4]
