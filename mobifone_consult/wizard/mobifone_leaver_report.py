from odoo import api, fields, models
from odoo.exceptions import UserError


class MobifoneLeaverReport(models.TransientModel):
    """The dialog in which a vendor's manager reports that somebody left."""

    _name = "mobifone.leaver.report"
    _description = "Report a Leaver"

    agent_id = fields.Many2one("mobifone.agent", string="Account", required=True, readonly=True)
    left_at = fields.Datetime(required=True, default=lambda self: fields.Datetime.now())
    note = fields.Char(string="Remark", help="For the liability file, if there is something to say.")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        agents = self.env["mobifone.agent"].browse(self.env.context.get("active_ids") or [])
        if len(agents) > 1:
            raise UserError(self.env._("Report one leaver at a time."))
        agents.check_access("read")
        return {**values, "agent_id": agents.id}

    @api.model_create_multi
    def create(self, vals_list):
        reports = super().create(vals_list)
        # A link shows the name of whom it leads to, also of another vendor's people.
        reports.agent_id.check_access("read")
        return reports

    def write(self, vals):
        result = super().write(vals)
        self.agent_id.check_access("read")
        return result

    def action_report(self):
        """Report the leaver: access is gone when this returns.

        :raise UserError: when the date cannot be, or he was reported before
        """
        self.ensure_one()
        self.agent_id.report_leaver(self.left_at, self.note)
        return {"type": "ir.actions.act_window_close"}
