from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import LOCKED, MISSING, OPEN
from .script_common import ScriptCase


@tagged("-at_install", "post_install")
class TestCallScreen(ScriptCase):
    """The record behind the guided-call screen: thin over the desk, and nobody else's."""

    def screen(self, user=None, **arguments):
        screens = self.env["mobifone.script.wizard"].with_user(user or self.agent_a1)
        return screens.browse(screens.open_screen(**arguments)["res_id"])

    def test_from_the_menu(self):
        screen = self.screen()
        self.assertEqual(screen.begin(), {"line": False}, "no number yet")
        begun = screen.begin("0900 091 001", "1090")
        self.assertEqual((begun["line"]["number"], begun["step"]["title"]), (OPEN, "Matter"))
        self.desk(self.agent_a1).answer(begun["call_id"], begun["step"]["id"], "service")
        again = screen.begin()
        self.assertEqual((again["call_id"], again["step"]["title"]), (begun["call_id"], "Pitch"), "a reload goes on")
        with self.assertRaises(UserError):
            self.screen().begin("09abc")

    def test_from_a_look_up(self):
        lookup_id = self.desk(self.agent_a1).lookup(OPEN)["lookup_id"]
        begun = self.screen(lookup_id=lookup_id).begin()
        self.assertEqual(begun["line"]["lookup_id"], lookup_id)
        with self.enter_registry_test_mode():
            self.assert_denied(lambda: self.screen(self.agent_a2, lookup_id=lookup_id))
            self.assert_denied(lambda: self.screen(self.agent_a2, call_id=begun["call_id"]))
            self.assert_denied(lambda: self.screen(self.care))

    def test_the_notice_comes_first(self):
        screen = self.screen()
        notice = screen.begin(MISSING)
        self.assertEqual(set(notice), {"line"})
        self.assertTrue(notice["line"]["registration"]["must_acknowledge"])
        self.assertEqual(set(notice["line"]), {"lookup_id", "found", "msisdn_masked", "registration"})
        self.assertEqual(screen.begin(), notice, "also after a reload")
        self.assertTrue(screen.acknowledge()["call_id"])

    def test_nobody_elses(self):
        screen = self.screen()
        screen.begin(OPEN)
        for user in (self.agent_a2, self.agent_b1, self.manager):
            other = screen.with_user(user)
            self.assertFalse(self.env["mobifone.script.wizard"].with_user(user).search([]))
            for method in (other.begin, other.acknowledge, lambda other=other: other.read(["number"])):
                self.assert_denied(method)
        # A look-up of somebody else, written in by hand, opens nothing.
        mine = self.screen(self.agent_b1)
        mine.lookup_ref = screen.lookup_ref
        with self.enter_registry_test_mode():
            self.assert_denied(mine.begin)
        mine.write({"lookup_ref": 0, "call_ref": screen.call_ref})
        with self.enter_registry_test_mode():
            self.assert_denied(mine.begin)

    def test_from_a_customer(self):
        customer = self.env["res.partner"].create({"name": "Khách hàng T"})
        with self.assertRaises(UserError):
            customer.with_user(self.manager).action_mobifone_call()
        self.line(OPEN).partner_id = customer
        action = customer.with_user(self.manager).action_mobifone_call()
        screen = self.env["mobifone.script.wizard"].with_user(self.manager).browse(action["res_id"])
        self.assertEqual(screen.begin()["line"]["number"], OPEN)
        self.line(LOCKED).partner_id = customer
        action = customer.with_user(self.manager).action_mobifone_call()
        self.assertEqual(action["res_model"], "mobifone.subscriber", "which of his lines?")
        for user in (self.agent_a1, self.care, self.stranger):
            with self.assertRaises(AccessError):
                customer.with_user(user).action_mobifone_call()
