from odoo import models
from odoo.tools import html2plaintext

from odoo.addons.mobifone_consult.models.mobifone_person_request_data import ERASED
from odoo.addons.mobifone_consult.tools import local_time


class MobifonePersonRequest(models.Model):
    """Tickets hold a person's words as well: they are counted, copied and erased with the rest."""

    _inherit = "mobifone.person.request"

    def _records(self):
        records = super()._records()
        line, customer = records["line"], records["customer"]
        # sudo: customer care sees its own teams' tickets
        tickets_sudo = self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        found = tickets_sudo.search([("mobifone_subscriber_id", "=", line.id)]) if line else tickets_sudo
        # What is there of an earlier owner of the number is not this person's.
        found = found.filtered(lambda ticket: ticket.partner_id == customer)
        if customer and not customer.subscriber_ids - line:
            # Also those that came by mail or by the portal.
            found |= tickets_sudo.search([("partner_id", "=", customer.id), ("mobifone_subscriber_id", "=", False)])
        return {**records, "ticket": found}

    def _held(self):
        with_words = self._records()["ticket"].filtered(lambda ticket: html2plaintext(ticket.description) != ERASED)
        return {**super()._held(), "ticket": len(with_words)}

    def _parts(self, records, identity):
        tickets = [
            (local_time.spoken(ticket.create_date), f"{ticket.name}: {html2plaintext(ticket.description)}")
            for ticket in records["ticket"]
        ]
        return {**super()._parts(records, identity), self.env._("Tickets"): tickets}

    def _erase(self):
        tickets = self._records()["ticket"]
        super()._erase()
        for ticket in tickets.with_context(tracking_disable=True):
            # One answer for feedback and its ticket, here as well.
            answer = (
                ticket.mobifone_feedback_id.answer if ticket.mobifone_feedback_id else ticket.mobifone_answer and ERASED
            )
            values = {"description": ERASED, "mobifone_answer": answer}
            ticket.write(
                {**values, **dict.fromkeys(("partner_name", "partner_email", "email_cc", "properties"), False)}
            )
            if not ticket.mobifone_route_id:
                ticket.name = ERASED  # the customer's words too
        self._erase_messages(tickets)
        self._attachments_of(tickets).unlink()
        tickets.activity_ids.unlink()

    def _names(self):
        return {**super()._names(), "ticket": self.env._("Tickets")}
