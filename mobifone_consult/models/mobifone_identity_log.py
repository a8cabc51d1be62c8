from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import SQL

from ..tools import identity_number
from ..tools import msisdn as numbers

ACTIONS = [
    ("draft", "Draft saved"),
    ("submit", "Submitted"),
    ("search", "Searched by a whole number"),
    ("reveal", "Papers shown"),
    ("approve", "Approved"),
    ("reject", "Rejected"),
    ("escalate", "Escalated"),
    ("photos_deleted", "Photos deleted"),
    ("papers_deleted", "Papers deleted"),
    ("person_request", "Person's request opened"),
    ("person_copy", "Copy given to the person"),
    ("person_erase", "Erased at the person's request"),
    ("person_close", "Person's request closed"),
]


class MobifoneIdentityLog(models.Model):
    """Who did what with whose papers, and why. Append-only, by ACL, by the overrides below and by triggers.

    It holds no personal data in clear and outlives the papers: links are bare ids, the number a keyed hash and masked.
    """

    _name = "mobifone.identity.log"
    _inherit = ["mobifone.append.only", "mobifone.history"]
    _mobifone_time = "logged_on"
    _mobifone_sorted = ("logged_on",)
    _description = "Log of Identity Papers"
    _log_access = False
    _order = "logged_on desc, id desc"
    _rec_name = "number_masked"

    logged_on = fields.Datetime(string="Time", required=True)
    user_id = fields.Many2one("res.users", required=True, ondelete="restrict")
    agent_id = fields.Many2one("mobifone.agent", ondelete="restrict")
    vendor_id = fields.Many2one("mobifone.vendor", ondelete="restrict")
    action = fields.Selection(ACTIONS, required=True)
    registration_ref = fields.Integer(string="Request No.", aggregator=None)
    partner_ref = fields.Integer(string="Customer No.", aggregator=None, groups="mobifone_consult.group_manager")
    number_hash = fields.Char(string="Number (Keyed Hash)", groups="mobifone_consult.group_manager")
    number_masked = fields.Char(string="Number")
    seen = fields.Char(string="What Was Shown", help="Codes of the fields and photos.")
    reason = fields.Char()
    ip = fields.Char(string="Address")

    _registration_idx = models.Index("(registration_ref, id DESC)")
    _number_idx = models.Index("(number_hash, id DESC)")
    _user_idx = models.Index("(user_id, logged_on)")
    _logged_on_idx = models.Index("(logged_on)")
    _person_idx = models.Index(
        "(logged_on) WHERE action IN ('person_request', 'person_copy', 'person_erase', 'person_close')"
    )

    @api.model
    def _log_search(self, name):
        """Log a search by a whole number, and refuse the one too many within 24 hours."""
        # sudo: settings are readable to administrators only
        limit = self.env["ir.config_parameter"].sudo()._mobifone_number("paper_searches")
        since = fields.Datetime.now() - timedelta(days=1)
        domain = [("user_id", "=", self.env.uid), ("action", "=", "search"), ("logged_on", ">", since)]
        if self.sudo().search_count(domain, limit=int(limit)) >= limit:  # sudo: one's own rows
            raise UserError(
                self.env._("That is the %s-th search by a whole number in 24 hours: no more today.", f"{limit:g}")
            )
        self._log("search", seen=name)

    @api.model
    def _log(self, action, *, number=None, mask=(None, None), registration=None, partner=None, seen="", reason=""):
        """Append one row in this transaction.

        :param str action: of ACTIONS
        :param number: E.164; default the one of the request
        :param mask: (keyed hash, masked number), where the number itself is not known
        :param registration: the request, a sudo record
        :param partner: the customer
        """
        # The log cannot be erased: no number of a person in it.
        reason = identity_number.without_numbers(reason or "")
        agent_id, vendor_id = self.env["res.users"]._mobifone_account()
        number = number or (registration and registration.subscriber_id.msisdn)
        if number:
            mask = self.env["mobifone.lookup"]._number_hash(number), numbers.masked(number)
        partner = partner or (registration and registration.partner_id)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO mobifone_identity_log (logged_on, user_id, agent_id, vendor_id, action, registration_ref,
                                                   partner_ref, number_hash, number_masked, seen, reason, ip)
                VALUES (clock_timestamp() AT TIME ZONE 'UTC', %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
                """,
                self.env.uid,
                agent_id,
                vendor_id,
                action,
                registration.id if registration else None,
                partner.id if partner else None,
                *mask,
                seen or None,
                reason or None,
                request.httprequest.remote_addr if request else None,
            )
        )
