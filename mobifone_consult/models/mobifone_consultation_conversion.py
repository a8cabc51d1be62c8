from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import local_time


class MobifoneConsultation(models.Model):
    """Installs that consultations led to: each is credited once."""

    _inherit = "mobifone.consultation"

    @api.model
    def _convert(self, installs):
        """Credit each install to the newest consultation that can have led to it.

        :param dict installs: line id → moment of the install (UTC)
        """
        if not installs:
            return
        # sudo: settings are readable to administrators only
        days = self.env["ir.config_parameter"].sudo()._mobifone_number("conversion_days")
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE mobifone_consultation consult
                   SET state = 'converted', installed_on = newest.installed_on, sms_after = NULL,
                       sms_state = CASE WHEN consult.sms_after IS NULL THEN consult.sms_state ELSE 'cancelled' END
                  FROM (SELECT DISTINCT ON (c.subscriber_id) c.id, install.installed_on
                          FROM unnest(%(lines)s::int[], %(moments)s::timestamp[]) AS install (line_id, installed_on)
                          JOIN mobifone_consultation c ON c.subscriber_id = install.line_id
                         WHERE c.state != 'cancelled'
                           AND c.saved_on <= install.installed_on + make_interval(secs => %(skew)s)
                           AND c.saved_on >= install.installed_on - make_interval(secs => %(age)s)
                      ORDER BY c.subscriber_id, c.id DESC) AS newest
                 WHERE consult.id = newest.id AND consult.state IN ('open', 'expired')
                """,
                lines=list(installs),
                moments=list(installs.values()),
                skew=local_time.CLOCK_SKEW.total_seconds(),
                age=days * 86400,
            ),
            log_exceptions=False,  # the sender noted a message's state in between: the request is retried
        )
        self.invalidate_model(["state", "installed_on", "sms_state", "sms_after"])

    @api.model
    def _convert_soon(self):
        """Credit the installs just told once more in a minute: to consults that were being saved meanwhile, which
        neither saw the install nor were seen by it."""
        # sudo: feeds have no access to scheduled actions
        cron_sudo = self.env.ref("mobifone_consult.ir_cron_expire_consultations").sudo()
        cron_sudo._trigger(at=fields.Datetime.now() + timedelta(minutes=1))

    @api.model
    def _convert_overlooked(self):
        """Credit the installs of the last day that no consultation has been credited with, to those since saved."""
        self.env.cr.execute(
            SQL(
                """
                SELECT line.id, line.app_installed_on
                  FROM mobifone_consultation consult JOIN mobifone_subscriber line ON line.id = consult.subscriber_id
                 WHERE consult.state = 'open' AND line.app_status = 'installed'
                   AND consult.saved_on > now() AT TIME ZONE 'UTC' - interval '1 day'
                   AND line.app_installed_on >= consult.saved_on - make_interval(secs => %s)
                   AND NOT EXISTS (SELECT FROM mobifone_consultation paid WHERE paid.subscriber_id = line.id
                                      AND paid.installed_on = line.app_installed_on)
                """,
                local_time.CLOCK_SKEW.total_seconds(),
            )
        )
        self._convert(dict(self.env.cr.fetchall()))
