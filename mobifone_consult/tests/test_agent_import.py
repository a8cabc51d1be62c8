import base64
import csv
import io
import zipfile
from datetime import datetime, timedelta

import xlsxwriter

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..tools import account_file, local_time
from .common import ConsultCase

HEAD = "employee_code,name,phone,email,status,left_at"


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
class TestAgentImport(ConsultCase):
    """A vendor's list: read, shown, and only then done."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        began = fields.Datetime.now() - timedelta(days=90)
        cls.env["mobifone.agent"].search([]).write({"started_on": began})
        cls.draft = cls.env["mobifone.agent"].create(
            {"name": "Nháp Một", "vendor_id": cls.vendor_a.id, "employee_code": "D1", "phone": "0900010001"}
        )
        cls.yesterday = local_time.local(fields.Datetime.now()).date() - timedelta(days=1)

    def wizard(self, data, user=None, **values):
        data = data.encode() if isinstance(data, str) else data
        wizards = self.env["mobifone.agent.import"].with_user(user or self.vendor_manager_a)
        return wizards.create({"file": base64.b64encode(data), "filename": "a.csv", **values})

    def preview(self, data, user=None, **values):
        wizard = self.wizard(data, user, **values)
        wizard.action_preview()
        return wizard

    def rows(self, *rows, user=None):
        """The preview of these rows, below our headings: list of (kind, message) in the order of the file."""
        lines = self.preview("\n".join([HEAD, *rows]), user).line_ids.sorted("row")
        return [(line.kind, line.message or "") for line in lines]

    def agents(self, *codes):
        return self.env["mobifone.agent"].search(
            [("vendor_id", "=", self.vendor_a.id), ("employee_code", "in", codes)], order="employee_code"
        )

    def test_a_list_is_shown_and_then_done(self):
        day = f"{self.yesterday:%d/%m/%Y}"
        wizard = self.preview(
            "mã ĐTV;Họ tên;Điện thoại;Email;Trạng thái;Ngày nghỉ\n"
            "N1;Nguyễn Mới;0900010002;moi@example.com;;\n"
            "D1;Nháp Hai;;;Đang làm;\n"
            "t_agent_a2;Agent t_agent_a2;;;đang làm;\n"
            f"t_agent_a1;Tên Khác;;;Nghỉ việc;{day} 17:30\n"
            ";Không Mã;;;;\n"
        )
        kinds = {line.employee_code: line.kind for line in wizard.line_ids}
        expected = {"N1": "new", "D1": "changed", "t_agent_a2": "unchanged", "t_agent_a1": "left", "": "error"}
        self.assertEqual(kinds, expected)
        self.assertEqual(wizard.line_ids.sorted()[0].kind, "error", "errors come first")
        self.assertEqual((wizard.state, wizard.ready_count, wizard.error_count), ("preview", 3, 1))
        self.assertIn("New draft: 1", wizard.summary)
        self.assertFalse(self.agents("N1"), "nothing is done yet")
        self.assertTrue(self.agent_a1.active)
        wizard.action_apply()
        new = self.agents("N1")
        self.assertEqual(
            (new.name, new.state, new.role, new.email), ("Nguyễn Mới", "draft", "agent", "moi@example.com")
        )
        self.assertEqual((self.draft.name, self.draft.phone), ("Nháp Hai", "0900010001"), "an empty cell says nothing")
        account = self.account(self.agent_a1)
        self.assertEqual((account.state, self.agent_a1.active), ("left", False))
        self.assertEqual(account.name, "Agent t_agent_a1", "names of those who work are MobiFone's")
        departure = account.departure_id
        left_at = local_time.utc(
            datetime.combine(self.yesterday, datetime.min.time()) + timedelta(hours=17, minutes=30)
        )
        self.assertEqual((departure.source, departure.left_at), ("import", left_at))
        self.assertEqual(departure.reported_by_id, self.vendor_manager_a)
        self.assertEqual(sorted(wizard.line_ids.filtered("is_done").mapped("row")), [2, 3, 4, 5])
        with self.assertRaises(UserError):
            wizard.action_apply()

    def test_once_more_is_nothing_to_do(self):
        text = f"{HEAD}\nN1,Nguyễn Mới,0900010002,,,\nt_agent_a1,,,,left,{self.yesterday}\n"
        self.preview(text).action_apply()
        again = self.preview(text)
        self.assertEqual(set(again.line_ids.mapped("kind")), {"unchanged"})
        self.assertEqual(again.ready_count, 0)

    def test_reasons(self):
        self.account(self.leader_a).with_user(self.vendor_manager_a).report_leaver(self.yesterday)
        self.account(self.agent_a2).action_close()
        far = self.yesterday + timedelta(days=900)
        for row, reason in (
            ("X1,A,,,đang ngủ,", "đang ngủ"),
            ("X1,A,,không phải mail,,", "không phải mail"),
            ("X1,A,so dien thoai,,,", "telephone"),
            (",A,,,,", "code is missing"),
            ("X1,,,,,", "name is missing"),
            ("X1,A,,,,01/02/2026", "01/02/2026"),
            ("X1,A,,,nghỉ việc,01/02/2026", "No account has the code “X1”"),
            ("D1,,,,nghỉ việc,01/02/2026", "delete the draft"),
            ("t_agent_a1,,,,nghỉ việc,", "leave date is missing"),
            ("t_agent_a1,,,,nghỉ việc,hôm qua", "hôm qua"),
            ("t_agent_a1,,,,nghỉ việc,31/02/2026", "31/02/2026"),
            ("t_agent_a1,,,,nghỉ việc,01/01/0001 00:00", "01/01/0001"),
            ("t_agent_a1,,,,nghỉ việc,01/01/2001", "before the account began"),
            (f"t_agent_a1,,,,nghỉ việc,{far}", "more than a year"),
            (f"T_Agent_A1,,,,nghỉ việc,{self.yesterday}", "t_agent_a1"),
            (f"t_leader_a,,,,nghỉ việc,{self.yesterday - timedelta(days=3)}", "MobiFone corrects"),
            ("t_leader_a,,,,,", "Reported as leaver"),
            ("t_agent_a2,,,,,", "closed"),
            (f"t_vendor_a,,,,nghỉ việc,{self.yesterday}", "Nobody reports himself"),
            (f"X1,{'a' * 101},,,,", "longer than 100"),
            (f"X1,{'a' * 200_000},,,,", "longer than 100"),
            (f"{'x' * 51},A,,,,", "longer than 50"),
            ("X1,A\x01B,,,,", "no text"),
        ):
            with self.subTest(row=row[:60]):
                [(kind, message)] = self.rows(row)
                self.assertEqual(kind, "error")
                self.assertIn(reason, message)
        twice = self.rows("X1,A,,,,", "X1,B,,,,", "X2,C,,,,")
        self.assertEqual([kind for kind, _message in twice], ["error", "error", "new"])
        self.assertIn("more than once", twice[0][1])
        [(kind, message)] = self.rows(f"t_leader_a,,,,left,{self.yesterday}")
        self.assertEqual((kind, "Reported at" in message), ("unchanged", True))

    def test_what_only_mobifone_changes(self):
        row = "t_agent_a2,Tên Mới,0900010009,x@example.com,,"
        [(kind, message)] = self.rows(row)
        self.assertEqual(kind, "unchanged")
        self.assertIn("MobiFone changes this", message)
        self.assertIn("Tên Mới", message)
        wizard = self.preview(f"{HEAD}\n{row}", self.manager, vendor_id=self.vendor_a.id)
        self.assertEqual(wizard.line_ids.kind, "changed")
        wizard.action_apply()
        self.assertEqual(self.account(self.agent_a2).name, "Tên Mới")

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

    def test_a_row_that_fails_holds_nobody_up(self):
        wizard = self.preview(f"{HEAD}\nN1,Một,,,,\nN2,Hai,,,,\nt_agent_a1,,,,left,{self.yesterday}")
        # In the meantime somebody else did two of them.
        self.env["mobifone.agent"].create({"name": "Khác", "vendor_id": self.vendor_a.id, "employee_code": "N1"})
        self.account(self.agent_a1).report_leaver()
        wizard.action_apply()
        lines = {line.employee_code: line for line in wizard.line_ids}
        self.assertEqual([lines[code].is_done for code in ("N1", "N2", "t_agent_a1")], [False, True, False])
        self.assertIn("since the preview", lines["N1"].message)
        self.assertIn("MobiFone corrects", lines["t_agent_a1"].message)
        self.assertEqual(self.agents("N1", "N2").mapped("name"), ["Khác", "Hai"])
        self.assertEqual((wizard.ready_count, wizard.error_count), (1, 2))

    def test_another_file_is_another_preview(self):
        wizard = self.preview(f"{HEAD}\nN1,Một,,,,")
        wizard.write({"file": base64.b64encode(f"{HEAD}\nN2,Hai,,,,".encode())})
        self.assertEqual((wizard.state, len(wizard.line_ids)), ("upload", 0))
        with self.assertRaises(UserError):
            wizard.action_apply()

    def test_walls(self):
        text = f"{HEAD}\nt_agent_b1,,,,left,{self.yesterday}"
        [line] = self.preview(text, vendor_id=self.vendor_b.id).line_ids
        self.assertEqual((line.kind, line.import_id.sudo().vendor_id), ("error", self.vendor_a))
        [(kind, message)] = [
            (line.kind, line.message) for line in self.preview("employee_code,name,vendor\nX1,A,TB").line_ids
        ]
        self.assertEqual((kind, "another vendor" in message), ("error", True))
        wizard = self.preview(f"{HEAD}\nN1,Một,,,,")
        line_values = {"employee_code": "x", "kind": "left", "import_id": wizard.id}
        wizards = self.env["mobifone.agent.import"].with_user(self.vendor_manager_a)
        for act in (
            lambda: wizard.write({"state": "done"}),
            lambda: wizard.write({"line_ids": [Command.create(line_values)]}),
            lambda: wizard.write({"line_ids": [Command.update(wizard.line_ids.id, {"kind": "left"})]}),
            lambda: wizards.create({"line_ids": [Command.create(line_values)]}),
            lambda: wizards.create({"state": "preview"}),
            lambda: wizard.line_ids.write({"employee_code": "t_agent_b1"}),
            lambda: wizard.line_ids.create(line_values),
            lambda: wizard.line_ids.unlink(),
        ):
            with self.assertRaises(AccessError):
                act()
        sly = wizards.with_context(
            default_state="preview", default_line_ids=[Command.create(line_values)], default_vendor_id=self.vendor_b.id,
            default_role="vendor_manager", default_user_id=self.stranger.id,
        )  # fmt: skip
        sly = sly.create({"file": base64.b64encode(f"{HEAD}\nN9,Chín,,,,".encode())})
        self.assertEqual((sly.state, len(sly.line_ids)), ("upload", 0))
        sly.action_preview()
        sly.action_apply()
        nine = self.agents("N9")
        self.assertEqual(
            (nine.role, nine.user_id.id, nine.state, nine.vendor_id), ("agent", False, "draft", self.vendor_a)
        )
        second = self._hire("t_vendor_a2", self.vendor_a, "vendor_manager")
        for user in (second, self.manager):
            for act in (
                lambda user=user: wizard.with_user(user).action_apply(),
                lambda user=user: wizard.with_user(user).read(["filename"]),
                lambda user=user: wizard.line_ids.with_user(user).read(["name"]),
            ):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    act()
        for user in (self.agent_a1, self.leader_a, self.care, self.feed, self.stranger):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.wizard(text, user)
        with self.assertRaisesRegex(UserError, "Choose the vendor"):
            self.preview(text, self.manager)

    def test_who_lost_his_right_between_preview_and_apply(self):
        wizard = self.preview(f"{HEAD}\nN1,Một,,,,")
        self.account(self.vendor_manager_a).action_suspend()
        with self.assertRaises(AccessError):
            wizard.action_apply()

    def test_two_thousand_rows(self):
        text = io.StringIO()
        csv.writer(text).writerows([HEAD.split(","), *([f"C{n}", f"Người {n}", "", "", "", ""] for n in range(2000))])
        wizard = self.preview(text.getvalue())
        self.assertEqual(set(wizard.line_ids.mapped("kind")), {"new"})
        self.assertEqual(len(account_file.read(text.getvalue().encode())), account_file.MAX_ROWS)
        wizard.action_apply()
        self.assertEqual(len(wizard.line_ids.filtered("is_done")), 2000)
