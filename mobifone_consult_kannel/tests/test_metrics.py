from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import ChannelCase


@tagged("post_install", "-at_install")
class TestMetrics(ChannelCase):
    """What Prometheus is told of the gateway."""

    def told(self):
        """{name, without labels: number} of the gateway and its messages."""
        company = {"company": self.company.id}
        return {
            metric.name.removeprefix("mobifone_"): number
            for metric in self.env["mobifone.metrics"]._metrics()
            for labels, number in metric.samples
            if labels in ({}, company)
        }

    def test_what_became_of_messages(self):
        before = self.told()
        sent, lost = self.queue(2)
        self.assertEqual(self.told()["sms_queue"] - before["sms_queue"], 2)
        self.send()
        lost.write({"state": "error", "failure_type": "kannel_unknown"})
        self.env["sms.kannel.report"]._receive(self.gateway.id, sent.uuid, 1)
        self.env.flush_all()
        after = self.told()
        grown = {name: after[name] - before[name] for name in ("sms_unknown", "sms_under_way", "sms_reports_waiting")}
        self.assertEqual(grown, {"sms_unknown": 1, "sms_under_way": 1, "sms_reports_waiting": 1})

    def test_a_gateway_in_trouble(self):
        self.assertEqual((self.told()["gateway_paused"], self.told()["gateway_failures"]), (False, 0))
        now = fields.Datetime.now()
        self.gateway.write({"failures": 3, "paused_until": now + timedelta(minutes=5)})
        self.assertEqual((self.told()["gateway_paused"], self.told()["gateway_failures"]), (True, 3))
        self.gateway.paused_until = now - timedelta(minutes=5)
        self.assertFalse(self.told()["gateway_paused"])

    def test_its_scheduled_actions_are_told_of(self):
        [jobs] = [metric for metric in self.env["mobifone.metrics"]._metrics() if metric.name == "mobifone_job_active"]
        self.assertIn("sms_kannel.ir_cron_sweep", [labels["job"] for labels, _is_active in jobs.samples])
