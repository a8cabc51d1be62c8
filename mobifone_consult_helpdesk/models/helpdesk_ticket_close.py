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
        # Of the system's own: closing along with the feedback, and erasing what a person wants erased.
        if {"stage_id", "mobifone_answer"} & set(vals) and not self.env.su:
            self._check_mobifone_feedback_open(vals)
        result = super().write(self._mobifone_masked(vals))
        if "stage_id" in vals:
            self._mobifone_close_feedback()
        return result

    @api.model
    def _mobifone_masked(self, vals):
        # Answers go to vendors' people.
        return (
            {**vals, "mobifone_answer": masked_text(vals["mobifone_answer"])} if vals.get("mobifone_answer") else vals
        )

    def _check_mobifone_feedback_open(self, vals):
        # sudo: whoever works on tickets may not be of customer care
        closed = self.filtered(lambda ticket: ticket.sudo().mobifone_feedback_id.state == "closed")
        changed = closed.filtered(lambda ticket: "mobifone_answer" in vals or ticket.stage_id.id != vals["stage_id"])
        if changed:
            raise UserError(
                self.env._(
                    "The feedback of ticket %s is closed with its answer: what the customer says now is a new one.",
                    changed[0].number,
                )
            )

    def _mobifone_close_feedback(self):
        """Close the feedback of those that were closed.

        :raise AccessError: for others than customer care and managers
        :raise UserError: when there is no answer yet
        """
        for ticket in self.filtered("closed"):
            feedback = ticket.sudo().mobifone_feedback_id.with_env(self.env)  # sudo: as above
            if feedback and feedback.sudo().state != "closed":
                feedback._check_care()
                if ticket.mobifone_answer:
                    feedback.answer = ticket.mobifone_answer
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
