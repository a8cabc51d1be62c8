from odoo import models

from odoo.addons.mobifone_consult.models.mobifone_person_request_data import ERASED

# Fields of a ticket that say who the person is, or hold what nobody knows.
PERSONAL = ("partner_id", "partner_name", "partner_email", "email_cc", "properties")


class MobifonePersonRequest(models.Model):
    """Tickets hold a person's words as well: they are counted, copied and erased with the rest."""

    _inherit = "mobifone.person.request"

    def _records(self):
        records = super()._records()
        line, customer = records["line"], records["customer"]
        # sudo: customer care sees its own teams' tickets
        tickets_sudo = self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        found_sudo = tickets_sudo.search([("mobifone_subscriber_id", "in", line.ids)])
        # What is there of an earlier owner of the number is not this person's.
        found_sudo = found_sudo.filtered(lambda ticket: not ticket.partner_id or ticket.partner_id == customer)
        if customer and not customer.subscriber_ids - line:
            # Also those that came by mail or by the portal.
            by_mail = [("partner_id", "=", customer.id), ("mobifone_subscriber_id", "=", False)]
            found_sudo |= tickets_sudo.search(by_mail)
        return {**records, "ticket": found_sudo}

    def _held(self):
        tickets_sudo = self._records()["ticket"]
        return {**super()._held(), "ticket": len(tickets_sudo.filtered(lambda ticket: ticket._words() != ERASED))}

    def _names(self):
        return {**super()._names(), "ticket": self.env._("Tickets")}

    def _parts(self, records, identity):
        tickets = [
            (f"{ticket.number} · {ticket.name}", f"{ticket._words()} {ticket.mobifone_answer or ''}".strip())
            for ticket in records["ticket"]
        ]
        return {**super()._parts(records, identity), self.env._("Tickets"): tickets}

    def _erase(self):
        tickets_sudo = self._records()["ticket"]
        super()._erase()
        for ticket_sudo in tickets_sudo.with_context(tracking_disable=True):  # the chatter would keep what is erased
            # Of feedback and its ticket one answer, here as well.
            feedback_sudo = ticket_sudo.mobifone_feedback_id
            answer = feedback_sudo.answer if feedback_sudo else ticket_sudo.mobifone_answer and ERASED
            ticket_sudo.write({"description": ERASED, "mobifone_answer": answer, **dict.fromkeys(PERSONAL, False)})
            if not ticket_sudo.mobifone_route_id:
                ticket_sudo.name = ERASED  # the customer's words too
        self._erase_messages(tickets_sudo)
        self._attachments_of(tickets_sudo).unlink()
        tickets_sudo.activity_ids.unlink()
