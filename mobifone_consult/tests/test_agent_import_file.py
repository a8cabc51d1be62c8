import csv
import io
import zipfile
from datetime import datetime, timedelta

import xlsxwriter

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..tools import account_file, local_time
from .test_agent_import import HEAD, ImportCase


def sheet(*rows, formats=None):
    """A file of Excel with these rows; a value ("=", text) is a formula."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "default_date_format": "dd/mm/yyyy hh:mm"}) as book:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, tuple):
                    page.write_formula(number, place, *cell)
                elif isinstance(cell, str):
                    page.write_string(number, place, cell)
                else:
                    page.write(number, place, cell)
    return stream.getvalue()


@tagged("-at_install", "post_install")
class TestAgentImportFile(ImportCase):
    """What a vendor's list may be written in, and what is no list."""

    def test_zeros_that_excel_ate(self):
        self.account(self.agent_a2).phone = "0900010009"
        data = sheet(["employee_code", "name", "phone"], ["t_agent_a2", "Agent t_agent_a2", 900010009])
        [line] = self.preview(data).line_ids
        self.assertEqual((line.kind, line.message), ("unchanged", False))

    def test_nonsense_files(self):
        bomb = io.BytesIO()
        with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", b"0" * 60_000_000)
        little_bomb = io.BytesIO()
        with zipfile.ZipFile(little_bomb, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", b"0" * 20_000_000)
        many = "\n".join([HEAD, *(f"C{number},N,,,," for number in range(3000))])
        good = sheet(HEAD.split(","), ["X1", "A"])
        for name, data, reason in (
            ("empty", b"", "empty"),
            ("spaces", b" \r\n ", "empty"),
            ("header only", HEAD, "no row"),
            ("header only xlsx", sheet(HEAD.split(",")), "no row"),
            ("nothing in it", sheet(), "no row"),
            ("wrong header", "a,b,c\n1,2,3", "“a” is not known"),
            ("misspelt", "employee_code,name,statsu\nX1,A,left", "“statsu”"),
            ("no code", "name,email\nA,a@example.com", "mã ĐTV"),
            ("twice", "employee_code,name,Họ tên\nX1,A,B", "twice"),
            ("more cells", f"{HEAD}\nX1,A,,,,,more", "Row 2"),
            ("too many rows", many, "2000"),
            ("too many rows xlsx", sheet(["employee_code"], *([f"C{n}"] for n in range(2001))), "2000"),
            ("too many columns", ",".join(["employee_code", *[""] * 60, "name"]) + "\nX1", "50"),
            ("picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "UTF-8"),
            ("nul", f"{HEAD}\nX\0001,A,,,,", "no list"),
            ("utf-16", f"{HEAD}\nX1,A".encode("utf-16"), "UTF-8"),
            ("latin", f"{HEAD}\nX1,é,,,,".encode("latin-1"), "UTF-8"),
            ("open quote", f'{HEAD}\nX1,"A,,,,', "cannot be read"),
            ("too big", b"a" * 2_000_001, "2 MB"),
            ("old excel", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel"),
            ("no zip", b"PK\x03\x04 nothing", "no .xlsx"),
            ("cut off", good[: len(good) // 2], "no .xlsx"),
            ("bomb", bomb.getvalue(), "unpacks"),
            ("little bomb", little_bomb.getvalue(), "unpacks"),
            ("entities", self._entities(good), "no .xlsx"),
        ):
            with self.subTest(file=name), self.assertRaisesRegex(UserError, reason):
                self.preview(data)
        for file in ("not base64 äö", "====", False):
            with self.subTest(file=file), self.assertRaises(UserError):
                wizard = self.env["mobifone.agent.import"].with_user(self.vendor_manager_a).create({"file": file})
                wizard.action_preview()

    def _entities(self, good):
        """A workbook whose sheet is a bomb of entities."""
        bombed = io.BytesIO()
        levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
        bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "ha">{levels}]><worksheet>&e9;</worksheet>'
        with zipfile.ZipFile(io.BytesIO(good)) as source, zipfile.ZipFile(bombed, "w", zipfile.ZIP_DEFLATED) as target:
            for part in source.namelist():
                target.writestr(part, bomb if part.startswith("xl/worksheets/") else source.read(part))
        return bombed.getvalue()

    def test_cells_of_excel(self):
        day = datetime.combine(self.yesterday, datetime.min.time())
        data = sheet(
            HEAD.split(","),
            [1234, "Mã Số", "0900010003", "", "đang làm"],
            ["F1", ("=1+1", None, 2)],
            ["F2", ("=HYPERLINK(1)",)],
            ["=cmd", "Chữ thường"],
            ["t_agent_a1", "", "", "", "nghỉ việc", day],
            ["t_agent_a2", "", "", "", "nghỉ việc", day + timedelta(hours=9, minutes=15)],
            [],
            ["X9", True],
        )
        wizard = self.preview(data)
        lines = {line.row: line for line in wizard.line_ids}
        self.assertEqual(
            [lines[row].kind for row in (2, 3, 4, 5, 6, 7, 9)],
            [*["new", "error", "error", "new"], *["left"] * 2, "error"],
        )
        self.assertEqual(lines[2].employee_code, "1234")
        self.assertIn("formula", lines[3].message)
        wizard.action_apply()
        self.assertEqual(self.account(self.agent_a1).left_at, local_time.end_of_day(self.yesterday))
        self.assertEqual(self.account(self.agent_a2).left_at, local_time.utc(day + timedelta(hours=9, minutes=15)))
        self.assertEqual(self.agents("=cmd").name, "Chữ thường")

    def test_separators_and_marks(self):
        for separator in ",;\t":
            for mark in ("", "\ufeff"):
                text = mark + separator.join(("MÃ  ĐTV ", "Họ và tên")) + "\r\n" + separator.join(("X1", "A\u00a0B"))
                with self.subTest(separator=separator, mark=mark):
                    [line] = self.preview(text).line_ids
                    self.assertEqual((line.kind, line.name), ("new", "A B"))
        decomposed = "ma\u0303 ĐTV,name\nX1,Nguye\u0302\u0303n"
        self.assertEqual(self.preview(decomposed).line_ids.name, "Nguyễn")
        seconds = f"{HEAD}\nt_agent_a1,,,,left,{self.yesterday} 08:00:00"
        self.preview(seconds).action_apply()
        day = datetime.combine(self.yesterday, datetime.min.time())
        self.assertEqual(
            self.account(self.agent_a1).left_at, local_time.utc(day + timedelta(hours=8)), "Vietnam's clock"
        )

    def test_two_thousand_rows(self):
        text = io.StringIO()
        csv.writer(text).writerows([HEAD.split(","), *([f"C{n}", f"Người {n}", "", "", "", ""] for n in range(2000))])
        wizard = self.preview(text.getvalue())
        self.assertEqual(set(wizard.line_ids.mapped("kind")), {"new"})
        self.assertEqual(len(account_file.read(text.getvalue().encode())), account_file.MAX_ROWS)
        wizard.action_apply()
        self.assertEqual(len(wizard.line_ids.filtered("is_done")), 2000)
