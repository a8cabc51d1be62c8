from odoo.exceptions import UserError

from .common import ConsultCase


class TestFirstDay(ConsultCase):
    """The tour of the desk: shown once, to those who begin."""

    def begin(self, role):
        """Somebody whose account was opened and who accepts the commitment on the screen."""
        user = self._user(f"t_new_{role}", "base.group_user")
        values = {"name": "New", "vendor_id": self.vendor_a.id, "employee_code": user.login, "user_id": user.id}
        files = self.env["mobifone.agent"].with_user(self.manager)
        files.create({**values, "role": role, "commitment_date": "2026-01-01"}).action_activate()
        mine = files.with_user(user)
        mine.accept_commitment(mine._commitment_to_accept().id)
        return self.env["web_tour.tour"].with_user(user)

    def test_a_new_agent_is_shown_the_desk_once(self):
        tours = self.begin("agent")
        tour = tours.get_current_tour()
        self.assertEqual((tour["name"], tour["url"]), ("mobifone_first_day", "/odoo/mobifone-desk"))
        self.assertFalse(tours.consume("another"))
        self.assertTrue(tours.get_current_tour(), "it ends by its own name only")
        self.assertFalse(tours.consume("mobifone_first_day"))
        self.assertFalse(tours.get_current_tour())

    def test_not_to_those_who_work_here_nor_to_who_has_no_desk(self):
        self.assertFalse(self.env["web_tour.tour"].with_user(self.agent_a1).get_current_tour())
        self.assertFalse(self.begin("vendor_manager").get_current_tour())

    def test_tours_of_other_add_ons_are_not_shown_to_vendors_people(self):
        self.env["web_tour.tour"].create({"name": "t_other", "sequence": 0})
        tours = self.begin("team_leader")
        self.assertEqual(tours.get_current_tour()["name"], "mobifone_first_day")
        tours.consume("mobifone_first_day")
        self.assertFalse(tours.get_current_tour())

    def test_the_training_line_must_be_a_number(self):
        settings = self.env["res.config.settings"]
        settings.create({"mobifone_training_number": "0900 000 009"}).set_values()
        with self.assertRaises(UserError):
            settings.create({"mobifone_training_number": "09abc"})
