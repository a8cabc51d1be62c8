from odoo import fields, models


class MobifoneScriptSchedule(models.TransientModel):
    """Asks when a script version goes live."""

    _name = "mobifone.script.schedule"
    _description = "Publish a Script Later"

    version_id = fields.Many2one("mobifone.script.version", required=True, readonly=True, ondelete="cascade")
    publish_on = fields.Datetime(string="Goes Live On", required=True)

    def action_schedule(self):
        """Schedule the version. Managers.

        :raise UserError: when it is not ready, or the time has passed
        """
        self.ensure_one()
        self.version_id.action_schedule(self.publish_on)
