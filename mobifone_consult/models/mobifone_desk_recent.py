from odoo import api, fields, models
from odoo.tools import SQL

RECENT_LENGTH = 8
# What is older is in the lists of consults and calls.
RECENT_HOURS = 24


class MobifoneDesk(models.AbstractModel):
    """What the agent did last: his own look-ups as the log keeps them, and what has become of their consults."""

    _inherit = "mobifone.desk"

    @api.model
    def recent(self, lookup_id=None):
        """The user's own look-ups of the last 24 hours, newest first. Numbers are masked, as in the log: none can be
        looked up again without being typed. The screen asks again while an SMS is on its way.

        :param int lookup_id: of the line on screen, whose history is wanted too
        :return: {now, lookups, history}: `now` by the server's clock (UTC), for countdowns; `lookups` list of
            {lookup_id, looked_up_on, msisdn_masked, hotline, verdict, call_id, outcome, saved_on, locked_until,
            is_cancelled, sms_state, sms_after, sms_done_on}, with `call_id` while the call is open and the consult's
            values False where none was saved; `history` as `history` answers, False without `lookup_id`
        :raise AccessError: as `history`
        """
        desk = self._enter()
        rows = desk._recent_rows()
        history = desk.history(lookup_id) if lookup_id is not None else False
        return {"now": fields.Datetime.to_string(fields.Datetime.now()), "lookups": rows, "history": history}

    # ------------------------------------------------------------
    # HELPERS
    # ------------------------------------------------------------

    @api.model
    def _recent_rows(self):
        self.env["mobifone.consultation"].flush_model()
        self.env["mobifone.call"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT first.id AS lookup_id, first.looked_up_on, first.number_masked AS msisdn_masked, first.hotline,
                       split_part(first.verdicts, '/', 1) AS verdict,
                       CASE WHEN call.state = 'open' THEN call.id END AS call_id,
                       coalesce(call.outcome,
                                (SELECT 'excluded:' || nullif(later.result, 'lifted')
                                   FROM mobifone_lookup later
                                  WHERE later.parent_id = first.id AND later.kind = 'exclude'
                               ORDER BY later.id DESC
                                  LIMIT 1)) AS outcome,
                       consult.saved_on, consult.locked_until, consult.state = 'cancelled' AS is_cancelled,
                       consult.sms_state, consult.sms_after, consult.sms_done_on
                  FROM (SELECT *
                          FROM mobifone_lookup
                         WHERE user_id = %s AND kind = 'lookup'
                           AND looked_up_on > clock_timestamp() AT TIME ZONE 'UTC' - make_interval(hours => %s)
                      ORDER BY looked_up_on DESC, id DESC
                         LIMIT %s) AS first
             LEFT JOIN mobifone_call call ON call.lookup_id = first.id AND call.user_id = first.user_id
             LEFT JOIN mobifone_consultation consult ON consult.lookup_id = first.id
              ORDER BY first.looked_up_on DESC, first.id DESC
                """,
                self.env.uid,
                RECENT_HOURS,
                RECENT_LENGTH,
            )
        )
        moments = ("looked_up_on", "saved_on", "locked_until", "sms_after", "sms_done_on")
        return [
            {
                name: fields.Datetime.to_string(value) if name in moments else (value or False)
                for name, value in row.items()
            }
            for row in self.env.cr.dictfetchall()
        ]
