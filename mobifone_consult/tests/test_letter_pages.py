from datetime import date
from itertools import chain

from odoo.tests import TransactionCase, tagged

from ..tools import letter_pages, local_time


@tagged("-at_install", "post_install")
class TestLetterPages(TransactionCase):
    """Where a long list breaks, and how a letter's date is written."""

    def test_pages(self):
        row = ("1", "Nguyễn Văn Mẫu", "A1", "ta.a1", "10/03/2027", "10/03/2027", "")
        self.assertEqual(letter_pages.cut([], 250), [])
        self.assertEqual(letter_pages.cut([row], 250), [[row]])
        pages = letter_pages.cut([row] * 60, 250)
        self.assertEqual(list(chain(*pages)), [row] * 60)
        self.assertEqual([len(page) for page in pages], [23, 37])
        self.assertLess(len(pages[0]), len(pages[1]))
        self.assertEqual(letter_pages.cut([row], 5000), [[row]], "never a page without a row")
        long = (*row[:-1], "một hai ba bốn năm sáu bảy tám chín mười " * 10)
        self.assertGreater(letter_pages.height(long), 500)
        self.assertEqual(letter_pages.lines("x" * 20, 5, breaks=True), 2)
        self.assertEqual(letter_pages.lines("x" * 20, 5, breaks=False), 2)
        self.assertEqual(letter_pages.lines("", 5, breaks=False), 1)

    def test_dates(self):
        for day, text in (
            (date(2026, 12, 5), "ngày 05 tháng 12 năm 2026"), (date(2026, 2, 28), "ngày 28 tháng 02 năm 2026"),
            (date(2026, 3, 31), "ngày 31 tháng 3 năm 2026"), (date(2026, 1, 1), "ngày 01 tháng 01 năm 2026"),
        ):  # fmt: skip
            self.assertEqual(local_time.letter_date(day), text)
