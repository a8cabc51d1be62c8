"""The rows that a feed did not take, and why: a CSV file."""

import contextlib
import csv
import os
import re
from collections.abc import Callable

from .line_cells import MAX_TEXT

# What a spreadsheet program would take for a formula; +84… is a number.
_FORMULA = re.compile(r"[=@\t\r]|[+-](?![\d .()-]*\Z)")


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
        self.note(line, column, value, error)

    def note(self, line: int, column: str, value: str, error: Exception) -> None:
        """Write down a row that is told of but counted elsewhere."""
        if self._path and not self._file:
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            self._file = os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="")
            self._write = csv.writer(self._file).writerow
            self._write(("line", "column", "value", "reason"))
        if self._file:
            kind = type(error), error.code
            if kind not in self._reasons:
                self._reasons[kind] = self._reason(error)
            told = f"'{value[:MAX_TEXT]}" if _FORMULA.match(value) else value[:MAX_TEXT]
            self._write((line, column, told, self._reasons[kind]))
