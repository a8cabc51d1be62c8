from datetime import date, datetime, timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..tools import local_time
from .letter_common import LetterCase

START, END = date(2027, 1, 5), date(2028, 1, 6)


@tagged("-at_install", "post_install")
class TestAccountYear(LetterCase):
    """Two vendors through a whole year, day by day: who joins, who leaves and when, which letter names whom.

    Vendor A sends on the 2nd and writes no nil letters; vendor B sends ten minutes before the end of the 4th, writes
    nil letters, and forgets one.
    """

    def setUp(self):
        super().setUp()
        self.at("2027-01-05 08:00")
        codes = ["A01", "A02", "A03", "A04", "A05", "A06", "A07", "A08", "A09", "B01", "B02", "B03", "B04", "B05"]
        self.people = {code: self.join(self.vendor_a if code < "B" else self.vendor_b, code) for code in codes}
        self.files = {}

    def gone(self, code, left_at=None, user=None):
        self.files.setdefault(code, []).append(self.leave(self.people[code], left_at, user))

    def works(self, code):
        return self.people[code].sudo().user_id.active

    def send_all(self, vendor):
        for letter in self.letters(vendor, state="draft"):
            self.issue(letter)

    def no_commitment(self):
        """Nobody works without a signed commitment."""
        with self.assertRaisesRegex(UserError, "needs a signed commitment"):
            self.join(self.vendor_a, "A10", commitment_date=False)

    def nil_from_now(self):
        self.vendor_b.has_nil_letters = True

    def corrected(self):
        """A leave date moves over the end of the month, after the letter."""
        letter = self.letters(self.vendor_a, symbol="06/TA-NS")
        self.files["A07"][0].with_user(self.manager).action_correct("01/10/2027 06:00", "one more night")
        self.assertTrue(letter.is_outdated)
        letter.action_recall("Sai ngày nghỉ việc của A07")
        letter.action_reissue()
        self.send_all(self.vendor_a)

    def events(self):
        """What happens, by Vietnam's clock."""
        yield from (
            ("2027-01-05 09:00", self.no_commitment),
            ("2027-01-20 08:00", lambda: self.gone("A01")),
            ("2027-01-31 23:59", lambda: self.gone("A02")),
            ("2027-02-01 00:00", lambda: self.gone("A03")),
            ("2027-02-01 00:05", self.nil_from_now),
            ("2027-02-28 23:59", lambda: self.gone("B01")),
            ("2027-03-01 00:00", lambda: self.gone("B02")),
            # Left in February, told after February's letter.
            ("2027-03-10 09:00", lambda: self.gone("A04", "15/02/2027 17:30")),
            ("2027-03-11 09:00", lambda: self.send_all(self.vendor_a)),
            # Leaves twice in a month.
            ("2027-04-05 10:00", lambda: self.gone("A05")),
            ("2027-04-08 08:00", lambda: self.again(self.people["A05"])),
            ("2027-04-20 12:00", lambda: self.gone("A05")),
            # Announced three weeks before; a bare day means its last minute.
            ("2027-05-20 09:00", lambda: self.gone("B03", "10/06/2027")),
            ("2027-06-10 23:58", lambda: self.assertTrue(self.works("B03"))),
            ("2027-06-10 23:59", self.leavers),
            ("2027-06-10 23:59", lambda: self.assertFalse(self.works("B03"))),
            # Told before June's letter was confirmed: he joins the draft.
            ("2027-07-01 10:00", lambda: self.gone("A06", "30/06/2027 17:00")),
            ("2027-08-15 08:00", lambda: self.gone("B04", "01/08/2027 08:00", user=self.manager)),
            ("2027-09-10 17:00", lambda: self.gone("A08")),
            ("2027-09-30 22:00", lambda: self.gone("A07")),
            ("2027-10-12 09:00", self.corrected),
            ("2027-11-06 09:00", lambda: self.send_all(self.vendor_b)),
            ("2027-12-31 23:59", lambda: self.gone("A09")),
            ("2028-01-01 00:00", lambda: self.gone("B05")),
        )
        for month in range(14):
            year, number = 2027 + month // 12, month % 12 + 1
            yield f"{year}-{number:02d}-02 09:00", lambda: self.send_all(self.vendor_a)
            if (year, number) != (2027, 11):
                yield f"{year}-{number:02d}-04 23:50", lambda: self.send_all(self.vendor_b)

    def leavers(self):
        with self.enter_registry_test_mode():
            self.env.ref("mobifone_consult.ir_cron_leavers").method_direct_trigger()

    def live(self):
        """Go through the year; the letters' scheduled action runs every night, at the turn of a month several times."""
        days = (START + timedelta(days=number) for number in range((END - START).days))
        nights = [(f"{day} 00:10", lambda times=3 if day.day < 7 else 1: self.cron(times)) for day in days]
        happens = [event for event in self.events() if str(START) <= event[0] < str(END)]
        for when, what in sorted([*nights, *happens], key=lambda event: event[0]):
            self.at(when)
            what()

    def told(self, vendor):
        return {
            (letter.year, letter.number): (
                f"{letter.month:%m/%y}", letter.kind[:4], " ".join(self.codes(letter)), letter.state, letter.is_late
            )
            for letter in self.letters(vendor)
        }  # fmt: skip

    def test_a_year(self):
        self.live()
        self.assertEqual(
            self.told(self.vendor_a),
            {
                (2027, 1): ("01/27", "main", "A01 A02", "sent", False),
                (2027, 2): ("02/27", "main", "A03", "sent", False),
                (2027, 3): ("02/27", "supp", "A04", "sent", True),
                (2027, 4): ("04/27", "main", "A05 A05", "sent", False),
                (2027, 5): ("06/27", "main", "A06", "sent", False),
                (2027, 6): ("09/27", "main", "A08 A07", "recalled", False),
                (2027, 7): ("09/27", "main", "A08", "sent", False),
                (2027, 8): ("10/27", "main", "A07", "sent", False),
                (2028, 1): ("12/27", "main", "A09", "sent", False),
            },
        )
        nil = ("main", "", "sent", False)
        self.assertEqual(
            self.told(self.vendor_b),
            {
                (2027, 1): ("01/27", *nil),
                (2027, 2): ("02/27", "main", "B01", "sent", False),
                (2027, 3): ("03/27", "main", "B02", "sent", False),
                (2027, 4): ("04/27", *nil),
                (2027, 5): ("05/27", *nil),
                (2027, 6): ("06/27", "main", "B03", "sent", False),
                (2027, 7): ("07/27", *nil),
                (2027, 8): ("08/27", "main", "B04", "sent", False),
                (2027, 9): ("09/27", *nil),
                (2027, 10): ("10/27", "main", "", "sent", True),
                (2027, 11): ("11/27", *nil),
                (2028, 1): ("12/27", *nil),
            },
        )
        self.assertEqual(self.letters(self.vendor_a, symbol="07/TA-NS").replaces_id.symbol, "06/TA-NS")
        self._check_windows()
        self._check_mails()
        self._check_scores()
        # Everything once more, as after a restart: nothing twice.
        before = self.told(self.vendor_a), self.told(self.vendor_b), len(self.mails(email_to="@"))
        self.cron(10)
        self.assertEqual((self.told(self.vendor_a), self.told(self.vendor_b), len(self.mails(email_to="@"))), before)

    def _check_windows(self):
        """What each vendor is liable for, to the minute."""
        expected = {
            "A02": [("2027-01-31 23:59", 0)],
            "A03": [("2027-02-01 00:00", 0)],
            "A04": [("2027-02-15 17:30", 22 * 1440 + 15 * 60 + 30)],
            "A05": [("2027-04-05 10:00", 0), ("2027-04-20 12:00", 0)],
            "A06": [("2027-06-30 17:00", 17 * 60)],
            "A07": [("2027-10-01 06:00", 0)],
            "B01": [("2027-02-28 23:59", 0)],
            "B03": [("2027-06-10 23:59", 0)],
            "B04": [("2027-08-01 08:00", 14 * 1440)],
        }
        for code, windows in expected.items():
            found = [(file.left_at, file.exposure_minutes) for file in self.files[code]]
            clocks = [(local_time.utc(datetime.fromisoformat(clock)), minutes) for clock, minutes in windows]
            self.assertEqual(found, clocks, code)
            self.assertFalse(self.works(code), code)

    def _check_mails(self):
        """A was reminded of its supplementary letter only; B on the 3rd and 4th of each month, two days more once."""
        reminders = {"subject": "chưa gửi"}
        self.assertEqual(len(self.mails(email_to="nhansu@ta", **reminders)), 1)
        self.assertEqual(len(self.mails(email_to="nhansu@tb", **reminders)), 12 * 2 + 2)
        overdue = self.mails(email_to="nhansu@t_.example.com, dai1090@example.com", **reminders)
        self.assertEqual(len(overdue), 3)
        self.assertTrue(all("[QUÁ HẠN]" in mail.subject for mail in overdue))
        self.assertEqual(len(self.mails(subject="[Công văn", email_cc="nhansu@t_.example.com")), 9 + 12)

    def _check_scores(self):
        names = (
            "leavers", "reported_in_time", "reported_late", "exposure_hours", "found", "letters_in_time",
            "letters_late", "letters_missing",
        )  # fmt: skip
        expected = {
            (self.vendor_a, "2027-01"): (2, 2, 0, 0, 0, 1, 0, 0),
            (self.vendor_a, "2027-02"): (2, 1, 1, 543.5, 0, 1, 1, 0),
            (self.vendor_a, "2027-04"): (2, 2, 0, 0, 0, 1, 0, 0),
            (self.vendor_a, "2027-06"): (1, 0, 1, 17, 0, 1, 0, 0),
            (self.vendor_a, "2027-09"): (1, 1, 0, 0, 0, 1, 0, 0),
            (self.vendor_a, "2027-10"): (1, 1, 0, 0, 0, 1, 0, 0),
            (self.vendor_a, "2027-12"): (1, 1, 0, 0, 0, 1, 0, 0),
            **{(self.vendor_b, f"2027-{month:02d}"): (0, 0, 0, 0, 0, 1, 0, 0) for month in range(1, 13)},
            (self.vendor_b, "2027-02"): (1, 1, 0, 0, 0, 1, 0, 0),
            (self.vendor_b, "2027-03"): (1, 1, 0, 0, 0, 1, 0, 0),
            (self.vendor_b, "2027-06"): (1, 1, 0, 0, 0, 1, 0, 0),
            (self.vendor_b, "2027-08"): (1, 0, 1, 336, 1, 1, 0, 0),
            (self.vendor_b, "2027-10"): (0, 0, 0, 0, 0, 0, 1, 0),
            (self.vendor_b, "2028-01"): (1, 1, 0, 0, 0, 0, 0, 0),
        }
        scores = self.env["mobifone.vendor.score"]
        domain = [("vendor_id", "in", (self.vendor_a + self.vendor_b).ids)]
        rows = scores.with_user(self.manager).search(domain)
        found = {(row.vendor_id, f"{row.month:%Y-%m}"): tuple(row[name] for name in names) for row in rows}
        self.assertEqual(found, expected)
        self.assertEqual(len(set(rows.ids)), len(rows))
        self.assertEqual(scores.with_user(self.vendor_manager_a).search([]).vendor_id, self.vendor_a)

    def test_missing_letters_are_scored(self):
        """A letter that is due and not sent is missing, whether it was drafted or not."""
        score = self.env["mobifone.vendor.score"].with_user(self.manager)
        self.at("2027-01-31 23:59")
        self.gone("A01")
        mine = [("vendor_id", "=", self.vendor_a.id)]
        for clock, missing in (("2027-02-04 23:59:59", 0), ("2027-02-05 00:00", 1)):
            self.at(clock)
            self.env.invalidate_all()
            self.assertEqual(score.search(mine).letters_missing, missing)
        self.cron()
        self.env.invalidate_all()
        self.assertEqual(score.search(mine).letters_missing, 1)
        self.send_all(self.vendor_a)
        self.env.invalidate_all()
        self.assertEqual((score.search(mine).letters_missing, score.search(mine).letters_late), (0, 1))

    def test_who_reads_scores(self):
        self.at("2027-02-10 10:00")
        self.gone("A01")
        self.gone("B01")
        score = self.env["mobifone.vendor.score"]
        self.assertEqual(score.with_user(self.vendor_manager_b).search([]).vendor_id, self.vendor_b)
        groups = score.with_user(self.vendor_manager_b).formatted_read_group([], ["vendor_id"], ["leavers:sum"])
        self.assertEqual([group["leavers:sum"] for group in groups], [1])
        theirs = score.with_user(self.manager).search([("vendor_id", "=", self.vendor_a.id)])
        self.assert_denied(theirs.with_user(self.vendor_manager_b).read, ["leavers"])
        for user in (self.agent_a1, self.leader_a, self.care, self.feed, self.stranger):
            self.assert_denied(score.with_user(user).search, [])
        self.assert_denied(theirs.with_user(self.manager).write, {"leavers": 0})
