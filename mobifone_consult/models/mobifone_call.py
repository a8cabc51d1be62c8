from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..tools import append_only, row_insert, script_graph
from .mobifone_lookup import HOTLINES, MAX_ID
from .mobifone_script_step import OUTCOMES


class MobifoneCall(models.Model):
    """One handled call: a run of a script version, written by mobifone.desk only.

    A call keeps the version it started with. Its steps say what was shown, answered and taken back.
    """

    _name = "mobifone.call"
    _inherit = "mobifone.history"
    _description = "Call"
    _log_access = False
    _order = "started_on desc, id desc"
    _mobifone_sorted = ("started_on",)

    # Each comes of a look-up (init); it outlives it, and with the look-up goes whose number it was.
    lookup_id = fields.Many2one("mobifone.lookup", string="Look-up", ondelete="set null")
    number_masked = fields.Char(related="lookup_id.number_masked", string="Number")
    number = fields.Char(
        string="Whole Number", store=False, search="_search_number", groups="mobifone_consult.group_manager"
    )
    version_id = fields.Many2one("mobifone.script.version", required=True, index=True, ondelete="restrict")
    script_id = fields.Many2one("mobifone.script", required=True, index=True, ondelete="restrict")
    hotline = fields.Selection(HOTLINES)
    user_id = fields.Many2one("res.users", required=True, ondelete="restrict")
    agent_id = fields.Many2one("mobifone.agent", ondelete="restrict")
    vendor_id = fields.Many2one("mobifone.vendor", ondelete="restrict")
    started_on = fields.Datetime(required=True)
    finished_on = fields.Datetime()
    duration = fields.Float(compute="_compute_duration")  # hours
    state = fields.Selection([("open", "Under way"), ("finished", "Finished")], required=True, default="open")
    matter = fields.Char(help="Key of the answer to the script's first question.")
    matter_text = fields.Char(string="Caller's Need", compute="_compute_matter_text", compute_sudo=True)
    exclusion_id = fields.Many2one("mobifone.exclusion.reason", string="Not Consulted Because", ondelete="restrict")
    outcome = fields.Selection("_selection_outcome")
    step_ids = fields.One2many("mobifone.call.step", "call_id", string="Steps")
    consultation_ids = fields.One2many("mobifone.consultation", "call_id", string="Consultations")
    replay = fields.Html(compute="_compute_replay", sanitize=False)

    _lookup_uniq = models.Constraint("unique(lookup_id)", "This look-up has its call already.")
    _user_idx = models.Index("(user_id, started_on)")
    _vendor_idx = models.Index("(vendor_id, started_on)")
    _started_on_idx = models.Index("(started_on)")
    _open_idx = models.Index("(started_on) WHERE state = 'open'")
    _abandoned_idx = models.Index("(started_on) WHERE outcome = 'abandoned'")
    _excluded_idx = models.Index("(started_on) WHERE exclusion_id IS NOT NULL")
    _finished_has_outcome = models.Constraint(
        "CHECK (state = 'open' OR (outcome IS NOT NULL AND finished_on IS NOT NULL))",
        "A finished call has an outcome.",
    )

    def init(self):
        append_only.need(self.env.cr, self._table, "lookup_id")

    @api.model
    def _selection_outcome(self):
        # sudo: names of exclusion reasons are no secret
        reasons = self.env["mobifone.exclusion.reason"].sudo().with_context(active_test=False).search([])
        labels = self.env["mobifone.script.step"]._fields["outcome"]._description_selection(self.env)
        fixed = [(key, label) for key, label in labels if key != "excluded"]
        return fixed + [(f"excluded:{reason.code}", reason.name) for reason in reasons]

    @api.depends("started_on", "finished_on")
    def _compute_duration(self):
        for call in self:
            length = call.finished_on - call.started_on if call.finished_on else timedelta()
            call.duration = length.total_seconds() / 3600

    @api.depends("matter", "version_id")
    def _compute_matter_text(self):
        for call in self:
            graph = call.version_id._compiled().graph
            answer = graph.answer(graph.start, call.matter) if call.matter else None
            call.matter_text = answer["label"] if answer else call.matter

    @api.model
    def _search_number(self, operator, value):
        """By a whole number, as typed."""
        if operator not in ("ilike", "in"):
            return NotImplemented
        # The ids first: in one query, all calls would be gone through from the newest on to find those of the number.
        return [("lookup_id", "in", self.env["mobifone.lookup"].search([("number", operator, value)]).ids)]

    @api.depends("version_id", "started_on")
    def _compute_display_name(self):
        for call in self:
            started_on = fields.Datetime.context_timestamp(call, call.started_on)
            call.display_name = self.env._("Call of %s", started_on.strftime("%d/%m/%Y %H:%M"))

    @api.depends("step_ids")
    @api.depends_context("uid", "lang", "tz")
    def _compute_replay(self):
        for call in self:
            rows = call.step_ids._replay()
            call.replay = self.env["ir.qweb"]._render("mobifone_consult.call_replay", {"call": call, "rows": rows})

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("A call is finished, never deleted."))

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _own(self, call_id):
        """The user's own call, as a sudo record.

        :raise UserError: when `call_id` is no id
        :raise AccessError: when it is unknown or another user's; logged
        """
        if isinstance(call_id, bool) or not isinstance(call_id, int) or not 0 < call_id <= MAX_ID:
            raise UserError(self.env._("“call_id” must be the number that a started call returned."))
        # sudo: agents have no access to calls, the desk answers for them
        names = ["lookup_id", "version_id", "user_id", "hotline", "started_on", "state", "outcome"]
        call_sudo = self.sudo().search_fetch([("id", "=", call_id)], names)
        if call_sudo.user_id.id != self.env.uid:
            self.env["mobifone.lookup"]._log_apart("refusal", result="foreign_call", purpose=f"call {call_id}")
            raise AccessError(self.env._("This is no call of yours."))
        return call_sudo

    @api.model
    def _begin(self, lookup, script_id, version_id):
        """Begin the call of a look-up, unless it has one.

        :param dict lookup: row of the look-up, as mobifone.lookup._open returns it
        :return: the call as a sudo record, None when another request has just begun it
        """
        agent_id, vendor_id = self.env["res.users"]._mobifone_account()
        known = self.env["mobifone.exclusion.reason"]._known(lookup["exclusion"]) if lookup["exclusion"] else ()
        values = {
            "lookup_id": lookup["id"],
            "version_id": version_id,
            "script_id": script_id,
            "hotline": lookup["hotline"],
            "user_id": self.env.uid,
            "agent_id": agent_id,
            "vendor_id": vendor_id,
            "exclusion_id": known[0] if known else None,
            "started_on": fields.Datetime.now(),
            "state": "open",
        }
        call_sudo = row_insert.inserted(self.sudo(), values)  # sudo: as in _own
        if not call_sudo:
            return None
        if lookup["consultation_id"]:
            # Saved in this very look-up, before the call.
            self.env.cr.execute(
                SQL(
                    "UPDATE mobifone_consultation SET call_id = %s WHERE id = %s",
                    call_sudo.id,
                    lookup["consultation_id"],
                ),
                log_exceptions=False,  # its message is being sent at this moment: the request is retried
            )
            self.env["mobifone.consultation"].invalidate_model(["call_id"])
        return call_sudo

    def _finish(self, outcome):
        """Close the call, once; the outcome it has."""
        self.ensure_one()
        kind, _colon, code = outcome.partition(":")
        known = self.env["mobifone.exclusion.reason"]._known(code) if kind == "excluded" else ()
        self.env.cr.execute(
            SQL(
                """UPDATE mobifone_call
                      SET state = 'finished', outcome = %s, finished_on = %s,
                          exclusion_id = coalesce(%s, exclusion_id)
                    WHERE id = %s AND state = 'open'""",
                outcome,
                fields.Datetime.now(),
                known[0] if known else None,
                self.id,
            ),
            log_exceptions=False,  # finished twice at once: the request is retried
        )
        self.invalidate_recordset(["state", "outcome", "finished_on", "exclusion_id"])
        return self.outcome

    def _set_by_answer(self, **values):
        """Note on the call what an answer told: `matter` (str) or `exclusion_id`."""
        for name, value in values.items():
            self.env.cr.execute(
                SQL("UPDATE mobifone_call SET %s = %s WHERE id = %s", SQL.identifier(name), value, self.id),
                log_exceptions=False,  # another request notes at this moment: this one is retried
            )
        self.invalidate_recordset(list(values))

    # ------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------

    @api.model
    def _cron_abandon(self, batch_size=500):
        """Close the calls that nobody went on with: at their end step with its outcome, else as abandoned."""
        hours = self.env["ir.config_parameter"]._mobifone_number("call_hours")
        before = fields.Datetime.now() - timedelta(hours=hours)
        progress = self.env["ir.cron"]
        left = progress._commit_progress(remaining=len(self._left_open(before)))
        while left and (batch := self._left_open(before, batch_size).try_lock_for_update(allow_referencing=True)):
            for call in batch:
                row = call.step_ids._open_row(call.id)
                if row and not call.step_ids._touch(row["id"]):
                    continue  # its agent went on with it after all
                step = row and call.version_id._compiled().graph.steps[row["key"]]
                is_ended = step and step["kind"] == "end"
                call._finish(script_graph.outcome_of(step) if is_ended else "abandoned")
            left = progress._commit_progress(len(batch))

    @api.model
    def _left_open(self, before, limit=None):
        self.env.cr.execute(
            SQL(
                """
                SELECT call.id FROM mobifone_call call
                 WHERE call.state = 'open' AND call.started_on < %(before)s
                   AND (call.started_on < %(long_before)s
                        OR NOT EXISTS (SELECT FROM mobifone_call_step step
                                        WHERE step.call_id = call.id AND step.shown_on >= %(before)s))
              ORDER BY call.started_on %(limit)s
                """,
                before=before,
                long_before=before - timedelta(days=1),  # no call goes on for ever
                limit=SQL("LIMIT %s", limit) if limit else SQL(),
            )
        )
        return self.browse(row[0] for row in self.env.cr.fetchall())


assert {key for key, _label in OUTCOMES} == set(script_graph.OUTCOMES)
