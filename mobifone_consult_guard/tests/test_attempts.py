from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessDenied, AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import GuardCase


@tagged("-at_install", "post_install")
class TestAttempts(GuardCase):
    """Wrong passwords are counted for each login, not for an address."""

    def wrong(self, login, times):
        messages = []
        for number in range(times):
            _browser, answer = self.login(login, f"wrong password {number}")
            self.assertEqual(answer["error"]["data"]["name"], "odoo.exceptions.AccessDenied")
            messages.append(answer["error"]["data"]["message"])
        return messages

    def row(self, user):
        self.env.invalidate_all()
        return self.env["mobifone.login.attempt"].search([("user_id", "=", user.id)])

    def test_ten_wrong_ones_lock_one_login_alone(self):
        messages = self.wrong(self.agent_a1.login, 10)
        self.assertEqual(len(set(messages[:5])), 1)
        self.assertNotEqual(messages[4], messages[5])
        self.assertIn("error", self.login(self.agent_a1)[1], "the right password is not looked at")
        self.assertIn("result", self.login(self.agent_a2)[1], "the same address, another login")
        self.assertTrue(self.row(self.agent_a1).is_locked)
        self.assertEqual(self.row(self.agent_a1).failures, 5, "a lock is not prolonged by knocking")
        self.assertEqual(len(self.events(self.agent_a1, "lock")), 1)

    def test_locks_grow(self):
        attempts, now = self.env["mobifone.login.attempt"], fields.Datetime.now()
        minutes = []
        for _lock in range(6):
            for _try in range(5):
                attempts._failed(self.agent_a1.login, self.agent_a1.id)
            row = self.row(self.agent_a1)
            minutes.append(round((row.locked_until - now) / timedelta(minutes=1)))
        self.assertEqual(minutes, [5, 10, 20, 40, 60, 60])

    def test_a_lock_ends(self):
        self.wrong(self.agent_a1.login, 5)
        self.assertIn("error", self.login(self.agent_a1)[1])
        self.sql("UPDATE mobifone_login_attempt SET locked_until = locked_until - interval '6 minutes'")
        self.assertIn("result", self.login(self.agent_a1)[1])
        self.assertFalse(self.row(self.agent_a1), "forgotten by the right password")

    def test_old_tries_are_forgotten(self):
        self.wrong(self.agent_a1.login, 4)
        self.sql("UPDATE mobifone_login_attempt SET failed_on = failed_on - interval '25 hours'")
        self.wrong(self.agent_a1.login, 1)
        self.assertEqual(self.row(self.agent_a1).failures, 1)
        self.sql("UPDATE mobifone_login_attempt SET failed_on = failed_on - interval '25 hours'")
        self.env["mobifone.login.attempt"]._gc_old()
        self.assertFalse(self.row(self.agent_a1))

    def test_unknown_logins_answer_alike(self):
        self.assertEqual(self.wrong("nobody at all", 7), self.wrong(self.agent_a1.login, 7))

    def test_no_login_is_told_by_time(self):
        spent = []
        crypt = type(self.env["res.users"]._crypt_context())
        self.patch(crypt, "hash", lambda _context, *_args: spent.append(1))
        self.wrong("nobody at all", 1)
        self.assertEqual(len(spent), 1)
        self.wrong(self.agent_a1.login, 1)
        self.assertEqual(len(spent), 1, "whose password was looked at spends no more")
        self.sql("UPDATE res_users SET password = NULL WHERE id = %s", self.agent_a2.id)
        self.wrong(self.agent_a2.login, 1)
        self.assertEqual(len(spent), 2)

    def test_jsonrpc_counts_too(self):
        for _try in range(5):
            self.assertFalse(self.jsonrpc("common", "login", self.manager.login, "wrong"))
        self.assertIn("error", self.login(self.manager)[1])
        self.assertTrue(self.row(self.manager).is_locked)

    def test_guesses_at_an_open_screen_count(self):
        browser = self.entered(self.agent_a1)
        for _try in range(5):
            answer = self.call(browser, "res.users", "change_password", "wrong one", "12345678")
            self.assertIn("error", answer)
        self.assertTrue(self.row(self.agent_a1).is_locked)
        self.assertIn("error", self.call(browser, "res.users", "change_password", self.agent_a1.login, "new 1234567"))

    def test_a_right_guess_amid_a_flood_is_refused(self):
        """Guesses sent at once, all of them looked at before the first was counted."""
        users = self.env["res.users"]
        with self.assertRaises(AccessDenied), users._assert_can_auth(user=self.agent_a1.login):
            for _try in range(5):
                self.env["mobifone.login.attempt"]._failed(self.agent_a1.login, self.agent_a1.id)
            # … and this one was right

    def test_the_address_is_slowed_late(self):
        self.set_param("guard_address_tries", "7")
        self.env["ir.config_parameter"].set_param("base.login_cooldown_after", "3")
        vars(self.env.registry).pop("_login_failures", None)
        self.addCleanup(vars(self.env.registry).pop, "_login_failures", None)
        for number in range(7):
            self.wrong(f"sprayed {number}", 1)
        with mute_logger("odoo.addons.base.models.res_users"):
            self.assertIn("error", self.login(self.agent_a1)[1])
            self.vendor_b.allowed_addresses = "127.0.0.0/8"
            self.assertIn("result", self.login(self.agent_a1)[1], "never where a vendor's people sit")

    def test_release(self):
        self.wrong(self.agent_a1.login, 5)
        with self.assertRaises(AccessError):
            self.row(self.agent_a1).with_user(self.vendor_manager_a).action_release()
        with self.assertRaises(AccessError):
            self.row(self.agent_a1).with_user(self.stranger).action_release()
        self.row(self.agent_a1).with_user(self.manager).action_release()
        self.assertIn("result", self.login(self.agent_a1)[1])
        self.assertEqual(self.events(self.manager, "release"), [self.agent_a1.login])

    def test_what_was_typed_is_not_kept(self):
        self.wrong("my secret password", 1)
        self.sql("SELECT key FROM mobifone_login_attempt WHERE user_id IS NULL")
        for (key,) in self.env.cr.fetchall():
            self.assertNotIn("secret", key)
