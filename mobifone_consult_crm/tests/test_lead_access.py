from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.mobifone_consult.tests.common import OPEN

from ..models.crm_lead import ORIGIN
from .lead_common import LeadCase

LEADS = ("crm.lead", "crm.activity.report")


@tagged("-at_install", "post_install")
class TestLeadAccess(LeadCase):
    """Who may take leads, who sees them, and that nobody says where one comes from but the desk."""

    def people(self):
        return (
            self.agent_a1, self.leader_a, self.vendor_manager_a, self.care, self.manager, self.feed, self.stranger,
            self.salesman,
        )  # fmt: skip

    def test_who_takes_leads(self):
        allowed = (self.agent_a1, self.leader_a, self.manager)
        with self.enter_registry_test_mode():
            for user in self.people():
                with self.subTest(user=user.login):
                    if user in allowed:
                        answer = self.open_lead(user)
                        self.assertTrue(answer["ok"])
                        self.assertTrue(self.desk(user).lead_form(self.look_up(user))["ok"])
                        continue
                    own = self.look_up()
                    self.assert_denied(self.desk(user).open_lead, own, self.data_gift.id)
                    self.assert_denied(self.desk(user).lead_form, own)

    def test_only_from_one_s_own_look_up(self):
        own = self.look_up()
        with self.enter_registry_test_mode():
            for user in (self.agent_a2, self.leader_a, self.agent_b1, self.manager):
                for call in (self.desk(user).lead_form, lambda x, user=user: self.desk(user).open_lead(x, 1)):
                    with self.subTest(user=user.login):
                        self.assert_denied(call, own)
        self.assertFalse(self.rows(own, kind="lead"))

    def test_who_sees_leads(self):
        lead = self.lead(self.open_lead())
        self.env.flush_all()
        for user in self.people():
            sees = user == self.salesman
            for operation in ("read", "write", "create"):
                with self.subTest(user=user.login, operation=operation):
                    self.assertEqual(self.env["crm.lead"].with_user(user).has_access(operation), sees)
            self.assertEqual(lead.with_user(user).has_access("read"), sees, user.login)
            for operation in ("read", "write", "create", "unlink"):
                self.assertFalse(self.env["mobifone.lead.claim"].with_user(user).has_access(operation))

    def test_a_vendor_s_user_sees_none_whatever_his_groups(self):
        lead = self.lead(self.open_lead())
        plain = self.env["crm.lead"].create({"name": "Khác"})
        plain.activity_schedule("mail.mail_activity_data_todo").action_feedback("Đã gọi")
        self.env.flush_all()
        for user in (self.agent_a1, self.leader_a, self.vendor_manager_a):
            user.group_ids = [Command.link(self.env.ref("sales_team.group_sale_manager").id)]
            for model in LEADS:
                with self.subTest(user=user.login, model=model):
                    self.assertTrue(self.env[model].search([]))
                    # sudo: the group gives the access; the guard, where it is, takes it before the rule is asked
                    rules = self.env["ir.rule"].with_user(user)._compute_domain(model, "read")
                    self.assertFalse(self.env[model].search(rules))
                    try:
                        found = self.env[model].with_user(user).search([])
                    except AccessError:
                        found = self.env[model]
                    self.assertFalse(found)
            for one in (lead, plain):
                self.assertFalse(one.with_user(user).has_access("read"))
                self.assertFalse(one.with_user(user).has_access("write"))
        self.assertIn(lead, self.env["crm.lead"].with_user(self.salesman).search([]))

    def test_nobody_says_where_a_lead_comes_from(self):
        lead = self.lead(self.open_lead())
        administrator = self._user("t_crm_admin", "base.group_system,sales_team.group_sale_manager")
        others = {
            "mobifone_promotion_id": self.plain.id,
            "mobifone_lookup_id": self.look_up(),
            "mobifone_call_id": False,
            "mobifone_agent_id": self.account(self.agent_b1).id,
            "mobifone_vendor_id": self.vendor_b.id,
            "mobifone_number_masked": "0900•••999",
        }
        self.assertEqual(set(others), set(ORIGIN))
        for user in (self.salesman, administrator):
            leads = self.env["crm.lead"].with_user(user)
            leads.create({"name": "Không từ cuộc gọi"})
            lead.with_user(user).write({"name": "Đổi tên"})
            for name, value in others.items():
                with self.subTest(user=user.login, name=name):
                    with self.assertRaises(AccessError):
                        lead.with_user(user).write({name: value})
                    with self.assertRaises(AccessError):
                        leads.create({"name": "Giả", name: value})
                    with self.assertRaises(AccessError):
                        leads.with_context(**{f"default_{name}": value}).create({"name": "Giả"})
        readonly = lead.fields_get(["mobifone_promotion_id", "mobifone_number_masked"], ["readonly"])
        self.assertTrue(all(field["readonly"] for field in readonly.values()))
        copied = lead.copy()
        self.assertFalse(any(copied.sudo()[name] for name in ORIGIN), "a copy was taken in no call")

    def test_a_salesman_s_screens(self):
        lead = self.lead(self.open_lead())
        shown = lead.web_read(
            {name: {"fields": {"display_name": {}}} for name in ("mobifone_promotion_id", "mobifone_vendor_id")}
        )[0]
        self.assertEqual(shown["mobifone_promotion_id"]["display_name"], "Tặng data")
        self.assertEqual(shown["mobifone_vendor_id"]["display_name"], self.vendor_a.display_name)
        arch = lead.get_view(self.env.ref("crm.crm_lead_view_form").id, "form")["arch"]
        self.assertIn("mobifone_agent_id", arch)
        self.assertNotIn("mobifone_call_id", arch, "calls are the managers'")
        with self.assertRaises(AccessError):
            lead.read(["mobifone_lookup_id"])
        with Form(lead) as form:
            form.name = "Đã gọi"
        for view in ("crm.view_crm_case_leads_filter", "crm.view_crm_case_opportunities_filter"):
            self.assertIn("mobifone_calls", lead.get_view(self.env.ref(view).id, "search")["arch"])
        for name in ("mobifone_promotion_id", "mobifone_vendor_id"):
            groups = lead.formatted_read_group([("mobifone_number_masked", "!=", False)], [name], ["__count"])
            self.assertIn(lead[name].sudo().display_name, [group[name][1] for group in groups if group[name]])

    def test_a_team_of_another_company(self):
        company = self.env["res.company"].create({"name": "T Other Company"})
        self.team.company_id = company
        customer = self.env["res.partner"].create({"name": "Khách", "company_id": self.env.company.id})
        self.line(OPEN).partner_id = customer
        self.env.invalidate_all()
        answer = self.open_lead()
        self.assertTrue(answer["ok"])
        lead = self.env["crm.lead"].sudo().browse(answer["lead_id"])
        self.assertEqual((lead.company_id, lead.team_id), (company, self.team))
        self.assertFalse(lead.partner_id, "another company's customer is not its")
        self.assertFalse(lead.with_user(self.salesman).has_access("read"))
        colleague = self._user("t_other_salesman", "sales_team.group_sale_salesman_all_leads")
        colleague.write({"company_ids": [Command.set(company.ids)], "company_id": company.id})
        self.assertTrue(lead.with_user(colleague).has_access("write"))
        customer.company_id = company
        self.assertEqual(self.env["crm.lead"].sudo().browse(self.open_lead()["lead_id"]).partner_id, customer)

    def test_a_team_is_the_managers_choice(self):
        for user in (self.agent_a1, self.leader_a, self.vendor_manager_a, self.care, self.salesman):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.data_gift.with_user(user).lead_team_id = False

    def test_no_digest_goes_to_vendors_people(self):
        users = self.agent_a1 | self.leader_a | self.vendor_manager_a | self.care
        digest = self.env["digest.digest"].create({"name": "T", "user_ids": [Command.set(users.ids)]})
        before = self.env["mail.mail"].search([])
        digest.action_send_manual()
        mails = self.env["mail.mail"].search([]) - before
        self.assertEqual(sorted(mails.mapped("email_to")), sorted(self.care.mapped("email_formatted")))
