from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext, plaintext2html

from odoo.addons.mobifone_consult.models.mobifone_feedback import masked_text
from odoo.addons.mobifone_consult.models.mobifone_lookup import HOTLINES

CALL_READERS = "mobifone_consult.group_team_leader,mobifone_consult.group_vendor_manager,mobifone_consult.group_manager"
MANAGER = "mobifone_consult.group_manager"
MAX_CALLS = 80
MAX_DESCRIPTION = 20_000


class HelpdeskTicket(models.Model):
    """A ticket may come from a call: then it knows its line, and whose it is. What it knows of that is written by the
    desk only."""

    _inherit = "helpdesk.ticket"

    # A call centre looks for a customer's tickets all day.
    partner_id = fields.Many2one(index="btree_not_null")
    commercial_partner_id = fields.Many2one(index="btree_not_null")
    duplicate_id = fields.Many2one(index="btree_not_null")

    mobifone_route_id = fields.Many2one(
        "mobifone.ticket.route", string="Matter", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    mobifone_number_masked = fields.Char(string="Number", readonly=True, copy=False)
    mobifone_subscriber_id = fields.Many2one(
        "mobifone.subscriber", string="Line", readonly=True, copy=False, index="btree_not_null", ondelete="restrict",
        groups=MANAGER,
    )  # fmt: skip
    mobifone_lookup_id = fields.Many2one(
        "mobifone.lookup", string="Look-up", readonly=True, copy=False, index="btree_not_null", ondelete="set null",
        groups=MANAGER,
    )  # fmt: skip
    mobifone_call_id = fields.Many2one(
        "mobifone.call", string="Call", readonly=True, copy=False, index="btree_not_null", ondelete="restrict",
        groups=CALL_READERS,
    )  # fmt: skip
    mobifone_feedback_id = fields.Many2one(
        "mobifone.feedback", string="Feedback on Papers", readonly=True, copy=False, ondelete="restrict",
        index="btree_not_null",
    )  # fmt: skip
    mobifone_hotline = fields.Selection(HOTLINES, string="Hotline", readonly=True, copy=False)
    mobifone_user_id = fields.Many2one(
        "res.users", string="Taken By", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    mobifone_agent_id = fields.Many2one(
        "mobifone.agent", string="Agent", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    mobifone_vendor_id = fields.Many2one(
        "mobifone.vendor", string="Vendor", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    mobifone_due_on = fields.Datetime(string="To Be Answered Until", readonly=True, copy=False)
    mobifone_is_overdue = fields.Boolean(
        string="Overdue", compute="_compute_mobifone_due", search="_search_mobifone_is_overdue"
    )
    mobifone_due_in = fields.Char(string="Time Left", compute="_compute_mobifone_due")
    mobifone_answer = fields.Text(
        string="Answer", copy=False, help="What was found out, and what the customer was told. The agent reads it too."
    )
    mobifone_call_ids = fields.Many2many(
        "mobifone.call", string="Calls of This Line", compute="_compute_mobifone_call_ids", groups=CALL_READERS
    )
    mobifone_feedback_state = fields.Selection(related="mobifone_feedback_id.state", string="State of the Feedback")
    mobifone_registration_id = fields.Many2one(related="mobifone_feedback_id.registration_id", string="Update Request")
    # The line's card, for those who may read lines.
    mobifone_msisdn = fields.Char(related="mobifone_subscriber_id.msisdn", string="Whole Number", groups=MANAGER)
    mobifone_line_status = fields.Selection(related="mobifone_subscriber_id.line_status", groups=MANAGER)
    mobifone_payment_mode = fields.Selection(related="mobifone_subscriber_id.payment_mode", groups=MANAGER)
    mobifone_app_status = fields.Selection(related="mobifone_subscriber_id.app_status", groups=MANAGER)
    mobifone_app_installed_on = fields.Datetime(related="mobifone_subscriber_id.app_installed_on", groups=MANAGER)
    mobifone_registration_state = fields.Selection(
        related="mobifone_subscriber_id.registration_state", string="Papers", groups=MANAGER
    )

    _mobifone_matter_uniq = models.UniqueIndex(
        "(mobifone_lookup_id, mobifone_route_id) WHERE mobifone_lookup_id IS NOT NULL AND mobifone_feedback_id IS NULL",
        "This look-up has a ticket of this matter already.",
    )
    _mobifone_feedback_uniq = models.UniqueIndex(
        "(mobifone_feedback_id) WHERE mobifone_feedback_id IS NOT NULL", "This feedback has its ticket already."
    )

    @api.depends("mobifone_due_on", "closed")
    @api.depends_context("lang")
    def _compute_mobifone_due(self):
        now = fields.Datetime.now()
        for ticket in self:
            is_waiting = bool(ticket.mobifone_due_on) and not ticket.closed
            ticket.mobifone_is_overdue = is_waiting and ticket.mobifone_due_on < now
            hours = int(abs(ticket.mobifone_due_on - now).total_seconds() // 3600) if is_waiting else 0
            ticket.mobifone_due_in = is_waiting and (
                self.env._("overdue by %s h", hours) if ticket.mobifone_is_overdue else self.env._("%s h left", hours)
            )

    @api.model
    def _search_mobifone_is_overdue(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return [("mobifone_due_on", "<", fields.Datetime.now()), ("closed", "=", False)]

    @api.depends("mobifone_subscriber_id")
    @api.depends_context("uid")
    def _compute_mobifone_call_ids(self):
        calls = self.env["mobifone.call"]
        lookups_sudo = self.env["mobifone.lookup"].sudo()  # sudo: agents read no log; it finds calls by the number
        for ticket in self:
            msisdn = ticket.sudo().mobifone_subscriber_id.msisdn  # sudo: as above
            of_line = lookups_sudo._search([("number_hash", "=", lookups_sudo._number_hash(msisdn))]) if msisdn else ()
            # Of those, the newest that the user may read.
            ticket.mobifone_call_ids = calls.search([("lookup_id", "in", of_line)], limit=MAX_CALLS)

    @api.constrains("user_id", "mobifone_vendor_id")
    def _check_mobifone_vendor(self):
        for ticket in self:
            vendor = ticket.user_id.mobifone_vendor_id
            if vendor and vendor != ticket.mobifone_vendor_id:
                raise UserError(self.env._("A vendor's people are given tickets of their own vendor only."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_from_call(self):
        if any(ticket.mobifone_route_id for ticket in self):
            raise UserError(self.env._("A ticket from a call is closed or archived, never deleted."))

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_mobifone_desk(self):
        """Open the desk with the line of this ticket: a look-up like any other, logged with the ticket's number.

        :raise UserError: when the ticket names no line
        """
        self.ensure_one()
        self.check_access("read")
        if not self.mobifone_number_masked:
            raise UserError(self.env._("This ticket names no line."))
        action = self.env["ir.actions.actions"]._for_xml_id("mobifone_consult.mobifone_desk_action")
        return {**action, "params": {"ticket_id": self.id}}

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _mobifone_open(self, route, text, values, partner=None):
        """Make a ticket of a call; as a sudo record.

        :param route: mobifone.ticket.route
        :param str text: in the agent's words; numbers in it are masked before it is kept
        :param dict values: what the ticket knows of its call
        :param partner: the customer, if the line has one
        """
        # sudo: tickets are made for agents, who write none. The agent does not follow the ticket: what is written on it
        # by MobiFone's people is not mailed to him. Mails wait for the queue, so that a caller does not.
        tickets_sudo = self.sudo().with_context(mail_create_nosubscribe=True, mail_notify_force_send=False)
        taken_on = values.pop("taken_on", None) or fields.Datetime.now()
        return tickets_sudo.create(
            {
                **values,
                "name": f"{route.name} – {values['mobifone_number_masked']}",
                "description": plaintext2html(masked_text(text)),
                "team_id": route.team_id.id,
                "category_id": route.category_id.id,
                "priority": route.priority,
                "channel_id": self.env["ir.model.data"]._xmlid_to_res_id("helpdesk_mgmt.helpdesk_ticket_channel_phone"),
                "company_id": (route.team_id.company_id or self.env.company).id,
                "user_id": False,  # the team decides who
                "partner_id": partner.id if partner else False,
                "mobifone_route_id": route.id,
                "mobifone_due_on": taken_on + timedelta(hours=route.hours) if route.hours else False,
            }
        )

    def _words(self):
        """What the ticket is about, as plain text."""
        self.ensure_one()
        return html2plaintext(self.description or "").strip()

    def _mobifone_add(self, text):
        """Put what was said again under what was said before, unless it is the same; a sudo record."""
        # As the field keeps it, to be compared with what it keeps.
        said = self._fields["description"].convert_to_cache(plaintext2html(masked_text(text)), self)
        if said in self.description:
            return
        if len(self.description) + len(said) > MAX_DESCRIPTION:
            raise UserError(self.env._("This ticket is full: look the line up again for another."))
        self.description += said
