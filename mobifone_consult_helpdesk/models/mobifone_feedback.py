from odoo import fields, models


class MobifoneFeedback(models.Model):
    """Feedback on papers opens a ticket for customer care."""

    _inherit = "mobifone.feedback"

    # Archived or not: there is one for good.
    ticket_ids = fields.One2many(
        "helpdesk.ticket", "mobifone_feedback_id", string="Tickets", context={"active_test": False}
    )

    def _take(self, lookup, facts, text, call_id):
        feedback_sudo = super()._take(lookup, facts, text, call_id)
        if feedback_sudo and not feedback_sudo.ticket_ids:
            feedback_sudo._open_ticket()
        elif feedback_sudo and feedback_sudo.state == "new":
            feedback_sudo.ticket_ids._mobifone_add(text)
        return feedback_sudo

    def action_close(self):
        result = super().action_close()
        # sudo: whoever closes feedback may not work on tickets
        self.sudo().ticket_ids._mobifone_close(self.answer)
        return result

    def action_ticket(self):
        """Open the ticket of this feedback."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "res_id": self.ticket_ids[:1].id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _open_ticket(self):
        """Open a ticket for each that waits for its answer, where routing says so; sudo records."""
        # sudo: routing is the managers' to read in full
        route_sudo = self.env["mobifone.ticket.route"].sudo()._for_feedback()
        for feedback in self.filtered(lambda feedback: feedback.state != "closed") if route_sudo else ():
            values = {
                "taken_on": feedback.taken_on,
                "mobifone_feedback_id": feedback.id,
                "mobifone_subscriber_id": feedback.subscriber_id.id,
                "mobifone_number_masked": feedback.number_masked,
                "mobifone_lookup_id": feedback.lookup_id.id,
                "mobifone_call_id": feedback.call_id.id,
                "mobifone_hotline": feedback.hotline,
                "mobifone_user_id": feedback.user_id.id,
                "mobifone_agent_id": feedback.agent_id.id,
                "mobifone_vendor_id": feedback.vendor_id.id,
            }
            self.env["helpdesk.ticket"]._mobifone_open(route_sudo, feedback.text, values, feedback.partner_id)
