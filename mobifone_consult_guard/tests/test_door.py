from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..tools import addresses
from .common import GuardCase

NEW = "a new password 1"


@tagged("-at_install", "post_install")
class TestDoor(GuardCase):
    """Who may log in: with a password not too old, from an allowed address."""

    def age(self, user, days):
        self.sql(
            "UPDATE res_users SET mobifone_password_set_on = (now() AT TIME ZONE 'UTC') - make_interval(days => %s)"
            " WHERE id = %s",
            days,
            user.id,
        )

    # ------------------------------------------------------------
    # AGE OF THE PASSWORD
    # ------------------------------------------------------------

    def test_old_password_at_each_door(self):
        self.age(self.agent_a1, 91)
        browser, answer = self.login(self.agent_a1)
        self.assertIn("90", answer["error"]["data"]["message"])
        self.assertFalse(self.is_in(browser))
        browser = self.browser()
        page = self.form("/web/login", browser, login=self.agent_a1.login, password=self.agent_a1.login)
        self.assertEqual(page.status_code, 200)
        self.assertIn('name="old_password"', page.text)
        self.assertFalse(self.is_in(browser))
        self.assertEqual(len(self.events(self.agent_a1, "password")), 1)

    def test_a_wrong_one_is_not_led_there(self):
        self.age(self.agent_a1, 91)
        page = self.form("/web/login", self.browser(), login=self.agent_a1.login, password="wrong")
        self.assertNotIn('name="old_password"', page.text)

    def test_the_page_is_not_reached_by_a_parameter(self):
        page = self.form("/web/login", self.browser(), login="x", password="y", mobifone_password_is_old="1")
        self.assertNotIn('name="old_password"', page.text)

    def change(self, user, **values):
        browser = self.browser()
        values = {"old_password": user.login, "new_password": NEW, "confirm_password": NEW, **values}
        return browser, self.form("/web/login/password", browser, login=user.login, **values)

    def test_change_on_the_way_in(self):
        self.age(self.agent_a1, 91)
        browser, answer = self.change(self.agent_a1)
        self.assertEqual(answer.status_code, 303)
        self.assertTrue(self.is_in(browser))
        self.assertIn("result", self.login(self.agent_a1, NEW)[1])
        self.assertIn("error", self.login(self.agent_a1)[1])

    def test_change_refused(self):
        self.age(self.agent_a1, 91)
        self.env["ir.config_parameter"].set_param("auth_password_policy.minlength", "10")
        for values in (
            {"old_password": "wrong"},
            {"confirm_password": "another 123"},
            {"new_password": "short", "confirm_password": "short"},
            {"new_password": self.agent_a1.login, "confirm_password": self.agent_a1.login},
            {"new_password": " ", "confirm_password": " "},
        ):
            with self.subTest(values=values):
                browser, answer = self.change(self.agent_a1, **values)
                self.assertEqual(answer.status_code, 200)
                self.assertIn("alert-danger", answer.text)
                self.assertFalse(self.is_in(browser))

    def test_the_page_serves_nobody_else(self):
        browser, answer = self.change(self.agent_a1)
        self.assertEqual(answer.status_code, 200, "his password is not old")
        self.age(self.stranger, 91)
        browser, answer = self.change(self.stranger)
        self.assertEqual(answer.status_code, 200, "his does not age")
        self.assertFalse(self.is_in(browser))

    def test_guesses_on_the_page_count(self):
        self.age(self.agent_a1, 91)
        for _try in range(5):
            self.change(self.agent_a1, old_password="wrong")
        _browser, answer = self.change(self.agent_a1)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("error", self.login(self.agent_a1)[1])

    def test_whom_it_concerns(self):
        for user in (self.stranger, self.leader_a):
            self.age(user, 91)
        self.assertIn("result", self.login(self.stranger)[1])
        self.set_param("guard_password_all", "True")
        self.assertIn("error", self.login(self.stranger)[1])
        self.set_param("guard_password_days", "0")
        self.assertIn("result", self.login(self.stranger)[1])
        self.assertIn("result", self.login(self.leader_a)[1])

    def test_when_a_password_is_set(self):
        self.age(self.agent_a1, 91)
        self.agent_a1.password = NEW
        self.assertIn("result", self.login(self.agent_a1, NEW)[1])
        self.age(self.agent_a1, 91)
        self.agent_a1._set_encrypted_password(self.agent_a1.id, self.env["res.users"]._crypt_context().hash(NEW))
        self.assertIn("error", self.login(self.agent_a1, NEW)[1], "a new hash is no new password")

    def test_off_boarding_does_not_mind(self):
        self.agent_a1._mobifone_off_board()
        self.assertIn("error", self.login(self.agent_a1)[1])

    def test_own_change_needs_another_password(self):
        own = self.env(user=self.agent_a1).user
        with self.assertRaises(UserError):
            own._change_password(self.agent_a1.login)
        own._change_password(NEW)
        self.env(user=self.stranger).user._change_password(self.stranger.login)

    def test_own_change_on_the_screen(self):
        browser = self.entered(self.agent_a1)
        check = self.call(browser, "res.users", "preference_change_password", [self.agent_a1.id])["result"]
        self.assertEqual(check["res_model"], "res.users.identitycheck")
        context = {"password": self.agent_a1.login}
        answer = self.call(browser, "res.users.identitycheck", "run_check", [check["res_id"]], context=context)
        self.assertEqual(answer["result"]["res_model"], "change.password.own")
        values = {"new_password": NEW, "confirm_password": NEW}
        saved = self.call(browser, "change.password.own", "web_save", [], values, specification={})["result"]
        answer = self.call(browser, "change.password.own", "change_password", [saved[0]["id"]])
        self.assertIn("result", answer)
        self.assertIn("result", self.login(self.agent_a1, NEW)[1])

    # ------------------------------------------------------------
    # ADDRESSES
    # ------------------------------------------------------------

    def test_addresses_as_typed(self):
        text = "192.0.2.1, 198.51.100.0/24\n2001:db8::/48;"
        networks, bad = addresses.parse(text)
        self.assertFalse(bad)
        for address, inside in {
            "192.0.2.1": True,
            "192.0.2.2": False,
            "198.51.100.77": True,
            "::ffff:198.51.100.77": True,
            "2001:db8::1": True,
            "2001:db9::1": False,
            "": False,
            "unknown": False,
        }.items():
            self.assertEqual(addresses.is_within(address, networks), inside, address)

    def test_nonsense_is_refused(self):
        vendor = self.vendor_a.with_user(self.manager)
        for text in ("call centre", "192.0.2.300", "192.0.2.1/33", "192.0.2.7/24", "192.0.2.1 - 192.0.2.9", "*"):
            with self.subTest(text=text), self.assertRaises(ValidationError):
                vendor.allowed_addresses = text
        vendor.allowed_addresses = "192.0.2.1"

    def test_login_from_elsewhere(self):
        self.vendor_a.allowed_addresses = "192.0.2.0/24"
        wrong = self.login(self.agent_a1, "wrong")[1]
        right = self.login(self.agent_a1)[1]
        self.assertEqual(wrong["error"]["data"]["message"], right["error"]["data"]["message"])
        self.assertEqual(self.events(self.agent_a1, "address"), ["login"])
        self.assertIn("result", self.login(self.agent_b1)[1], "the other vendor has no list")
        self.assertIn("result", self.login(self.manager)[1])
        self.vendor_a.allowed_addresses = "127.0.0.1"
        self.assertIn("result", self.login(self.agent_a1)[1])

    def test_requests_from_elsewhere(self):
        browser = self.entered(self.agent_a1)
        self.assertTrue(self.is_in(browser))
        self.vendor_a.allowed_addresses = "192.0.2.0/24"
        self.assertFalse(self.is_in(browser))
        self.assertEqual(len(self.events(self.agent_a1, "address")), 1)
        self.vendor_a.allowed_addresses = False
        self.assertFalse(self.is_in(browser), "the session has ended")
