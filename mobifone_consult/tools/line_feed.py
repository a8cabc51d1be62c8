"""The file that feeds lines: CSV, plain or gzip, read as a stream and cleaned row by row for PostgreSQL's COPY."""

import contextlib
import csv
import functools
import gzip
import os
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from io import BufferedReader, TextIOWrapper
from typing import BinaryIO

from . import local_time, msisdn

COLUMNS = (
    "msisdn", "payment_mode", "line_status", "usage_class", "device_class", "app_status", "app_installed_on",
    "commitment_type", "owner_unit", "registration_state", "registration_missing", "customer_ref", "customer_name",
)  # fmt: skip
CHUNK = 20_000  # rows
MAX_TEXT = 200
# No line of a good file is longer: what is, is no CSV, and is not to be read into memory.
MAX_LINE = 65_536
NULL = r"\N"
CACHE = 10_000  # cleaned cells remembered per column

# Bytes that are no UTF-8 arrive as surrogates (the reader's errors="surrogateescape").
_UNREADABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
# The plain form, which needs none of the care of msisdn.parse.
_PLAIN_NUMBER = re.compile(r"0[35789]\d{8}", re.ASCII)
_CODE = re.compile(r"[\w.-]{1,64}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)


class FeedError(ValueError):
    """The file cannot be read. `code` says why, `details` what and where.

    Codes: empty, encoding, unknown, repeated, no_msisdn, csv, gzip.
    """

    def __init__(self, code: str, details: str = ""):
        super().__init__(f"{code} {details}")
        self.code = code
        self.details = details


class BadCell(ValueError):
    """A cell that cannot be taken. `code` says why: value, date, future, text, long, codes, cells."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


class Reader:
    """The rows of a feed file.

    :param stream: the file's bytes, plain or gzip
    :param selections: column → allowed values, for the columns that have a fixed set of them
    :param now: UTC, naive; what was installed later is refused
    :raise FeedError: when the header cannot be taken
    """

    def __init__(self, stream: BinaryIO, selections: dict, now: datetime):
        self._selections = selections
        self._today = local_time.local(now).date()
        self._latest = now + local_time.CLOCK_SKEW
        text = TextIOWrapper(_unzipped(stream), encoding="utf-8-sig", errors="surrogateescape", newline="")
        self._csv = csv.reader(_lines(text), strict=True)
        self.read = 0
        self.columns = self._header()

    def chunks(self, reject: Callable, size: int = CHUNK) -> Iterator[str]:
        """Text for COPY (line number and the file's columns), `size` rows at a time; only one chunk is in memory.

        :param reject: called for each row not taken, with line number, column, value and the BadCell or BadNumber
        :raise FeedError: when the file cannot be read to its end
        """
        cleaners = [self._cleaner(name) for name in self.columns]
        rows = []
        for cells in self._rows():
            self.read += 1
            row = self._clean(cells, cleaners, reject)
            if row is not None:
                rows.append(row)
            if len(rows) >= size:
                yield "".join(rows)
                rows = []
        if rows:
            yield "".join(rows)

    def _rows(self):
        try:
            for cells in self._csv:
                if cells:  # an empty line is no row
                    yield cells
        except csv.Error as error:
            raise FeedError("csv", f"{self._csv.line_num}: {error}") from error
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise FeedError("gzip", str(self._csv.line_num)) from error

    def _header(self):
        header = [name.strip() for name in next(self._rows(), ())]
        if not header:
            raise FeedError("empty")
        if any(map(_UNREADABLE.search, header)):
            raise FeedError("encoding")
        unknown = [name[:50] for name in header if name not in COLUMNS]
        repeated = [name for name in COLUMNS if header.count(name) > 1]
        for code, names in (("unknown", unknown), ("repeated", repeated)):
            if names:
                raise FeedError(code, ", ".join(f"“{name}”" for name in names))
        if "msisdn" not in header:
            raise FeedError("no_msisdn")
        return header

    def _clean(self, cells, cleaners, reject):
        line = self._csv.line_num
        if len(cells) != len(cleaners):
            reject(line, "", str(len(cells)), BadCell("cells"))
            return None
        row = [str(line)]
        try:
            for clean, cell in zip(cleaners, cells, strict=True):
                row.append(clean(cell))
        except (BadCell, msisdn.BadNumber) as error:
            column = len(row) - 1
            reject(line, self.columns[column], cells[column], error)
            return None
        return "\t".join(row) + "\n"

    def _cleaner(self, column):
        if column == "msisdn":
            return _number
        if column in ("customer_ref", "customer_name"):
            return _text
        clean = {"app_installed_on": self._moment, "registration_missing": _codes}.get(column, _text)
        if column in self._selections:
            clean = functools.partial(_choice, {value: value for value in self._selections[column]} | {"": NULL})
        # The other columns say the same few things over and over.
        return functools.lru_cache(maxsize=CACHE)(clean)

    def _moment(self, cell):
        cell = cell.strip()
        if not cell:
            return NULL
        try:
            if _DAY.fullmatch(cell):
                # The customer's day begins before that of UTC.
                is_future = date.fromisoformat(cell) > self._today
            elif _MOMENT.fullmatch(cell):
                is_future = datetime.fromisoformat(cell) > self._latest
            else:
                raise BadCell("date")
        except BadCell:
            raise
        except ValueError as error:
            raise BadCell("date") from error
        if is_future:
            raise BadCell("future")
        return cell


def _unzipped(stream):
    if not hasattr(stream, "peek"):
        stream = BufferedReader(stream)
    # Peeked, not read: a pipe cannot be rewound.
    is_gzip = stream.peek(2)[:2] == b"\x1f\x8b"
    return gzip.GzipFile(fileobj=stream) if is_gzip else stream


def _lines(text):
    for number, line in enumerate(iter(lambda: text.readline(MAX_LINE), ""), 1):
        if len(line) == MAX_LINE:
            raise FeedError("csv", f"{number}: line contains more than {MAX_LINE} characters")
        # Python 3.10's csv gives up on a NUL; any control character makes the row a reject.
        yield line.replace("\0", "\x01") if "\0" in line else line


def _number(cell):
    return "+84" + cell[1:] if _PLAIN_NUMBER.fullmatch(cell) else msisdn.parse(cell)


def _choice(allowed, cell):
    value = allowed.get(cell) or allowed.get(cell.strip())
    if value is None:
        raise BadCell("value")
    return value


def _text(cell):
    if not cell:
        return NULL
    if _UNREADABLE.search(cell):
        raise BadCell("text")
    cell = " ".join(cell.split())
    if len(cell) > MAX_TEXT:
        raise BadCell("long")
    if not cell.isascii():
        cell = unicodedata.normalize("NFC", cell)
    return cell.replace("\\", r"\\") or NULL


def _codes(cell):
    codes = [code.strip() for code in cell.split(";") if code.strip()]
    if not all(map(_CODE.fullmatch, codes)):
        raise BadCell("codes")
    return ";".join(codes) or NULL


class RejectFile:
    """The rows not taken, as CSV: line number, column, value, reason. A context manager.

    The file is made with the first of them, readable to its owner only: numbers are in it. An older one is removed.

    :param path: the file, None to keep the count only
    :param reason: from a BadCell or BadNumber to words
    """

    def __init__(self, path: str | None, reason: Callable):
        self._path = path
        self._reason = reason
        self._reasons = {}
        self._file = None
        self.count = 0

    def __enter__(self):
        if self._path:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self._path)
        return self

    def __exit__(self, *error):
        if self._file:
            self._file.close()

    def add(self, line: int, column: str, value: str, error: Exception) -> None:
        """Count one row and write down why it was not taken."""
        self.count += 1
        if self._path and not self._file:
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            self._file = os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="")
            self._write = csv.writer(self._file).writerow
            self._write(("line", "column", "value", "reason"))
        if self._file:
            kind = type(error), error.code
            if kind not in self._reasons:
                self._reasons[kind] = self._reason(error)
            self._write((line, column, value[:MAX_TEXT], self._reasons[kind]))
