from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import TransactionCase, tagged

from odoo.addons.mobifone_consult.tests.common import OPEN, ConsultCase


@tagged("-at_install", "post_install")
class TestClosed(ConsultCase):
    """Models that are not named are closed to vendors' people, whatever core gives to each internal user."""

    def vendors(self):
        return self.agent_a1, self.leader_a, self.vendor_manager_a

    def test_what_is_not_named_is_closed(self):
        for user in self.vendors():
            access = self.env(user=user)["ir.model.access"]
            for mode, names in access._mobifone_allowed().items():
                self.assertLessEqual(access._get_allowed_models(mode), names)
        stranger = self.env(user=self.stranger)["ir.model.access"]
        self.assertGreater(len(stranger._get_allowed_models("read")), 60, "nobody else is limited")

    def test_groups_still_decide(self):
        access = self.env(user=self.agent_a1)["ir.model.access"]
        self.assertNotIn("mobifone.lookup", access._get_allowed_models("read"))
        self.assertNotIn("mobifone.agent", access._get_allowed_models("write"))

    def test_it_follows_the_account_file(self):
        access = self.env(user=self.stranger)["ir.model.access"]
        self.assertIn("ir.attachment", access._get_allowed_models("create"))
        file = self.env["mobifone.agent"].create(
            {"name": "New", "vendor_id": self.vendor_a.id, "employee_code": "new", "user_id": self.stranger.id}
        )
        self.assertNotIn("ir.attachment", access._get_allowed_models("create"))
        file.user_id = False
        self.assertIn("ir.attachment", access._get_allowed_models("create"))

    def test_ways_out(self):
        """Holes of security.md 3 and 4: each works for an internal user of core."""
        self.consult(self.agent_a1)
        consultation = self.env["mobifone.consultation"].search([("user_id", "=", self.agent_a1.id)])
        attachment = self.env["ir.attachment"].create(
            {"name": "a", "raw": b"0912", "res_model": consultation._name, "res_id": consultation.id}
        )
        ways = {
            "a public attachment": lambda env: env["ir.attachment"].create({"name": "a", "raw": b"1", "public": True}),
            "an attachment linked elsewhere": lambda env: (
                env["ir.attachment"].browse(attachment.id).write({"res_model": "res.users", "res_id": env.uid})
            ),
            "a link for anybody": lambda env: env["ir.attachment"].browse(attachment.id).generate_access_token(),
            "an open channel": lambda env: env["discuss.channel"].create({"name": "x", "channel_type": "channel"}),
            "a channel by its method": lambda env: env["discuss.channel"]._create_channel("x", group_id=None),
            "a group chat": lambda env: env["discuss.channel"]._create_group([env.user.partner_id.id]),
            "an SMS to anybody": lambda env: env["sms.composer"].create(
                {"composition_mode": "numbers", "numbers": "0912345678", "body": "x"}
            ),
            "a mail to anybody": lambda env: env["mail.compose.message"].create({"body": "x", "subject": "x"}),
            "a mail": lambda env: env["mail.mail"].create({"body_html": "x", "email_to": "x@example.com"}),
            "a filter for everybody": lambda env: env["ir.filters"].create(
                {"name": "x", "model_id": "mobifone.lookup", "user_ids": []}
            ),
            "a message": lambda env: env["mail.message"].create({"body": "x", "model": "res.partner", "res_id": 1}),
            "an activity": lambda env: env["mail.activity"].create({"summary": "x"}),
            "a template": lambda env: env["mail.template"].create({"name": "x"}),
            "an API key": lambda env: env["res.users.apikeys.description"].create({"name": "x", "duration": "1"}),
            "an API key at once": lambda env: env["res.users.apikeys"]._generate(None, "x", "2099-01-01"),
            "a passkey": lambda env: env["auth.passkey.key"].create({"name": "x", "credential_identifier": "x"}),
            "passwords of others": lambda env: env["change.password.wizard"].create(
                {"user_ids": [Command.create({"user_id": self.agent_a2.id, "new_passwd": "12345678"})]}
            ),
            "a group": lambda env: env["res.groups"].browse(1).write({"name": "x"}),
            "a parameter": lambda env: env["ir.config_parameter"].get_param("database.secret"),
            "an export list": lambda env: env["ir.exports"].create({"name": "x", "resource": "mobifone.lookup"}),
            "an import": lambda env: env["base_import.import"].create({"res_model": "mobifone.agent"}),
            "a menu": lambda env: env["ir.ui.menu"].create({"name": "x"}),
            "a view of one's own": lambda env: env["ir.ui.view.custom"].create({"ref_id": 1, "arch": "<a/>"}),
            "a canned response": lambda env: env["mail.canned.response"].create({"source": "x", "substitution": "y"}),
            "a contact": lambda env: env["res.partner"].create({"name": "x"}),
            "one's own contact": lambda env: env.user.partner_id.with_env(env).write({"email": "x@example.com"}),
            "a request for add-ons": lambda env: env["base.module.install.request"].create({"body_html": "x"}),
        }
        for user in self.vendors():
            for name, way in ways.items():
                with self.subTest(user=user.login, way=name), self.cr.savepoint():
                    env = self.env(user=user, context={})
                    with self.assertRaises(AccessError):
                        way(env)

    def test_own_fields(self):
        for user in self.vendors():
            own = user.with_user(user)
            own.write({"lang": "en_US", "tz": "Asia/Ho_Chi_Minh"})
            self.assertEqual(user.tz, "Asia/Ho_Chi_Minh")
            for values in (
                {"name": "MobiFone Admin"},
                {"email": "thief@example.com"},
                {"phone": "0912345678"},
                {"login": "other"},
                {"password": "12345678"},
                {"signature": "x"},
                {"image_1920": False},
                {"notification_type": "inbox"},
                {"action_id": False},
                {"group_ids": [Command.link(self.env.ref("base.group_system").id)]},
                {"api_key_ids": [Command.create({"name": "x"})]},
                {"mobifone_vendor_id": False},
                {"mobifone_password_set_on": "2099-01-01"},
                {"lang": "en_US", "email": "thief@example.com"},
            ):
                with self.subTest(user=user.login, values=values), self.assertRaises(AccessError):
                    own.write(values)
        self.stranger.with_user(self.stranger).write({"signature": "x"})

    def test_commands_on_files_and_vendors(self):
        file = self.env["mobifone.agent"].search([("user_id", "=", self.agent_a1.id)])
        commands = [
            Command.update(file.id, {"role": "vendor_manager"}),
            Command.create({"name": "x", "employee_code": "x", "role": "agent"}),
            Command.delete(file.id),
        ]
        for user in (self.leader_a, self.vendor_manager_a):
            for command in commands:
                with self.subTest(user=user.login, command=command), self.assertRaises(AccessError):
                    self.vendor_a.with_user(user).write({"agent_ids": [command]})
            with self.assertRaises(AccessError):
                file.with_user(user).write({"name": "x"})

    def test_defaults_in_the_context(self):
        env = self.env(user=self.vendor_manager_a, context={"default_state": "active", "default_role": "team_leader"})
        file = env["mobifone.agent"].create({"name": "x", "vendor_id": self.vendor_a.id, "employee_code": "x"})
        self.assertEqual(file.state, "draft")
        env = self.env(user=self.agent_a1, context={"default_state": "active"})
        with self.assertRaises(AccessError):
            env["mobifone.agent"].create({"name": "y", "vendor_id": self.vendor_a.id, "employee_code": "y"})

    def test_dialogs_of_others(self):
        consultation_id = self.consult(self.agent_a1, OPEN)["consultation_id"]
        dialogs = self.env["mobifone.consultation.cancel"]
        dialog = dialogs.with_user(self.leader_a).create({"consultation_ref": consultation_id, "reason": "r"})
        own = self.env["change.password.own"].with_user(self.leader_a).create({})
        for record in (dialog, own):
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                record.with_user(self.vendor_manager_a).read(["create_uid"])

    def test_own_dialogs_are_open(self):
        # Each dialog that a group of theirs may fill in: a new one is not forgotten here.
        for user in self.vendors():
            rights = self.env["ir.model.access"].search(
                [("group_id", "in", user.all_group_ids.ids), ("perm_create", "=", True)]
            )
            ours = {name for name in rights.model_id.mapped("model") if name.startswith("mobifone.")}
            self.assertLessEqual(ours, self.env(user=user)["ir.model.access"]._get_allowed_models("create"))

    def test_errors_name_no_groups(self):
        with self.assertRaises(AccessError) as refusal:
            self.env(user=self.agent_a1)["ir.attachment"].create({"name": "x"})
        self.assertNotIn("Administration", str(refusal.exception))
        self.assertNotIn("ir.attachment", str(refusal.exception))

    def test_fields_of_the_vendor(self):
        self.vendor_a.allowed_addresses = "192.0.2.1"
        with self.assertRaises(AccessError):
            self.vendor_a.with_user(self.vendor_manager_a).read(["allowed_addresses"])

    def test_menu(self):
        for user in self.vendors():
            menus = self.env(user=user)["ir.ui.menu"].load_menus(False)
            roots = [menus[menu]["xmlid"] for menu in menus["root"]["children"]]
            self.assertEqual(roots, ["mobifone_consult.mobifone_root_menu"])
        menus = self.env(user=self.stranger)["ir.ui.menu"].load_menus(False)
        self.assertGreater(len(menus["root"]["children"]), 1)


@tagged("-at_install", "post_install")
class TestExtension(TransactionCase):
    def test_names_are_models_or_of_parts_to_come(self):
        access = self.env["ir.model.access"]
        for names in access._mobifone_allowed().values():
            for name in names:
                self.assertTrue(name in self.env or name.startswith("mobifone."), name)
        for name in access._mobifone_callable():
            self.assertTrue(name in self.env or name.startswith("mobifone."), name)

    def test_methods_exist(self):
        for model, methods in self.env["ir.model.access"]._mobifone_callable().items():
            for method in methods or ():
                self.assertTrue(hasattr(self.env[model], method), f"{model}.{method}")
