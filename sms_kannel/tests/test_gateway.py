from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import KannelCase


@tagged("post_install", "-at_install")
class TestGateway(KannelCase):
    """Settings, and who may touch them."""

    def test_nonsense_is_refused(self):
        for values in (
            {"url": "ftp://127.0.0.1/"}, {"url": "127.0.0.1:13013"}, {"url": "http://user:pw@127.0.0.1/"},
            {"url": "http://127.0.0.1:99999/"}, {"url": "http://127.0.0.1/ x"}, {"callback_url": "http://x/?a=1"},
            {"callback_url": "http://x/%d"}, {"sender": "MobiFoneMobiFone"}, {"sender": "MobiFone®"},
            {"password": "a b"}, {"username": "a\nX-Kannel-To: 1"}, {"smsc": "ạ"}, {"report_secret": "short"},
            {"report_secret": "a" * 20 + "@"}, {"threads": 0}, {"batch_size": 100_000}, {"rate": -1},
            {"read_timeout": 0}, {"optout_reply": "x" * 161}, {"optout_reply": "ạ"}, {"keep_days": 0},
        ):  # fmt: skip
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.gateway.write(values)

    def test_only_administrators(self):
        user = new_test_user(self.env, "kannel_user", "base.group_user", context={"no_reset_password": True})
        admin = new_test_user(self.env, "kannel_admin", "base.group_system", context={"no_reset_password": True})
        self.assertTrue(self.gateway.with_user(admin).read(["report_secret"]))
        for call in (
            lambda: self.gateway.with_user(user).read(["url"]),
            lambda: self.gateway.with_user(user).action_test(),
            lambda: self.gateway.with_user(user).action_resume(),
            lambda: self.env["sms.kannel.report"].with_user(user).search([]),
            lambda: self.env["sms.kannel.inbound"].with_user(user).search([]),
            lambda: self.company.with_user(user).sms_kannel_gateway_ids,
            lambda: self.env["sms.kannel.report"].with_user(admin).create({"sms_uuid": "x", "code": 1}),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_the_test_says_what_is_wrong(self):
        gateway = self.gateway.with_context(lang="en_US")
        self.assertEqual(gateway.action_test()["params"]["type"], "success")
        self.assertFalse(self.stub.asked)
        for values, words in (
            ({"password": "wrong"}, "refuses the user"),
            ({"url": "http://127.0.0.1:9/"}, "Nobody answers"),
        ):
            with self.subTest(values=values), self.assertRaisesRegex(UserError, words):
                gateway.write(values)
                gateway.action_test()

    def test_one_for_a_company(self):
        values = {"username": "odoo", "company_id": self.company.id}
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env["sms.kannel.gateway"].create(values)

    def test_addresses_for_kannel(self):
        url = self.gateway._report_url("a" * 32)
        start = f"http://kannel:{self.gateway.report_secret}@127.0.0.1:8069/sms_kannel/report/{self.gateway.id}/"
        self.assertTrue(url.startswith(start + "a" * 32))
        self.assertTrue(url.endswith("?d=%d"))
        self.assertNotEqual(self.gateway._signature("a" * 32), self.gateway._signature("b" * 32))
