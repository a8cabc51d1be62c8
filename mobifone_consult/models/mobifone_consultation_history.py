from odoo import api, fields, models
from odoo.tools import SQL

HISTORY_LENGTH = 20


class MobifoneConsultation(models.Model):
    """The last consults of a line, for the desk."""

    _inherit = "mobifone.consultation"

    @api.model
    def _history(self, line_id):
        """The line's last consultations, newest first, as anybody who looked it up may see them."""
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT c.saved_on, c.channel, c.state, c.sms_state, c.installed_on, c.locked_until,
                       c.vendor_id, coalesce(agent.name, person.name) AS name
                  FROM mobifone_consultation c
             LEFT JOIN mobifone_agent agent ON agent.id = c.agent_id
                  JOIN res_users account ON account.id = c.user_id
                  JOIN res_partner person ON person.id = account.partner_id
                 WHERE c.subscriber_id = %s
              ORDER BY c.saved_on DESC, c.id DESC
                 LIMIT %s
                """,
                line_id,
                HISTORY_LENGTH,
            )
        )
        verdicts = self.env["mobifone.verdict"]
        return [
            {
                "saved_on": fields.Datetime.to_string(row["saved_on"]),
                "channel": row["channel"],
                "by": verdicts._who(row["channel"], row["vendor_id"], row["name"]),
                "state": row["state"],
                "sms_state": row["sms_state"],
                "installed_on": fields.Datetime.to_string(row["installed_on"]),
                "locked_until": fields.Datetime.to_string(row["locked_until"]),
            }
            for row in self.env.cr.dictfetchall()
        ]
