import csv
import gzip
import os
import tempfile
from datetime import timedelta
from io import BytesIO, RawIOBase
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError

from ..models.mobifone_line_feed import LOCK
from ..tools import line_feed
from .common import OPEN
from .test_line_feed import NEW, LineFeedCase


class TestLineFeedFile(LineFeedCase):
    def rejects(self, *rows, header):
        """Feed the rows and return what the reject file says: lists of line, column, value, reason."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "rejects.csv")
            counts = self.load(*rows, header=header, reject_path=path)
            self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
            with open(path, newline="", encoding="utf-8") as file:
                told = list(csv.reader(file))
        self.assertEqual(told[0], ["line", "column", "value", "reason"])
        self.assertEqual(len(told) - 1, counts["rejected"])
        return told[1:]

    def test_rejects_say_what_is_wrong(self):
        far = fields.Datetime.to_string(fields.Datetime.now() + timedelta(days=3))
        rows = [
            "12,prepaid,,",
            "0900091001;0900091002,prepaid,,",
            "0900091001,Prepaid,,",
            "0900091001,prepaid,2026-13-01,",
            "0900091001,prepaid,01/02/2026,",
            f"0900091001,prepaid,{far},",
            "0900091001,prepaid,1970-01-01,",
            "0900091001,prepaid,,\x00",
            b"0900091001,prepaid,,C\xf4ng ty",
            "0900091001,prepaid,," + "x" * 201,
            "0900091001,prepaid,",
            "",
            "0900092001,postpaid,, Công \t ty\\1 ",
        ]
        told = self.rejects(*rows, header="msisdn,payment_mode,app_installed_on,owner_unit")
        self.assertEqual(
            [(int(line), column) for line, column, _value, _reason in told],
            [(2, "msisdn"), (3, "msisdn"), (4, "payment_mode")]
            + [(line, "app_installed_on") for line in (5, 6, 7, 8)]
            + [(line, "owner_unit") for line in (9, 10, 11)]
            + [(12, "")],
        )
        self.assertEqual(told[2][2], "Prepaid")
        self.assertTrue(all(reason for *_where, reason in told))
        self.assertEqual(self.line(NEW).owner_unit, "Công ty\\1")
        self.assertEqual(self.line(OPEN).payment_mode, "prepaid")

    def test_reject_file_of_an_earlier_run_goes(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "rejects.csv")
            self.load("nonsense", reject_path=path)
            self.assertTrue(os.path.exists(path))
            self.load("0900092001", reject_path=path)
            self.assertFalse(os.path.exists(path))

    def test_bad_codes_of_papers(self):
        told = self.rejects("0900091003,a b;c", header="msisdn,registration_missing")
        self.assertEqual(told[0][1:3], ["registration_missing", "a b;c"])

    def test_gzip_and_byte_order_mark(self):
        data = "\ufeffmsisdn,owner_unit\r\n0900092001,Công ty\r\n".encode()
        for file in (data, gzip.compress(data)):
            counts = self.env["mobifone.line.feed"]._load(BytesIO(file))
            self.assertEqual((counts["read"], counts["rejected"]), (1, 0))
        self.assertEqual(self.line(NEW).owner_unit, "Công ty")

    def test_files_that_cannot_be_read(self):
        good = b"msisdn\n0900092001\n"
        damaged = gzip.compress(good * 1000)[:-10]
        for case, data, words in (
            ("empty", b"", "empty"),
            ("no header", b"0900092001\n", "Unknown column"),
            ("unknown column", b"msisdn,colour\n", "colour"),
            ("repeated column", b"msisdn,msisdn\n", "more than once"),
            ("no number", b"payment_mode\nprepaid\n", "msisdn"),
            ("UTF-16", "msisdn\n".encode("utf-16"), "UTF-8"),
            ("far too many columns", b"msisdn," + b",".join(b"c%d" % n for n in range(5000)) + b"\n", "“c4”, …. Known"),
            ("quote left open", b'msisdn\n0900092001\n"0900092002\n' + b"0900092003\n" * 50, "line 3"),
            ("quote within", b'msisdn,owner_unit\n0900092001,"a"b"\n', "line 2"),
            ("one endless line", b"msisdn\n" + b"9" * 200_000, "line 2"),
            ("gzip cut short", damaged, "incomplete"),
        ):
            with self.subTest(case), self.assertRaisesRegex(UserError, words):
                self.env["mobifone.line.feed"]._load(BytesIO(data))
        self.assertFalse(self.line(NEW))

    def test_a_file_that_breaks_off(self):
        class Broken(RawIOBase):
            """A connection or a disk that fails after its first piece."""

            pieces = ()

            def readable(self):
                return True

            def readinto(self, buffer):
                if not self.pieces:
                    raise OSError("gone")
                piece, *self.pieces = self.pieces
                buffer[: len(piece)] = piece
                return len(piece)

        for data, line in ((b"msisdn\n0900092001\n", 0), (b"", 0)):
            stream = Broken()
            stream.pieces = [data] if data else []
            with self.subTest(data), self.assertRaisesRegex(UserError, f"broke off after line {line}"):
                self.env["mobifone.line.feed"]._load(stream)
        self.assertFalse(self.line(NEW))

    def test_empty_lines_are_no_rows(self):
        rows = ["", "", "0900092001", *[""] * 100_000, "nonsense", "", '"0900093001"', ""]
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "rejects.csv")
            counts = self.load(*rows, reject_path=path)
            with open(path, newline="", encoding="utf-8") as file:
                told = list(csv.reader(file))
        self.assertEqual((counts["read"], counts["inserted"], counts["rejected"]), (3, 2, 1))
        self.assertEqual(told[1][:3], ["100005", "msisdn", "nonsense"])

    def test_no_reject_is_a_formula(self):
        rows = ["=1+1", "@x", "+A1", "-1-A1", "+84 12", "-12"]
        told = self.rejects(*rows, header="msisdn")
        self.assertEqual([value for _line, _column, value, _why in told], ["'=1+1", "'@x", "'+A1", "'-1-A1", *rows[4:]])

    def test_many_chunks_and_progress(self):
        rows = [f"09000930{n:02d}" for n in range(25)]
        seen = []
        with patch.object(line_feed, "BLOCK", 70):
            self.assertCounts(self.load(*rows, progress=lambda *told: seen.append(told)), inserted=25)
        self.assertEqual([what for what, _rows in seen[-2:]], ["compare", "apply"])
        self.assertGreater(len(seen), 5)
        self.assertEqual(sorted(rows for _what, rows in seen), [rows for _what, rows in seen])
        self.assertEqual(seen[-1][1], 25)

    def test_second_sync_at_once_is_refused(self):
        with self.env.registry._db.cursor() as other:  # a session of its own: the tests' cursor would share ours
            other.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            with self.assertRaisesRegex(UserError, "Another sync"):
                self.load("0900092001")
        self.assertCounts(self.load("0900092001"), inserted=1)
