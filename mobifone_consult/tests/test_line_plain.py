import csv
import random
from datetime import datetime, timedelta
from io import BytesIO, StringIO

import phonenumbers

from odoo.tests import BaseCase, tagged

from ..tools import line_cells, line_feed, local_time, msisdn

SELECTIONS = {"payment_mode": ["prepaid", "postpaid"], "app_status": ["installed", "not_installed", "unknown"]}
NOW = datetime(2026, 11, 28, 15, 30)
CELLS = {
    "msisdn": ["0900000001", "84900000001", "+84900000001", "900000001", "0 900000001", "0090000000", "01201234567",
               "0891234567", "0241234567", "", "٠٩٠٠٠٠٠٠٠١", "+0900000001", "090000000"],
    "payment_mode": ["prepaid", "postpaid", "", " prepaid", "Prepaid", "prepaidx"],
    "app_status": ["installed", "", "not_installed", "nothing"],
    "app_installed_on": ["", "2025-02-28", "2024-02-29", "2025-02-29", "2025-04-31", "2026-11-27 23:59:59",
                         "2026-11-28", "2026-11-28 15:00:00", "2026-11-29", "2026-12-01", "2027-01-01", "1999-01-01",
                         "2025-1-01", "2025-01-01 24:00:00", "2025-01-01T00:00:00", "2025-13-01", "2025-01-01 "],
    "owner_unit": ["", "Số TCT", "So\u0302\u0301 TCT", " a", "a ", "a  b", "a\tb", "x" * 200, "x" * 201, "a\\b", "\\N",
                   "\\.", 'a"b', "a,b", "a\nb", "\x01", "\u00a0", "ừ" * 200, "'", "&amp;", "\ufeff"],
    "registration_missing": ["", "portrait", "portrait;id_front", "a b", ";", "portrait;", "x" * 65, "a;b;" + "c" * 64],
}  # fmt: skip


class Rejects:
    def __init__(self):
        self.told = []

    def add(self, line, column, value, error):
        self.told.append((line, column, error.code))

    note = add


@tagged("-at_install", "post_install")
class TestLinePlain(BaseCase):
    """What the fast way takes is what the careful way takes, and as it makes it."""

    def read(self, text, mobile=None):
        rejects = Rejects()
        reader = line_feed.Reader(BytesIO(text.encode()), SELECTIONS, NOW, mobile or msisdn.mobile_pattern(), rejects)
        pieces = list(iter(reader.read, ""))
        self.assertFalse(reader.error)
        return reader, list(csv.reader(StringIO("".join(pieces)))), rejects.told

    def careful(self, rows, columns):
        """The good rows by the cleaners of single cells."""
        clean = line_cells.cleaners(columns, SELECTIONS, NOW)
        good = []
        for row in rows:
            try:
                good.append([function(cell) or "" for function, cell in zip(clean, row, strict=True)])
            except (line_cells.BadCell, msisdn.BadNumber):
                continue
        return good

    def test_fast_and_careful_way_agree(self):
        dice = random.Random(1090)
        names = list(CELLS)
        for _round in range(60):
            columns = dice.sample(names, dice.randint(1, len(names)))
            if "msisdn" not in columns:
                columns.append("msisdn")
            rows = []
            for _row in range(40):
                # Mostly good cells, so that whole rows are plain now and then.
                rows.append(
                    [CELLS[name][0 if dice.random() < 0.7 else dice.randrange(len(CELLS[name]))] for name in columns]
                )
            text = StringIO(newline="")
            csv.writer(text, lineterminator=dice.choice(("\n", "\r\n"))).writerows([columns, *rows])
            _reader, fast, _told = self.read(text.getvalue(), r"[35789]\d{8}")
            self.assertEqual(fast, self.careful(rows, columns))

    def test_each_kind_of_cell_alone(self):
        for name, cells in CELLS.items():
            for cell in cells:
                with self.subTest(column=name, cell=cell[:20]):
                    columns = ["msisdn"] if name == "msisdn" else ["msisdn", name]
                    row = [cell] if name == "msisdn" else ["0900000001", cell]
                    text = StringIO(newline="")
                    csv.writer(text, lineterminator="\n").writerows([columns, row])
                    _reader, fast, _told = self.read(text.getvalue(), r"[35789]\d{8}")
                    self.assertEqual(fast, self.careful([row], columns))

    def test_good_rows_are_plain(self):
        """Else the feed would be slow, and no other test would tell."""
        for day in (NOW - timedelta(days=back) for back in range(1, 800)):
            with self.subTest(day=day):
                stamp = f"{day:%Y-%m-%d}"
                if stamp.endswith("02-29") or local_time.local(NOW).strftime("%Y-%m") == stamp[:7]:
                    continue
                columns = ["app_installed_on", "msisdn", "owner_unit"]
                plain = line_feed.line_plain.PlainRows(columns, SELECTIONS, NOW, msisdn.mobile_pattern())
                row = f"{stamp} 10:20:30,0900000001,Công ty dịch vụ mẫu\n"
                self.assertEqual(plain.end(row, 0), len(row))
                self.assertEqual(plain.normalised(row), row.replace(",09", ",+849"))

    def test_line_numbers(self):
        text = 'msisdn,owner_unit\n0900000001,a\n\n0900000002,"two\nlines"\nbad,\n0900000003,b\nworse,c'
        _reader, good, told = self.read(text)
        self.assertEqual([row[1] for row in good], ["a", "two lines", "b"])
        self.assertEqual([line for line, *_why in told], [6, 8])

    def test_ranges_are_those_of_the_library(self):
        """Every prefix of three digits, against the library's own judgement of whole numbers."""
        known = line_feed.re.compile(msisdn.mobile_pattern()).fullmatch
        for prefix in range(300, 1000):
            digits = f"{prefix}456789"
            if digits[0] not in "35789":
                continue
            number = phonenumbers.parse(f"+84{digits}")
            is_mobile = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
            self.assertEqual(bool(known(digits)), is_mobile, digits)
        self.assertFalse(known("890123456"))
        self.assertTrue(line_feed.re.fullmatch(msisdn.mobile_pattern(("0890",)), "890123456"))

    def test_doubtful_rows_are_kept_aside(self):
        reader, good, told = self.read("msisdn,payment_mode\n0890123456,prepaid\n0900000001,\n0891234567,nonsense\n")
        self.assertEqual([row[0] for row in good], ["+84900000001"])
        self.assertEqual((reader.doubtful.count, reader.refused.count, reader.read_count), (1, 1, 3))
        self.assertEqual([code for *_where, code in told], ["doubtful", "value"])
