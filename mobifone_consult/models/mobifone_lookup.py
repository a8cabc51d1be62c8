from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.http import request
from odoo.tools import SQL, hmac

from ..tools import bare_link
from ..tools import msisdn as numbers

MAX_ID = 2**31 - 1
HOTLINES = [("1090", "1090"), ("9090", "9090"), ("18001090", "18001090")]


class MobifoneLookup(models.Model):
    """Every look-up and what followed from it. Append-only: by ACL, by the overrides below, and by triggers.

    The number is kept as a keyed hash (to search by) and masked (to read), the line as a bare id, so that the log
    outlives the line and holds no personal data in clear.
    """

    _name = "mobifone.lookup"
    _inherit = ["mobifone.append.only", "mobifone.history"]
    _mobifone_time = "looked_up_on"
    _mobifone_sorted = ("looked_up_on",)
    _description = "Look-up Log"
    _log_access = False
    _order = "looked_up_on desc, id desc"
    _rec_name = "number_masked"

    KINDS = [
        ("lookup", "Look-up"),
        ("acknowledge", "Pop-up acknowledged"),
        ("exclude", "Exclusion"),
        ("consult", "Consult"),
        ("occupation", "Occupation"),
        ("registration", "Update request"),
        ("feedback", "Customer feedback"),
        ("ticket", "Ticket"),
        ("cancel", "Cancellation"),
        ("reread", "Call resumed"),
        ("refusal", "Refusal"),
    ]

    looked_up_on = fields.Datetime(string="Time", required=True)
    kind = fields.Selection(KINDS, required=True)
    parent_id = bare_link.BareLink("mobifone.lookup", string="First Row", index="btree_not_null")
    user_id = fields.Many2one("res.users", required=True, ondelete="restrict")
    # An account file that was ever used is kept by its history, and its vendor by the file: a key of our own would only
    # be asked for at each look-up, and lock the vendor's row in each.
    agent_id = bare_link.BareLink("mobifone.agent")
    vendor_id = bare_link.BareLink("mobifone.vendor")
    number_hash = fields.Char(string="Number (Keyed Hash)", groups="mobifone_consult.group_manager")
    number_masked = fields.Char(string="Number")
    number = fields.Char(
        string="Whole Number", store=False, search="_search_number", groups="mobifone_consult.group_manager"
    )
    line_id = fields.Integer(aggregator=None, groups="mobifone_consult.group_manager")
    hotline = fields.Selection(HOTLINES)
    purpose = fields.Char()
    result = fields.Char(string="Result Code")
    result_text = fields.Char(string="Result", compute="_compute_result_text")
    verdicts = fields.Char(help="Codes of the consult, SMS and occupation verdicts.")
    ip = fields.Char(string="Address")

    # In the order of the lists, so that a window of the past is found as fast as the newest rows (docs/histories.md).
    _time_idx = models.Index("(looked_up_on)")
    _user_idx = models.Index("(user_id, looked_up_on)")
    _vendor_idx = models.Index("(vendor_id, looked_up_on)")
    _number_idx = models.Index("(number_hash, looked_up_on)")
    # A filter that few rows match, or none, would read all of them to find that out.
    _refusal_idx = models.Index("(looked_up_on) WHERE kind = 'refusal'")
    _not_found_idx = models.Index("(looked_up_on) WHERE kind = 'lookup' AND result = 'not_found'")
    _exclude_idx = models.Index("(looked_up_on) WHERE kind = 'exclude'")

    @api.depends("result")
    def _compute_result_text(self):
        known = {
            "found": self.env._("Found"),
            "not_found": self.env._("Not a MobiFone line"),
            "ok": self.env._("Done"),
            "consult": self.env._("Consult refused"),
            "occupation": self.env._("Occupation refused"),
            "registration": self.env._("Update request refused"),
            "ticket": self.env._("Ticket refused"),
            "draft": self.env._("Saved as a draft"),
            "submitted": self.env._("Submitted"),
            "lifted": self.env._("Exclusion taken back"),
            "foreign_lookup": self.env._("Somebody else's look-up"),
            "foreign_call": self.env._("Somebody else's call"),
            "expired_lookup": self.env._("Expired look-up"),
            "foreign_pop": self.env._("Call announced to somebody else"),
            "expired_pop": self.env._("Announced call is over"),
            "no_access": self.env._("No access to the desk"),
            "quota": self.env._("Too many look-ups in an hour"),
        }
        # sudo: names of exclusion reasons are no secret
        reasons = self.env["mobifone.exclusion.reason"].sudo().with_context(active_test=False).search([])
        known |= {reason.code: reason.name for reason in reasons}
        for row in self:
            row.result_text = known.get(row.result, row.result)

    @api.model
    def _search_number(self, operator, value):
        """By a whole number, as typed: it is compared by its hash. What is no number is found nowhere."""
        if operator not in ("ilike", "in"):
            return NotImplemented
        return [("number_hash", "in", [self._number_hash(number) for number in numbers.parsed(value)])]

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _log(
        self, kind, *, parent=None, number=None, line_id=None, hotline=None, purpose=None, result=None, verdicts=None
    ):
        """Append one row in this transaction and return its id. Rows that follow from a look-up inherit its number.

        :param parent: dict of the first row, as `_open` returns it
        :param number: E.164, for a first row
        """
        parent = parent or {}
        agent_id, vendor_id = self.env["res.users"]._mobifone_account()
        keyed = self._number_hash(number) if number else parent.get("number_hash")
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO mobifone_lookup (looked_up_on, kind, parent_id, user_id, agent_id, vendor_id, number_hash,
                                             number_masked, line_id, hotline, purpose, result, verdicts, ip)
                VALUES (clock_timestamp() AT TIME ZONE 'UTC', %(kind)s, %(parent)s, %(user)s, %(agent)s, %(vendor)s,
                        %(hash)s, %(masked)s, %(line)s, %(hotline)s, %(purpose)s, %(result)s, %(verdicts)s, %(ip)s)
                RETURNING id
                """,
                kind=kind,
                parent=parent.get("id"),
                user=self.env.uid,
                agent=agent_id,
                vendor=vendor_id,
                hash=keyed,
                masked=numbers.masked(number) if number else parent.get("number_masked"),
                line=line_id or parent.get("line_id"),
                hotline=hotline or parent.get("hotline"),
                purpose=purpose,
                result=result,
                verdicts=verdicts,
                ip=request.httprequest.remote_addr if request else None,
            )
        )
        return self.env.cr.fetchone()[0]

    @api.model
    def _number_hash(self, number):
        """The keyed hash that stands for a number (E.164) in logs: to search by, not to read."""
        # sudo: the key of the hash is readable to administrators only
        return hmac(self.env(su=True), "mobifone.lookup", number)[:32]

    @api.model
    def _log_apart(self, kind, **values):
        """Append a row that must survive the error raised right after it: on a cursor of its own."""
        with self.env.registry.cursor() as cr:
            self.with_env(self.env(cr=cr))._log(kind, **values)

    @api.model
    def _open(self, lookup_id, call_id=None):
        """The user's own look-up, still fresh: dict of its row with `is_acknowledged` and `exclusion` (a code).

        While its call is not finished, its age does not count.

        :param call_id: the call it belongs to
        :raise UserError: when `lookup_id` or `call_id` is no id
        :raise AccessError: when it is unknown, another user's, or older than the setting lookup_minutes; logged
        """
        if isinstance(lookup_id, bool) or not isinstance(lookup_id, int) or not 0 < lookup_id <= MAX_ID:
            raise UserError(self.env._("“lookup_id” must be the number that a look-up returned."))
        minutes, row = self._life(), self._row(lookup_id)
        if row is None or row["user_id"] != self.env.uid:
            self._log_apart("refusal", result="foreign_lookup", purpose=f"lookup {lookup_id}")
            raise AccessError(self.env._("This is no look-up of yours: enter the number again."))
        if call_id is not None:
            call_sudo = self.env["mobifone.call"]._own(call_id)
            if call_sudo.lookup_id.id != row["id"]:
                raise AccessError(self.env._("The call belongs to another look-up."))
        # sudo: agents have no access to calls; this is the one of the user's own look-up
        if not row["is_fresh"] and self.env["mobifone.call"].sudo().browse(row["call_id"]).state != "open":
            self._log_apart("refusal", parent=row, result="expired_lookup")
            raise AccessError(
                self.env._("This look-up is older than %s minutes: enter the number again.", f"{minutes:g}")
            )
        return row

    @api.model
    def _life(self):
        # sudo: settings are readable to administrators only
        return self.env["ir.config_parameter"].sudo()._mobifone_number("lookup_minutes")

    @api.model
    def _row(self, lookup_id):
        """Dict of a look-up's first row, with `is_fresh`, `is_acknowledged`, `exclusion` and the ids of its call and of
        its consultation; None when there is none."""
        self.env.cr.execute(
            SQL(
                """
                SELECT first.id, first.user_id, first.number_hash, first.number_masked, first.line_id, first.hotline,
                       first.looked_up_on,
                       first.looked_up_on > clock_timestamp() AT TIME ZONE 'UTC' - make_interval(secs => %(age)s)
                           AS is_fresh,
                       (SELECT call.id FROM mobifone_call call WHERE call.lookup_id = first.id) AS call_id,
                       (SELECT consult.id FROM mobifone_consultation consult
                         WHERE consult.lookup_id = first.id AND consult.state != 'cancelled') AS consultation_id,
                       bool_or(later.kind = 'acknowledge') AS is_acknowledged,
                       nullif((array_agg(later.result ORDER BY later.id DESC)
                                   FILTER (WHERE later.kind = 'exclude'))[1], 'lifted') AS exclusion
                  FROM mobifone_lookup first
             LEFT JOIN mobifone_lookup later ON later.parent_id = first.id
                 WHERE first.id = %(id)s AND first.kind = 'lookup'
              GROUP BY first.id
                """,
                age=self._life() * 60,
                id=lookup_id,
            )
        )
        return self.env.cr.dictfetchone()
