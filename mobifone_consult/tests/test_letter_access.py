from psycopg2 import IntegrityError
from psycopg2.errors import RaiseException

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .letter_common import LetterCase

DRAFT_METHODS = ("action_confirm", "action_refresh", "action_send", "action_reissue")


@tagged("-at_install", "post_install")
class TestLetterAccess(LetterCase):
    """Who reads letters and who acts on them; nobody writes them, and the database keeps them apart."""

    def test_who_reads(self):
        letter = self.march("A1")
        models = {"mobifone.removal.letter": letter, "mobifone.removal.letter.line": letter.line_ids}
        readers = {"vendor_manager_a": True, "manager": True, "vendor_manager_b": False}
        others = ("agent_a1", "leader_a", "leader_b", "care", "feed", "stranger")
        for model, records in models.items():
            for name, may in readers.items():
                with self.subTest(model=model, user=name):
                    of_user = self.env[model].with_user(getattr(self, name))
                    self.assertTrue(of_user.has_access("read"))
                    self.assertEqual(records in of_user.search([]), may)
                    for operation in ("write", "create", "unlink"):
                        self.assertFalse(of_user.has_access(operation))
                    if not may:
                        with self.assertRaises(AccessError):
                            records.with_user(getattr(self, name)).read(["name"] if "line" in model else ["symbol"])
            for name in others:
                with self.subTest(model=model, user=name), self.assertRaises(AccessError):
                    self.env[model].with_user(getattr(self, name)).search([])

    def test_who_acts(self):
        letter = self.march("A1")
        for name in ("vendor_manager_b", "agent_a1", "leader_a", "leader_b", "care", "feed", "stranger"):
            of_user = letter.with_user(getattr(self, name))
            for method in DRAFT_METHODS:
                with self.subTest(user=name, method=method), self.assertRaises(AccessError):
                    getattr(of_user, method)()
            with self.subTest(user=name), self.assertRaises(AccessError):
                of_user.action_recall("x")
            with self.subTest(user=name), self.assertRaises(AccessError):
                self.recall(letter, user=getattr(self, name))
        self.issue(letter.with_user(self.manager))
        self.assertEqual(letter.sent_by_id, self.manager, "MobiFone may, too")

    def test_nobody_writes(self):
        letter = self.march("A1")
        line = letter.line_ids
        other = self.join(self.vendor_a, "A9")
        self.at("2027-04-02 08:00")
        departure = self.leave(other)
        for user in (self.vendor_manager_a, self.manager, self.env.ref("base.user_admin")):
            letters, lines = letter.with_user(user), line.with_user(user)
            new = {"vendor_id": self.vendor_a.id, "month": "2027-02-01", "kind": "main"}
            on_it = {"letter_id": letter.id, "departure_id": departure.id, "name": "x"}
            for call in (
                lambda letters=letters: letters.write({"state": "sent"}),
                lambda letters=letters: letters.write({"number": 9, "symbol": "09/TA"}),
                lambda letters=letters: letters.write({"pdf": False}),
                lambda letters=letters: letters.write({"line_ids": [Command.clear()]}),
                lambda letters=letters: letters.write({"line_ids": [Command.update(line.id, {"name": "x"})]}),
                lambda letters=letters, new=new: letters.create(new),
                lambda letters=letters: letters.copy(),
                lambda letters=letters: letters.unlink(),
                lambda lines=lines: lines.write({"name": "x"}),
                lambda lines=lines, on_it=on_it: lines.create(on_it),
                lambda lines=lines: lines.unlink(),
                lambda letters=letters: letters.web_save({"state": "sent"}, {}),
            ):
                with self.assertRaises(AccessError):
                    call()
        self.assertEqual((letter.state, line.name), ("draft", "Điện thoại viên A1"))

    def test_the_context_says_nothing(self):
        letter = self.march("A1").with_context(
            default_state="sent", default_number=99, default_attachment_ids=[1], default_email_to="x@example.com",
            bin_size=True, active_test=False, default_name="x", default_res_model="res.partner", force_send=True,
        )  # fmt: skip
        self.issue(letter)
        self.assertEqual((letter.number, letter.symbol), (1, "01/TA-NS"))
        mail = self.mails(subject="01/TA-NS")
        self.assertEqual((mail.email_to, len(mail.attachment_ids)), ("dai1090@example.com", 1))
        self.assertTrue(mail.attachment_ids.raw.startswith(b"%PDF"))
        letter.with_context(default_recalled_by_id=1, default_state="draft").action_recall("Sai")
        letter.with_context(default_state="sent", default_kind="supplementary").action_reissue()
        draft = self.letters(self.vendor_a, state="draft")
        self.assertEqual((draft.kind, draft.number), ("main", 0))

    def test_the_file_is_for_readers_only(self):
        letter = self.march("A1")
        letter.action_confirm()
        field = [("res_model", "=", letter._name), ("res_id", "=", letter.id), ("res_field", "=", "pdf")]
        attachment = self.env["ir.attachment"].search(field)
        self.assertTrue(attachment.with_user(self.vendor_manager_a).raw)
        for user in (self.vendor_manager_b, self.agent_a1, self.leader_a, self.care):
            with self.assertRaises(AccessError):
                attachment.with_user(user).read(["raw"])
        for user in (self.vendor_manager_a, self.manager):
            with self.assertRaises(AccessError):
                attachment.with_user(user).write({"raw": b"x"})
            with self.assertRaises(AccessError):
                attachment.with_user(user).unlink()

    def test_the_dialog_is_its_maker_s(self):
        letter = self.march("A1")
        dialog = (
            self.env["mobifone.letter.recall"].with_user(self.manager).create({"letter_ref": letter.id, "why": "x"})
        )
        with self.assertRaises(AccessError):
            dialog.with_user(self.vendor_manager_a).read(["why"])
        for ref in (0, 2**31 - 1):
            with self.assertRaises(UserError):
                dialog.create({"letter_ref": ref, "why": "x"}).action_recall()

    def test_the_database_keeps_letters_apart(self):
        letter = self.march("A1", "A2")
        letter.action_confirm()
        self.env.flush_all()
        letters, lines = "mobifone_removal_letter", "mobifone_removal_letter_line"
        columns = "vendor_id, month, kind, state, drafted_on, due_on"
        other = "vendor_id, '2027-02-01'::date, kind, 'draft', drafted_on, due_on"
        leaver = "letter_id, departure_id, vendor_id, name, employee_code, left_at, reported_at, is_live"
        for sql, refusal in (
            (f"INSERT INTO {letters} ({columns}) SELECT {columns} FROM {letters}", IntegrityError),
            (
                f"INSERT INTO {letters} ({columns}, year, number) SELECT {other}, year, number FROM {letters}",
                IntegrityError,
            ),
            (f"INSERT INTO {lines} ({leaver}) SELECT {leaver} FROM {lines}", IntegrityError),
            (f"UPDATE {letters} SET state = 'sent'", IntegrityError),
            (f"UPDATE {letters} SET symbol = '02/TA'", RaiseException),
            (f"UPDATE {letters} SET pdf_sha256 = NULL", RaiseException),
            (f"DELETE FROM {letters}", RaiseException),
        ):
            with self.subTest(sql=sql), self.assertRaises(refusal), self.env.cr.savepoint():
                self.env.cr.execute(sql, log_exceptions=False)  # pylint: disable=sql-injection

    def test_a_number_is_drawn_by_the_letters_own_year(self):
        first = self.march("A1")
        first.action_confirm()
        self.env["mobifone.removal.letter"].browse(first.id).action_recall("x")
        self.at("2028-01-02 00:00")
        first.action_reissue()
        second = self.letters(self.vendor_a, state="draft")
        second.action_confirm()
        self.assertEqual((second.year, second.symbol), (2028, "01/TA-NS"))
        self.assert_says(second, "ngày 02 tháng 01 năm 2028")
