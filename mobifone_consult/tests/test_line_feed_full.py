from datetime import datetime

from odoo.exceptions import AccessError, UserError

from .common import FEATURE, INSTALLED, LOCKED, MISSING, OPEN
from .test_line_feed import NEW, LineFeedCase

LINES = (OPEN, INSTALLED, MISSING, FEATURE, LOCKED)
DOUBTFUL = "+84890123456"


class TestFullFeed(LineFeedCase):
    """A file with all lines: what it does not have is ended."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.cr.execute(
            "UPDATE mobifone_subscriber SET line_status = 'terminated' WHERE NOT msisdn = ANY(%s)", [[*LINES]]
        )
        cls.env.invalidate_all()

    def statuses(self, *numbers):
        return [self.line(number).line_status for number in numbers]

    def test_absent_lines_are_ended(self):
        self.set_param("feed_end_percent", "40")
        counts = self.load(OPEN, INSTALLED, MISSING, NEW, is_full=True)
        self.assertCounts(counts, inserted=1, unchanged=3, ended=2)
        self.assertEqual(self.statuses(*LINES, NEW), ["active"] * 3 + ["terminated"] * 2 + ["active"])
        again = self.load(OPEN, INSTALLED, MISSING, NEW, is_full=True)
        self.assertCounts(again, unchanged=4)
        back = self.load(f"{FEATURE},active", header="msisdn,line_status")
        self.assertCounts(back, changed=1)
        self.assertEqual(self.statuses(FEATURE), ["active"])

    def test_a_part_ends_nothing(self):
        self.assertCounts(self.load(OPEN), unchanged=1)
        self.assertEqual(self.statuses(*LINES), ["active"] * 5)

    def test_too_many_are_refused_and_nothing_is_changed(self):
        with self.assertRaisesRegex(UserError, "3 of 5"):
            self.set_param("feed_end_percent", "59")
            self.load(f"{OPEN},postpaid", f"{INSTALLED},prepaid", header="msisdn,payment_mode", is_full=True)
        self.assertEqual(self.statuses(*LINES), ["active"] * 5)
        self.assertEqual(self.line(OPEN).payment_mode, "prepaid")
        self.set_param("feed_end_percent", "60")
        self.assertCounts(self.load(OPEN, INSTALLED, is_full=True), unchanged=2, ended=3)

    def test_a_line_with_a_bad_row_is_not_absent(self):
        self.set_param("feed_end_percent", "100")
        rows = [f"{OPEN},prepaid", f"{LOCKED},nonsense", f"{FEATURE[1:]},prepaid,more"]
        self.assertCounts(
            self.load(*rows, header="msisdn,payment_mode", is_full=True), unchanged=1, rejected=2, ended=3
        )
        # A row with too many cells names no line for sure.
        self.assertEqual(self.statuses(*LINES), ["active", *["terminated"] * 3, "active"])

    def test_a_later_row_wins_also_when_it_changes_nothing(self):
        rows = [f"{OPEN},postpaid", f"{OPEN},prepaid"]
        self.assertCounts(self.load(*rows, header="msisdn,payment_mode"), unchanged=1, repeated=1)
        self.assertEqual(self.line(OPEN).payment_mode, "prepaid")
        self.assertCounts(self.load(*reversed(rows), header="msisdn,payment_mode"), changed=1, unchanged=1)
        self.assertEqual(self.line(OPEN).payment_mode, "postpaid")


class TestQuarantine(LineFeedCase):
    """Numbers of unknown ranges are held back, never dropped."""

    def held(self):
        return self.env["mobifone.line.quarantine"].search([("msisdn", "=", DOUBTFUL)])

    def test_held_back_and_taken_by_a_manager(self):
        header = "msisdn,payment_mode,owner_unit"
        self.assertCounts(self.load("0890123456,prepaid,", "0890123456,postpaid,Số TCT", header=header), quarantined=2)
        self.assertFalse(self.line(DOUBTFUL))
        held = self.held()
        self.assertEqual(held.cells, {"payment_mode": "postpaid", "owner_unit": "Số TCT"})
        self.assertIn("Số TCT", held.cells_text)
        self.assertNotIn("0123", held.display_name)
        with self.assertRaises(AccessError):
            held.with_user(self.agent_a1).action_take()
        with self.assertRaises(AccessError):
            held.with_user(self.vendor_manager_a).read(["msisdn"])
        held.with_user(self.manager).action_take()
        line = self.line(DOUBTFUL)
        self.assertEqual((line.payment_mode, line.owner_unit, line.app_status), ("postpaid", "Số TCT", "unknown"))
        self.assertFalse(self.held())

    def test_dates_are_taken_as_they_were_fed(self):
        rows = ("0890123456,2026-02-03", "0890123457,2026-02-03 04:05:06", "0890123458,")
        self.assertCounts(self.load(*rows, header="msisdn,app_installed_on"), quarantined=3)
        self.assertIn("2026-02-03 00:00:00", self.held().cells_text)
        held = self.env["mobifone.line.quarantine"].search([("msisdn", "like", "+84890123")])
        self.assertEqual(held.with_user(self.manager).action_take()["params"]["type"], "success")
        installed = [self.line(f"+8489012345{last}").app_installed_on for last in (6, 7, 8)]
        self.assertEqual(installed, [datetime(2026, 2, 3), datetime(2026, 2, 3, 4, 5, 6), False])

    def test_what_cannot_be_taken_stays_and_is_told(self):
        self.load("0890123456,prepaid", "0890123457,prepaid", header="msisdn,payment_mode")
        self.held().sudo().cells = {"payment_mode": "gold"}
        held = self.env["mobifone.line.quarantine"].search([("msisdn", "like", "+84890123")])
        told = held.with_user(self.manager).action_take()["params"]
        self.assertEqual((told["type"], self.held().msisdn), ("warning", DOUBTFUL))
        self.assertIn("1 could not be taken", told["message"])
        self.assertTrue(self.line("+84890123457"))

    def test_a_new_range_lets_it_in(self):
        self.assertCounts(self.load("0890123456"), quarantined=1)
        self.set_param("mobile_ranges", "0890; 0891")
        self.assertCounts(self.load("0890123456"), inserted=1)
        self.assertFalse(self.held())
        self.set_param("mobile_ranges", "")
        self.assertCounts(self.load("0890123456,postpaid", header="msisdn,payment_mode"), changed=1)
        self.assertFalse(self.held())

    def test_ranges_of_nonsense_are_refused(self):
        for text in ("1090", "abc", "0", "08901234567", "0890, x"):
            with self.subTest(text), self.assertRaises(UserError):
                self.set_param("mobile_ranges", text)

    def test_take_several_of_different_files(self):
        self.load("0890123456,prepaid", header="msisdn,payment_mode")
        self.load("0890123457,smartphone", "0890123458,", header="msisdn,device_class")
        held = self.env["mobifone.line.quarantine"].search([("msisdn", "like", "+84890123")])
        self.assertEqual(len(held), 3)
        held.with_user(self.manager).action_take()
        self.assertEqual(self.line("+84890123457").device_class, "smartphone")
        self.assertEqual(self.line("+84890123458").device_class, "unknown")
