from odoo import fields, models
from odoo.exceptions import UserError

from ..models.mobifone_lookup import MAX_ID


class MobifoneLetterRecall(models.TransientModel):
    """Asks why a letter is recalled."""

    _name = "mobifone.letter.recall"
    _description = "Recall a Letter"

    def _default_letter_ref(self):
        active_id = self.env.context.get("active_id")
        return active_id if isinstance(active_id, int) and 0 < active_id <= MAX_ID else False

    # A bare id: a link would show the name of a record that this user may not read.
    letter_ref = fields.Integer(string="Letter", default=lambda self: self._default_letter_ref())
    why = fields.Char(required=True, help="Stays with the letter.")

    def action_recall(self):
        """Recall the letter.

        :raise UserError: without a reason, or when it is not in force (any more)
        """
        self.ensure_one()
        letter = self.env["mobifone.removal.letter"].browse(self.letter_ref).exists()
        letter._check_clerk()
        if not letter:
            raise UserError(self.env._("There is no such letter."))
        letter.action_recall(self.why)
        return {"type": "ir.actions.act_window_close"}
