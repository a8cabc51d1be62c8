from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from .letter_common import LetterCase

MARCH, APRIL = date(2027, 3, 1), date(2027, 4, 1)


@tagged("-at_install", "post_install")
class TestLetterRecall(LetterCase):
    """A wrong letter is recalled and issued again; both are kept."""

    def test_recall_and_issue_again(self):
        people = [self.join(self.vendor_a, code) for code in ("A1", "A2")]
        self.at("2027-03-31 20:00")
        departures = [self.leave(agent) for agent in people]
        self.at("2027-04-01 06:00")
        self.cron()
        first = self.issue(self.letters(self.vendor_a))
        self.at("2027-04-20 09:00")
        with self.assertRaisesRegex(UserError, "Only a recalled letter"):
            first.action_reissue()
        departures[0].with_user(self.manager).action_correct("01/04/2027 08:00", "worked one night more")
        self.assertTrue(first.is_outdated)
        self.assertEqual(first.line_ids.mapped("is_outdated"), [True, False])
        for why in ("", "  ", None, 5, "x" * 201):
            with self.assertRaises(UserError):
                first.action_recall(why)
        self.recall(first)
        self.assertEqual(
            (first.state, first.recalled_by_id, first.recalled_why), ("recalled", self.manager, "Sai ngày nghỉ việc")
        )
        self.assertFalse(first.is_outdated)
        with self.assertRaisesRegex(UserError, "Only a confirmed or sent"):
            first.action_recall("again")
        action = first.action_reissue()
        second = self.letters(self.vendor_a, state="draft")
        self.assertEqual((action["res_id"], second.replaces_id, second.month), (second.id, first, MARCH))
        self.assertEqual(self.codes(second), ["A2"])
        self.assertEqual(first.action_reissue()["res_id"], second.id, "again: the same draft")
        self.cron(2)
        self.assertEqual(self.letters(self.vendor_a), first + second)
        self.issue(second)
        self.assertEqual((second.symbol, second.is_late), ("02/TA-NS", False), "the first one was in time")
        self.assert_says(second, "Công văn này thay thế công văn số 01/TA-NS ngày 01/04/2027.")
        with self.assertRaisesRegex(UserError, "replaced already"):
            first.action_reissue()
        self.assertEqual(self.codes(first), ["A1", "A2"], "both are kept")
        self.at("2027-05-01 00:00")
        self.cron()
        self.assertEqual(self.codes(self.letters(self.vendor_a, month=APRIL)), ["A1"])

    def test_the_cron_drafts_what_a_recall_left_behind(self):
        person = self.join(self.vendor_a, "S1")
        first = self.issue(self.march("A1"))
        self.leave(person, "30/03/2027 17:00")
        self.cron()
        supplementary = self.letters(self.vendor_a) - first
        first.action_recall("Sai tên")
        supplementary.action_refresh()
        self.assertEqual(self.codes(supplementary), ["S1"], "the recalled letter's leavers are not for this one")
        self.cron(2)
        second = self.letters(self.vendor_a) - first - supplementary
        self.assertEqual((second.kind, second.replaces_id, self.codes(second)), ("main", first, ["A1"]))
        self.assertEqual(self.codes(supplementary), ["S1"])
        self.issue(supplementary).action_recall("Sai tên")
        supplementary.action_reissue()
        third = self.letters(self.vendor_a, state="draft", kind="supplementary")
        self.assertFalse(third.line_ids, "while the month's letter is a draft, it has them")
        self.cron()
        self.assertEqual(set(self.codes(second)), {"A1", "S1"})

    def test_recalled_before_it_was_sent(self):
        letter = self.march("A1")
        with self.assertRaisesRegex(UserError, "Only a confirmed or sent"):
            letter.action_recall("x")
        letter.action_confirm()
        letter.action_recall("Sai tên")
        with self.assertRaises(UserError):
            letter.action_send()
        letter.action_reissue()
        again = self.letters(self.vendor_a, state="draft")
        again.action_confirm()
        self.assertEqual(again.symbol, "02/TA-NS", "numbers are not used again")
