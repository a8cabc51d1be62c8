from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.mobifone_consult.models.mobifone_feedback import masked_text


class HelpdeskTicket(models.Model):
    """A ticket of feedback on papers and the feedback are closed together, with one answer."""

    _inherit = "helpdesk.ticket"

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._mobifone_masked(vals) for vals in vals_list])

    def write(self, vals):
        # Another team may have other stages: then the ticket's stage follows.
        if not {"stage_id", "team_id", "mobifone_answer"} & set(vals):
            return super().write(vals)
        was_closed = self.filtered("closed")
        result = super().write(self._mobifone_masked(vals))
        # sudo: whoever works on tickets may not be of customer care
        for ticket in self.filtered(lambda ticket: ticket.sudo().mobifone_feedback_id):
            if ticket.sudo().mobifone_feedback_id.state == "closed":  # sudo: as above
                ticket._check_mobifone_closed(ticket in was_closed, vals)
            elif ticket.closed:
                ticket._mobifone_close_feedback()
        return result

    @api.model
    def _mobifone_masked(self, vals):
        # Answers go to vendors' people.
        return (
            {**vals, "mobifone_answer": masked_text(vals["mobifone_answer"])} if vals.get("mobifone_answer") else vals
        )

    def _check_mobifone_closed(self, was_closed, vals):
        """What is written on the ticket of closed feedback may close it as well, with the same answer."""
        is_reopened = was_closed and not self.closed
        # sudo: as above
        if is_reopened or (
            "mobifone_answer" in vals and self.mobifone_answer != self.sudo().mobifone_feedback_id.answer
        ):
            raise UserError(
                self.env._(
                    "The feedback of ticket %s is closed with its answer: what the customer says now is a new one.",
                    self.number,
                )
            )

    def _mobifone_close_feedback(self):
        """Close the feedback of a ticket that was closed.

        :raise AccessError: for others than customer care and managers
        :raise UserError: when there is no answer yet
        """
        feedback = self.sudo().mobifone_feedback_id.with_env(self.env)  # sudo: as above
        feedback._check_care()
        if self.mobifone_answer:
            feedback.answer = self.mobifone_answer
        feedback.action_close()

    def _mobifone_close(self, answer):
        """Close the tickets of a feedback that was closed; sudo records."""
        for ticket in self:
            values = {"mobifone_answer": answer}
            if not ticket.closed:
                closing = ticket.team_id._get_applicable_stages().filtered("closed")[:1]
                if closing:
                    values["stage_id"] = closing.id
            ticket.write(values)
