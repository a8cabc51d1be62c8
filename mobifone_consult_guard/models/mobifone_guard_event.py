from odoo import api, fields, models
from odoo.http import request
from odoo.tools import SQL

from ..tools import apart

# Rows of one user and kind within a minute; what he does beyond that is the same again.
ROWS_A_MINUTE = 10
MAX_DETAIL = 200


class MobifoneGuardEvent(models.Model):
    """What the guard refused, to whom. Append-only: by ACL, by the overrides below, and by triggers."""

    _name = "mobifone.guard.event"
    _inherit = ["mobifone.append.only", "mobifone.history"]
    _mobifone_time = "happened_on"
    _mobifone_sorted = ("happened_on",)
    _description = "Guard Event"
    _log_access = False
    _order = "happened_on desc, id desc"
    _rec_name = "detail"

    KINDS = [
        ("model", "Closed model"),
        ("call", "Closed method"),
        ("route", "Closed address of the server"),
        ("key", "API key or RPC login"),
        ("address", "Foreign address"),
        ("session", "Session over"),
        ("password", "Password too old"),
        ("lock", "Login locked"),
        ("release", "Lock released"),
        ("become", "Becoming superuser"),
    ]

    happened_on = fields.Datetime(string="Time", required=True)
    kind = fields.Selection(KINDS, required=True)
    user_id = fields.Many2one("res.users", ondelete="restrict")
    vendor_id = fields.Many2one("mobifone.vendor", ondelete="restrict")
    detail = fields.Char()
    ip = fields.Char(string="Address")

    _user_idx = models.Index("(user_id, kind, happened_on)")
    _happened_on_idx = models.Index("(happened_on)")
    _ip_idx = models.Index("(ip, happened_on)")
    _attempt_idx = models.Index("(happened_on) WHERE kind IN ('model', 'call', 'route', 'key')")

    @api.model
    def _log_apart(self, kind, user_id, detail=None):
        """Append a row on a cursor of its own: it stays when the request fails. The same again within a minute, or more
        than ROWS_A_MINUTE of a user and a kind, is not written.

        :param detail: what was asked for, never a secret
        """
        statement = SQL(
            """
            INSERT INTO mobifone_guard_event (happened_on, kind, user_id, vendor_id, detail, ip)
            SELECT %(now)s, %(kind)s, id, mobifone_vendor_id, %(detail)s, %(ip)s
              FROM res_users
             WHERE id = %(user)s
               AND (SELECT count(*) < %(rows)s AND count(*) FILTER (WHERE detail IS NOT DISTINCT FROM %(detail)s) = 0
                      FROM mobifone_guard_event
                     WHERE user_id = %(user)s AND kind = %(kind)s
                       AND happened_on > %(now)s - interval '1 minute' AND happened_on <= %(now)s)
            """,
            now=fields.Datetime.now(),
            kind=kind,
            detail=detail and detail.replace("\0", "")[:MAX_DETAIL].encode("utf-8", "replace").decode(),
            ip=request.httprequest.remote_addr if request else None,
            user=user_id,
            rows=ROWS_A_MINUTE,
        )
        apart.run(self.env, lambda cr: cr.execute(statement))
