from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import append_only, local_time

KINDS = [("main", "Monthly letter"), ("supplementary", "Supplementary letter")]
STATES = [("draft", "Draft"), ("confirmed", "Confirmed"), ("sent", "Sent"), ("recalled", "Recalled")]
UNSENT = ("draft", "confirmed")
# Once set these stay: what was confirmed and sent is never another letter.
KEPT = (
    "vendor_id", "month", "kind", "year", "number", "symbol", "letter_date", "company_name", "place", "unit",
    "addressee", "head_title", "head_name", "confirmed_on", "confirmed_by_id", "pdf_sha256", "sent_on", "sent_by_id",
    "sent_to", "recalled_on", "recalled_by_id", "recalled_why",
)  # fmt: skip


class MobifoneRemovalLetter(models.Model):
    """The official letter (công văn) in which a vendor asks MobiFone to delete the users of last month's leavers
    (domain 1.8, L2; its form: 5.2).

    Drafted by the system from the liability files (mobifone_removal_letter_draft.py), confirmed and sent by the vendor
    (mobifone_removal_letter_issue.py). Nobody writes or deletes one: a wrong letter is recalled and issued again, and
    both are kept.
    """

    _name = "mobifone.removal.letter"
    _description = "Removal Letter"
    _log_access = False
    _order = "month desc, id desc"
    _rec_names_search = ["symbol", "vendor_id"]

    vendor_id = fields.Many2one("mobifone.vendor", required=True, readonly=True, index=True, ondelete="restrict")
    month = fields.Date(required=True, readonly=True, help="First day of the month in which they left.")
    month_text = fields.Char(string="Month as Written", compute="_compute_month_text")
    kind = fields.Selection(KINDS, required=True, readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="draft")
    drafted_on = fields.Datetime(required=True, readonly=True)
    due_on = fields.Datetime(required=True, readonly=True)
    is_overdue = fields.Boolean(string="Overdue", compute="_compute_is_overdue", search="_search_is_overdue")
    is_late = fields.Boolean(string="Sent Late", readonly=True)
    line_ids = fields.One2many("mobifone.removal.letter.line", "letter_id", string="Leavers", readonly=True)
    line_count = fields.Integer(string="Users", compute="_compute_line_count")
    is_outdated = fields.Boolean(
        string="Outdated",
        compute="_compute_is_outdated",
        store=True,
        help="A leave date was corrected since: recall the letter and issue it again.",
    )
    # As they were at the confirmation: what is changed at the vendor or in the settings later is for later letters.
    year = fields.Integer(readonly=True, aggregator=None)
    number = fields.Integer(readonly=True, aggregator=None, help="From 1 in each year, without gaps.")
    symbol = fields.Char(readonly=True)
    letter_date = fields.Date(readonly=True)
    company_name = fields.Char(readonly=True)
    place = fields.Char(readonly=True)
    unit = fields.Char(readonly=True)
    addressee = fields.Char(readonly=True)
    head_title = fields.Char(readonly=True)
    head_name = fields.Char(readonly=True)
    text = fields.Text(readonly=True)
    pdf = fields.Binary(string="Letter", readonly=True, attachment=True)
    pdf_filename = fields.Char(compute="_compute_pdf_filename")
    pdf_sha256 = fields.Char(string="Fingerprint (SHA-256)", readonly=True)
    confirmed_on = fields.Datetime(readonly=True)
    confirmed_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    sent_on = fields.Datetime(readonly=True)
    sent_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    sent_to = fields.Char(readonly=True)
    recalled_on = fields.Datetime(readonly=True)
    recalled_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    recalled_why = fields.Char(string="Why Recalled", readonly=True)
    replaces_id = fields.Many2one("mobifone.removal.letter", readonly=True, index="btree_not_null", ondelete="restrict")
    replacement_ids = fields.One2many("mobifone.removal.letter", "replaces_id", string="Replaced By", readonly=True)

    _number_uniq = models.UniqueIndex("(vendor_id, year, number)", "This vendor has a letter with this number.")
    _main_uniq = models.UniqueIndex(
        "(vendor_id, month) WHERE kind = 'main' AND state != 'recalled'", "This month has its letter already."
    )
    _draft_uniq = models.UniqueIndex(
        "(vendor_id, month, kind) WHERE state = 'draft'", "This month has a draft of this kind already."
    )
    _replaces_uniq = models.UniqueIndex(
        "(replaces_id) WHERE state != 'recalled'", "The recalled letter is replaced already."
    )
    _unsent_idx = models.Index("(due_on) WHERE state IN ('draft', 'confirmed')")
    _month_is_first_day = models.Constraint(
        "CHECK (extract(day FROM month) = 1)", "The month of a letter is given by its first day."
    )
    _confirmed_is_whole = models.Constraint(
        "CHECK (state NOT IN ('confirmed', 'sent') OR (number > 0 AND symbol IS NOT NULL AND letter_date IS NOT NULL"
        " AND confirmed_on IS NOT NULL AND (state = 'confirmed' OR sent_on IS NOT NULL)))",
        "A letter is confirmed with a number, and sent once.",
    )

    def init(self):
        append_only.keep(self.env.cr, self._table, KEPT)

    @api.depends("symbol", "month", "kind")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for letter in self:
            letter.display_name = self.env._(
                "%(letter)s of %(month)s",
                letter=letter.symbol or kinds.get(letter.kind, ""),
                month=letter.month_text,
            )

    @api.depends("month")
    def _compute_month_text(self):
        for letter in self:
            letter.month_text = letter.month and f"{letter.month:%m/%Y}"

    @api.depends("state", "due_on")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for letter in self:
            letter.is_overdue = letter.state in UNSENT and letter.due_on < now

    def _search_is_overdue(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return [("state", "in", UNSENT), ("due_on", "<", fields.Datetime.now())]

    def _compute_line_count(self):
        of_these = [("letter_id", "in", self.ids)]
        counts = dict(self.env["mobifone.removal.letter.line"]._read_group(of_these, ["letter_id"], ["__count"]))
        for letter in self:
            letter.line_count = counts.get(letter, 0)

    @api.depends("state", "line_ids.is_outdated")
    def _compute_is_outdated(self):
        for letter in self:
            letter.is_outdated = letter.state != "recalled" and any(letter.line_ids.mapped("is_outdated"))

    @api.depends("symbol", "month")
    def _compute_pdf_filename(self):
        for letter in self:
            name = (letter.symbol or "").replace("/", "-")
            letter.pdf_filename = f"cong-van-{name}-{letter.month:%m-%Y}.pdf" if letter.month else False

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Letters are drafted by the system only."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            raise AccessError(self.env._("A letter changes by its buttons only."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("A letter is recalled, never deleted."))

    # ------------------------------------------------------------
    # HELPERS
    # ------------------------------------------------------------

    def _check_clerk(self):
        """Letters are handled by their vendor's managers and by MobiFone's."""
        self.env["res.users"]._mobifone_check_accounts_keeper()
        self.check_access("read")

    def _system(self):
        """The same letters to write on. What a client puts into the context (defaults, sizes for files, …) has no
        effect on them."""
        # sudo: nobody writes letters but by the actions, which have tested who asks
        return self.with_env(self.env(context={"lang": self.env.context.get("lang")}, su=True))

    @api.model
    def _due_on(self, month):
        """The last second (UTC) in which the letter of a month is in time: of the 4th of the next one, in Vietnam."""
        days = int(self.env["ir.config_parameter"].sudo()._mobifone_number("letter_due_day"))  # sudo: settings
        following = month + relativedelta(months=1)
        return local_time.utc(datetime(following.year, following.month, 1) + timedelta(days=days, seconds=-1))
