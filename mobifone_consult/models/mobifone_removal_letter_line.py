from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class MobifoneRemovalLetterLine(models.Model):
    """A leaver on a letter, as the liability file said at that time."""

    _name = "mobifone.removal.letter.line"
    _description = "Leaver on a Letter"
    _log_access = False
    _order = "letter_id, sequence, id"
    _rec_name = "name"

    letter_id = fields.Many2one(
        "mobifone.removal.letter", required=True, readonly=True, index=True, ondelete="restrict"
    )
    departure_id = fields.Many2one(
        "mobifone.departure", string="Liability File", required=True, readonly=True, index=True, ondelete="restrict"
    )
    vendor_id = fields.Many2one("mobifone.vendor", required=True, readonly=True, index=True, ondelete="restrict")
    sequence = fields.Integer(string="No.", readonly=True, aggregator=None)
    name = fields.Char(required=True, readonly=True)
    employee_code = fields.Char(required=True, readonly=True)
    login = fields.Char(string="User", readonly=True)
    left_at = fields.Datetime(required=True, readonly=True)
    reported_at = fields.Datetime(required=True, readonly=True)
    note = fields.Char(readonly=True)
    is_live = fields.Boolean(string="In Force", compute="_compute_is_live", store=True)
    is_outdated = fields.Boolean(
        string="Outdated", compute="_compute_is_outdated", store=True, help="The leave date was corrected since."
    )

    _departure_uniq = models.UniqueIndex("(departure_id) WHERE is_live", "This leaver is on another letter already.")

    @api.depends("letter_id.state")
    def _compute_is_live(self):
        for line in self:
            line.is_live = line.letter_id.state != "recalled"

    @api.depends("left_at", "departure_id.left_at")
    def _compute_is_outdated(self):
        for line in self:
            line.is_outdated = line.left_at != line.departure_id.left_at

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Leavers are put on letters by the system only."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            raise AccessError(self.env._("Leavers are put on letters by the system only."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if not self.env.su or any(letter.state != "draft" for letter in self.letter_id):
            raise UserError(self.env._("Only a draft letter loses leavers, when it is refreshed."))
