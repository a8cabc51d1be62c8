"""Lists of accounts as files: what vendors send, and what they are given. CSV or XLSX, one row a person."""

import csv
import io
import re
import unicodedata
import zipfile
from datetime import date, datetime, time

import openpyxl
import xlsxwriter

MAX_BYTES = 2_000_000
MAX_ROWS = 2_000
MAX_COLUMNS = 50
# What an XLSX may unpack to, and how many times its size once it is more than a little.
MAX_UNPACKED, UNPACKED_LITTLE, MAX_RATIO = 50_000_000, 5_000_000, 200
EXCEL_ROWS = 1_048_576
# Our name of a column → how people head it. The last ones are ours and not read.
COLUMNS = {
    "employee_code": ("employee_code", "employee code", "mã đtv", "mã nhân viên"),
    "name": ("name", "họ tên", "họ và tên"),
    "phone": ("phone", "điện thoại", "số điện thoại"),
    "email": ("email", "e-mail"),
    "status": ("status", "trạng thái"),
    "left_at": ("left_at", "left on", "ngày nghỉ", "ngày nghỉ việc"),
    "vendor": ("vendor", "đối tác", "đơn vị đối tác"),
    "reported_at": ("reported_at",),
    "listed_at": ("listed_at",),
    "user": ("user",),
}
HEADINGS = {heading: name for name, headings in COLUMNS.items() for heading in headings}
STATUSES = {
    "": "working", "working": "working", "active": "working", "đang làm": "working", "đang làm việc": "working",
    "left": "left", "nghỉ": "left", "nghỉ việc": "left", "đã nghỉ": "left", "đã nghỉ việc": "left",
}  # fmt: skip
# A cell that begins so is a formula to a spreadsheet program.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
TEMPLATE = ("mã ĐTV", "họ tên", "điện thoại", "email", "trạng thái", "ngày nghỉ")
_NUL = "\0"


class BadFileError(Exception):
    """It is no list. `code` says why, `place` where or what."""

    def __init__(self, code: str, place=""):
        super().__init__(f"{code} {place}")
        self.code, self.place = code, str(place)


def read(data: bytes) -> list[tuple[int, dict]]:
    """The rows of a file that are not empty: (its row number, {column: text}).

    A value that is no text (a formula, an error of a spreadsheet) is None.

    :raise BadFileError: empty, too_big, old_excel, not_xlsx, bomb, not_utf8, not_csv, binary, no_rows, too_many_rows,
        too_many_columns, unknown_column, column_twice, no_code_column, too_many_cells
    """
    if not data.strip():
        raise BadFileError("empty")
    if len(data) > MAX_BYTES:
        raise BadFileError("too_big")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadFileError("old_excel")
    rows = _sheet(data) if data.startswith(b"PK\x03\x04") else _csv(data)
    heading, columns, found = None, [], []
    for number, cells in rows:
        if all(cell == "" for cell in cells):
            continue
        if heading is None:
            heading, columns = number, _columns(cells)
        elif any(cell != "" for cell in cells[len(columns) :]):
            raise BadFileError("too_many_cells", number)
        elif len(found) == MAX_ROWS:
            raise BadFileError("too_many_rows")
        else:
            found.append((number, {name: cell for name, cell in zip(columns, cells, strict=False) if name}))
    if not found:
        raise BadFileError("no_rows")
    return found


def write_csv(columns, rows) -> bytes:
    """A list as CSV, for spreadsheet programs too: UTF-8 with BOM, nothing in it is a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell for cell in row])
    return text.getvalue().encode("utf-8-sig")


def write_xlsx(columns, rows) -> bytes:
    """A list as XLSX: each cell is text, so that codes keep their zeros and nothing is a formula."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        bold, text = book.add_format({"bold": True, "num_format": "@"}), book.add_format({"num_format": "@"})
        sheet = book.add_worksheet()
        sheet.set_column(0, len(columns) - 1, 20, text)
        sheet.freeze_panes(1, 0)
        for number, row in enumerate([columns, *rows]):
            for place, cell in enumerate(row):
                sheet.write_string(number, place, cell, text if number else bold)
    return stream.getvalue()


def _columns(cells):
    if len(cells) > MAX_COLUMNS and any(cell != "" for cell in cells[MAX_COLUMNS:]):
        raise BadFileError("too_many_columns")
    while cells and cells[-1] == "":
        cells = cells[:-1]
    names = []
    for cell in cells:
        heading = spoken(cell or "")
        # A column without a heading is a remark; one with a strange heading may be a misspelt one.
        name = HEADINGS.get(heading)
        if (heading and not name) or cell is None:
            raise BadFileError("unknown_column", (cell or "")[:50])
        if name and name in names:
            raise BadFileError("column_twice", cell[:50])
        names.append(name)
    if "employee_code" not in names:
        raise BadFileError("no_code_column")
    return names


def spoken(text: str) -> str:
    """A word as it is compared: whatever its case, its spaces and how its accents are typed."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _csv(data):
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFileError("not_utf8") from error
    if _NUL in text:
        raise BadFileError("binary")
    first = next((line for line in text.splitlines() if line.strip(" ,;\t")), "")
    # The separator by which most headings are known.
    separator = max(",;\t", key=lambda mark: sum(spoken(cell.strip('"')) in HEADINGS for cell in first.split(mark)))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for cells in reader:
            yield reader.line_num, [clean(_unescaped(cell)) for cell in cells]
    except csv.Error as error:
        raise BadFileError("not_csv", reader.line_num) from error


def _unescaped(cell):
    """A cell as it was before `write_csv` made it harmless."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell


def _sheet(data):
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            # What is unpacked is never more than what is declared here.
            unpacked = sum(part.file_size for part in archive.infolist())
        if unpacked > MAX_UNPACKED or (unpacked > UNPACKED_LITTLE and unpacked > MAX_RATIO * len(data)):
            raise BadFileError("bomb")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        # Excel has no more rows, and one column more than allowed shows that there are too many.
        for number, cells in enumerate(sheet.iter_rows(max_row=EXCEL_ROWS, max_col=MAX_COLUMNS + 1), 1):
            yield number, [_text(cell) for cell in cells]
    except BadFileError:
        raise
    except Exception as error:  # whatever a broken file makes of a parser
        raise BadFileError("not_xlsx") from error


def _text(cell):
    """A cell of a sheet as people see it; None where it is no value."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type in ("f", "e") or isinstance(value, bool):
        return None
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y}" if value.time() == time() else f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float):
        value = int(value) if value.is_integer() else value
    return clean(str(value))


def clean(text):
    """A text on one line, its accents typed in one way, without characters that nobody sees."""
    seen = "".join(character for character in text if unicodedata.category(character) != "Cf")
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", seen)).strip()
