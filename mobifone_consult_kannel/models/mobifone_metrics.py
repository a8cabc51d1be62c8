from odoo import api, fields, models

from odoo.addons.mobifone_consult.tools.exposition import Metric, singles


class MobifoneMetrics(models.AbstractModel):
    """The metrics of the Kannel gateways. A company's id stands for its gateway."""

    _inherit = "mobifone.metrics"

    @api.model
    def _job_modules(self):
        return [*super()._job_modules(), "sms_kannel"]

    @api.model
    def _metrics(self):
        now = fields.Datetime.now()
        gateways = [
            ({"company": gateway.company_id.id}, gateway) for gateway in self.env["sms.kannel.gateway"].search([])
        ]
        self.env.cr.execute(
            """
            SELECT (SELECT count(*) FROM sms_sms WHERE failure_type = 'kannel_unknown'),
                   (SELECT count(*) FROM sms_sms WHERE state IN ('process', 'pending')),
                   (SELECT count(*) FROM sms_kannel_report WHERE state = 'new')
            """
        )
        named = (
            ("mobifone_sms_unknown", "Messages whose fate is not known."),
            ("mobifone_sms_under_way", "Messages at the gateway, without a final report."),
            ("mobifone_sms_reports_waiting", "Delivery reports that are not applied yet."),
        )
        waiting = singles(named, self.env.cr.fetchone())
        return [
            *super()._metrics(),
            Metric(
                "mobifone_gateway_paused",
                "Is the gateway left alone after trouble?",
                [(labels, bool(gateway.paused_until and gateway.paused_until > now)) for labels, gateway in gateways],
            ),
            Metric(
                "mobifone_gateway_failures",
                "How often in a row it was in trouble.",
                [(labels, gateway.failures) for labels, gateway in gateways],
            ),
            *waiting,
        ]
