from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import INSTALLED, LOCKED, OPEN, ConsultCase

LINE_MODELS = ("mobifone.subscriber", "mobifone.subscriber.note", "mobifone.consult.lease")


@tagged("-at_install", "post_install")
class TestAccess(ConsultCase):
    """Who reads what: invariants 5 and 6 of the design."""

    def can(self, user, model, operation="read"):
        return self.env[model].with_user(user).has_access(operation)

    def test_matrix_of_models(self):
        expected = {
            # model: users who may read, users who may write
            "mobifone.subscriber": ("manager", ""),
            "mobifone.subscriber.note": ("manager", ""),
            "mobifone.consult.lease": ("manager", ""),
            "mobifone.sms.outbox": ("manager", ""),
            "mobifone.lookup": ("leader_a vendor_manager_a manager", ""),
            "mobifone.finding": ("vendor_manager_a manager", "manager"),
            "mobifone.log.seal": ("manager", ""),
            "mobifone.log.removal": ("manager", ""),
            "mobifone.consultation": ("leader_a vendor_manager_a manager", ""),
            "mobifone.call": ("leader_a vendor_manager_a manager", ""),
            "mobifone.call.step": ("leader_a vendor_manager_a manager", ""),
            "mobifone.call.report": ("leader_a vendor_manager_a manager", ""),
            "mobifone.call.pop": ("", ""),
            "mobifone.pbx": ("manager", "manager"),
            "mobifone.script": ("manager", "manager"),
            "mobifone.script.version": ("manager", "manager"),
            "mobifone.script.step": ("manager", "manager"),
            "mobifone.script.answer": ("manager", "manager"),
            "mobifone.promotion": ("manager", "manager"),
            "mobifone.script.wizard": ("agent_a1 leader_a manager", "agent_a1 leader_a manager"),
            "mobifone.script.import": ("manager", "manager"),
            "mobifone.script.schedule": ("manager", "manager"),
            "mobifone.vendor": ("leader_a vendor_manager_a manager", "manager"),
            "mobifone.agent": ("leader_a vendor_manager_a manager", "vendor_manager_a manager"),
            "mobifone.agent.event": ("vendor_manager_a manager", ""),
            "mobifone.agent.change": ("manager", "manager"),
            "mobifone.leaver.report": ("vendor_manager_a manager", "vendor_manager_a manager"),
            "mobifone.commitment": ("leader_a vendor_manager_a manager", "manager"),
            "mobifone.departure": ("leader_a vendor_manager_a manager", ""),
            "mobifone.job.run": ("manager", ""),
            "mobifone.leave.notice": ("manager", "manager"),
            "mobifone.roster": ("vendor_manager_a manager", "vendor_manager_a"),
            "mobifone.roster.line": ("vendor_manager_a manager", "vendor_manager_a"),
            "mobifone.agent.import": ("vendor_manager_a manager", "vendor_manager_a manager"),
            "mobifone.agent.import.line": ("vendor_manager_a manager", ""),
            "mobifone.agent.export": ("vendor_manager_a manager", "vendor_manager_a manager"),
            "mobifone.access": ("manager", ""),
            "mobifone.access.change": ("", ""),
            "mobifone.exclusion.reason": ("agent_a1 leader_a manager", "manager"),
            "mobifone.occupation": ("agent_a1 leader_a care manager", "manager"),
            "mobifone.registration.item": ("care manager", "manager"),
            "mobifone.rejection.reason": ("care manager", "manager"),
            "mobifone.document.type": ("care manager", "manager"),
            "mobifone.registration": ("care manager", ""),
            "mobifone.registration.reject": ("care manager", "care manager"),
            "mobifone.feedback": ("care manager", "care manager"),
            "mobifone.person.request": ("care manager", "care manager"),
            "mobifone.person.search": ("care manager", "care manager"),
            "mobifone.identity": ("", ""),
            "mobifone.identity.log": ("care manager", ""),
            "sms.sms": ("", ""),
            "ir.config_parameter": ("", ""),
        }
        names = ["agent_a1", "leader_a", "vendor_manager_a", "care", "manager", "feed", "stranger"]
        for model, (readers, writers) in expected.items():
            for name in names:
                with self.subTest(model=model, user=name):
                    user = getattr(self, name)
                    self.assertEqual(self.can(user, model), name in readers.split())
                    self.assertEqual(self.can(user, model, "write"), name in writers.split())

    def test_agents_get_nothing_out_of_lines_by_any_method(self):
        line = self.line(OPEN)
        for user in (self.agent_a1, self.leader_a, self.vendor_manager_a, self.care, self.feed, self.stranger):
            lines = self.env["mobifone.subscriber"].with_user(user)
            for read in (
                lambda lines=lines: lines.search([]),
                lambda lines=lines: lines.search_count([("msisdn", "=", OPEN)]),
                lambda lines=lines: lines.name_search("0900"),
                lambda lines=lines: lines.browse(line.id).read(["msisdn"]),
                lambda lines=lines: lines.formatted_read_group([], ["app_status"], ["__count"]),
                lambda lines=lines: lines.browse(line.id).export_data(["msisdn"]),
                lambda lines=lines: lines.web_search_read([], {"msisdn": {}}),
                lambda lines=lines: lines.create({"msisdn": "0900091099"}),
                lambda lines=lines: lines.browse(line.id).write({"app_status": "unknown"}),
            ):
                self.assert_denied(read)

    def test_consultations_are_no_way_to_lines(self):
        self.consult(self.agent_a1)
        consultations = self.env["mobifone.consultation"].with_user(self.leader_a)
        self.assertEqual(consultations.search([]).mapped("msisdn_masked"), ["0900•••001"])
        for read in (
            lambda: consultations.search([("subscriber_id.msisdn", "=", OPEN)]),
            lambda: consultations.search([("subscriber_id", "ilike", OPEN)]),
            lambda: consultations.search([], order="subscriber_id"),
            lambda: consultations.search([]).read(["subscriber_id"]),
            lambda: consultations.search([]).read(["sms_uuid"]),
            lambda: consultations.formatted_read_group([], ["subscriber_id"], ["__count"]),
            lambda: consultations.formatted_read_group([], ["subscriber_id.msisdn"], ["__count"]),
            lambda: consultations.formatted_read_group([], ["msisdn_masked"], ["__count"]),
            lambda: consultations.search([("msisdn_masked", "=", "0900•••001")]),
        ):
            self.assert_denied(read)

    def test_names_of_lines_are_masked_for_everybody(self):
        self.assertEqual(self.line(OPEN).with_user(self.manager).display_name, "0900•••001")

    def test_vendors_see_their_own_only(self):
        self.consult(self.agent_a1)
        self.consult(self.agent_b1, LOCKED)
        for model in ("mobifone.consultation", "mobifone.lookup"):
            for user, vendor in (
                (self.leader_a, self.vendor_a), (self.vendor_manager_a, self.vendor_a), (self.leader_b, self.vendor_b),
            ):  # fmt: skip
                self.assertEqual(self.env[model].with_user(user).search([]).vendor_id, vendor)
            self.assertGreaterEqual(
                self.env[model].with_user(self.manager).search([]).vendor_id, self.vendor_a | self.vendor_b
            )
        agents = self.env["mobifone.agent"].with_user(self.vendor_manager_a).search([])
        self.assertEqual(agents.vendor_id, self.vendor_a)
        self.assertEqual(self.env["mobifone.vendor"].with_user(self.leader_a).search([]), self.vendor_a)

    def test_vendors_see_no_customers_and_no_other_users(self):
        customer = self.env["res.partner"].create({"name": "Khách hàng T"})
        self.line(INSTALLED).partner_id = customer
        for user in (self.agent_a1, self.leader_a, self.vendor_manager_a):
            partners = self.env["res.partner"].with_user(user)
            self.assertNotIn(customer, partners.search([]))
            self.assertFalse(partners.name_search("Khách hàng T"))
            with self.assertRaises(AccessError):
                partners.browse(customer.id).read(["name"])
            logins = self.env["res.users"].with_user(user).search([]).mapped("login")
            self.assertIn("t_agent_a2", logins)
            self.assertNotIn("t_agent_b1", logins)
            self.assertNotIn("t_manager", logins)

    def test_customer_fields_are_for_care_and_managers(self):
        customer = self.env["res.partner"].create({"name": "Khách hàng T"})
        self.line(INSTALLED).partner_id = customer
        self.assertEqual(customer.with_user(self.care).app_status, "installed")
        with self.assertRaises(AccessError):
            customer.with_user(self.stranger).read(["app_status"])
        self.assert_denied(self.env["res.partner"].with_user(self.stranger).search, [("app_status", "=", "installed")])

    def test_vendor_groups_come_with_an_account_file_only(self):
        group = self.env.ref("mobifone_consult.group_agent")
        for name in ("group_agent", "group_team_leader", "group_vendor_manager"):
            with self.assertRaises(ValidationError):
                self.stranger.group_ids = [Command.link(self.env.ref(f"mobifone_consult.{name}").id)]
        with self.assertRaises(ValidationError):
            group.user_ids = [Command.link(self.stranger.id)]
        with self.assertRaises(ValidationError):
            self.env["res.groups"].create(
                {"name": "Sly", "implied_ids": [Command.link(group.id)], "user_ids": [Command.link(self.stranger.id)]}
            )
        agent, leader = self.agent_a1, self.leader_a
        for user, name in ((agent, "group_team_leader"), (agent, "group_manager"), (leader, "group_care")):
            with self.assertRaises(ValidationError, msg="no group beyond the role in the file"):
                user.group_ids = [Command.link(self.env.ref(f"mobifone_consult.{name}").id)]
        sly = self.env["res.groups"].create({"name": "Sly", "user_ids": [Command.link(self.stranger.id)]})
        with self.assertRaises(ValidationError):
            sly.implied_ids = [Command.link(group.id)]

    def test_account_needs_a_commitment(self):
        file = self.env["mobifone.agent"].with_user(self.manager)
        agent = file.create(
            {
                "name": "N",
                "vendor_id": self.vendor_a.id,
                "employee_code": "N1",
                "user_id": self.stranger.id,
                "state": "active",
            }
        )
        self.assertEqual(agent.state, "draft", "values cannot set the state")
        agent = file.with_context(default_state="active").create(
            {"name": "N", "vendor_id": self.vendor_a.id, "employee_code": "N2"}
        )
        self.assertEqual(agent.state, "draft", "nor can a context default")
        with self.assertRaises(UserError):
            agent.write({"state": "active"})
        with self.assertRaises(UserError):
            agent.action_activate()
        for user in (self.agent_a1, self.leader_a, self.vendor_manager_a, self.care):
            with self.assertRaises(AccessError):
                agent.with_user(user).action_activate()

    def test_suspended_account_is_dead_at_once(self):
        file = self.env["mobifone.agent"].with_user(self.manager).search([("user_id", "=", self.agent_a2.id)])
        file.action_suspend()
        self.assertFalse(self.agent_a2.active)
        self.assertFalse(self.agent_a2.has_group("mobifone_consult.group_agent"))
        with self.enter_registry_test_mode():
            self.assert_denied(self.desk(self.agent_a2).lookup, OPEN)
        file.action_activate()
        self.assertTrue(self.desk(self.agent_a2).lookup(OPEN)["found"])

    def test_no_account_file_for_mobifones_own_people(self):
        for user in (self.manager, self.env.ref("base.user_admin")):
            with self.assertRaises(ValidationError):
                self.env["mobifone.agent"].with_user(self.manager).create(
                    {"name": "M", "vendor_id": self.vendor_a.id, "employee_code": "M", "user_id": user.id}
                )

    def test_the_walls_stand_from_the_draft_on(self):
        customer = self.env["res.partner"].create({"name": "Khách hàng T"})
        self.line(INSTALLED).partner_id = customer
        file = self.env["mobifone.agent"].with_user(self.manager)
        values = {"name": "D", "vendor_id": self.vendor_a.id, "employee_code": "D", "user_id": self.stranger.id}
        draft = file.create(values)
        self.assertFalse(self.env["res.partner"].with_user(self.stranger).search([("id", "=", customer.id)]))
        self.assertFalse(self.env["res.users"].with_user(self.stranger).search([("login", "=", "t_agent_b1")]))
        draft.user_id = False
        self.assertFalse(self.stranger.mobifone_vendor_id)
        self.assertFalse(self.env["res.partner"].with_user(self.feed).search([("id", "=", customer.id)]))

    def test_an_active_file_keeps_its_user(self):
        file = self.env["mobifone.agent"].with_user(self.manager).search([("user_id", "=", self.agent_a2.id)])
        with self.assertRaises(UserError):
            file.user_id = self.stranger

    def test_refusals_name_nobody_even_in_debug_mode(self):
        self.consult(self.agent_b1)
        customer = self.env["res.partner"].create({"name": "Khách hàng T"})
        self.agent_a1.group_ids = [Command.link(self.env.ref("base.group_no_one").id)]
        theirs = self.env["mobifone.consultation"].search([("vendor_id", "=", self.vendor_b.id)], limit=1)
        for user, record in ((self.agent_a1, customer), (self.agent_a1, self.agent_b1), (self.leader_a, theirs)):
            with self.assertRaises(AccessError) as caught:
                record.with_user(user).read(["display_name"])
            self.assertNotIn(record.sudo().display_name, str(caught.exception))

    def test_vendors_do_not_meet_in_public_channels(self):
        general = self.env.ref("mail.channel_all_employees")
        for user in (self.agent_a1, self.leader_a, self.vendor_manager_a):
            self.assertNotIn(user.partner_id, general.channel_partner_ids)
            self.assertFalse(self.env["discuss.channel"].with_user(user).search([("id", "=", general.id)]))
            self.assertFalse(
                self.env["discuss.channel.member"].with_user(user).search([("channel_id", "=", general.id)])
            )

    def test_a_moved_agent_changes_sides(self):
        self.consult(self.agent_a1)
        file = self.env["mobifone.agent"].with_user(self.manager).search([("user_id", "=", self.leader_a.id)])
        file.vendor_id = self.vendor_b
        self.assertFalse(self.env["mobifone.consultation"].with_user(self.leader_a).search([]))

    def test_cancel_dialog_of_somebody_else(self):
        dialog = (
            self.env["mobifone.consultation.cancel"]
            .with_user(self.leader_a)
            .create({"consultation_ref": self.consult(self.agent_a1)["consultation_id"], "reason": "r"})
        )
        with self.assertRaises(AccessError):
            dialog.with_user(self.leader_b).read(["reason"])
