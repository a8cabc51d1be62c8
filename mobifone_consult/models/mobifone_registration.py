from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import NO_ACCESS, Domain

from ..tools import msisdn as numbers
from ..tools import row_insert
from .mobifone_identity import PHOTOS
from .mobifone_identity_masked import CARE
from .mobifone_lookup import HOTLINES
from .mobifone_registration_form import NAMES

OPEN_STATES = ("draft", "submitted", "escalated")
TO_DECIDE = ("submitted", "escalated")


class MobifoneRegistration(models.Model):
    """A request to complete a line's papers: draft → submitted → approved, rejected, or escalated (domain 1.3, 2.4).

    Written by mobifone.desk and by the actions of mobifone_registration_decide.py. What the papers say is in
    mobifone.identity, encrypted; here is what is done about them.
    """

    _name = "mobifone.registration"
    _inherit = ["mobifone.identity.masked"]
    _description = "Update Request"
    _log_access = False
    _order = "id desc"

    number_masked = fields.Char(string="Number", required=True, readonly=True)
    subscriber_id = fields.Many2one(
        "mobifone.subscriber", string="Line", required=True, readonly=True, ondelete="restrict",
        groups="mobifone_consult.group_manager",
    )  # fmt: skip
    number = fields.Char(string="Whole Number", compute="_compute_number", search="_search_number", groups=CARE)
    document_number = fields.Char(
        string="Whole Document Number", compute="_compute_number", search="_search_document_number", groups=CARE
    )
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True, ondelete="restrict", index=True)
    identity_id = fields.Many2one("mobifone.identity", ondelete="set null", index="btree_not_null", groups=NO_ACCESS)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "Waiting for approval"),
            ("escalated", "Escalated"),
            ("approved", "Approved"),
            ("rejected", "Rejected"),
        ],
        required=True,
        readonly=True,
        default="draft",
    )
    missing = fields.Char(string="Codes of What Is Missing", readonly=True)
    missing_text = fields.Char(string="Still Missing", compute="_compute_texts")
    filled = fields.Char(string="Codes of What Is Known", readonly=True)
    doubts = fields.Char(string="Codes of Doubts", readonly=True)
    doubts_text = fields.Text(string="To Be Looked at Twice", compute="_compute_texts")
    # Who took it, where.
    lookup_id = fields.Many2one(
        "mobifone.lookup",
        string="Look-up",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups="mobifone_consult.group_manager",
    )
    call_id = fields.Many2one(
        "mobifone.call", readonly=True, ondelete="restrict", groups="mobifone_consult.group_manager"
    )
    hotline = fields.Selection(HOTLINES, readonly=True)
    user_id = fields.Many2one("res.users", string="Taken By", required=True, readonly=True, ondelete="restrict")
    agent_id = fields.Many2one("mobifone.agent", readonly=True, ondelete="restrict")
    vendor_id = fields.Many2one("mobifone.vendor", readonly=True, ondelete="restrict")
    # The customer's consent: when, and to which words.
    consent_on = fields.Datetime(readonly=True)
    consent_text = fields.Text(string="Consent Given To", readonly=True)
    # The clock.
    saved_on = fields.Datetime(string="Last Saved On", required=True, readonly=True)
    submitted_on = fields.Datetime(readonly=True)
    due_on = fields.Datetime(string="To Be Decided Until", readonly=True)
    is_overdue = fields.Boolean(string="Overdue", compute="_compute_is_overdue", search="_search_is_overdue")
    due_in = fields.Char(string="Time Left", compute="_compute_is_overdue")
    overdue_on = fields.Datetime(string="Flagged as Overdue On", readonly=True)
    escalated_on = fields.Datetime(readonly=True)
    decided_on = fields.Datetime(readonly=True)
    decided_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    reject_reason_id = fields.Many2one(
        "mobifone.rejection.reason", string="Reason of the Rejection", readonly=True, ondelete="restrict"
    )
    reject_note = fields.Char(string="Note on the Rejection", readonly=True, help="For customer care only.")
    # The photos go some days after the decision; that they were seen stays.
    photos = fields.Char(string="Codes of the Photos", readonly=True)
    photos_text = fields.Char(string="Photos", compute="_compute_texts")
    photos_seen_on = fields.Datetime(string="Photos Last Seen On", readonly=True)
    photos_seen_by_id = fields.Many2one("res.users", string="Photos Last Seen By", readonly=True, ondelete="restrict")
    photos_deleted_on = fields.Datetime(readonly=True)
    feedback_ids = fields.One2many("mobifone.feedback", "registration_id", string="Customer Feedback")

    _open_uniq = models.UniqueIndex(
        "(subscriber_id) WHERE state IN ('draft', 'submitted', 'escalated')",
        "This line has an open update request already.",
    )
    _line_idx = models.Index("(subscriber_id, id DESC)")
    _due_idx = models.Index("(due_on, id) WHERE state IN ('submitted', 'escalated')")
    _draft_idx = models.Index("(saved_on) WHERE state = 'draft'")
    _decided_idx = models.Index("(decided_on) WHERE identity_id IS NOT NULL AND photos_deleted_on IS NULL")
    _submitted_has_due = models.Constraint(
        "CHECK (state NOT IN ('submitted', 'escalated') OR (submitted_on IS NOT NULL AND due_on IS NOT NULL))",
        "A submitted request has a time by which it is decided.",
    )
    _decided_has_time = models.Constraint(
        "CHECK (state NOT IN ('approved', 'rejected') OR decided_on IS NOT NULL)", "A decision has a time."
    )
    _rejected_has_reason = models.Constraint(
        "CHECK (state != 'rejected' OR reject_reason_id IS NOT NULL)", "A rejection has a reason."
    )

    def _identities(self):
        # sudo: nobody has access to identities, only to what they show masked
        return {registration.id: identity for registration in self.sudo() if (identity := registration.identity_id)}

    @api.depends("missing", "doubts", "photos", "photos_deleted_on")
    @api.depends_context("lang")
    def _compute_texts(self):
        form = self.env["mobifone.registration.form"]
        labels = form._labels()
        for registration in self:
            items = self.env["mobifone.verdict"]._missing_items(codes_of(registration.missing))
            registration.missing_text = ", ".join(item["label"] for item in items)
            doubts = form._doubt_messages(codes_of(registration.doubts))
            registration.doubts_text = "\n".join(f"{doubt['label']}: {doubt['message']}" for doubt in doubts)
            photos = ", ".join(labels[name] for name in PHOTOS if name in codes_of(registration.photos))
            if photos and registration.photos_deleted_on:
                photos = self.env._("%s (deleted)", photos)
            registration.photos_text = photos

    @api.depends("state", "due_on")
    @api.depends_context("lang")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for registration in self:
            is_waiting = registration.state in TO_DECIDE
            registration.is_overdue = is_waiting and registration.due_on < now
            hours = int(abs(registration.due_on - now).total_seconds() // 3600) if is_waiting else 0
            registration.due_in = is_waiting and (
                self.env._("overdue by %s h", hours) if registration.is_overdue else self.env._("%s h left", hours)
            )

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return [("state", "in", TO_DECIDE), ("due_on", "<", fields.Datetime.now())]

    @api.depends("number_masked")
    def _compute_display_name(self):
        for registration in self:
            registration.display_name = self.env._(
                "Request %(id)s of %(number)s", id=registration.id, number=registration.number_masked
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("An update request is decided, never deleted."))

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _open_of(self, line_id):
        """The open request of the line; as a sudo record, empty when it has none."""
        # sudo: agents have no access to requests; the desk has tested what they may do
        return self.sudo().search([("subscriber_id", "=", line_id), ("state", "in", OPEN_STATES)], limit=1)

    @api.model
    def _lines_of(self, identities_sudo, limit):
        """Ids of the lines that these identities stand for: of the customer, or of the request they belong to.

        :param int limit: not many more are read: an organisation has thousands
        """
        # sudo: the caller is told a number of lines, no more
        lines_sudo = self.env["mobifone.subscriber"].sudo()
        lines_sudo = lines_sudo.search([("partner_id", "in", identities_sudo.partner_id.ids)], limit=limit)
        is_open = Domain("identity_id", "in", identities_sudo.ids) & Domain("state", "in", OPEN_STATES)
        requests_sudo = self.sudo().search(is_open, limit=limit)
        return set(lines_sudo.ids) | set(requests_sudo.subscriber_id.ids)

    @api.model
    def _start(self, lookup, facts, call_id=None):
        """A new draft for the looked-up line, as a sudo record; None when somebody else has just made one."""
        agent_id, vendor_id = self.env["res.users"]._mobifone_account()
        values = {
            "number_masked": numbers.masked(facts["msisdn"]),
            "subscriber_id": facts["id"],
            "lookup_id": lookup["id"],
            "call_id": call_id,
            "hotline": lookup["hotline"],
            "user_id": self.env.uid,
            "agent_id": agent_id,
            "vendor_id": vendor_id,
            "saved_on": fields.Datetime.now(),
            "state": "draft",
        }
        return row_insert.inserted(self.sudo(), values)  # sudo: as above

    def _fill(self, said, photos, doubts):
        """Keep what was said of the person; submit the request when nothing is missing. A sudo record.

        The clock of 48 hours starts with a complete form (domain 2.4).

        :param doubts: codes, about the photos
        """
        self.ensure_one()
        form = self.env["mobifone.registration.form"]
        person = form._joined(self._known(), said)
        if self.identity_id:
            self.identity_id._reseal(person, photos)
        else:
            self.identity_id = self.env["mobifone.identity"]._seal(person, photos)
        kept = self.identity_id._photos()
        missing = form._missing(person, kept)
        still = [code for code in codes_of(self.doubts) if code.startswith("small_") and code[6:] not in photos]
        parameters = self.env["ir.config_parameter"]
        now = fields.Datetime.now()
        values = {
            "missing": ";".join(missing) or False,
            "doubts": ";".join([*doubts, *still, *form._doubts(person, self)]) or False,
            "filled": ";".join(name for name in NAMES if person.get(name)) or False,
            "photos": ";".join(kept) or False,
            "saved_on": now,
            "consent_on": now,
            "consent_text": parameters._mobifone_text("registration_consent"),
        }
        if not missing:
            hours = parameters._mobifone_number("registration_hours")
            values |= {"state": "submitted", "submitted_on": now, "due_on": now + timedelta(hours=hours)}
        self.write(values)
        if not missing:
            self.env.ref("mobifone_consult.ir_cron_flag_overdue")._trigger(values["due_on"] + timedelta(seconds=1))
        self.env["mobifone.identity.log"]._log("draft" if missing else "submit", registration=self)

    def _known(self):
        """What the draft knows of the person; nothing when its key is lost: then it begins anew."""
        if not self.identity_id:
            return {}
        self.env["mobifone.identity"]._keyring()  # without any key nothing begins anew
        try:
            return self.identity_id._open()
        except UserError:
            self.identity_id.unlink()
            return {}

    def _taken_by(self, lookup, call_id):
        """Whoever saved last is the one it is from."""
        agent_id, vendor_id = self.env["res.users"]._mobifone_account()
        self.write(
            {
                "lookup_id": lookup["id"],
                "call_id": call_id or self.call_id.id,
                "hotline": lookup["hotline"] or self.hotline,
                "user_id": self.env.uid,
                "agent_id": agent_id,
                "vendor_id": vendor_id,
            }
        )

    def _revealed(self, identity_sudo, reason):
        form, labels = self.env["mobifone.registration.form"], self.env["mobifone.registration.form"]._labels()
        person, photos = identity_sudo._open(), identity_sudo._photos()
        # sudo: the requests are read-only to everybody; the line's number is part of what is shown
        self_sudo = self.sudo()
        self.env["mobifone.identity.log"]._log(
            "reveal", registration=self_sudo, seen=";".join([*person, *photos]), reason=reason
        )
        if photos:
            self_sudo.write({"photos_seen_on": fields.Datetime.now(), "photos_seen_by_id": self.env.uid})
        return {
            "number": numbers.national(self_sudo.subscriber_id.msisdn),
            "fields": form._shown(person),
            "doubts": form._doubt_messages(codes_of(self.doubts)),
            "photos": [
                {"name": name, "label": labels[name], "source": form._data_url(identity_sudo._photo(name))}
                for name in photos
            ],
        }


def codes_of(text):
    """The codes of a stored list, separated by “;”."""
    return [code for code in (text or "").split(";") if code]
