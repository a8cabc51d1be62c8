from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.mobifone_consult.tests.common import MISSING, OPEN
from odoo.addons.mobifone_consult.tests.papers_common import NUMBER

from .lead_common import LeadCase


@tagged("-at_install", "post_install")
class TestLead(LeadCase):
    def form(self, user=None, number=OPEN):
        return self.desk(user or self.agent_a1).lead_form(self.look_up(user, number))

    # ------------------------------------------------------------
    # What the look-up and the form tell
    # ------------------------------------------------------------

    def test_the_answer_says_so_only_while_leads_are_taken(self):
        desk = self.desk(self.agent_a1)
        self.assertIs(desk.lookup(OPEN)["line"]["takes_leads"], True)
        self.assertNotIn("takes_leads", desk.lookup("0910000999")["line"], "no line of MobiFone's")
        self.assertNotIn("line", desk.lookup(MISSING), "nothing but the notice before the OK")
        self.assertTrue(desk.acknowledge(desk.lookup(MISSING)["lookup_id"])["line"]["takes_leads"])
        promotion = self.data_gift
        for change in (
            {"lead_team_id": False},
            {"active": False},
            {"date_from": self.today.replace(year=self.today.year + 1)},
            {"date_from": "2020-01-01", "date_to": "2020-02-01"},
        ):
            before = {name: promotion[name] for name in ("lead_team_id", "active", "date_from", "date_to")}
            promotion.write(change)
            with self.subTest(change=change):
                self.assertNotIn("takes_leads", desk.lookup(OPEN)["line"])
                self.assertEqual(self.form()["verdict"]["code"], "no_promotion")
            promotion.write({**before, "lead_team_id": before["lead_team_id"].id})
            self.assertTrue(desk.lookup(OPEN)["line"]["takes_leads"])
        self.team.active = False
        self.assertNotIn("takes_leads", desk.lookup(OPEN)["line"], "nobody is left to call back")
        self.team.active = True
        self.assertTrue(desk.lookup(OPEN)["line"]["takes_leads"])
        promotion.unlink()
        self.assertNotIn("takes_leads", desk.lookup(OPEN)["line"])

    def test_a_call_is_told_too(self):
        desk = self.desk(self.agent_a1)
        call = desk.start_call(self.look_up())
        self.assertTrue(desk.call_line(call["call_id"])["line"]["takes_leads"])

    def test_look_up_costs_as_few_queries(self):
        self.assert_costs(3, lambda desk: self.assertTrue(desk.lookup(OPEN)["line"]["takes_leads"]))

    def test_the_form_tells_those_in_force_that_take_leads(self):
        self.promotion("Đã hết", begin=-9, end=-1, lead_team_id=self.team.id)
        self.promotion("Sắp tới", begin=1, lead_team_id=self.team.id)
        last_day = self.promotion("Ngày cuối", begin=-9, end=0, lead_team_id=self.team.id, sequence=1)
        answer = self.form()
        self.assertEqual((answer["ok"], answer["verdict"]["code"]), (True, "ok"))
        self.assertEqual([item["id"] for item in answer["promotions"]], [last_day.id, self.data_gift.id])
        self.assertEqual(
            answer["promotions"][1],
            {
                "id": self.data_gift.id,
                "name": "Tặng data",
                "text": "Tặng data khi cài ứng dụng.",
                "team": "T Sales",
            },
        )

    def test_choosing_a_team_switches_the_leads_of_crm_on(self):
        leads = self.env.ref("crm.group_use_lead")
        self.env.ref("base.group_user")._remove_group(leads)
        self.plain.text = "Khác"
        self.assertFalse(self.salesman.has_group("crm.group_use_lead"))
        opportunity = self.lead(self.open_lead())
        self.assertEqual(opportunity.type, "opportunity", "an administrator has switched leads off: still to be found")
        self.plain.lead_team_id = self.team.id
        self.assertTrue(self.salesman.has_group("crm.group_use_lead"))
        self.assertEqual(self.lead(self.open_lead()).type, "lead")

    # ------------------------------------------------------------
    # The lead
    # ------------------------------------------------------------

    def test_the_lead(self):
        lookup_id = self.look_up()
        note = f"Gọi sau 18h, CCCD {NUMBER}\n<b>0900091003</b>"
        answer = self.desk(self.agent_a1).open_lead(lookup_id, self.data_gift.id, note)
        self.assertEqual(
            {name: answer[name] for name in ("ok", "team", "replayed")},
            {"ok": True, "team": "T Sales", "replayed": False},
        )
        self.assertEqual(answer["verdict"]["code"], "ok")
        self.assertIn("T Sales", answer["verdict"]["reason"])
        lead = self.lead(answer)
        self.assertEqual((lead.name, lead.type, lead.phone), ("Tặng data – 0900•••001", "lead", OPEN))
        self.assertEqual((lead.team_id, lead.user_id, lead.company_id), (self.team, lead.user_id, lead.company_id))
        self.assertFalse(lead.user_id or lead.company_id or lead.partner_id or lead.email_from)
        self.assertEqual(lead.mobifone_promotion_id.sudo(), self.data_gift.sudo())
        self.assertEqual(lead.mobifone_number_masked, "0900•••001")
        self.assertEqual(lead.mobifone_agent_id.sudo().user_id, self.agent_a1)
        self.assertEqual(lead.mobifone_vendor_id.sudo(), self.vendor_a)
        self.assertEqual(lead.sudo().mobifone_lookup_id.id, lookup_id)
        self.assertFalse(lead.sudo().mobifone_call_id)
        self.assertIn("Gọi sau 18h", lead.description)
        self.assertIn("•••••••••456", lead.description)
        for wrong in (NUMBER, "0900091003", "<b>"):
            self.assertNotIn(wrong, lead.description)
        row = self.rows(lookup_id)
        self.assertEqual((row.kind, row.result, row.user_id), ("lead", "ok", self.agent_a1))
        self.assertIn(("lead", "Lead"), row._fields["kind"].selection)

    def test_nothing_is_sent_to_the_vendor_of_odoo(self):
        if "iap_enrich_done" not in self.env["crm.lead"]._fields:
            self.skipTest("crm_iap_enrich is not installed")
        self.assertTrue(self.lead(self.open_lead()).iap_enrich_done)

    def test_the_customer_s_record_is_neither_copied_nor_changed(self):
        customer = self.env["res.partner"].create(
            {"name": "Khách Mẫu", "email": "khach@cong-ty.example.com", "phone": "+84900092222"}
        )
        self.line(OPEN).partner_id = customer
        lead = self.lead(self.open_lead())
        self.env.flush_all()
        self.assertEqual((lead.partner_id, lead.phone, lead.email_from), (customer, OPEN, False))
        self.assertEqual((customer.phone, customer.email), ("+84900092222", "khach@cong-ty.example.com"))
        customer.write({"email": "moi@cong-ty.example.com", "phone": "+84900093333"})
        self.env.flush_all()
        self.assertEqual((lead.phone, lead.email_from), (OPEN, False))
        # Leads that are no calls' go with the customer as ever.
        other = self.env["crm.lead"].create({"name": "Khác", "partner_id": customer.id})
        self.assertEqual((other.phone, other.email_from), (customer.phone, customer.email))

    def test_the_agent_is_no_follower_and_gets_no_mail(self):
        mail = self.env["mail.mail"].sudo()
        before, agent = mail.search([]), self.agent_a1.partner_id
        self.team.message_subscribe(self.salesman.partner_id.ids, subtype_ids=self.env.ref("crm.mt_salesteam_lead").ids)
        lead = self.lead(self.open_lead())
        messages = lead.sudo().message_ids
        self.assertNotIn(agent, lead.message_partner_ids)
        self.assertNotIn(agent, messages.author_id)
        self.assertNotIn(agent, messages.notified_partner_ids)
        self.assertIn(self.salesman.partner_id, messages.notified_partner_ids, "whoever follows the team is told")
        lead.message_post(body="Đã gọi", subtype_xmlid="mail.mt_comment")
        lead.stage_id = self.env["crm.stage"].search([("is_won", "=", True)], limit=1)
        self.env.flush_all()
        made = mail.search([]) - before
        self.assertNotIn(agent, made.recipient_ids | lead.sudo().message_ids.notified_partner_ids)
        self.assertNotIn(self.agent_a1.email, f"{made.mapped('email_to')} {made.mapped('reply_to')}")

    def test_of_a_call(self):
        desk, lookup_id = self.desk(self.agent_a1), self.look_up()
        call_id = desk.start_call(lookup_id)["call_id"]
        answer = desk.open_lead(lookup_id, self.data_gift.id, call_id=call_id)
        self.assertEqual(self.lead(answer).sudo().mobifone_call_id.id, call_id)
        with self.assertRaises(AccessError):
            desk.open_lead(self.look_up(), self.data_gift.id, call_id=call_id)

    def test_of_a_manager(self):
        lead = self.lead(self.open_lead(self.manager))
        self.assertFalse(lead.mobifone_agent_id or lead.mobifone_vendor_id or lead.user_id)

    def test_one_a_look_up_and_promotion(self):
        other = self.promotion("Khác", lead_team_id=self.team.id)
        desk, lookup_id = self.desk(self.agent_a1), self.look_up()
        first = desk.open_lead(lookup_id, self.data_gift.id, "Một")
        again = desk.open_lead(lookup_id, self.data_gift.id, "Hai")
        self.assertEqual((again["lead_id"], again["replayed"], again["ok"]), (first["lead_id"], True, True))
        self.assertEqual(again["team"], "T Sales")
        self.assertIn("Một", self.lead(first).description)
        self.assertNotEqual(desk.open_lead(lookup_id, other.id)["lead_id"], first["lead_id"])
        self.assertNotEqual(self.open_lead()["lead_id"], first["lead_id"], "the next look-up")
        self.assertEqual(len(self.rows(lookup_id, kind="lead")), 2)
        self.data_gift.date_to = self.data_gift.date_from = "2020-01-01"
        self.assertTrue(desk.open_lead(lookup_id, self.data_gift.id)["replayed"], "it was in force at its time")
        self.lead(first).sudo().unlink()
        self.data_gift.date_to = False
        self.assertFalse(desk.open_lead(lookup_id, self.data_gift.id)["replayed"], "deleted, it may be taken again")

    # ------------------------------------------------------------
    # Refusals
    # ------------------------------------------------------------

    def test_rules_answer_and_are_logged(self):
        for number, code in ((MISSING, "not_acknowledged"), ("0910000999", "other_network")):
            desk, lookup_id = self.desk(self.agent_a1), self.look_up(number=number)
            form, answer = desk.lead_form(lookup_id), desk.open_lead(lookup_id, self.data_gift.id)
            with self.subTest(code=code):
                self.assertEqual((form["ok"], form["verdict"]["code"], form["promotions"]), (False, code, []))
                self.assertEqual((answer["ok"], answer["verdict"]["code"]), (False, code))
                self.assertFalse(answer["lead_id"] or answer["team"] or answer["replayed"])
                row = self.rows(lookup_id)
                self.assertEqual((row.kind, row.result, row.verdicts), ("refusal", "lead", code))
                self.assertEqual(row.with_context(lang="en_US").result_text, "Lead refused")

    def test_nonsense(self):
        over = self.promotion("Đã hết", begin=-9, end=-1, lead_team_id=self.team.id)
        to_come = self.promotion("Sắp tới", begin=1, lead_team_id=self.team.id)
        desk, lookup_id = self.desk(self.agent_a1), self.look_up()
        for promotion_id in (
            None, False, True, 0, -1, 2**31, 2**70, 1.5, "1", [], [self.data_gift.id], {}, 999_999_999,
            over.id, to_come.id, self.plain.id,
        ):  # fmt: skip
            with self.subTest(promotion_id=promotion_id), self.assertRaises(UserError):
                desk.open_lead(lookup_id, promotion_id)
        for note in (5, True, [], {}, "x" * 501, "a\0b", "a\ud800b"):
            with self.subTest(note=str(note)[:9].encode("utf-8", "replace")), self.assertRaises(UserError):
                desk.open_lead(lookup_id, self.data_gift.id, note)
        for strange in (None, "1", True, 0, 2**31):
            with self.subTest(lookup_id=strange), self.assertRaises(UserError):
                desk.open_lead(strange, self.data_gift.id)
            with self.subTest(lookup_id=strange), self.assertRaises(UserError):
                desk.lead_form(strange)
        self.assertFalse(self.rows(lookup_id))
        for note in (None, False, "", "  \n", "x" * 500):
            self.assertTrue(desk.open_lead(self.look_up(), self.data_gift.id, note)["ok"])

    def test_the_context_of_the_caller_has_no_effect(self):
        desk = self.desk(self.agent_a1).with_context(
            default_user_id=self.agent_a1.id, default_type="opportunity", default_email_from="a@example.com"
        )
        lead = self.lead(desk.open_lead(self.look_up(), self.data_gift.id))
        self.assertEqual((lead.type, lead.user_id.id, lead.email_from), ("lead", False, False))

    def test_screens_of_a_manager(self):
        for view in ("form", "list"):
            arch = self.env["mobifone.promotion"].with_user(self.manager).get_view(view_type=view)["arch"]
            self.assertIn("lead_team_id", arch)
        with Form(self.env["mobifone.promotion"].with_user(self.manager)) as form:
            form.name, form.text, form.lead_team_id = "Mới", "Lời mới", self.team
        self.assertIn(form.record.id, self.env["mobifone.promotion"]._taking_leads().ids)
