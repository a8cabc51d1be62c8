import base64
from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..tools import local_time
from .common import ConsultCase

HEAD = "employee_code,name,phone,email,status,left_at"


class ImportCase(ConsultCase):
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


@tagged("-at_install", "post_install")
class TestAgentImport(ImportCase):
    """A vendor's list: read, shown, and only then done."""

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
            (f"t_agent_a1,,,,nghỉ việc,{far}", "days ahead"),
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
