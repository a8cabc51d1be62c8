import base64
import io
from datetime import datetime, timedelta

import openpyxl

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from ..tools import account_file, local_time
from .common import ConsultCase

COLUMNS = ["employee_code", "name", "phone", "email", "status", "left_at", "reported_at", "listed_at", "user"]
ADDRESS = "/mobifone_consult/agents/"


class ExportCase(ConsultCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["mobifone.agent"].search([]).write({"started_on": fields.Datetime.now() - timedelta(days=400)})

    def export(self, user=None, **values):
        wizard = self.env["mobifone.agent.export"].with_user(user or self.vendor_manager_a).create(values)
        action = wizard.action_export()
        self.assertEqual(action["url"], f"{ADDRESS}{wizard.id}")
        return wizard

    def rows(self, wizard):
        data = base64.b64decode(wizard.content)
        if wizard.file_format == "csv":
            return [line.split(",") for line in data.decode("utf-8-sig").splitlines()]
        sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
        return [[cell.value or "" for cell in row] for row in sheet.iter_rows()]

    def leave(self, user, left_at=None):
        self.account(user).with_user(self.vendor_manager_a).report_leaver(left_at)
        return self.account(user).departure_id


@tagged("-at_install", "post_install")
class TestAgentExport(ExportCase):
    """The two lists for the vendors' quiz program (domain 1.8, L3)."""

    def test_both_lists_are_current_at_once(self):
        self.account(self.agent_a2).action_suspend()
        departure = self.leave(self.agent_a1)
        tomorrow = local_time.local(fields.Datetime.now()).date() + timedelta(days=1)
        self.leave(self.leader_a, tomorrow)
        working, left = self.rows(self.export()), self.rows(self.export(which="left"))
        self.assertEqual((working[0], left[0]), (COLUMNS, COLUMNS))
        self.assertEqual([row[0] for row in working[1:]], ["t_agent_a2", "t_vendor_a"])
        self.assertEqual([row[0] for row in left[1:]], ["t_agent_a1", "t_leader_a"])
        self.assertEqual((left[1][4], left[1][8]), ("left", "t_agent_a1"))
        self.assertEqual(left[1][5], f"{local_time.local(departure.left_at):%d/%m/%Y %H:%M}")
        self.assertTrue(left[1][7])

    def test_listed_once(self):
        departure = self.leave(self.agent_a1)
        self.export()
        self.assertFalse(departure.listed_at, "the list of who works lists no leaver")
        self.export(which="left")
        listed_at = departure.listed_at
        self.assertTrue(listed_at)
        events = self.account(self.agent_a1).event_ids.filtered(lambda event: event.kind == "listed")
        self.assertEqual(events.user_id, self.vendor_manager_a)
        departure.sudo().listed_at = early = listed_at - timedelta(days=1)
        self.export(which="left")
        self.assertEqual(departure.listed_at, early)
        self.assertEqual(
            self.account(self.agent_a1).event_ids.filtered(lambda event: event.kind == "listed"), events, "once"
        )

    def test_months_are_vietnams(self):
        first = self.leave(self.agent_a1)
        second = self.leave(self.agent_a2)
        first.sudo().left_at = datetime(2026, 2, 28, 16, 59)
        second.sudo().left_at = datetime(2026, 2, 28, 17, 0)
        february = self.rows(self.export(which="left", month="2026-02-11"))
        self.assertEqual([row[0] for row in february[1:]], ["t_agent_a1"])
        self.assertTrue(first.listed_at)
        self.assertFalse(second.listed_at, "only who is in the file")
        march = self.rows(self.export(which="left", month="2026-03-31"))
        self.assertEqual([row[0] for row in march[1:]], ["t_agent_a2"])
        with self.assertRaisesRegex(UserError, "Nobody"):
            self.export(which="left", month="2026-01-01")

    def test_no_formulas(self):
        names = ["=HYPERLINK(1)", "+84", "-1", "@SUM(A1)", "\tx", "\rx", "Bình thường"]
        account = self.account(self.agent_a2)
        for name in names:
            account.sudo().write({"phone": name})
            self.env.cr.execute("UPDATE mobifone_agent SET name = %s WHERE id = %s", [name, account.id])
            self.env.invalidate_all()
            data = base64.b64decode(self.export(file_format="csv").content)
            self.assertTrue(data.startswith(b"\xef\xbb\xbf"))
            if name != "Bình thường":
                self.assertIn(f"'{name[0]}".encode(), data)
            elsewhere = data.replace(b"\r\n", b"\n")
            self.assertFalse([mark for mark in (b"=", b"+", b"-", b"@", b"\t", b"\r") if b"," + mark in elsewhere])
            content = io.BytesIO(base64.b64decode(self.export().content))
            cells = [cell for row in openpyxl.load_workbook(content).worksheets[0].iter_rows() for cell in row]
            self.assertEqual({cell.data_type for cell in cells if cell.value}, {"s"})

    def test_what_was_exported_is_nothing_to_import(self):
        self.account(self.agent_a2).sudo().write({"name": "=1+1", "phone": "+84 900 091 001", "email": "a@example.com"})
        self.account(self.leader_a).sudo().name = 'Lê, "Tám"; x'
        self.leave(self.agent_a1)
        for which in ("working", "left"):
            for file_format in ("csv", "xlsx"):
                for user in (self.vendor_manager_a, self.manager):
                    with self.subTest(which=which, file_format=file_format, user=user.login):
                        wizard = self.export(user, which=which, file_format=file_format, vendor_id=self.vendor_a.id)
                        back = self.env["mobifone.agent.import"].with_user(user)
                        back = back.create({"file": wizard.content, "vendor_id": self.vendor_a.id})
                        back.action_preview()
                        self.assertTrue(back.line_ids)
                        self.assertEqual(
                            set(back.line_ids.mapped("kind")), {"unchanged"}, back.line_ids.mapped("message")
                        )
                        told = [message for message in back.line_ids.mapped("message") if message]
                        self.assertTrue(which == "left" or not told, told)

    def test_walls(self):
        departure = self.leave(self.agent_a1)
        self.account(self.agent_b1).report_leaver()
        for values in ({}, {"vendor_id": self.vendor_b.id}, {"vendor_id": False}):
            for which in ("working", "left"):
                codes = {row[0] for row in self.rows(self.export(which=which, **values))[1:]}
                self.assertFalse({"t_agent_b1", "t_leader_b"} & codes)
        sly = self.env["mobifone.agent.export"].with_user(self.vendor_manager_a)
        sly = sly.with_context(default_vendor_id=self.vendor_b.id, default_filename="x.html", default_content="eA==")
        wizard = sly.create({})
        self.assertFalse(wizard.content or wizard.filename)
        for values in ({"content": "eA=="}, {"filename": "x.html"}):
            with self.assertRaises(AccessError):
                wizard.write(values)
            with self.assertRaises(AccessError):
                sly.create(values)
        everybody = self.rows(self.export(self.manager, which="left"))
        self.assertEqual(everybody[0], [*COLUMNS, "vendor"])
        self.assertLessEqual({"t_agent_a1", "t_agent_b1"}, {row[0] for row in everybody})
        only = self.rows(self.export(self.manager, which="left", vendor_id=self.vendor_b.id))
        self.assertEqual([row[0] for row in only[1:]], ["t_agent_b1"])
        for user in (self.agent_a2, self.leader_a, self.care, self.feed, self.stranger):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["mobifone.agent.export"].with_user(user).create({"which": "left"})
            with self.assertRaises(AccessError):
                wizard.with_user(user).action_export()
        with self.assertRaises(AccessError):
            departure.with_user(self.vendor_manager_a).listed_at = False
        self.assertEqual(self.vendor_b, self.account(self.agent_b1).departure_id.vendor_id)


@tagged("-at_install", "post_install")
class TestAgentExportDownload(ExportCase, HttpCase):
    """The list as a file: to whoever made it, nobody else."""

    def login(self, user):
        user.sudo().password = "mbf-test-download-1"
        self.authenticate(user.login, "mbf-test-download-1")

    def test_download(self):
        self.leave(self.agent_a1)
        wizard = self.export(which="left")
        second = self._hire("t_vendor_a2", self.vendor_a, "vendor_manager")
        for user, status in ((self.vendor_manager_a, 200), (second, 404), (self.manager, 404), (self.leader_a, 404)):
            self.login(user)
            answer = self.url_open(f"{ADDRESS}{wizard.id}")
            self.assertEqual(answer.status_code, status, user.login)
            template = self.url_open(f"{ADDRESS}template.xlsx")
            self.assertEqual(template.status_code, 404 if user == self.leader_a else 200, user.login)
            if status == 200:
                self.assertEqual(answer.headers["Cache-Control"], "no-store")
                self.assertIn("danh-sach-dtv-nghi-viec.xlsx", answer.headers["Content-Disposition"])
                self.assertEqual(answer.content, base64.b64decode(wizard.content))
                with self.assertRaises(account_file.BadFileError) as caught:
                    account_file.read(template.content)
                self.assertEqual(caught.exception.code, "no_rows", "its headings are those of the import")
        self.login(self.vendor_manager_a)
        empty = self.env["mobifone.agent.export"].with_user(self.vendor_manager_a).create({})
        for address in (empty.id, wizard.id + 1000, 2**40):
            self.assertEqual(self.url_open(f"{ADDRESS}{address}").status_code, 404, address)
