from odoo import models

# Fields of a lead that say who the person is or what he said.
PERSONAL = (
    "partner_id", "contact_name", "partner_name", "function", "phone", "email_from", "email_cc", "website",
    "street", "street2", "city", "zip", "state_id", "description",
)  # fmt: skip


class MobifonePersonRequest(models.Model):
    """Leads of the person's calls are told, copied and erased with the rest."""

    _inherit = "mobifone.person.request"

    def _records(self):
        records = super()._records()
        # sudo: care has no access to leads; the whole number was typed in when the request was opened
        leads_sudo = self.env["crm.lead"].sudo().with_context(active_test=False)
        leads_sudo = leads_sudo.search([("mobifone_lookup_id", "in", records["lookup"].ids), ("phone", "!=", False)])
        # What is there of an earlier owner of the number is not this person's.
        customer = records["customer"]
        own_sudo = leads_sudo.filtered(lambda lead: not lead.partner_id or lead.partner_id == customer)
        return {**records, "lead": own_sudo}

    def _names(self):
        return {**super()._names(), "lead": self.env._("Leads of calls")}

    def _parts(self, records, identity):
        leads = [(lead.name, lead.description) for lead in records["lead"]]
        return {**super()._parts(records, identity), self.env._("Leads of calls"): leads}

    def _erase(self):
        leads_sudo = self._records()["lead"]
        super()._erase()
        # Untracked: the chatter would keep what is erased.
        leads_sudo.with_context(tracking_disable=True).write(dict.fromkeys(PERSONAL, False))
        self._erase_messages(leads_sudo)
        self._attachments_of(leads_sudo).unlink()
