from odoo import api, models

from ..tools import identity_cipher
from ..tools.exposition import Metric, single

# Others' scheduled actions that ours rely on.
JOBS = ("sms.ir_cron_sms_scheduler_action", "mail.ir_cron_mail_scheduler_action")


class MobifoneMetrics(models.AbstractModel):
    """The metrics of what runs by itself: scheduled actions, seals, the feed of lines."""

    _inherit = "mobifone.metrics"

    @api.model
    def _metrics(self):
        return [
            *super()._metrics(),
            *self._job_metrics(),
            *self._seal_metrics(),
            *self._feed_metrics(),
            single("mobifone_key_file_ok", "Has this server a key file that can be read?", self._has_keys()),
        ]

    @api.model
    def _job_modules(self):
        """Add-ons whose scheduled actions are told of, beside those of this product."""
        return []

    @api.model
    def _job_metrics(self):
        self.env.cr.execute(
            r"""
            SELECT data.module || '.' || data.name, cron.active, extract(epoch FROM cron.lastcall),
                   extract(epoch FROM cron.nextcall), cron.failure_count
              FROM ir_model_data data
              JOIN ir_cron cron ON cron.id = data.res_id
             WHERE data.model = 'ir.cron'
               AND (data.module LIKE 'mobifone\_consult%%' OR data.module = ANY(%s)
                    OR data.module || '.' || data.name = ANY(%s))
          ORDER BY 1
            """,
            [self._job_modules(), list(JOBS)],
        )
        rows = self.env.cr.fetchall()

        def of(column):
            return [({"job": row[0]}, row[column]) for row in rows]

        return [
            Metric("mobifone_job_active", "Is the scheduled action switched on?", of(1)),
            Metric("mobifone_job_last_run_timestamp_seconds", "When it last ran; left out when it never did.", of(2)),
            Metric("mobifone_job_next_run_timestamp_seconds", "When it is due again.", of(3)),
            Metric("mobifone_job_failures", "How often in a row it failed.", of(4)),
        ]

    @api.model
    def _seal_metrics(self):
        last, behind = [], []
        for name in self.env["mobifone.log.seal"]._sealed_models():
            seal = self.env["mobifone.log.seal"].search_fetch(
                [("log_model", "=", name)], ["sealed_on", "last_id"], limit=1
            )
            newest = self.env[name].search([], order="id desc", limit=1).id
            last.append(({"log": name}, _seconds(seal.sealed_on)))
            behind.append(({"log": name}, newest - seal.last_id if newest else 0))
        return [
            Metric("mobifone_seal_timestamp_seconds", "When the log was last sealed; left out when never.", last),
            Metric("mobifone_seal_rows_behind", "Rows of the log since its last seal.", behind),
        ]

    @api.model
    def _feed_metrics(self):
        """The last feeds of lines, where their runs are recorded."""
        if "mobifone.feed.run" not in self.env:
            return []
        runs = self.env["mobifone.feed.run"]
        last, done = (runs.search(domain, order="id desc", limit=1) for domain in ([], [("state", "=", "done")]))
        counts = [name for name, field in runs._fields.items() if field.type == "integer" and name.endswith("_count")]
        return [
            single("mobifone_feed_started_timestamp_seconds", "When the last feed began.", _seconds(last.started_on)),
            single("mobifone_feed_done_timestamp_seconds", "When a feed last went through.", _seconds(done.ended_on)),
            Metric("mobifone_feed_state", "State of the last feed.", [({"state": last.state}, 1)] if last else []),
            Metric(
                "mobifone_feed_rows",
                "Rows of the feed that last went through.",
                [({"kind": name.removesuffix("_count")}, done[name]) for name in counts] if done else [],
            ),
        ]

    @api.model
    def _has_keys(self):
        try:
            identity_cipher.keyring()
        except identity_cipher.KeyProblem:
            return False
        return True


def _seconds(moment):
    return moment.timestamp() if moment else None
