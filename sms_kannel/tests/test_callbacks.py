from odoo.tests import HttpCase, tagged

from .common import KannelCase


@tagged("post_install", "-at_install")
class TestCallbacks(KannelCase, HttpCase):
    """What comes from Kannel, and from those who are not."""

    def report_url(self, uuid, code=1, signature=None, gateway=None):
        gateway = gateway or self.gateway.id
        return f"/sms_kannel/report/{gateway}/{uuid}/{signature or self.gateway._signature(uuid)}?d={code}"

    def call(self, url, password=None, user="kannel", **options):
        password = self.gateway.report_secret if password is None else password
        return self.opener.request(
            options.pop("method", "GET"), self.base_url() + url, auth=(user, password), timeout=30, **options
        )

    def message(self, text, sender="84900000201", key="k1", **options):
        headers = {"X-Kannel-From": sender, "X-Kannel-To": "1090", "Content-Type": "text/plain; charset=UTF-8"}
        url = f"/sms_kannel/inbound/{self.gateway.id}/{key}"
        return self.call(url, method="POST", data=text.encode(), headers=headers, **options)

    def rows(self):
        return self.env["sms.kannel.report"].search([])

    def test_reports(self):
        [sms] = self.queue()
        before = self.rows()
        for code in (8, 1, 1):
            answer = self.call(self.report_url(sms.uuid, code))
            self.assertEqual((answer.status_code, answer.text), (200, "OK"))
            self.assertNotIn("session_id", answer.cookies)
        self.assertEqual((self.rows() - before).mapped("code"), [1, 8])

    def test_forged_reports(self):
        uuid, before = "c" * 32, self.rows()
        for url, options in (
            (self.report_url(uuid, signature="0" * 32), {}),
            (self.report_url(uuid, signature=self.gateway._signature("d" * 32)), {}),
            (self.report_url(uuid), {"password": "wrong"}),
            (self.report_url(uuid), {"password": ""}),
            (self.report_url(uuid), {"user": "admin"}),
            (self.report_url(uuid, gateway=999_999), {}),
            (self.report_url(uuid, gateway=2**40), {}),
        ):
            self.assertEqual(self.call(url, **options).status_code, 403, url)
        self.assertEqual(self.url_open(self.report_url(uuid)).status_code, 403, "no credentials")
        self.assertEqual(self.rows(), before)

    def test_useless_reports_are_taken_politely(self):
        uuid, before = "c" * 32, self.rows()
        for code in ("", "x", "-1", "999", "1'--", "%F0%9F%98%80"):
            self.assertEqual(self.call(self.report_url(uuid, code)).status_code, 200, code)
        self.assertEqual(self.rows(), before)
        self.assertEqual(self.call(self.report_url(uuid)).status_code, 200)
        self.assertEqual(len(self.rows() - before), 1)

    def test_opt_out(self):
        answer = self.message(" tc ")
        self.assertEqual((answer.status_code, answer.text), (200, self.gateway.optout_reply))
        self.assertTrue(self.env["phone.blacklist"].search([("number", "=", "+84900000201")]))
        [sms] = self.queue()
        sms.number = "+84900000201"
        self.assertFalse(sms._kannel_admit(self.gateway))
        self.assertEqual(sms.state, "canceled")

    def test_delivered_twice(self):
        first = self.message("STOP")
        again = self.message("STOP")  # Kannel had no answer, and asks again under the same key
        twice = self.message("stop", key="k2")  # the SMSC delivered it twice
        self.assertEqual({first.text, again.text, twice.text}, {self.gateway.optout_reply})
        rows = self.env["sms.kannel.inbound"].search([("sender", "=", "+84900000201")], order="id")
        self.assertEqual(rows.mapped("state"), ["answered", "repeated"])

    def test_nonsense(self):
        for place, text in enumerate(("", "hello", "\0", "x" * 5000, "TCC", "😀")):
            answer = self.message(text, key=f"n{place}")
            self.assertEqual((answer.status_code, answer.text), (200, ""))
        self.assertEqual(self.message("TC", sender="<script>").text, "")
        self.assertEqual(self.message("TC", sender="").text, "")
        answer = self.message("TC", sender="MobiFone", key="name")
        self.assertEqual((answer.status_code, answer.text), (200, ""), "there is nobody to put on the list")
        self.assertEqual(self.message("TC", password="wrong").status_code, 403)
        self.assertFalse(self.env["phone.blacklist"].search([("number", "=", "+84900000201")]))

    def test_a_report_wakes_the_one_who_applies_them(self):
        self.env["sms.kannel.report"].search([("state", "=", "new")]).state = "late"
        triggers = self.env["ir.cron.trigger"]
        job = [("cron_id", "=", self.env.ref("sms_kannel.ir_cron_apply_reports").id)]
        before = triggers.search_count(job)
        for place in range(3):
            self.assertEqual(self.call(self.report_url(f"{place:032x}")).status_code, 200)
        self.assertEqual(triggers.search_count(job), before + 1, "once for all that wait")

    def test_old_rows_go(self):
        self.message("hello")
        self.call(self.report_url("a" * 32))
        self.env.flush_all()
        self.gateway._gc_callbacks()
        self.assertTrue(self.env["sms.kannel.inbound"].search([("gateway_id", "=", self.gateway.id)]))
        for table in ("sms_kannel_inbound", "sms_kannel_report"):
            self.env.cr.execute(f"UPDATE {table} SET received_on = received_on - interval '31 days'")  # pylint: disable=sql-injection
        self.gateway._gc_callbacks()
        for model in ("sms.kannel.inbound", "sms.kannel.report"):
            self.assertFalse(self.env[model].search([("gateway_id", "=", self.gateway.id)]))

    def test_the_same_words_are_no_way_around_the_limit(self):
        self.gateway.inbound_per_hour = 3
        answers = [self.message("TC", key=f"r{place}").text for place in range(5)]
        self.assertEqual([bool(answer) for answer in answers], [True] * 3 + [False] * 2)

    def test_too_many(self):
        self.gateway.inbound_per_hour = 2
        for place in range(2):
            self.message(f"hello {place}", key=f"m{place}")
        self.assertEqual(self.message("TC", key="m3").text, "")
        self.assertEqual(self.env["sms.kannel.inbound"].search([], limit=1).state, "limited")
