from odoo import api, fields, models
from odoo.http import request
from odoo.tools import SQL

KINDS = [
    ("activated", "Activated"),
    ("suspended", "Suspended"),
    ("closed", "Closed"),
    ("reported", "Reported as leaver"),
    ("left", "Left: access taken away"),
    ("verified", "Proven that nothing works any more"),
    ("corrected", "Leave date corrected"),
    ("listed", "Put on the list of leavers"),
    ("rehired", "Taken on again"),
    ("role", "Role or vendor changed"),
    ("commitment", "Commitment signed"),
    ("accepted", "Commitment accepted on screen"),
    ("invited", "Invited to choose a password"),
    ("warned", "Warned: not used for long"),
    ("roster", "Confirmed on the roster"),
]


class MobifoneAgentEvent(models.Model):
    """What happened to an account, who did it, why, and what shows it. Append-only, by ACL, by the overrides below and
    by triggers."""

    _name = "mobifone.agent.event"
    _inherit = "mobifone.append.only"
    _mobifone_time = "occurred_on"
    _description = "Account History"
    _log_access = False
    _order = "id desc"
    _rec_name = "kind"

    occurred_on = fields.Datetime(string="Time", required=True)
    agent_id = fields.Many2one("mobifone.agent", string="Account", required=True, ondelete="restrict", index=True)
    vendor_id = fields.Many2one("mobifone.vendor", required=True, ondelete="restrict", index=True)
    kind = fields.Selection(KINDS, string="Event", required=True)
    user_id = fields.Many2one("res.users", string="By", required=True, ondelete="restrict")
    reason = fields.Char(string="Why")
    evidence = fields.Char()
    ip = fields.Char(string="Address", groups="mobifone_consult.group_manager")

    @api.model
    def _record(self, agents, kind, reason=None, evidence=None):
        """Append one row for each account, in this transaction.

        :param kind: of KINDS
        """
        if not agents:
            return
        agents.flush_recordset(["vendor_id"])
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO mobifone_agent_event (occurred_on, agent_id, vendor_id, kind, user_id, reason, evidence, ip)
                SELECT %(now)s, id, vendor_id, %(kind)s, %(user)s, %(reason)s, %(evidence)s, %(ip)s
                  FROM mobifone_agent WHERE id IN %(agents)s ORDER BY id
                """,
                now=fields.Datetime.now(),
                kind=kind,
                user=self.env.uid,
                reason=reason or None,
                evidence=evidence or None,
                ip=request.httprequest.remote_addr if request else None,
                agents=tuple(agents.ids),
            )
        )
        agents.invalidate_recordset(["event_ids"])
