from odoo.tests import BaseCase, tagged

from ..tools import msisdn, nice_number, sms_length


@tagged("-at_install", "post_install")
class TestNumbers(BaseCase):
    def test_what_people_type(self):
        for text in (
            "0900000001", "+84900000001", "84900000001", "0084900000001", "900000001", "0900 000 001", "0900.000.001",
            "(+84)0900000001", "+84 (0) 900-000-001", "０９００ ０００ ００１", "\u202d0900000001\u202c", 900000001,
        ):  # fmt: skip
            with self.subTest(text=text):
                self.assertEqual(msisdn.parse(text), "+84900000001")

    def test_old_eleven_digits_are_converted_for_every_carrier(self):
        self.assertEqual(msisdn.parse("01201234567"), "+84701234567")
        self.assertEqual(msisdn.parse("+841201234567"), "+84701234567")
        for old, new in msisdn.OLD_PREFIXES.items():
            with self.subTest(prefix=old):
                self.assertEqual(msisdn.parse(f"0{old}7654321"), f"+84{new}7654321")

    def test_numbers_the_library_does_not_know_yet_pass(self):
        self.assertEqual(msisdn.parse("0891234567"), "+84891234567")

    def test_nonsense_says_why(self):
        for text, code in (
            (None, "empty"), (False, "empty"), ("", "empty"), ("  ", "empty"), ([], "not_text"), ({}, "not_text"),
            (True, "not_text"), (1.5, "not_text"), ("abc", "letters"), ("090000000O", "letters"), ("%", "letters"),
            ("0900000001' OR 1=1", "letters"), ("0900000001;0900000002", "several"), ("1090", "too_short"),
            ("😀", "letters"), ("1" * 1_000_000, "too_long"), (10**40, "too_long"), ("+84", "too_short"),
            ("0711234567890", "invalid"), ("0900000001\x00", "letters"), ("+1234567890123456", "too_long"),
        ):  # fmt: skip
            with self.subTest(text=repr(text)[:40]), self.assertRaises(msisdn.BadNumber) as caught:
                msisdn.parse(text)
            self.assertEqual(caught.exception.code, code, repr(text)[:40])

    def test_the_prefix_is_only_a_hint(self):
        self.assertEqual(msisdn.carrier_by_prefix("+84900000001"), "MobiFone")
        self.assertEqual(msisdn.carrier_by_prefix("+84891234567"), "")

    def test_masked_hides_the_middle(self):
        self.assertEqual(msisdn.masked("+84900000001"), "0900•••001")

    def test_nice_numbers(self):
        for commitment, owner, expected in (
            ("CK", "", True), ("Có CK 24 tháng", "", True), ("CK12T", "", True), ("ck", None, True),
            ("Không CK", "", False), ("không có CK", "", False), ("BACK", "", False), (None, None, False),
            ("", "Số TCT", True), ("", "so tct", True), ("", "Không số TCT", False), ("", "TCT", False),
            ("Không CK", "Số TCT", True), ("", "So\u0302\u0301 TCT", True),
        ):  # fmt: skip
            with self.subTest(commitment=commitment, owner=owner):
                self.assertIs(nice_number.is_nice(commitment, owner, "CK", "số TCT"), expected)

    def test_sms_length(self):
        for text, expected in (
            ("", ("GSM-7", 0, 0)), ("a" * 160, ("GSM-7", 160, 1)), ("a" * 161, ("GSM-7", 161, 2)),
            ("a" * 306, ("GSM-7", 306, 2)), ("€", ("GSM-7", 2, 1)), ("ạ" * 70, ("UCS-2", 70, 1)),
            ("ạ" * 71, ("UCS-2", 71, 2)), ("😀", ("UCS-2", 2, 1)),
        ):  # fmt: skip
            with self.subTest(text=text[:5]):
                self.assertEqual(sms_length.measure(text), expected)
