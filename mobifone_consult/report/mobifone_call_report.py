from odoo import fields, models
from odoo.tools import SQL

from ..models.mobifone_lookup import HOTLINES
from ..models.mobifone_script_step import KINDS, SECTIONS


class MobifoneCallReport(models.Model):
    """One row for each step that calls went through: what supervisors count by version, step, answer, agent, hotline.

    Steps taken back are left out. A call is counted once, at its first step; where it was given up, at its last. Its
    consult and its install belong to every one of its steps, so they are told by the call's id and counted once: by
    answer they say what it led to, by agent how many there were.
    """

    _name = "mobifone.call.report"
    _inherit = "mobifone.history"
    _description = "Call Analysis"
    _auto = False
    _order = "shown_on desc, id desc"
    _mobifone_sorted = ("shown_on",)
    _rec_name = "step_id"

    call_id = fields.Many2one("mobifone.call", readonly=True)
    shown_on = fields.Datetime(string="Time", readonly=True)
    script_id = fields.Many2one("mobifone.script", readonly=True)
    version_id = fields.Many2one("mobifone.script.version", readonly=True)
    step_id = fields.Many2one("mobifone.script.step", readonly=True)
    answer_id = fields.Many2one("mobifone.script.answer", readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    section = fields.Selection(SECTIONS, readonly=True)
    hotline = fields.Selection(HOTLINES, readonly=True)
    user_id = fields.Many2one("res.users", readonly=True)
    agent_id = fields.Many2one("mobifone.agent", readonly=True)
    vendor_id = fields.Many2one("mobifone.vendor", readonly=True)
    outcome = fields.Selection(lambda self: self.env["mobifone.call"]._selection_outcome(), readonly=True)
    shown = fields.Integer(string="Times Shown", readonly=True)
    starts = fields.Integer(string="Calls Started", readonly=True)
    completions = fields.Integer(string="Calls Completed", readonly=True)
    drops = fields.Integer(string="Given Up Here", readonly=True)
    consults = fields.Integer(string="Calls with a Consult", aggregator="count_distinct", readonly=True)
    installs = fields.Integer(string="Calls with an Install", aggregator="count_distinct", readonly=True)
    seconds = fields.Float(aggregator="avg", readonly=True)

    @property
    def _table_query(self):
        # Consults by sub-selects, not joined: they are looked for one by one, and only for who counts them. Joined, all
        # of them were read for a report of one week.
        return SQL(
            """
            SELECT row.id, row.call_id, row.shown_on, call.script_id, call.version_id, row.step_id, row.answer_id,
                   step.kind, step.section, call.hotline, call.user_id, call.agent_id, call.vendor_id, call.outcome,
                   1 AS shown,
                   (row.id = ends.first_id)::int AS starts,
                   (row.id = ends.last_id AND call.state = 'finished' AND call.outcome != 'abandoned' IS TRUE)::int
                       AS completions,
                   (row.id = ends.last_id AND call.outcome = 'abandoned' IS TRUE)::int AS drops,
                   (SELECT call_id FROM mobifone_consultation
                     WHERE call_id = call.id AND state != 'cancelled' LIMIT 1) AS consults,
                   (SELECT call_id FROM mobifone_consultation
                     WHERE call_id = call.id AND state = 'converted' LIMIT 1) AS installs,
                   extract(epoch FROM row.answered_on - row.shown_on) AS seconds
              FROM mobifone_call_step row
              JOIN mobifone_call call ON call.id = row.call_id
              JOIN mobifone_script_step step ON step.id = row.step_id
              JOIN LATERAL (SELECT min(id) AS first_id, max(id) AS last_id FROM mobifone_call_step
                             WHERE call_id = row.call_id AND voided_on IS NULL) ends ON TRUE
             WHERE row.voided_on IS NULL
            """
        )
