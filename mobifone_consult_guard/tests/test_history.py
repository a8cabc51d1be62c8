from odoo.tests import tagged

from odoo.addons.mobifone_consult.tests.plan_common import PlanCase, filter_domain

VIEW = "mobifone_consult_guard.mobifone_guard_event_view_search"


@tagged("-at_install", "post_install")
class TestHistory(PlanCase):
    """What the guard refused in years is read by index."""

    def setUp(self):
        super().setUp()
        self.events = self.env["mobifone.guard.event"].with_user(self.manager)

    def test_orders(self):
        for order in (self.events._order, "happened_on asc", "happened_on desc"):
            self.assert_in_order(self.events, order)

    def test_attempts_are_rare(self):
        domain = filter_domain(self.env, VIEW, "filter_attempts")
        found = self.indexes(self.events, domain, order=self.events._order)
        self.assertEqual(found, {"mobifone_guard_event_attempt_idx"})

    def test_by_user_and_by_address(self):
        """The first shows all kinds: its index is read for the user, and his rows alone are sorted."""
        for domain, index in (
            ([("ip", "=", "10.0.0.1")], "mobifone_guard_event_ip_idx"),
            ([("user_id", "=", self.agent_a1.id), ("kind", "=", "session")], "mobifone_guard_event_user_idx"),
        ):
            self.assertEqual(self.indexes(self.events, domain, order="happened_on desc, id desc"), {index})
