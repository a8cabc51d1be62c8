from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    """The token of the metrics."""

    _inherit = "res.config.settings"

    mobifone_has_metrics_token = fields.Boolean(compute="_compute_mobifone_has_metrics_token")

    @api.depends_context("uid")
    def _compute_mobifone_has_metrics_token(self):
        self.mobifone_has_metrics_token = self.env["mobifone.metrics"]._has_token()

    def action_mobifone_new_metrics_token(self):
        """Make the token that opens the metrics, in the place of the one before. Administrators.

        :return: the dialog that shows it, once
        """
        token = self.env["mobifone.metrics"]._new_token()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Token of the Metrics"),
            "res_model": "mobifone.metrics.token",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_token": token},
        }

    def action_mobifone_withdraw_metrics_token(self):
        """From now on nobody reads the metrics. Administrators.

        :return: action that shows the settings anew
        """
        self.env["mobifone.metrics"]._withdraw_token()
        return {"type": "ir.actions.client", "tag": "reload"}
