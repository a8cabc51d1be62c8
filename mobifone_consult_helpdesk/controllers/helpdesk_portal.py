from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController
from odoo.addons.helpdesk_mgmt.controllers.myaccount import CustomerPortalHelpdesk


def _refuse_vendors():
    """The portal's pages show customers and attachments: vendors' people have screens of their own.

    :raise NotFound: for a vendor's user
    """
    if request.env["res.users"]._mobifone_account()[1]:
        raise NotFound()


class MobifoneHelpdeskTicketController(HelpdeskTicketController):
    @http.route(methods=["POST"])
    def support_ticket_close(self, ticket_id=None, stage_id=None, **kw):
        """Close a ticket that the caller may read, at a stage of its own that customers may choose; by POST only."""
        _refuse_vendors()
        try:
            ticket = request.env["helpdesk.ticket"].browse(int(ticket_id))
            ticket.check_access("read")
            stages = ticket.sudo().team_id._get_applicable_stages()  # sudo: a portal user reads no teams' stages
            is_offered = int(stage_id) in stages.filtered("close_from_portal").ids
        except (AccessError, MissingError, TypeError, ValueError):
            raise NotFound() from None
        # sudo: as above; feedback on papers is closed by customer care, with an answer
        if not is_offered or ticket.sudo().mobifone_feedback_id:
            raise NotFound()
        return super().support_ticket_close(ticket_id=ticket_id, stage_id=stage_id, **kw)

    @http.route()
    def create_new_ticket(self, **kw):
        _refuse_vendors()
        return super().create_new_ticket(**kw)

    @http.route(methods=["POST"])
    def submit_ticket(self, **kw):
        """By POST only: a link must open no ticket in the name of whoever follows it."""
        _refuse_vendors()
        return super().submit_ticket(**kw)


class MobifoneCustomerPortalHelpdesk(CustomerPortalHelpdesk):
    @http.route()
    def portal_my_tickets(self, *args, **kw):
        _refuse_vendors()
        return super().portal_my_tickets(*args, **kw)

    @http.route()
    def portal_my_ticket(self, ticket_id, access_token=None, **kw):
        _refuse_vendors()
        return super().portal_my_ticket(ticket_id, access_token, **kw)

    def _ticket_get_page_view_values(self, ticket, access_token, **kwargs):
        values = super()._ticket_get_page_view_values(ticket, access_token, **kwargs)
        if ticket.sudo().mobifone_feedback_id:  # sudo: customers read nothing of that
            values["closed_stages"] = values["closed_stages"].browse()
        return values
