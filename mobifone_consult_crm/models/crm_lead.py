from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import plaintext2html

from odoo.addons.mobifone_consult.models.mobifone_feedback import masked_text
from odoo.addons.mobifone_consult.tools import msisdn as numbers

# Where a lead comes from: written by the desk alone.
ORIGIN = (
    "mobifone_promotion_id",
    "mobifone_lookup_id",
    "mobifone_call_id",
    "mobifone_agent_id",
    "mobifone_vendor_id",
    "mobifone_number_masked",
)


class CrmLead(models.Model):
    """Leads that agents take in calls: which promotion, and who took it for which line."""

    _inherit = "crm.lead"

    mobifone_promotion_id = fields.Many2one(
        "mobifone.promotion", string="Promotion", readonly=True, copy=False, ondelete="restrict", index="btree_not_null"
    )
    mobifone_lookup_id = fields.Many2one(
        "mobifone.lookup", string="Look-up", readonly=True, copy=False, ondelete="set null", index="btree_not_null",
        groups="mobifone_consult.group_manager",
    )  # fmt: skip
    mobifone_call_id = fields.Many2one(
        "mobifone.call", string="Call", readonly=True, copy=False, ondelete="restrict", index="btree_not_null",
        groups="mobifone_consult.group_manager",
    )  # fmt: skip
    mobifone_agent_id = fields.Many2one(
        "mobifone.agent", string="Agent", readonly=True, copy=False, ondelete="restrict"
    )
    mobifone_vendor_id = fields.Many2one(
        "mobifone.vendor", string="Vendor", readonly=True, copy=False, ondelete="restrict"
    )
    mobifone_number_masked = fields.Char(string="Number of the Call", readonly=True, copy=False)

    @api.model
    def _has_field_access(self, field, operation):
        if operation == "write" and field.name in ORIGIN and not self.env.su:
            return False
        return super()._has_field_access(field, operation)

    def _get_partner_email_update(self, force_void=True):
        # The customer asked to be called: his address is not copied into the lead, from where CRM may look it up.
        return not self.mobifone_number_masked and super()._get_partner_email_update(force_void=force_void)

    def _get_partner_phone_update(self, force_void=True):
        # The number of the call is the lead's: it neither becomes the customer's nor is overwritten by his.
        return not self.mobifone_number_masked and super()._get_partner_phone_update(force_void=force_void)

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _mobifone_open(self, lookup, facts, promotion_sudo, note, call_id):
        """The lead of a look-up for the promotion's team, as a sudo record; nobody is assigned to it.

        :param dict facts: of the line
        :param str note: in the agent's words
        """
        agent_id, vendor_id = self.env["res.users"]._mobifone_account()
        team_sudo, masked = promotion_sudo.lead_team_id, numbers.masked(facts["msisdn"])
        # sudo: agents may not read lines or customers; it is the line of their look-up
        customer_sudo = self.env["mobifone.subscriber"].sudo().browse(facts["id"]).partner_id
        if customer_sudo.company_id and customer_sudo.company_id != team_sudo.company_id:
            customer_sudo = customer_sudo.browse()  # another company's
        values = {
            "type": self._mobifone_type(),
            "name": f"{promotion_sudo.name} – {masked}",
            "phone": facts["msisdn"],
            "partner_id": customer_sudo.id,
            "team_id": team_sudo.id,
            "user_id": False,
            "description": plaintext2html(masked_text(note)) if note else False,
            "mobifone_promotion_id": promotion_sudo.id,
            "mobifone_lookup_id": lookup["id"],
            "mobifone_call_id": call_id or lookup["call_id"],
            "mobifone_agent_id": agent_id,
            "mobifone_vendor_id": vendor_id,
            "mobifone_number_masked": masked,
        }
        if "iap_enrich_done" in self._fields:
            values["iap_enrich_done"] = True  # nothing of a call is sent to the vendor of Odoo
        # As the system: agents have no access to leads, and no answer to what is posted here may reach their mailbox.
        return self.with_user(SUPERUSER_ID).with_context(mail_create_nosubscribe=True).create(values)

    @api.model
    def _mobifone_type(self):
        """A lead; an opportunity where an administrator has switched leads off: no menu would show it."""
        # sudo: a setting of CRM, kept as what group brings which
        groups_sudo = self.env.ref("base.group_user").sudo().all_implied_ids
        return "lead" if self.env.ref("crm.group_use_lead").id in groups_sudo.ids else "opportunity"
