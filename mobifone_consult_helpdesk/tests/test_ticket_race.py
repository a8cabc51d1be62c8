from odoo.tests import tagged

from odoo.addons.mobifone_consult.tests.race_common import RIVALS, RaceCase


@tagged("-at_install", "post_install", "mobifone_race")
class TestTicketRace(RaceCase):
    """The same request sent many times at once makes one ticket."""

    def assert_one_ticket(self, answers, lookup_id):
        self.assertEqual({answer["ok"] for answer in answers}, {True})
        with self.registry.cursor() as cr:
            cr.execute("SELECT count(*) FROM helpdesk_ticket WHERE mobifone_lookup_id = %s", [lookup_id])
            self.assertEqual(cr.fetchone(), (1,))

    def test_ticket(self):
        user_id = self.users[0]
        for number in self.numbers[:3]:
            lookup_id = self.look_up(user_id, number)
            answers = self.race(
                [(user_id, lambda desk, id_=lookup_id: desk.open_ticket(id_, "complaint", "x"))] * RIVALS
            )
            self.assert_one_ticket(answers, lookup_id)
            self.assertEqual(len({answer["ticket_id"] for answer in answers}), 1)
            self.assertEqual([answer["replayed"] for answer in answers].count(False), 1)

    def test_feedback(self):
        user_id = self.users[0]
        lookup_id = self.look_up(user_id, self.numbers[3])
        answers = self.race([(user_id, lambda desk: desk.file_feedback(lookup_id, "x"))] * RIVALS)
        self.assert_one_ticket(answers, lookup_id)
        self.assertEqual(len({answer["ticket"] for answer in answers}), 1)
