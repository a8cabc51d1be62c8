import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import identity_number, row_lock
from .mobifone_registration import TO_DECIDE

_logger = logging.getLogger(__name__)


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
        person = request_sudo.identity_id._open()
        line_sudo, customer_sudo = request_sudo.subscriber_id, request_sudo._customer(person)
        self._drop_identity_of(customer_sudo)
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

    def _reject(self, reason, note=""):
        """Reject the request.

        :param reason: a mobifone.rejection.reason: what the customer is told
        :param str note: for customer care; numbers in it are masked
        """
        note = identity_number.without_numbers(note)
        self._decide("rejected", reject_reason_id=reason.id, reject_note=note or None)
        # sudo: as above
        self.env["mobifone.identity.log"]._log("reject", registration=self.sudo(), reason=reason.name)

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

    def _customer(self, person):
        """The customer whom the papers are for, a sudo record: the one the line has now.

        :param dict person: what the papers say
        :raise UserError: when the line was given up, or went to somebody else since the request was made
        """
        line_sudo = self.subscriber_id
        try:
            row_lock.held(line_sudo)
        except LockError as error:
            # A feed may be giving the line to somebody else at this moment: what it says comes first.
            raise UserError(self.env._("The line is being updated at this moment: try again in a minute.")) from error
        customer_sudo = line_sudo.partner_id
        if line_sudo.line_status == "terminated" or not customer_sudo:
            raise UserError(self.env._("The line was given up since the request was made: reject it."))
        if customer_sudo != self.partner_id:
            # One without a reference was made by us, for want of a name: a feed may have put the real one in its place.
            is_real = not self.partner_id.ref and not self.env["mobifone.registration.form"]._is_other_name(
                person.get("full_name"), customer_sudo
            )
            if not is_real or self._identity_of(customer_sudo):
                raise UserError(
                    self.env._(
                        "The line has another customer since the request was made: reject it, he needs a new one."
                    )
                )
            self.partner_id = customer_sudo
        return customer_sudo

    @api.model
    def _identity_of(self, customer_sudo):
        # sudo: nobody has access to identities
        return self.env["mobifone.identity"].sudo().search([("partner_id", "=", customer_sudo.id)])

    @api.model
    def _drop_identity_of(self, customer_sudo):
        """Papers that newer ones take the place of."""
        identity_sudo = self._identity_of(customer_sudo)
        earlier_sudo = self.sudo().search([("identity_id", "in", identity_sudo.ids)])  # sudo: as above
        earlier_sudo.filtered(lambda earlier: not earlier.photos_deleted_on).photos_deleted_on = fields.Datetime.now()
        for earlier in earlier_sudo:
            self.env["mobifone.identity.log"]._log("papers_deleted", registration=earlier)
        identity_sudo.unlink()

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
        # On a request, as agents may not read those: whoever may read a template's record may send it.
        self.env["mail.template"]._mobifone_send("overdue", self[0], recipients, overdue=self)

    @api.model
    def _cron_delete_papers(self, batch_size=100):
        """Delete the photos some days after a decision, the papers of rejected requests with them, and drafts that
        nobody went on with. One that fails holds nobody up."""
        parameters, now = self.env["ir.config_parameter"], fields.Datetime.now()
        decided = now - timedelta(days=parameters._mobifone_number("photo_days"))
        left_alone = now - timedelta(days=parameters._mobifone_number("draft_days"))
        domain = Domain("identity_id", "!=", False) & Domain("photos_deleted_on", "=", False)
        domain &= Domain("state", "in", ("approved", "rejected")) & Domain("decided_on", "<", decided)
        domain |= Domain("state", "=", "draft") & Domain("saved_on", "<", left_alone)
        progress, failed = self.env["ir.cron"], self.browse()
        left = progress._commit_progress(remaining=self.search_count(domain))
        while left and (batch := self.search(domain & Domain("id", "not in", failed.ids), limit=batch_size)):
            for registration in batch.try_lock_for_update(allow_referencing=True):
                try:
                    with self.env.cr.savepoint():
                        registration._delete_papers()
                except Exception:
                    _logger.exception("papers of %s are not deleted", registration)
                    failed |= registration
            failed |= batch.filtered(lambda registration: not registration.photos_deleted_on)
            left = progress._commit_progress(len(batch))

    def _delete_papers(self):
        """Delete what must not be kept longer: all but the data of an approved request, which are the customer's."""
        now = fields.Datetime.now()
        if self.state == "draft":
            self._move(
                "rejected", ("draft",), decided_on=now, decided_by_id=self.env.uid,
                reject_reason_id=self.env.ref("mobifone_consult.rejection_reason_left").id,
            )  # fmt: skip
        if self.state == "approved":
            self.identity_id._drop_photos()
        else:
            self.identity_id.unlink()
        self.photos_deleted_on = now
        action = "photos_deleted" if self.state == "approved" else "papers_deleted"
        self.env["mobifone.identity.log"]._log(action, registration=self)
