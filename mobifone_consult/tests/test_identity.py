import base64
import os
from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..cli.mobifone_keys import MobifoneKeys
from ..tools import identity_cipher, identity_number
from ..tools.identity_cipher import KeyProblem
from .papers_common import NUMBER, PapersCase


@tagged("-at_install", "post_install")
class TestIdentity(PapersCase):
    """Papers are encrypted by keys from outside of the database, which can be changed."""

    def identity_of(self, answer):
        return self.request(answer).sudo().identity_id

    def test_nothing_of_it_is_readable_in_the_database(self):
        identity = self.identity_of(self.submit())
        self.env.flush_all()
        self.env.cr.execute("SELECT * FROM mobifone_identity WHERE id = %s", [identity.id])
        row = self.env.cr.dictfetchone()
        kept = b"".join(
            bytes(value) if isinstance(value, memoryview) else str(value).encode() for value in row.values()
        )
        for secret in (NUMBER, "Khách Hàng", "1990-03-15", "Số 1 đường", "Phường Mẫu"):
            self.assertNotIn(secret.encode(), kept)
            self.assertNotIn(base64.b64encode(secret.encode()).rstrip(b"="), kept)
        attachments = (
            self.env["ir.attachment"]
            .sudo()
            .search([("res_model", "=", "mobifone.identity"), ("res_id", "=", identity.id), ("res_field", "!=", False)])
        )
        self.assertEqual(len(attachments), 3)
        for attachment in attachments:
            self.assertEqual((attachment.mimetype, attachment.index_content), ("application/octet-stream", False))
            self.assertNotIn(b"JFIF", attachment.raw)
            self.assertNotIn(NUMBER.encode(), attachment.raw)

    def test_the_same_number_has_the_same_index_and_no_other(self):
        one, two = self.identity_of(self.submit()), self.identity_of(self.submit(number="0900091001"))
        self.assertEqual(one.number_index, two.number_index)
        self.assertEqual(self.env["mobifone.identity"]._having_number("001 190-123.456"), one | two)
        self.assertFalse(self.env["mobifone.identity"]._having_number("001190123457"))
        self.assertNotEqual(bytes(one.person), bytes(two.person), "each row has a key of its own")

    def test_nobody_reads_identities(self):
        identity = self.identity_of(self.submit())
        for user in (self.manager, self.care, self.agent_a1, self.env.ref("base.user_admin"), self.stranger):
            of_user = identity.with_user(user)
            for read in (lambda of_user=of_user: of_user.read(["person"]), lambda of_user=of_user: of_user.search([])):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    read()

    # ------------------------------------------------------------
    # Keys
    # ------------------------------------------------------------

    def test_bad_key_files_say_what_is_wrong_and_nothing_is_kept(self):
        for lines, code in (((), "missing"), (("# no key",), "missing"), (("nonsense",), "malformed"),
                            (("ệ",), "unreadable")):  # fmt: skip
            with self.subTest(code=code, lines=lines), self.keys(*lines):
                with self.assertRaises(KeyProblem) as caught:
                    identity_cipher.keyring()
                self.assertEqual(caught.exception.code, code)
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    self.submit()
            self.env.invalidate_all()
        self.assertFalse(self.made("mobifone.identity"))

    def test_a_key_that_is_not_there_opens_nothing(self):
        answer = self.submit()
        with self.keys(identity_cipher.new_key()):
            with self.assertRaisesRegex(UserError, "not in the key file"):
                self.request(answer).identity_reveal("Duyệt")
            self.assertEqual(self.request(answer).identity_document_number, "•••••••••456", "what is masked stays")

    def test_after_a_rotation_the_old_key_is_not_needed(self):
        old = self.key_file.read_text().strip()
        before = self.submit()
        new = identity_cipher.new_key()
        with self.keys(new, old):
            after = self.submit(number="0900091001")
            for answer in (before, after):
                self.assertIn(NUMBER, str(self.request(answer).identity_reveal("Trước khi đổi khóa")))
            self.assertEqual(len(self.env["mobifone.identity"]._having_number(NUMBER)), 2, "found by either key")
            photos = self.attachment_names()
            last, done, lost = self.env["mobifone.identity"]._rotate()
            self.assertEqual((done, lost), (1, []))
            self.assertEqual(self.env["mobifone.identity"]._rotate(last), (None, 0, []))
            self.assertEqual(self.attachment_names(), photos, "no photo was rewritten")
        with self.keys(new):
            self.env.invalidate_all()
            for answer in (before, after):
                shown = self.request(answer).identity_reveal("Sau khi đổi khóa")
                self.assertEqual(len(shown["photos"]), 3)
                self.assertIn(NUMBER, str(shown))
            self.assertEqual(len(self.env["mobifone.identity"]._having_number(NUMBER)), 2)
        with self.keys(old), self.assertRaises(UserError):
            self.request(before).identity_reveal("Khóa cũ")

    def attachment_names(self):
        domain = [("res_model", "=", "mobifone.identity"), ("res_field", "!=", False)]
        return sorted(self.env["ir.attachment"].sudo().search(domain).mapped("store_fname"))

    def test_a_rotation_without_the_old_key_tells_which_and_changes_nothing(self):
        identity = self.identity_of(self.submit())
        key_name = identity.key_name
        with self.keys(identity_cipher.new_key()):
            self.assertEqual(self.env["mobifone.identity"]._rotate()[1:], (0, identity.ids))
        self.assertEqual(identity.key_name, key_name)

    def test_the_command_makes_a_key_file_for_its_owner_only(self):
        path = self.key_file.with_name("new.key")
        options = type("Options", (), {"file": str(path)})
        said = []
        command = MobifoneKeys()
        command.cipher, command.say = identity_cipher, said.append
        for _twice in range(2):
            command._new(options)
        self.assertEqual(len(path.read_text().split()), 2)
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        self.assertNotIn(path.read_text().split()[0], " ".join(said))

    def test_the_key_file_is_named_by_odoo_conf_too(self):
        conf = self.key_file.with_name("odoo.conf")
        conf.write_text("[options]\nworkers = 0\n[mobifone_consult]\nidentity_key_file = /some/where.key\n")
        self.assertEqual(identity_cipher._configured(str(conf)), "/some/where.key")
        self.assertIsNone(identity_cipher._configured(str(conf.with_name("none.conf"))))
        with patch.dict(os.environ, {identity_cipher.ENVIRONMENT: "/else/where.key"}):
            self.assertEqual(identity_cipher.key_file(), "/else/where.key")

    # ------------------------------------------------------------
    # Numbers
    # ------------------------------------------------------------

    def test_what_a_citizen_number_says(self):
        cases = (
            ("001190123456", "female", date(1990, 3, 15), []),
            ("001090123456", "male", date(1990, 3, 15), []),
            ("001205123456", "male", date(2005, 1, 1), []),
            ("001305123456", "female", date(2005, 1, 1), []),
            ("001190123456", "male", date(1990, 3, 15), ["gender"]),
            ("001190123456", "other", date(1990, 3, 15), []),
            ("001190123456", "female", date(1991, 3, 15), ["birth_year"]),
            ("001190123456", None, None, []),
            ("000190123456", "female", date(2090, 3, 15), ["province", "birth_year"]),
            ("099190123456", "female", date(1990, 3, 15), ["province"]),
        )
        for number, gender, born_on, doubts in cases:
            with self.subTest(number=number, gender=gender, born_on=born_on):
                self.assertEqual(identity_number.doubts(number, gender, born_on), doubts)

    def test_numbers_in_free_text_are_masked(self):
        cases = {
            f"CCCD {NUMBER} chưa duyệt": "CCCD •••••••••456 chưa duyệt",
            "gọi 0900 091 003 nhé": "gọi •••••••003 nhé",
            "hộ chiếu C1234567.": "hộ chiếu •••••567.",
            "đã chờ 48 giờ, từ 20/11/2026": "đã chờ 48 giờ, từ 20/11/2026",
            "gửi 20/11/2026 lúc 08:15": "gửi 20/11/2026 lúc 08:15",
            "001 190  333 444": "•••••••••444",
            "001/190/333/444": "•••••••••444",
            "001_190,333.444": "•••••••••444",
            "BC123456 và C 1234567": "•••••456 và •••••567",
        }
        for text, masked in cases.items():
            with self.subTest(text=text):
                self.assertEqual(identity_number.without_numbers(text), masked)

    def test_a_photo_dropped_is_beyond_the_row_s_key(self):
        identity = self.identity_of(self.submit())
        ciphertext = base64.b64decode(identity.with_context(bin_size=False).portrait)
        wrapped = bytes(identity.data_key)
        identity._drop_photos()
        self.assertNotEqual(bytes(identity.data_key), wrapped)
        with self.assertRaises(KeyProblem):
            identity._box().unlock(ciphertext)
        self.assertEqual(identity._open()["document_number"], NUMBER)
