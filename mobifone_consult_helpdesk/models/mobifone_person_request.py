from odoo import models

from odoo.addons.mobifone_consult.models.mobifone_person_request_data import ERASED

# Fields of a ticket that say who the person is.
PERSONAL = ("partner_id", "partner_name", "partner_email", "email_cc")


class MobifonePersonRequest(models.Model):
    """Tickets of the person's calls are told, copied and erased with the rest."""

    _inherit = "mobifone.person.request"

    def _records(self):
        records = super()._records()
        # sudo: whoever answers persons may not work on all tickets
        tickets_sudo = self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        tickets_sudo = tickets_sudo.search([("mobifone_subscriber_id", "in", records["line"].ids)])
        # What is there of an earlier owner of the number is not this person's.
        customer = records["customer"]
        own_sudo = tickets_sudo.filtered(lambda ticket: not ticket.partner_id or ticket.partner_id == customer)
        return {**records, "ticket": own_sudo}

    def _held(self):
        tickets_sudo = self._records()["ticket"]
        return {**super()._held(), "ticket": len(tickets_sudo.filtered(lambda ticket: ticket._words() != ERASED))}

    def _names(self):
        return {**super()._names(), "ticket": self.env._("Tickets of calls")}

    def _parts(self, records, identity):
        tickets = [
            (f"{ticket.number} · {ticket.name}", f"{ticket._words()} {ticket.mobifone_answer or ''}".strip())
            for ticket in records["ticket"]
        ]
        return {**super()._parts(records, identity), self.env._("Tickets of calls"): tickets}

    def _erase(self):
        tickets_sudo = self._records()["ticket"]
        super()._erase()
        for ticket_sudo in tickets_sudo.with_context(tracking_disable=True):  # the chatter would keep what is erased
            answer = ERASED if ticket_sudo.mobifone_answer else False
            ticket_sudo.write({"description": ERASED, "mobifone_answer": answer, **dict.fromkeys(PERSONAL, False)})
        self._erase_messages(tickets_sudo)
        self._attachments_of(tickets_sudo).unlink()
