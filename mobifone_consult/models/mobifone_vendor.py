from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .ir_config_parameter import bad_addresses


class MobifoneVendor(models.Model):
    """A partner company whose agents take the calls."""

    _name = "mobifone.vendor"
    _description = "Vendor"
    _order = "name"

    name = fields.Char(required=True)
    code = fields.Char(required=True, copy=False, help="Stands in letter numbers and user names.")
    active = fields.Boolean(default=True)
    partner_id = fields.Many2one("res.partner", string="Company", index="btree_not_null")
    agent_ids = fields.One2many("mobifone.agent", "vendor_id", string="Agents")
    agent_count = fields.Integer(string="Working Accounts", compute="_compute_agent_count")
    mail_recipients = fields.Char(
        string="Mails To",
        help="Addresses at the vendor, separated by commas: warnings about its accounts, its letters.",
    )
    shift_from = fields.Float(help="Vietnam's clock. The same hour twice: round the clock.")
    shift_to = fields.Float()
    # What stands in its letters (domain 5.2).
    letter_unit = fields.Char(string="Unit in Letter Numbers", help="The part after the dash: 12/ABC-NS.")
    letter_place = fields.Char(string="Place", help="Before the date: Hà Nội, ngày …")
    letter_addressee = fields.Char(string="Addressee", help="Empty: the one of the settings.")
    head_title = fields.Char(default="GIÁM ĐỐC")
    head_name = fields.Char()
    has_nil_letters = fields.Boolean(
        string="Nil Letters", help="Also writes a letter for a month in which nobody left."
    )
    letters_chased_on = fields.Date(readonly=True, copy=False, help="Last day on which it was reminded of its letters.")

    _code_uniq = models.Constraint("unique(code)", "Another vendor has this code.")
    _shift_in_a_day = models.Constraint(
        "CHECK (coalesce(shift_from, 0) BETWEEN 0 AND 24 AND coalesce(shift_to, 0) BETWEEN 0 AND 24)",
        "The hours of a shift are between 0 and 24.",
    )

    def _compute_agent_count(self):
        working = [("state", "=", "active"), ("vendor_id", "in", self.ids)]
        counts = dict(self.env["mobifone.agent"]._read_group(working, ["vendor_id"], ["__count"]))
        for vendor in self:
            vendor.agent_count = counts.get(vendor, 0)

    @api.constrains("mail_recipients")
    def _check_mail_recipients(self):
        for vendor in self:
            if vendor.mail_recipients and (bad := bad_addresses(vendor.mail_recipients)):
                raise ValidationError(self.env._("“%s” is no e-mail address.", bad[0][:50]))

    @api.constrains("active")
    def _check_archived_without_accounts(self):
        if self.filtered(lambda vendor: not vendor.active and vendor.agent_count):
            raise ValidationError(self.env._("A vendor with working accounts is not archived: its people leave first."))
