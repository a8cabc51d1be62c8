from odoo import fields, models

KINDS = [
    ("new", "New draft"),
    ("changed", "Changed"),
    ("left", "Report of a leaver"),
    ("unchanged", "Nothing to do"),
    ("error", "Error"),
]


class MobifoneAgentImportLine(models.TransientModel):
    """A row of a vendor's list, and what it does. Written by the import only."""

    _name = "mobifone.agent.import.line"
    _description = "Row of an Import"
    _order = "is_error desc, row"

    import_id = fields.Many2one("mobifone.agent.import", required=True, readonly=True, index=True, ondelete="cascade")
    row = fields.Integer(readonly=True, aggregator=None)
    employee_code = fields.Char(readonly=True)
    name = fields.Char(readonly=True)
    phone = fields.Char(readonly=True)
    email = fields.Char(string="E-mail", readonly=True)
    # As they stand in the file.
    status = fields.Char(readonly=True)
    left_at = fields.Char(string="Left On", readonly=True)
    vendor = fields.Char(readonly=True)
    kind = fields.Selection(KINDS, string="What Happens", required=True, readonly=True)
    is_error = fields.Boolean(readonly=True)
    is_done = fields.Boolean(string="Done", readonly=True)
    message = fields.Char(string="Why", readonly=True)
