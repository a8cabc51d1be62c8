from odoo.tests import BaseCase

from ..tools.sms_text import is_gsm, one_segment, plain, segments


class TestText(BaseCase):
    def test_segments(self):
        for text, expected in (
            ("", 0), ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("€" * 80, 1), ("€" * 81, 2),
            ("ạ" * 70, 1), ("ạ" * 71, 2), ("ạ" * 134, 2), ("ạ" * 135, 3), ("😀" * 35, 1), ("😀" * 36, 2),
        ):  # fmt: skip
            with self.subTest(text=text[:3], length=len(text)):
                self.assertEqual(segments(text), expected)

    def test_without_accents(self):
        self.assertEqual(plain("Cảm ơn Đài “1090” – 0900•••002"), 'Cam on Dai "1090" - 0900***002')
        self.assertEqual(plain("số 漢"), "so ?")
        self.assertTrue(is_gsm(plain("Nguyễn Thị Đoàn\xa0Ước")))

    def test_one_segment(self):
        self.assertEqual(one_segment("Đã lưu"), "Da luu")
        self.assertEqual(segments(one_segment("ạ" * 500)), 1)
        self.assertTrue(one_segment("x" * 161).endswith("..."))
        self.assertEqual(segments(one_segment("€" * 200)), 1)
