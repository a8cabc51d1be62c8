import json

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import msisdn as numbers
from ..tools import script_text


class MobifoneCallStep(models.Model):
    """What was shown in a call, answered and when; rows taken back stay, voided.

    The database keeps at most one row of a call open: neither answered nor voided. Texts are not copied: the version
    never changes, so a row holds the values of its variables only, and never the number.
    """

    _name = "mobifone.call.step"
    _description = "Call Step"
    _log_access = False
    _order = "call_id, id"
    _rec_name = "step_id"

    call_id = fields.Many2one("mobifone.call", required=True, index=True, ondelete="cascade")
    step_id = fields.Many2one("mobifone.script.step", required=True, index=True, ondelete="restrict")
    answer_id = fields.Many2one("mobifone.script.answer", index="btree_not_null", ondelete="restrict")
    shown_on = fields.Datetime(required=True)
    answered_on = fields.Datetime()
    voided_on = fields.Datetime(string="Taken Back On")
    variables = fields.Json(groups="mobifone_consult.group_manager")
    result = fields.Char(string="Result Code", help="What the act or the form came to.")
    result_text = fields.Char(string="Result")

    _shown_on_idx = models.Index("(shown_on)")
    _open_uniq = models.UniqueIndex(
        "(call_id) WHERE answered_on IS NULL AND voided_on IS NULL", "A call shows one step at a time."
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("What was shown in a call is never deleted."))

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _trail(self, call_id, compiled):
        """All rows of a call in their order, voided ones too: dicts with `key` of the step and `answer` key."""
        self.env.cr.execute(
            SQL(
                """SELECT id, step_id, answer_id, shown_on, answered_on, voided_on, result, result_text, variables
                     FROM mobifone_call_step WHERE call_id = %s ORDER BY id""",
                call_id,
            )
        )
        rows = self.env.cr.dictfetchall()
        for row in rows:
            row["key"] = compiled.step_keys[row["step_id"]]
            row["answer"] = compiled.answer_keys.get(row["answer_id"])
        return rows

    @api.model
    def _open_row(self, call_id):
        """The row of the call that waits for its answer, with the `key` of its step."""
        self.env.cr.execute(
            SQL(
                """SELECT row.id, step.key FROM mobifone_call_step row
                     JOIN mobifone_script_step step ON step.id = row.step_id
                    WHERE row.call_id = %s AND row.answered_on IS NULL AND row.voided_on IS NULL""",
                call_id,
            )
        )
        return self.env.cr.dictfetchone()

    @api.model
    def _claim(self, row_id, answer_id):
        """Answer a row, once: of several requests at once the first does, the others get False."""
        return self._once(
            SQL(
                """UPDATE mobifone_call_step
                      SET answer_id = %s, answered_on = clock_timestamp() AT TIME ZONE 'UTC'
                    WHERE id = %s AND answered_on IS NULL AND voided_on IS NULL""",
                answer_id,
                row_id,
            ),
            1,
        )

    @api.model
    def _touch(self, row_id):
        """Hold the row that is shown against whoever answers it at the same moment; False when he was faster."""
        return self._once(
            SQL(
                """UPDATE mobifone_call_step SET shown_on = shown_on
                    WHERE id = %s AND answered_on IS NULL AND voided_on IS NULL""",
                row_id,
            ),
            1,
        )

    @api.model
    def _void(self, row_ids):
        """Take rows back, once; False when another request was faster."""
        return self._once(
            SQL(
                """UPDATE mobifone_call_step SET voided_on = clock_timestamp() AT TIME ZONE 'UTC'
                    WHERE id = ANY(%s) AND voided_on IS NULL""",
                list(row_ids),
            ),
            len(row_ids),
        )

    @api.model
    def _once(self, statement, expected):
        savepoint = self.env.cr.savepoint(flush=False)
        try:
            self.env.cr.execute(statement, log_exceptions=False)
            done = self.env.cr.rowcount == expected
        except SerializationFailure:
            done = False  # changed after our snapshot was made
        savepoint.close(rollback=not done)
        return done

    @api.model
    def _append(self, call_id, compiled, passed, shown, variables):
        """Write the decisions passed and the step shown next; the id of the row that now waits for its answer.

        :param passed: [(step, branch)] of the decisions on the way, as script_graph.Graph.shown returns them
        :param dict shown: the step
        :param dict variables: variable → value it was shown with
        """
        now = SQL("clock_timestamp() AT TIME ZONE 'UTC'")
        rows = [
            SQL(
                "(%s, %s, %s, %s, %s, NULL)",
                call_id,
                compiled.step_ids[step["key"]],
                compiled.answer_ids[step["key"], branch["key"]],
                now,
                now,
            )
            for step, branch in passed
        ]
        rows.append(
            SQL(
                "(%s, %s, NULL, %s, NULL, %s)",
                call_id,
                compiled.step_ids[shown["key"]],
                now,
                json.dumps(variables) if variables else None,
            )
        )
        self.env.cr.execute(
            SQL(
                """INSERT INTO mobifone_call_step (call_id, step_id, answer_id, shown_on, answered_on, variables)
                   VALUES %s RETURNING id""",
                SQL(", ").join(rows),
            )
        )
        return self.env.cr.fetchall()[-1][0]

    @api.model
    def _note_result(self, row_id, code, text):
        """Write what the act or the form of a row came to."""
        self.env.cr.execute(
            SQL(
                "UPDATE mobifone_call_step SET result = %s, result_text = %s WHERE id = %s",
                code,
                (text or "")[:500] or None,
                row_id,
            )
        )

    def _seconds(self):
        """How long the step was shown, None while it waits."""
        return round((self.answered_on - self.shown_on).total_seconds()) if self.answered_on else None

    def _replay(self):
        """What the agent saw, row by row, as plain values for the replay; the number only for who may read lines."""
        # sudo: texts of scripts and values of variables are shown through the call that the user may read
        rows_sudo = self.sudo().filtered(lambda row: row.step_id.kind != "decide")
        may_see_number = self.env["mobifone.subscriber"].has_access("read")
        shown = []
        for row_sudo in rows_sudo:
            lookup_sudo = row_sudo.call_id.lookup_id
            number = lookup_sudo.number_masked
            if may_see_number and lookup_sudo.line_id:
                line = self.env["mobifone.subscriber"].browse(lookup_sudo.line_id).exists()
                number = numbers.national(line.msisdn) if line else number
            hidden = dict.fromkeys(script_text.PRIVATE, "•••")
            values = {**(row_sudo.variables or {}), **hidden, "so_tb": number}
            step_sudo = row_sudo.step_id
            shown.append(
                {
                    "row": row_sudo,
                    "title": script_text.render(step_sudo.title, values),
                    "paragraphs": [
                        (line, line.startswith("(") and line.endswith(")"))
                        for line in script_text.render(step_sudo.text or "", values).split("\n")
                    ],
                    "answers": [
                        (script_text.render(answer.label or "", values), answer == row_sudo.answer_id, answer.hotkey)
                        for answer in step_sudo.answer_ids
                    ],
                    "seconds": row_sudo._seconds(),
                }
            )
        return shown
