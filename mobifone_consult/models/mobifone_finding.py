import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import append_only, identity_number

MAX_WORD = 1000


class MobifoneFinding(models.Model):
    """An unusual use, to be closed with a word by MobiFone's managers.

    It says what was seen, not who is guilty. Found by the system only, by `_find`; the same is found once. What was
    found stays as it was found, and is told in the language of whoever reads it.
    """

    _name = "mobifone.finding"
    _description = "Finding"
    _log_access = False
    _order = "id desc"

    KINDS = [
        ("lookups_without_call", "Look-ups without a call"),
        ("number_sequence", "Numbers in a row"),
        ("out_of_shift", "Outside the shift"),
        ("many_agents", "One number, many users"),
        ("two_addresses", "Two addresses at once"),
        ("quota", "Too many look-ups"),
        ("leaver_alive", "Leaver's account lives"),
        ("use_after_leave", "Use after leaving"),
        ("seal_broken", "Log does not fit its seal"),
        ("not_sealed", "Logs not sealed"),
        ("own_notice", "Agent's own notice of leaving"),
        ("other", "Other"),
    ]

    found_on = fields.Datetime(required=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    key = fields.Char(required=True, readonly=True, groups="mobifone_consult.group_manager")
    agent_id = fields.Many2one("mobifone.agent", readonly=True, ondelete="restrict", index="btree_not_null")
    user_id = fields.Many2one("res.users", readonly=True, ondelete="restrict", index="btree_not_null")
    vendor_id = fields.Many2one("mobifone.vendor", readonly=True, ondelete="restrict", index="btree_not_null")
    since = fields.Datetime(readonly=True)
    until = fields.Datetime(readonly=True)
    count = fields.Integer(readonly=True, aggregator=None)
    params = fields.Json(string="Figures", readonly=True, groups="mobifone_consult.group_manager")
    note = fields.Text(string="Text as Found", readonly=True, groups="mobifone_consult.group_manager")
    text = fields.Text(string="What Was Seen", compute="_compute_text", compute_sudo=True)
    has_lookups = fields.Boolean(compute="_compute_has_lookups")
    state = fields.Selection(
        [("open", "To look into"), ("closed", "Closed")], required=True, default="open", readonly=True
    )
    word = fields.Text(string="What Came of It", help="What was found out and done. Needed to close it.")
    closed_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    closed_on = fields.Datetime(readonly=True)

    _kind_key_uniq = models.Constraint("unique(kind, key)", "This was found before.")
    _open_idx = models.Index("(id DESC) WHERE state = 'open'")
    _closed_has_word = models.Constraint(
        "CHECK (state = 'open' OR (coalesce(word, '') != '' AND closed_by_id IS NOT NULL AND closed_on IS NOT NULL))",
        "A finding is closed with a word.",
    )

    def init(self):
        append_only.keep(self.env.cr, self._table, ("kind", "key", "found_on", "user_id", "closed_by_id", "closed_on"))

    @api.depends("kind", "params", "note")
    @api.depends_context("lang")
    def _compute_text(self):
        for finding in self:
            finding.text = finding._told() or finding.note

    @api.depends("kind", "user_id")
    def _compute_has_lookups(self):
        for finding in self:
            finding.has_lookups = bool(finding._domain_of_lookups())

    @api.depends("kind")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for finding in self:
            finding.display_name = self.env._("%(kind)s, no. %(number)s", kind=kinds[finding.kind], number=finding.id)

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self.env._("Findings are made by the system only."))

    def write(self, vals):
        """Only the closing word, and only while the finding is open."""
        if vals.keys() - {"word"}:
            raise UserError(self.env._("What was found cannot be changed."))
        if not vals:
            return True
        if any(finding.state != "open" for finding in self):
            raise UserError(self.env._("A closed finding cannot be changed."))
        return super().write({"word": self._clean(vals.get("word"))})

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("A finding is closed, never deleted."))

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_close(self, word=None):
        """Close the findings with a word. Managers only.

        :param str word: what came of it; default the one saved before
        :raise AccessError: for everybody else
        :raise UserError: when there is no word, or it is closed already
        """
        self._check_manager()
        if any(finding.state != "open" for finding in self):
            raise UserError(self.env._("This finding is closed already."))
        if word is not None:
            self.write({"word": word})
        if any(not finding.word for finding in self):
            raise UserError(self.env._("Write what came of it before you close the finding."))
        super().write({"state": "closed", "closed_by_id": self.env.uid, "closed_on": fields.Datetime.now()})

    def action_open_lookups(self):
        """The look-ups that are meant, as far as the user may read them.

        :return: action of the look-up log
        :raise UserError: when the finding is not about look-ups
        """
        self.check_access("read")
        self.ensure_one()
        domain = self._domain_of_lookups()
        if not domain:
            raise UserError(self.env._("This finding is not about look-ups."))
        # sudo: the action is open to whoever reads the log
        action = self.env["ir.actions.act_window"].sudo()._for_xml_id("mobifone_consult.mobifone_lookup_action")
        return action | {"domain": domain, "context": {}, "name": self.display_name}

    def _check_manager(self):
        self.check_access("write")
        self.env["res.users"]._mobifone_check_manager()

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _find(
        self, kind, key, *, text="", params=None, agent=None, user=None, vendor=None, since=None, until=None, count=0
    ):
        """Make a finding, unless the same was found before.

        Found again while it is open, it takes the newer figures if they are larger.

        :param str kind: of KINDS
        :param str key: what makes it the same one within its kind
        :param str text: what was seen, for kinds that have no words of their own (`_told`)
        :param dict params: the figures for those that have
        :param agent: the account file, record or id; `user` and `vendor` (default the agent's) likewise
        :return: the finding, a sudo record; None when it was found before
        """
        if agent and vendor is None:
            # sudo: as below
            vendor = self.env["mobifone.agent"].sudo().browse(_id(agent)).vendor_id
        values = {
            "found_on": fields.Datetime.now(),
            "kind": kind,
            "key": key,
            "note": text or None,
            "params": json.dumps(params) if params else None,
            "agent_id": _id(agent),
            "user_id": _id(user),
            "vendor_id": _id(vendor),
            "since": since,
            "until": until,
            "count": count,
            "state": "open",
        }
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO mobifone_finding AS known (%s) VALUES %s
                ON CONFLICT (kind, key) DO UPDATE
                        SET count = excluded.count, params = excluded.params, note = excluded.note,
                            since = excluded.since, until = excluded.until
                      WHERE known.state = 'open' AND excluded.count > known.count
                  RETURNING id, xmax = 0
                """,
                SQL(", ").join(map(SQL.identifier, values)),
                tuple(values.values()),
            ),
            log_exceptions=False,  # come upon by two at once: the request is retried
        )
        finding_id, is_new = self.env.cr.fetchone() or (None, False)
        # sudo: whoever comes upon something unusual need not be allowed to read findings
        finding_sudo = self.sudo().browse(finding_id)
        finding_sudo.invalidate_recordset()
        return finding_sudo if is_new else None

    def _domain_of_lookups(self):
        """Domain of the look-ups that are meant; None when it is about something else."""
        self.ensure_one()
        # sudo: the figures are part of what is told
        ids = (self.sudo().params or {}).get("lookup_ids")
        if ids:
            return list(Domain("id", "in", ids))
        if not self.user_id or not self.since or not self.until:
            return None
        domain = Domain("user_id", "=", self.user_id.id)
        domain &= Domain("looked_up_on", ">=", self.since) & Domain("looked_up_on", "<=", self.until)
        return list(domain)

    @api.model
    def _clean(self, word):
        if not isinstance(word, str) or not word.strip():
            return False
        if len(word) > MAX_WORD or "\0" in word:
            raise UserError(self.env._("The word must be text of at most %s characters.", MAX_WORD))
        # It stays for ever: no number of a person in it.
        return identity_number.without_numbers(word.strip())


def _id(record):
    """Id of a record or an id; None for neither."""
    return getattr(record, "id", record) or None
