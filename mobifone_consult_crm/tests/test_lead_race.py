from odoo.api import Environment
from odoo.tests import tagged

from odoo.addons.mobifone_consult.tests.race_common import RIVALS, RaceCase


@tagged("-at_install", "post_install", "mobifone_race")
class TestLeadRace(RaceCase):
    """The same request sent many times at once makes one lead."""

    def setUp(self):
        super().setUp()
        with self.registry.cursor() as cr:
            env = Environment(cr, 1, {})
            team = env["crm.team"].create({"name": f"Lead race {self.run}"})
            values = {"name": team.name, "text": team.name, "lead_team_id": team.id}
            self.promotion_id = env["mobifone.promotion"].create(values).id
        self.addCleanup(self.forget)
        self.registry.clear_all_caches()

    def forget(self):
        """Other tests read the promotions in force; samples are made where there is none."""
        with self.registry.cursor() as cr:
            env = Environment(cr, 1, {})
            promotion = env["mobifone.promotion"].browse(self.promotion_id)
            env["crm.lead"].search([("mobifone_promotion_id", "=", promotion.id)]).unlink()
            promotion.unlink()
        self.registry.clear_all_caches()

    def test_one_request_sent_many_times_at_once(self):
        user_id = self.users[0]
        lookup_id = self.look_up(user_id, self.numbers[0])
        request = (user_id, lambda desk: desk.open_lead(lookup_id, self.promotion_id, "Gọi lại"))
        answers = self.race([request] * RIVALS)
        self.assertEqual({answer["ok"] for answer in answers}, {True})
        self.assertEqual(len({answer["lead_id"] for answer in answers}), 1)
        self.assertEqual([answer["replayed"] for answer in answers].count(False), 1)
        with self.registry.cursor() as cr:
            cr.execute("SELECT count(*) FROM crm_lead WHERE mobifone_lookup_id = %s", [lookup_id])
            self.assertEqual(cr.fetchone()[0], 1)
