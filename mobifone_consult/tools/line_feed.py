"""The file that feeds lines: CSV, plain or gzip, read as a stream and cleaned for PostgreSQL's COPY."""

import contextlib
import csv
import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime
from io import BufferedReader, StringIO, TextIOWrapper
from tempfile import SpooledTemporaryFile
from typing import BinaryIO

from . import line_cells, line_plain, msisdn
from .line_cells import COLUMNS

# Characters read at once, and at least as many given to COPY. More than a local socket takes: so reading and storing
# take turns, and leave a core to the agents; at the same time they would be done a tenth sooner.
BLOCK = 1 << 18
# No line of a good file is longer: what is, is no CSV, and is not to be read into memory.
MAX_LINE = 65_536
# Bytes of rows kept aside that stay in memory; more go to a temporary file.
MAX_ASIDE = 1 << 20
# Names told of a header that cannot be taken.
MAX_NAMES = 5
_EMPTY = re.compile(r"\n+")


class FeedError(ValueError):
    """The file cannot be read. `code` says why, `details` what and where.

    Codes: empty, encoding, unknown, repeated, no_msisdn, csv, long, gzip, cut.
    """

    def __init__(self, code: str, details: str = ""):
        super().__init__(f"{code} {details}")
        self.code = code
        self.details = details


class Reader:
    """The rows of a feed file, itself a file to COPY from (`read`): CSV of the file's columns, only the good rows.

    Two kinds of rows are kept aside, as one connection cannot do two COPYs at once: `doubtful`, good rows whose number
    may be none, and `refused`, the numbers of rows that something else is wrong with.

    :param stream: the file's bytes, plain or gzip
    :param selections: column → allowed values, for the columns that have a fixed set of them
    :param now: UTC, naive; what was installed later is refused
    :param mobile: regular expression of the nine digits of a mobile number (msisdn.mobile_pattern)
    :param rejects: told (`add`) of each row not taken and (`note`) of each doubtful one
    :raise FeedError: when the header cannot be taken
    """

    def __init__(self, stream: BinaryIO, selections: dict, now: datetime, mobile: str, rejects):
        text = TextIOWrapper(_unzipped(stream), encoding="utf-8-sig", errors="surrogateescape", newline="")
        self._lines = _Lines(text)
        self._csv = csv.reader(self._lines, strict=True)
        self._rejects = rejects
        self.read_count = 0
        self.error = None
        self.columns = self._header()
        self._number_at = self.columns.index("msisdn")
        self._plain = line_plain.PlainRows(self.columns, selections, now, mobile)
        self._cleaners = line_cells.cleaners(self.columns, selections, now)
        self._is_mobile = re.compile(mobile, re.ASCII).fullmatch
        self.doubtful, self.refused = Aside(), Aside()
        self._pieces = self._rows()

    def read(self, _size: int = -1) -> str:
        """A block of the good rows, "" at the end or when the file cannot be read any further (`error`)."""
        pieces, length = [], 0
        try:
            while length < BLOCK and (piece := next(self._pieces, "")):
                pieces.append(piece)
                length += len(piece)
        except FeedError as error:
            self.error = error
        return "".join(pieces)

    def _rows(self) -> Iterator[str]:
        """The good rows, one or many at a time."""
        lines = self._lines
        while lines.fill():
            end = self._plain.end(lines.text, lines.place)
            if end > lines.place:
                rows = lines.taken(end)
                self.read_count += rows.count("\n")
                yield self._plain.normalised(rows)
            elif lines.text[lines.place] == "\n":
                # At once: a few bytes of gzip may hold millions of them.
                lines.taken(_EMPTY.match(lines.text, lines.place).end())
            elif (cells := self._next_row()) and (row := self._clean(cells)):
                yield row

    def _next_row(self):
        """The cells of the next row, [] for an empty line."""
        first = self._lines.number + 1
        try:
            return next(self._csv, [])
        except csv.Error as error:
            # Where the row begins: a quote that is left open ends at the end of the file.
            raise FeedError("csv", f"{first}") from error

    def _header(self):
        header = [name.strip() for name in self._next_row()] if self._lines.fill() else []
        if not header:
            raise FeedError("empty")
        if any(map(line_cells.UNREADABLE.search, header)):
            raise FeedError("encoding")
        unknown = [name[:50] for name in header if name not in COLUMNS]
        repeated = [name for name in COLUMNS if header.count(name) > 1]
        for code, names in (("unknown", unknown), ("repeated", repeated)):
            if names:
                more = ", …" if names[MAX_NAMES:] else ""
                raise FeedError(code, ", ".join(f"“{name}”" for name in names[:MAX_NAMES]) + more)
        if "msisdn" not in header:
            raise FeedError("no_msisdn")
        return header

    def _clean(self, cells):
        """The row for COPY; None when it was rejected or kept aside."""
        self.read_count += 1
        line = self._lines.number
        if len(cells) != len(self.columns):
            self._rejects.add(line, "", str(len(cells)), line_cells.BadCell("cells"))
            return None
        row = []
        try:
            for clean, cell in zip(self._cleaners, cells, strict=True):
                row.append(clean(cell))
        except (line_cells.BadCell, msisdn.BadNumber) as error:
            column = len(row)
            self._rejects.add(line, self.columns[column], cells[column], error)
            self._refuse(cells[self._number_at])
            return None
        number = row[self._number_at]
        if number.startswith("+84") and len(number) == 12 and number[3] in "35789" and not self._is_mobile(number[3:]):
            self._rejects.note(line, "msisdn", cells[self._number_at], msisdn.BadNumber("doubtful"))
            self.doubtful.add(row)
            return None
        return _as_csv(row)

    def _refuse(self, cell):
        with contextlib.suppress(msisdn.BadNumber):  # that is no line's number
            self.refused.add([msisdn.parse(cell)])


class Told:
    """A reader that tells how far it is at each piece.

    :param tell: called with "read" and the number of rows read
    """

    def __init__(self, reader: Reader, tell: Callable):
        self._reader = reader
        self._tell = tell
        # What broke the reading off: COPY makes an error of the database of it.
        self.error = None

    def read(self, size: int = -1) -> str:
        """As the reader's."""
        try:
            self._tell("read", self._reader.read_count)
            return self._reader.read(size)
        except BaseException as error:
            self.error = error
            raise


class Aside:
    """Rows kept until the COPY is over, in a file where they are many. To be read once, as CSV."""

    def __init__(self):
        self._file = SpooledTemporaryFile(MAX_ASIDE, "w+", encoding="utf-8", newline="")  # noqa: SIM115
        self.count = 0

    def add(self, row: list) -> None:
        """Keep a row of cleaned cells."""
        self.count += 1
        self._file.write(_as_csv(row))

    def rewound(self) -> SpooledTemporaryFile:
        """The file, to be read from its begin."""
        self._file.seek(0)
        return self._file


class _Lines:
    """The file's lines for the CSV reader, and its text for whoever takes many of them at once.

    `text` holds whole lines only, `place` is the begin of the next one, `number` is that of the last line given.
    """

    def __init__(self, stream: TextIOWrapper):
        self._stream = stream
        self._rest = ""
        self.text, self.place, self.number = "", 0, 0

    def fill(self) -> bool:
        """See that a line is there; False at the end of the file."""
        while self.place >= len(self.text):
            try:
                block = self._stream.read(BLOCK)
            except (EOFError, gzip.BadGzipFile, zlib.error) as error:
                raise FeedError("gzip", str(self.number)) from error
            except OSError as error:  # a connection or a disk
                raise FeedError("cut", str(self.number)) from error
            if not block:
                if not self._rest:
                    return False
                block = "\n"
            text = self._rest + block
            end = text.rfind("\n") + 1
            self._rest = text[end:]
            text = text[:end]
            if len(self._rest) > MAX_LINE:
                raise self._too_long(self.number + text.count("\n") + 1)
            self.text = text.replace("\r\n", "\n") if "\r" in text else text
            self.place = 0
        return True

    def taken(self, end: int) -> str:
        """The text from here to `end`, the end of a line."""
        text = self.text[self.place : end]
        self.place = end
        self.number += text.count("\n")
        return text

    def _too_long(self, number):
        return FeedError("long", str(number))

    def __iter__(self):
        return self

    def __next__(self):
        if not self.fill():
            raise StopIteration
        end = self.text.index("\n", self.place) + 1
        if end - self.place > MAX_LINE:
            raise self._too_long(self.number + 1)
        line = self.taken(end)
        # Python 3.10's csv gives up on a NUL; any control character makes the row a reject.
        return line.replace("\0", "\x01") if "\0" in line else line


def _unzipped(stream):
    if not hasattr(stream, "peek"):
        stream = BufferedReader(stream)
    try:
        # Peeked, not read: a pipe cannot be rewound.
        is_gzip = stream.peek(2)[:2] == b"\x1f\x8b"
    except OSError as error:
        raise FeedError("cut", "0") from error
    return gzip.GzipFile(fileobj=stream) if is_gzip else stream


def _as_csv(row: list) -> str:
    """A row of cleaned cells, None for nothing, as COPY reads CSV."""
    out = StringIO()
    csv.writer(out, lineterminator="\n").writerow(row)
    return out.getvalue()
