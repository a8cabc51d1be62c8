from odoo import api, fields, models


class MobifoneLookup(models.Model):
    _inherit = "mobifone.lookup"

    # Nobody changes the log: rows of this kind stay as they are when the add-on is taken out.
    kind = fields.Selection(selection_add=[("lead", "Lead")], ondelete={"lead": lambda rows: None})

    @api.depends("result")
    def _compute_result_text(self):
        super()._compute_result_text()
        for row in self:
            if row.result == "lead":
                row.result_text = self.env._("Lead refused")
