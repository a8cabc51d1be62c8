import base64
import time
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessDenied
from odoo.tests import tagged

from odoo.addons.auth_totp.models.totp import TIMESTEP, hotp

from .common import GuardCase

SECRET = "JBSWY3DPEHPK3PXP"


@tagged("-at_install", "post_install")
class TestSession(GuardCase):
    """One session for each of a vendor's people, and not for ever."""

    # ------------------------------------------------------------
    # ONE
    # ------------------------------------------------------------

    def test_a_login_ends_the_one_before(self):
        first, _answer = self.login(self.agent_a1)
        self.assertTrue(self.is_in(first))
        second, _answer = self.login(self.agent_a1)
        self.assertTrue(self.is_in(second))
        self.assertFalse(self.is_in(first))
        self.assertTrue(self.is_in(second), "the old one's requests do not matter")

    def test_a_login_by_the_form_too(self):
        first, _answer = self.login(self.agent_a1)
        second = self.browser()
        answer = self.form("/web/login", second, login=self.agent_a1.login, password=self.agent_a1.login)
        self.assertEqual(answer.status_code, 303)
        self.assertTrue(self.is_in(second))
        self.assertFalse(self.is_in(first))

    def test_again_in_the_same_browser(self):
        browser, _answer = self.login(self.agent_a1)
        self.login(self.agent_a1, browser=browser)
        self.assertTrue(self.is_in(browser))

    def test_a_new_session_is_not_judged_by_the_times_of_the_one_before(self):
        """In one request: the old cookie is looked at first, then somebody logs in with it."""
        sessions = self.env["mobifone.session"]
        sessions._begin(self.agent_a1.id)
        self.sql(
            "UPDATE mobifone_session SET seen_on = seen_on - interval '1 day' WHERE user_id = %s", self.agent_a1.id
        )
        self.assertEqual(sessions._over(self.agent_a1.id), "idle")
        sessions._begin(self.agent_a1.id)
        self.assertIsNone(sessions._over(self.agent_a1.id))
        with self.assertQueryCount(0):
            self.assertIsNone(sessions._over(self.agent_a1.id))
            sessions._touch(self.agent_a1.id)

    def test_a_check_of_a_session_costs_one_query(self):
        """Each request makes one: whether the session lives and since when come together."""
        self.env["mobifone.session"]._begin(self.agent_a1.id)
        token = self.agent_a1._compute_session_token("sid")
        with self.assertQueryCount(1):
            self.assertEqual(self.agent_a1._compute_session_token("sid"), token)
            self.assertIsNone(self.env["mobifone.session"]._over(self.agent_a1.id))

    def test_others_keep_several(self):
        for user in (self.manager, self.stranger):
            first, _answer = self.login(user)
            second, _answer = self.login(user)
            self.assertTrue(self.is_in(first) and self.is_in(second))

    def test_what_is_no_login_ends_nothing(self):
        browser, _answer = self.login(self.agent_a1)
        self.login(self.agent_a1, "wrong")
        self.jsonrpc_login(self.agent_a1)
        check = self.call(browser, "res.users", "preference_change_password", [self.agent_a1.id])["result"]
        context = {"password": self.agent_a1.login}
        answer = self.call(browser, "res.users.identitycheck", "run_check", [check["res_id"]], context=context)
        self.assertIn("result", answer)
        self.assertTrue(self.is_in(browser))

    def jsonrpc_login(self, user):
        credential = {"login": user.login, "password": user.login, "type": "password"}
        with self.assertRaises(AccessDenied):
            self.env["res.users"].authenticate(credential, {"interactive": False})

    def test_the_second_factor(self):
        holder, _answer = self.login(self.agent_a1)
        self.sql("UPDATE res_users SET totp_secret = %s WHERE id = %s", SECRET, self.agent_a1.id)
        self.env.registry.clear_cache()
        holder = self.entered(self.agent_a1)
        thief = self.browser()
        answer = self.form("/web/login", thief, login=self.agent_a1.login, password=self.agent_a1.login)
        self.assertIn("/web/login/totp", answer.headers["Location"])
        self.assertTrue(self.is_in(holder), "the password alone ends nobody's session")
        self.assertFalse(self.is_in(thief))
        code = hotp(base64.b32decode(SECRET), int(time.time() / TIMESTEP))
        answer = self.form("/web/login/totp", thief, totp_token=str(code))
        self.assertEqual(answer.status_code, 303)
        self.assertTrue(self.is_in(thief))
        self.assertFalse(self.is_in(holder))

    # ------------------------------------------------------------
    # NOT FOR EVER
    # ------------------------------------------------------------

    def back(self, user, **ago):
        for column, span in ago.items():
            self.sql(
                f"UPDATE mobifone_session SET {column} = %s WHERE user_id = %s",  # pylint: disable=sql-injection
                fields.Datetime.now() - span,
                user.id,
            )

    def test_without_use(self):
        browser, _answer = self.login(self.agent_a1)
        self.back(self.agent_a1, seen_on=timedelta(minutes=59))
        self.assertTrue(self.is_in(browser))
        self.back(self.agent_a1, seen_on=timedelta(minutes=60))
        self.opener = browser
        self.assertIn("/web/login", self.url_open("/odoo").url)
        self.assertFalse(self.is_in(browser))
        self.assertEqual(self.events(self.agent_a1, "session"), ["idle"])

    def test_what_is_use(self):
        browser, _answer = self.login(self.agent_a1)
        for is_use, request in (
            (True, lambda: self.call(browser, "mobifone.desk", "open_calls")),
            (True, lambda: self.url_open("/odoo")),
            (False, lambda: self.rpc(browser, "/web/session/get_session_info")),
            (
                False,
                lambda: self.rpc(browser, "/websocket/peek_notifications", channels=[], last=0, is_first_poll=True),
            ),
            (False, lambda: self.rpc(browser, "/bus/has_missed_notifications", last_notification_id=0)),
            (False, lambda: self.url_open(f"/web/image/res.users/{self.agent_a1.id}/image_128")),
            # A wall asks by itself.
            (False, lambda: self.rpc(browser, "/mobifone_consult/wall")),
        ):
            self.back(self.agent_a1, seen_on=timedelta(minutes=50))
            self.opener = browser
            request()
            self.sql("SELECT seen_on FROM mobifone_session WHERE user_id = %s", self.agent_a1.id)
            [seen_on] = self.env.cr.fetchone()
            self.assertEqual(fields.Datetime.now() - seen_on < timedelta(minutes=1), is_use)

    def test_use_is_not_written_each_time(self):
        browser, _answer = self.login(self.agent_a1)
        self.back(self.agent_a1, seen_on=timedelta(seconds=30))
        self.call(browser, "mobifone.desk", "open_calls")
        self.sql("SELECT seen_on FROM mobifone_session WHERE user_id = %s", self.agent_a1.id)
        self.assertGreater(fields.Datetime.now() - self.env.cr.fetchone()[0], timedelta(seconds=29))

    def test_hours_since_the_login(self):
        browser, _answer = self.login(self.agent_a1)
        self.back(self.agent_a1, started_on=timedelta(hours=11, minutes=59))
        self.assertTrue(self.is_in(browser))
        self.back(self.agent_a1, started_on=timedelta(hours=12))
        self.assertFalse(self.is_in(browser))
        self.assertEqual(self.events(self.agent_a1, "session"), ["hours"])
        browser, _answer = self.login(self.agent_a1)
        self.assertTrue(self.is_in(browser), "a new login starts anew")

    def test_only_vendors_people_are_limited(self):
        browser, _answer = self.login(self.manager)
        self.call(browser, "mobifone.lookup", "search_count", [])
        self.sql("SELECT 1 FROM mobifone_session WHERE user_id = %s", self.manager.id)
        self.assertFalse(self.env.cr.fetchone())

    def test_a_session_from_before_the_guard(self):
        browser = self.entered(self.agent_a1)
        self.sql("DELETE FROM mobifone_session")
        self.assertTrue(self.is_in(browser))
        self.call(browser, "mobifone.desk", "open_calls")
        self.back(self.agent_a1, seen_on=timedelta(minutes=61))
        self.assertFalse(self.is_in(browser))
