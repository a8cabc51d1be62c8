from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

APP_STATUSES = [("installed", "Installed"), ("not_installed", "Not installed"), ("unknown", "Unknown")]


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "mobifone.identity.masked"]

    subscriber_ids = fields.One2many(
        "mobifone.subscriber", "partner_id", string="Lines", groups="mobifone_consult.group_manager"
    )
    app_status = fields.Selection(
        APP_STATUSES,
        string="My MobiFone App",
        compute="_compute_app_status",
        search="_search_app_status",
        groups="mobifone_consult.group_care",
    )
    registration_state = fields.Selection(
        [("complete", "Complete"), ("incomplete", "Incomplete"), ("unknown", "Unknown")],
        string="Papers",
        compute="_compute_registration",
        groups="mobifone_consult.group_care",
    )
    registration_missing = fields.Char(
        string="Papers Missing", compute="_compute_registration", groups="mobifone_consult.group_care"
    )
    occupation_id = fields.Many2one("mobifone.occupation", ondelete="restrict", groups="mobifone_consult.group_care")
    occupation_on = fields.Datetime(
        string="Occupation Recorded On", readonly=True, groups="mobifone_consult.group_care"
    )
    occupation_user_id = fields.Many2one(
        "res.users", string="Occupation Recorded By", readonly=True, groups="mobifone_consult.group_care"
    )
    occupation_channel = fields.Char(readonly=True, groups="mobifone_consult.group_care")
    occupation_purpose = fields.Char(
        readonly=True, groups="mobifone_consult.group_care", help="What the customer was told it is kept for."
    )
    occupation_consent = fields.Text(
        string="Consent Asked With",
        readonly=True,
        groups="mobifone_consult.group_care",
        help="The words of the question.",
    )

    @api.depends("subscriber_ids.app_status")
    def _compute_app_status(self):
        statuses = self._line_values("app_status")
        for partner in self:
            of_lines = statuses.get(partner._origin.id, set())
            if "installed" in of_lines:
                partner.app_status = "installed"
            else:
                partner.app_status = "not_installed" if of_lines == {"not_installed"} else "unknown"

    def _search_app_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        # The field's groups guard reading it, not searching by it.
        if not (self.env.su or self.env.user.has_group("mobifone_consult.group_care")):
            raise AccessError(self.env._("You may not search customers by their lines."))
        with_app = self._having_line(SQL("line.app_status = 'installed'"))
        without = self._having_line(SQL("TRUE")) & ~self._having_line(SQL("line.app_status != 'not_installed'"))
        domain = Domain.FALSE
        if "installed" in value:
            domain |= with_app
        if "not_installed" in value:
            domain |= without
        if "unknown" in value or False in value:
            domain |= ~with_app & ~without
        return domain

    @api.model
    def _having_line(self, condition):
        """Domain of the customers with a line that meets `condition`; the index on the line's customer serves it."""
        self.env["mobifone.subscriber"].flush_model()
        exists = "EXISTS (SELECT FROM mobifone_subscriber line WHERE line.partner_id = %s AND %s)"
        return Domain.custom(to_sql=lambda model, alias, query: SQL(exists, SQL.identifier(alias, "id"), condition))

    @api.depends("subscriber_ids.registration_state", "subscriber_ids.registration_missing")
    def _compute_registration(self):
        papers = self.env["mobifone.subscriber"]._papers_of_customers(self._origin.ids)
        for partner in self:
            of_lines = papers.get(partner._origin.id, [])
            states = {state for state, _missing in of_lines}
            if "incomplete" in states:
                partner.registration_state = "incomplete"
            else:
                partner.registration_state = "complete" if states == {"complete"} else "unknown"
            codes = {code for _state, text in of_lines for code in (text or "").split(";") if code}
            partner.registration_missing = ";".join(sorted(codes))

    def _identities(self):
        # sudo: nobody has access to identities, only to what they show masked
        found_sudo = self.env["mobifone.identity"].sudo().search([("partner_id", "in", self._origin.ids)])
        return {identity.partner_id.id: identity for identity in found_sudo}

    def _revealed(self, identity_sudo, reason):
        # sudo: the requests are read-only to everybody; the approved one tells when the papers came
        request_sudo = (
            self.env["mobifone.registration"].sudo().search([("identity_id", "=", identity_sudo.id)], limit=1)
        )
        return request_sudo.with_user(self.env.user)._revealed(identity_sudo, reason)

    def action_mobifone_call(self):
        """Open the guided call on the customer's line, or the list of his lines when he has several. Managers.

        :raise UserError: when he has none
        """
        self.ensure_one()
        lines = self.subscriber_ids
        if not lines:
            raise UserError(self.env._("%s has no MobiFone line.", self.display_name))
        if len(lines) == 1:
            return lines.action_mobifone_call()
        action = self.env["ir.actions.act_window"]._for_xml_id("mobifone_consult.mobifone_subscriber_action")
        return {**action, "name": self.env._("Lines of %s", self.display_name), "domain": [("id", "in", lines.ids)]}

    def _line_values(self, field_name):
        """The distinct values of a field over the lines of each partner: {partner id: set of values}."""
        # sudo: a summary of the partner's own lines, shown to whom the field's groups allow
        groups = (
            self.env["mobifone.subscriber"]
            .sudo()
            ._read_group([("partner_id", "in", self._origin.ids)], ["partner_id", field_name], [])
        )
        values = {}
        for partner, value in groups:
            values.setdefault(partner.id, set()).add(value)
        return values
