from odoo.tests import tagged

from .common import GuardCase


@tagged("-at_install", "post_install")
class TestTour(GuardCase):
    """The web client starts for vendors' people, and their screens work; an error on the console fails a tour."""

    def walk(self, user, action, tour):
        self.env["res.lang"]._activate_lang("vi_VN")
        user.lang = "vi_VN"
        self.start_tour(f"/odoo/{action}", tour, login=user.login)
        kinds = self.env["mobifone.guard.event"].search([("user_id", "=", user.id)]).mapped("detail")
        self.assertFalse(kinds, "nothing the screens need is closed")

    def test_agent(self):
        self.walk(self.agent_a1, "mobifone-desk", "mobifone_guard_boot_desk")

    def test_team_leader(self):
        self.consult(self.agent_a1)
        self.walk(self.leader_a, "action-mobifone_consult.mobifone_consultation_action", "mobifone_guard_boot_list")
        self.walk(self.leader_a, "action-mobifone_consult.mobifone_lookup_action", "mobifone_guard_boot_list")

    def test_vendor_manager(self):
        self.walk(self.vendor_manager_a, "action-mobifone_consult.mobifone_agent_action", "mobifone_guard_boot_list")
        self.walk(
            self.vendor_manager_a, "action-mobifone_consult.mobifone_call_report_action", "mobifone_guard_boot_report"
        )
