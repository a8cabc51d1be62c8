from odoo import api, models

from odoo.addons.mobifone_consult.models.mobifone_metrics_desk import WINDOW
from odoo.addons.mobifone_consult.tools.exposition import Metric, single


class MobifoneMetrics(models.AbstractModel):
    """The metrics of the guard: what it refused, and the logins that are locked."""

    _inherit = "mobifone.metrics"

    @api.model
    def _metrics(self):
        refused = dict(self._recent("mobifone.guard.event", "happened_on", ["kind"], WINDOW))
        self.env.cr.execute("SELECT count(*) FROM mobifone_login_attempt WHERE locked_until > now() AT TIME ZONE 'UTC'")
        (locked,) = self.env.cr.fetchone()
        kinds = dict(self.env["mobifone.guard.event"].KINDS)
        return [
            *super()._metrics(),
            Metric(
                f"mobifone_guard_refusals_{WINDOW}m",
                f"What the guard refused in the last {WINDOW} minutes, the same again counted once a minute.",
                [({"kind": kind}, refused.get(kind, 0)) for kind in kinds],
            ),
            single("mobifone_guard_locked_logins", "Logins that are locked after wrong passwords.", locked),
        ]
