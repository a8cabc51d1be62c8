from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import local_time

# Class of the advisory locks that put one user's look-ups in a row, once he is near his limit.
LOCK_CLASS = 1_090_001
# So far below the limit the exact count begins: more look-ups of one user are never under way at the same moment.
MARGIN = 64
PERIOD = timedelta(hours=1)


class MobifoneLookup(models.Model):
    """How many look-ups a user may make in an hour. The log itself is the counter: nothing to keep in step with it."""

    _inherit = "mobifone.lookup"

    @api.model
    def _check_quota(self, **values):
        """Refuse the look-up that is one too many within the last hour; to be called before its row is written.

        Far from the limit this is one indexed statement. Near it the user's requests queue up on an advisory lock that
        this transaction holds until it has committed, and each looks by a cursor of its own, whose snapshot is newer
        than the transaction's.

        :param values: number, hotline and purpose of the look-up, for the log of the refusal
        :raise UserError: when the setting lookup_quota is used up; logged
        """
        # sudo: settings are readable to administrators only
        limit = int(self.env["ir.config_parameter"].sudo()._mobifone_number("lookup_quota"))
        if not limit or (limit > MARGIN and not self._nth_newest(limit - MARGIN)):
            return
        self.env.cr.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, self.env.uid])
        with self.env.registry.cursor() as cr:
            reached_by = self.with_env(self.env(cr=cr))._nth_newest(limit)
        if reached_by:
            self._log_apart("refusal", result="quota", **values)
            raise UserError(
                self.env._(
                    "You have made %(limit)s look-ups within an hour, as many as are allowed. The next is possible"
                    " at %(time)s.",
                    limit=limit,
                    # to the next whole minute: never too early
                    time=local_time.spoken(reached_by + PERIOD + timedelta(minutes=1)),
                )
            )

    @api.model
    def _nth_newest(self, place):
        """The moment of the user's look-up at `place`, counted from the newest; None when there is none or it is older
        than the period."""
        # Without the period as a condition: that, too, has an index, of everybody's rows, and it may be taken for it.
        self.env.cr.execute(
            SQL(
                """
                SELECT looked_up_on > clock_timestamp() AT TIME ZONE 'UTC' - %s, looked_up_on
                  FROM mobifone_lookup
                 WHERE user_id = %s AND kind = 'lookup'
              ORDER BY looked_up_on DESC
                OFFSET %s
                 LIMIT 1
                """,
                PERIOD,
                self.env.uid,
                place - 1,
            )
        )
        is_recent, moment = self.env.cr.fetchone() or (None, None)
        return moment if is_recent else None
