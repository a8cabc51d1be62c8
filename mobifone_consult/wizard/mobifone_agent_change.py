from odoo import api, fields, models
from odoo.exceptions import UserError

CHANGES = [
    ("suspend", "Suspend"),
    ("close", "Close"),
    ("rehire", "Take On Again"),
    ("correct", "Correct the Leave Date"),
]


class MobifoneAgentChange(models.TransientModel):
    """The dialog that asks MobiFone's managers why an account is suspended, closed or opened again."""

    _name = "mobifone.agent.change"
    _description = "Change an Account"

    agent_ids = fields.Many2many("mobifone.agent", string="Accounts", readonly=True)
    change = fields.Selection(CHANGES, required=True, readonly=True)
    left_at = fields.Datetime(string="Left On")
    reason = fields.Char(string="Why", required=True)

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        agents = self.env["mobifone.agent"].browse(self.env.context.get("active_ids") or [])
        return {**values, "agent_ids": agents.ids, "left_at": agents[:1].left_at}

    def action_change(self):
        """Do it.

        :raise UserError: when the accounts are in no state for it
        """
        self.ensure_one()
        if self.change == "correct":
            if len(self.agent_ids.departure_id) != 1:
                raise UserError(self.env._("Correct one leave date at a time."))
            self.agent_ids.departure_id.action_correct(self.left_at, self.reason)
        else:
            getattr(self.agent_ids, f"action_{self.change}")(self.reason)
        return {"type": "ir.actions.act_window_close"}
