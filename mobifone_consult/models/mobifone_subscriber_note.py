from odoo import api, fields, models
from odoo.tools import SQL


class MobifoneSubscriberNote(models.Model):
    """What people learned about a line, apart from the fed row: a feed never collides with an agent, and the
    newer of the two facts wins (see mobifone.subscriber._fetch_facts)."""

    _name = "mobifone.subscriber.note"
    _description = "Note on a Line"
    _log_access = False
    _order = "id"

    subscriber_id = fields.Many2one("mobifone.subscriber", required=True, ondelete="cascade", string="Line")
    topic = fields.Selection(
        [("device_class", "Handset"), ("registration_state", "Papers")],
        required=True,
    )
    value = fields.Char(required=True)
    noted_on = fields.Datetime(required=True)
    user_id = fields.Many2one("res.users", string="Noted By", ondelete="restrict")

    _line_topic_uniq = models.Constraint("unique(subscriber_id, topic)", "One note per line and topic.")

    @api.model
    def _put(self, line_id, topic, value):
        """Record that `topic` of the line is `value` as of now; an older note on it is replaced."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO mobifone_subscriber_note AS note (subscriber_id, topic, value, noted_on, user_id)
                VALUES (%(line)s, %(topic)s, %(value)s, clock_timestamp() AT TIME ZONE 'UTC', %(user)s)
                ON CONFLICT (subscriber_id, topic) DO UPDATE
                   SET value = excluded.value, noted_on = excluded.noted_on, user_id = excluded.user_id
                """,
                line=line_id,
                topic=topic,
                value=value,
                user=self.env.uid,
            ),
            log_exceptions=False,  # two agents at once: the request is retried
        )

    @api.model
    def _drop(self, line_id, topic, since):
        """Take back what the user himself noted on the line since then."""
        self.env.cr.execute(
            SQL(
                """DELETE FROM mobifone_subscriber_note
                    WHERE subscriber_id = %s AND topic = %s AND user_id = %s AND noted_on >= %s""",
                line_id,
                topic,
                self.env.uid,
                since,
            ),
            log_exceptions=False,  # another agent notes at this moment: the request is retried
        )
