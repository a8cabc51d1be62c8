from odoo import api, models
from odoo.exceptions import AccessError

# What a vendor's people see of their tickets: no customer, no follower, no message, no attachment, nothing that
# another add-on brings. They write nothing.
VENDOR_READS = frozenset(
    {
        "active",
        "category_id",
        "closed",
        "closed_date",
        "create_date",
        "description",
        "display_name",
        "id",
        "last_stage_update",
        "mobifone_agent_id",
        "mobifone_answer",
        "mobifone_call_id",
        "mobifone_call_ids",
        "mobifone_due_in",
        "mobifone_due_on",
        "mobifone_hotline",
        "mobifone_is_overdue",
        "mobifone_number_masked",
        "mobifone_route_id",
        "mobifone_user_id",
        "mobifone_vendor_id",
        "name",
        "number",
        "priority",
        "sequence",
        "stage_id",
        "team_id",
        "unattended",
    }
)


class HelpdeskTicket(models.Model):
    """The walls around tickets, besides the record rules."""

    _inherit = "helpdesk.ticket"

    @api.model
    def _has_field_access(self, field, operation):
        if not super()._has_field_access(field, operation):
            return False
        if self.env.su:
            return True
        if self.env["res.users"]._mobifone_account()[1]:
            return operation == "read" and field.name in VENDOR_READS
        if not self.env.user._is_internal() and field.name.startswith("mobifone_"):
            return False  # which vendor's agent took the call is no customer's business
        # Where a ticket comes from is not for anybody to say but the desk.
        is_written_by_desk = field.name.startswith("mobifone_") and field.name != "mobifone_answer"
        return operation == "read" or not is_written_by_desk

    @api.model
    def _search_message_partner_ids(self, operator, operand):
        # Core tests no access to what has a search method of its own: customers' names could be guessed by this one.
        self._check_field_access(self._fields["message_partner_ids"], "read")
        return super()._search_message_partner_ids(operator, operand)

    @api.model
    def _get_thread_with_access(self, thread_id, **kwargs):
        # The routes of mail post as superuser for whoever may read a ticket.
        if self.env["res.users"]._mobifone_account()[1]:
            return self.browse()
        return super()._get_thread_with_access(thread_id, **kwargs)

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        # Whoever may read a ticket may post on it, to all its followers: not vendors' people, nor do they read what
        # others wrote.
        if not self.env.su and self.env["res.users"]._mobifone_account()[1]:
            return dict.fromkeys(self, "write")
        return super()._mail_get_operation_for_mail_message_operation(message_operation)

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        # Whoever may read a ticket may follow it, and is then sent what is written on it.
        if not self.env.su and self.env["res.users"]._mobifone_account()[1]:
            raise AccessError(self.env._("A vendor's people do not follow tickets."))
        return super().message_subscribe(partner_ids, subtype_ids)
