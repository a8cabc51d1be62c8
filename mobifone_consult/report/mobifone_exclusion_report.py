from odoo import fields, models
from odoo.tools import SQL

from ..models.mobifone_lookup import HOTLINES


class MobifoneExclusionReport(models.Model):
    """One row for each caller who was not consulted, and why: the last word of his look-up, unless it was taken back.

    Read from the log, which knows also the exclusions that were recorded without a guided call.
    """

    _name = "mobifone.exclusion.report"
    _inherit = "mobifone.history"
    _description = "Exclusion Analysis"
    _auto = False
    _order = "excluded_on desc, id desc"
    _mobifone_sorted = ("excluded_on",)
    _rec_name = "number_masked"

    excluded_on = fields.Datetime(string="Time", readonly=True)
    number_masked = fields.Char(string="Number", readonly=True)
    reason_id = fields.Many2one("mobifone.exclusion.reason", readonly=True)
    call_id = fields.Many2one("mobifone.call", readonly=True)
    hotline = fields.Selection(HOTLINES, readonly=True)
    user_id = fields.Many2one("res.users", readonly=True)
    agent_id = fields.Many2one("mobifone.agent", readonly=True)
    vendor_id = fields.Many2one("mobifone.vendor", readonly=True)
    exclusions = fields.Integer(string="Callers Not Consulted", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT row.id, row.looked_up_on AS excluded_on, row.number_masked, reason.id AS reason_id,
                   call.id AS call_id, row.hotline, row.user_id, row.agent_id, row.vendor_id, 1 AS exclusions
              FROM mobifone_lookup row
              JOIN mobifone_exclusion_reason reason ON reason.code = row.result
         LEFT JOIN mobifone_call call ON call.lookup_id = row.parent_id
             WHERE row.kind = 'exclude'
               AND NOT EXISTS (SELECT FROM mobifone_lookup later
                                WHERE later.parent_id = row.parent_id AND later.kind = 'exclude' AND later.id > row.id)
            """
        )
