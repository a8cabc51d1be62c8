import contextlib

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import line_facts, nice_number
from ..tools import msisdn as numbers
from .res_partner import APP_STATUSES


class MobifoneSubscriber(models.Model):
    """A line (thuê bao), fed in bulk from the network: tens of millions of rows, so few columns, keys and indexes.

    Agents never read it: they go through mobifone.desk.
    """

    _name = "mobifone.subscriber"
    _inherit = "mobifone.history"
    _description = "Line"
    _log_access = False
    _mobifone_sorted = ("msisdn",)
    _order = "id"
    _rec_name = "msisdn"

    msisdn = fields.Char(string="Number", required=True)
    number = fields.Char(string="Number as Dialled", compute="_compute_number", search="_search_number")
    partner_id = fields.Many2one("res.partner", string="Customer", index="btree_not_null", ondelete="set null")
    payment_mode = fields.Selection([("prepaid", "Prepaid"), ("postpaid", "Postpaid")])
    line_status = fields.Selection(
        [
            ("active", "Active"),
            ("one_way", "Locked one way"),
            ("two_way", "Locked both ways"),
            ("terminated", "Terminated"),
        ],
        required=True,
        default="active",
    )
    usage_class = fields.Selection(
        [("personal", "Personal"), ("official", "Official"), ("operations", "Operations"), ("test", "Test SIM")],
        required=True,
        default="personal",
    )
    device_class = fields.Selection(
        [("smartphone", "Smartphone"), ("feature_phone", "Feature phone"), ("unknown", "Unknown")],
        string="Handset",
        required=True,
        default="unknown",
    )
    # When a feed last changed the fed value: a note of an agent counts only if it is younger.
    device_class_on = fields.Datetime(readonly=True)
    app_status = fields.Selection(APP_STATUSES, string="My MobiFone App", required=True, default="unknown")
    app_installed_on = fields.Datetime()
    # The newest install that an event told of, also when it is gone by now: what is not younger comes too late.
    app_event_on = fields.Datetime(readonly=True)
    commitment_type = fields.Char()
    owner_unit = fields.Char(string="Number Held By")
    is_nice_number = fields.Boolean(string="Nice Number", compute="_compute_is_nice_number")
    registration_state = fields.Selection(
        [("complete", "Complete"), ("incomplete", "Incomplete"), ("unknown", "Unknown")],
        string="Papers",
        required=True,
        default="unknown",
    )
    registration_on = fields.Datetime(readonly=True)
    papers_state = fields.Selection(
        [("complete", "Complete"), ("incomplete", "Incomplete"), ("unknown", "Unknown")],
        string="Papers Now",
        compute="_compute_papers_state",
        help="As the network feeds it, or as an update request was approved since.",
    )
    registration_missing = fields.Char(string="Papers Missing", help="Codes of registration items, separated by “;”.")

    _msisdn_uniq = models.Constraint("unique(msisdn)", "This number is in the table already.")

    def init(self):
        line_facts.create(self.env.cr)

    @api.depends("msisdn")
    def _compute_number(self):
        for line in self:
            line.number = numbers.national(line.msisdn or "")

    @api.model
    def _search_number(self, operator, value):
        """By the whole number, in any form people type it: never a scan of the table."""
        if operator != "in":
            return NotImplemented
        found = set()
        for text in value:
            with contextlib.suppress(numbers.BadNumber):
                found.add(numbers.parse(text))
        return [("msisdn", "in", list(found))]

    @api.model
    def _search_display_name(self, operator, value):
        return [("number", "=", value)] if operator in ("ilike", "like", "=") else NotImplemented

    @api.depends("commitment_type", "owner_unit")
    def _compute_is_nice_number(self):
        for line in self:
            line.is_nice_number = self._is_nice(line.commitment_type, line.owner_unit)

    @api.depends("registration_state", "registration_on")
    def _compute_papers_state(self):
        # sudo: whoever reads the line reads what was noted on it
        notes_sudo = (
            self.env["mobifone.subscriber.note"]
            .sudo()
            .search([("subscriber_id", "in", self.ids), ("topic", "=", "registration_state")])
        )
        of_line = {note.subscriber_id.id: note for note in notes_sudo}
        for line in self:
            note = of_line.get(line.id)
            is_younger = note and (not line.registration_on or note.noted_on > line.registration_on)
            line.papers_state = note.value if is_younger else line.registration_state

    @api.depends("msisdn")
    def _compute_display_name(self):
        # Shown through links to people who may not read lines: never the whole number.
        for line in self:
            line.display_name = numbers.masked(line.msisdn) if line.msisdn else ""

    @api.model
    def _is_nice(self, commitment_type, owner_unit):
        """True when the commitment or the owner of the number makes it a "nice number"; the words are settings."""
        # sudo: settings are readable to administrators only
        text = self.env["ir.config_parameter"].sudo()._mobifone_text
        return nice_number.is_nice(commitment_type, owner_unit, text("nice_commitment"), text("nice_owner"))

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_parsed_number(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._with_parsed_number(vals))

    @api.model
    def _with_parsed_number(self, vals):
        if "msisdn" not in vals:
            return vals
        return {**vals, "msisdn": self._parse_number(vals["msisdn"])}

    @api.model
    def _parse_number(self, text):
        """The number in E.164.

        :raise UserError: saying in the user's language what is wrong with it
        """
        try:
            return numbers.parse(text)
        except numbers.BadNumber as error:
            raise UserError(self._bad_number_message(error.code)) from error

    @api.model
    def _bad_number_message(self, code):
        return {
            "empty": self.env._("Enter a telephone number."),
            "not_text": self.env._("The telephone number must be text."),
            "too_long": self.env._("This is too long for one telephone number."),
            "too_short": self.env._("This is too short for a telephone number."),
            "several": self.env._("Enter one telephone number at a time."),
            "letters": self.env._("A telephone number holds digits only."),
            "invalid": self.env._("This is no telephone number: check the prefix and the count of digits."),
            "doubtful": self.env._("No such range of mobile numbers is known: the row is held back."),
        }[code]

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_mobifone_call(self):
        """Open the guided call on this line. Managers.

        :raise AccessError: for anybody else
        """
        self.ensure_one()
        self.check_access("read")
        self.env["mobifone.desk"]._enter()
        return self.env["mobifone.script.wizard"]._open_with({"number": self.number})

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _papers_of_customers(self, partner_ids):
        """Customer id → [(state of the papers, what is missing)] of his lines; a younger note wins over the feed."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                SELECT line.partner_id, coalesce(papers.value, line.registration_state),
                       CASE WHEN papers.value IS NULL THEN line.registration_missing END
                  FROM mobifone_subscriber line
             LEFT JOIN mobifone_subscriber_note papers
                    ON papers.subscriber_id = line.id AND papers.topic = 'registration_state'
                   AND papers.noted_on > coalesce(line.registration_on, '-infinity')
                 WHERE line.partner_id = ANY(%s)
                """,
                list(partner_ids),
            )
        )
        papers = {}
        for partner_id, state, missing in self.env.cr.fetchall():
            papers.setdefault(partner_id, []).append((state, missing))
        return papers

    @api.model
    def _fetch_facts(self, number=None, line_id=None):
        """All that the verdicts need about one line, in one query: its fed row, younger notes, the live lock and
        who holds it, the blacklist, the customer's occupation.

        :param number: E.164, or
        :param line_id: id of the line
        :return: dict, or None when there is no such line
        """
        self.env.flush_all()
        return line_facts.fetch(self.env.cr, number, line_id)
