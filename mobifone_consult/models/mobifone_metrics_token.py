from odoo import fields, models


class MobifoneMetricsToken(models.AbstractModel):
    """The dialog that shows a new token, once: it is kept nowhere, the dialog has it from its context."""

    _name = "mobifone.metrics.token"
    _description = "Token of the Metrics"

    id = fields.Id()  # the web client asks for it
    token = fields.Char(readonly=True)
