from odoo.tests import tagged

from .common import GuardCase

METRICS, HEALTH = "/mobifone_consult/metrics", "/mobifone_consult/health"


@tagged("-at_install", "post_install")
class TestMetrics(GuardCase):
    """What is for load balancers and Prometheus is not for vendors' people."""

    def test_closed_with_a_vendors_session(self):
        token = self.env["mobifone.metrics"]._new_token()
        headers = {"Authorization": f"Bearer {token}"}
        for user in (self.agent_a1, self.vendor_manager_a):
            self.opener = self.entered(user)
            for path in (METRICS, HEALTH):
                self.assertEqual(self.url_open(path).status_code, 404, path)
                self.assertEqual(self.url_open(path, headers=headers).status_code, 404, path)
            self.assertEqual(set(self.events(user, "route")), {METRICS, HEALTH})
        self.opener = self.browser()
        self.assertEqual(self.url_open(METRICS, headers=headers).status_code, 200)
        self.assertEqual(self.url_open(HEALTH).json(), {"status": "ok"})

    def test_what_the_guard_refused_is_counted(self):
        metrics = self.env["mobifone.metrics"]
        name = 'mobifone_guard_refusals_5m{kind="route"} '
        before = metrics._scrape().partition(name)[2].partition("\n")[0]
        self.opener = self.entered(self.agent_a1)
        self.url_open("/web/export/csv")
        after = metrics._scrape().partition(name)[2].partition("\n")[0]
        self.assertEqual(float(after) - float(before), 1)
