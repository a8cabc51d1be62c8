from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

MAX_AGE = timedelta(days=366)


class MobifonePersonSearch(models.TransientModel):
    """Opens a person's request by the number of his line."""

    _name = "mobifone.person.search"
    _description = "Open a Person's Request"

    number = fields.Char(string="Number of His Line", required=True)
    kind = fields.Selection(
        [("access", "What is kept"), ("copy", "A copy"), ("erase", "Erasure")],
        string="What Is Asked",
        required=True,
        default="access",
    )
    received_on = fields.Datetime(required=True, default=fields.Datetime.now)

    def action_open(self):
        """Open the request; what is kept of the person is on it.

        :raise UserError: when the number is none, or it was received in the future
        """
        self.ensure_one()
        self.env["mobifone.person.request"]._check_care()
        number = self.env["mobifone.subscriber"]._parse_number(self.number)
        age = fields.Datetime.now().replace(microsecond=0) - self.received_on
        if not timedelta(minutes=-1) <= age <= MAX_AGE:
            raise UserError(self.env._("It was received today or within the last year, not in the future."))
        request = self.env["mobifone.person.request"]._open_for(number, self.kind, self.received_on)
        self.sudo().unlink()  # sudo: the number typed in is kept nowhere
        return {
            "type": "ir.actions.act_window",
            "res_model": "mobifone.person.request",
            "res_id": request.id,
            "view_mode": "form",
        }
