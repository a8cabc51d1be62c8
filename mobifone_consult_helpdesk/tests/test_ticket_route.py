from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import TicketCase


@tagged("-at_install", "post_install")
class TestTicketRoute(TicketCase):
    """Routing is a table that managers fill in, and that nonsense does not get into."""

    def values(self, **more):
        return {"code": "t_route", "name": "T Route", "team_id": self.care_team.id, **more}

    def test_managers_keep_it(self):
        routes = self.env["mobifone.ticket.route"]
        route = routes.with_user(self.manager).create(self.values())
        route.hours = 3
        route.unlink()
        for user in (self.agent_a1, self.leader_a, self.vendor_manager_a, self.care, self.handler):
            with self.subTest(user=user.login):
                self.assertTrue(self.route_complaint.with_user(user).name)
                with self.assertRaises(AccessError):
                    routes.with_user(user).create(self.values())
                with self.assertRaises(AccessError):
                    self.route_complaint.with_user(user).write({"hours": 1})
        for user in (self.stranger, self.feed):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.route_complaint.with_user(user).read(["name"])

    def test_nonsense(self):
        nonsense = (
            {"code": "complaint"},
            {"code": "Không Dấu"},
            {"code": ""},
            {"hours": -1},
            {"hours": 9000},
            {"priority": "9"},
            {"opened_by": "feedback"},
            {"exclusion_id": self.route_complaint.exclusion_id.id},
            {"team_id": False},
            {"name": False},
        )
        routes = self.env["mobifone.ticket.route"].with_user(self.manager)
        for values in nonsense:
            with self.subTest(values=values):
                self.assert_no_row(routes.create, self.values(**values))

    def test_code_never_changes(self):
        with self.assertRaises(UserError):
            self.route_complaint.with_user(self.manager).code = "other_code"
        self.route_complaint.with_user(self.manager).write({"code": "complaint", "sequence": 1})

    def test_used_ones_are_archived_not_deleted(self):
        self.open_ticket()
        self.assert_no_row(self.route_complaint.with_user(self.manager).unlink)
