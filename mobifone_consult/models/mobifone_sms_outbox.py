from odoo import fields, models


class MobifoneSmsOutbox(models.Model):
    """What the local transport would have sent. Nothing in it ever leaves this machine (tools/local_outbox.py)."""

    _name = "mobifone.sms.outbox"
    _description = "Test Message, Never Sent"
    _order = "id desc"
    _rec_name = "number"

    uuid = fields.Char(required=True, readonly=True)
    number = fields.Char(required=True, readonly=True)
    body = fields.Text(readonly=True)

    _uuid_uniq = models.Constraint("unique(uuid)", "This message was handed over already.")
