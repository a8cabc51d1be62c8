from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .mobifone_registration import TO_DECIDE


class MobifoneRegistration(models.Model):
    """Deciding on update requests, and what follows from it: all of it in one transaction, or none."""

    _inherit = "mobifone.registration"

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_approve(self):
        """The papers are right: they become the customer's, the line's papers are complete. Care and managers.

        :raise UserError: when it is not waiting for a decision, or the line has another customer by now
        """
        self.ensure_one()
        self._check_care()
        self._decide("approved")
        request_sudo = self.sudo()  # sudo: care reads neither lines nor identities, and writes no customers
        line_sudo, customer_sudo = request_sudo.subscriber_id, request_sudo._customer()
        person = request_sudo.identity_id._open()
        self.env["mobifone.identity"].sudo().search([("partner_id", "=", customer_sudo.id)]).unlink()  # sudo: as above
        request_sudo.identity_id.partner_id = customer_sudo
        # Untracked: the old and the new name would stay in the chatter for ever.
        customer_sudo.with_context(tracking_disable=True).write(request_sudo._customer_values(person))
        # A note, not the fed row: a feed that does not know of it yet does not undo it.
        self.env["mobifone.subscriber.note"]._put(line_sudo.id, "registration_state", "complete")
        self.env["mobifone.identity.log"]._log("approve", registration=request_sudo)

    def action_open_reject(self):
        """Open the dialog that asks why the request is rejected."""
        self.ensure_one()
        self._check_care()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reject a Request"),
            "res_model": "mobifone.registration.reject",
            "view_mode": "form",
            "target": "new",
            "context": {"active_id": self.id},
        }

    def action_escalate(self):
        """Mark that the request was passed on to customer care after a complaint. Care and managers.

        :raise UserError: when it is not waiting for a decision
        """
        self.ensure_one()
        self._check_care()
        self._move("escalated", ("submitted",), escalated_on=fields.Datetime.now())
        self.env["mobifone.identity.log"]._log("escalate", registration=self.sudo())  # sudo: as above

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _reject(self, reason):
        """Reject the request, for a reason that the customer can be told."""
        self._decide("rejected", reject_reason=reason)
        # sudo: as above
        self.env["mobifone.identity.log"]._log("reject", registration=self.sudo(), reason=reason)

    def _decide(self, state, **values):
        self._move(state, TO_DECIDE, decided_on=fields.Datetime.now(), decided_by_id=self.env.uid, **values)

    def _move(self, state, allowed, **values):
        """Change the state, if it is one of `allowed`: of two reviewers at once one decides.

        :raise UserError: when it is another by now
        """
        self.ensure_one()
        self.env.flush_all()
        assignments = SQL(", ").join(
            SQL("%s = %s", SQL.identifier(name), value) for name, value in {"state": state, **values}.items()
        )
        self.env.cr.execute(
            SQL(
                "UPDATE mobifone_registration SET %s WHERE id = %s AND state IN %s",
                assignments,
                self.id,
                tuple(allowed),
            ),
            log_exceptions=False,  # decided at once by somebody else: the request is run again
        )
        self.invalidate_recordset()
        if not self.env.cr.rowcount:
            label = dict(self._fields["state"]._description_selection(self.env))[self.state]
            raise UserError(self.env._("This request cannot be decided on: it is “%s”.", label))

    def _customer(self):
        """The customer whom the papers are for, a sudo record: the one the line has now.

        :raise UserError: when the line went to somebody else since the request was made
        """
        line_sudo = self.subscriber_id
        if not line_sudo.partner_id:
            line_sudo.partner_id = self.partner_id
        # One without a reference was made by us, for want of a name: a feed may have put the real one in its place.
        if line_sudo.partner_id != self.partner_id and self.partner_id.ref:
            raise UserError(
                self.env._("The line has another customer since the request was made: reject it, he needs a new one.")
            )
        if line_sudo.partner_id != self.partner_id:
            self.partner_id = line_sudo.partner_id
        return line_sudo.partner_id

    def _customer_values(self, person):
        is_person = not self.partner_id.is_company
        values = {"name": person["full_name"]} if is_person and person.get("full_name") else {}
        if person.get("occupation"):
            purpose = self.env["ir.config_parameter"].sudo()._mobifone_text("occupation_purpose")  # sudo: settings
            values |= {
                "occupation_id": self.env["mobifone.desk"]._occupation_of_code(person["occupation"]).id,
                "occupation_on": self.submitted_on,
                "occupation_user_id": self.user_id.id,
                "occupation_channel": self.hotline or "desk",
                "occupation_purpose": purpose,
                "occupation_consent": self.consent_text,
            }
        return values

    # ------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------

    @api.model
    def _cron_flag_overdue(self, batch_size=500):
        """Flag the requests that were not decided in time; tell the recipients of the setting, if it says so."""
        progress, now = self.env["ir.cron"], fields.Datetime.now()
        domain = [("state", "in", TO_DECIDE), ("due_on", "<", now), ("overdue_on", "=", False)]
        left = progress._commit_progress(remaining=self.search_count(domain))
        while left and (batch := self.search(domain, limit=batch_size, order="due_on, id").try_lock_for_update()):
            batch.overdue_on = now
            batch._mail_overdue()
            left = progress._commit_progress(len(batch))

    def _mail_overdue(self):
        parameters = self.env["ir.config_parameter"]
        recipients = parameters._mobifone_text("overdue_recipients")
        if not (parameters._mobifone_flag("overdue_mail") and recipients):
            return
        template = self.env.ref("mobifone_consult.mail_template_overdue")
        template.with_context(overdue=self).send_mail(
            self.env.company.id, email_values={"email_to": recipients, "recipient_ids": []}
        )

    @api.model
    def _cron_delete_papers(self, batch_size=100):
        """Delete the photos some days after a decision, the papers of rejected requests with them, and drafts that
        nobody went on with."""
        parameters, now = self.env["ir.config_parameter"], fields.Datetime.now()
        decided = now - timedelta(days=parameters._mobifone_number("photo_days"))
        left_alone = now - timedelta(days=parameters._mobifone_number("draft_days"))
        domain = [
            "|",
            *("&", "&", "&"),
            ("identity_id", "!=", False),
            ("state", "in", ("approved", "rejected")),
            ("decided_on", "<", decided),
            ("photos_deleted_on", "=", False),
            *("&", ("state", "=", "draft"), ("saved_on", "<", left_alone)),
        ]
        progress = self.env["ir.cron"]
        left = progress._commit_progress(remaining=self.search_count(domain))
        while left and (batch := self.search(domain, limit=batch_size).try_lock_for_update(allow_referencing=True)):
            for registration in batch:
                registration._delete_papers()
            left = progress._commit_progress(len(batch))

    def _delete_papers(self):
        """Delete what must not be kept longer: all but the data of an approved request, which are the customer's."""
        now = fields.Datetime.now()
        if self.state == "draft":
            self._move(
                "rejected", ("draft",), decided_on=now, decided_by_id=self.env.uid,
                reject_reason=self.env._("Left as a draft for too long."),
            )  # fmt: skip
        if self.state == "approved":
            self.identity_id._drop_photos()
        else:
            self.identity_id.unlink()
        self.photos_deleted_on = now
        action = "photos_deleted" if self.state == "approved" else "papers_deleted"
        self.env["mobifone.identity.log"]._log(action, registration=self)
