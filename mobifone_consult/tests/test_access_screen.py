from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ConsultCase


@tagged("-at_install", "post_install")
class TestAccessScreen(ConsultCase):
    """Who has which role, since when and given by whom (design 3)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls._user("t_admin", "base.group_system")
        cls.groups = {
            name: cls.env.ref(f"mobifone_consult.group_{name}")
            for name in ("agent", "team_leader", "vendor_manager", "care", "manager", "integration")
        }

    def held(self, user):
        """{role: who gave it} that is kept of a user."""
        accesses = self.env["mobifone.access"].search([("user_id", "=", user.id), ("until", "=", False)])
        names = {group: name for name, group in self.groups.items()}
        return {names[access.group_id]: access.given_by_id for access in accesses}

    def access(self, user, name):
        return (
            self.env["mobifone.access"]
            .with_user(self.admin)
            .search([("user_id", "=", user.id), ("group_id", "=", self.groups[name].id)], limit=1)
        )

    def give(self, user, role, by=None):
        self.env["mobifone.access.change"].with_user(by or self.admin).create(
            {"user_id": user.id, "role": role}
        ).action_give()

    def test_what_is_kept(self):
        self.assertEqual(list(self.held(self.manager)), ["manager"], "care comes with it and is not told apart")
        self.assertEqual(list(self.held(self.feed)), ["integration"])
        self.assertEqual(self.held(self.agent_a1), {"agent": self.manager}, "given by who activated him")
        self.assertEqual(self.held(self.leader_a), {"team_leader": self.manager})
        self.assertEqual(self.held(self.stranger), {})
        access = self.access(self.agent_a1, "agent")
        self.assertEqual((access.vendor_id, access.agent_state, access.is_held), (self.vendor_a, "active", True))

    def test_vendors_people_follow_their_file(self):
        account = self.account(self.agent_a1)
        account.action_suspend()
        access = self.access(self.agent_a1, "agent")
        self.assertEqual((access.taken_by_id, access.is_held), (self.manager, False))
        self.assertTrue(access.until)
        account.action_activate()
        account.role = "team_leader"
        self.assertEqual(list(self.held(self.agent_a1)), ["team_leader"])
        account.with_user(self.vendor_manager_a).report_leaver()
        self.assertEqual(self.held(self.agent_a1), {})
        self.assertEqual(self.access(self.agent_a1, "team_leader").taken_by_id, self.vendor_manager_a)
        self.assertEqual(
            self.env["mobifone.access"].search_count([("user_id", "=", self.agent_a1.id)]), 3, "nothing is forgotten"
        )

    def test_by_whatever_way(self):
        care, outside = self.groups["care"], self.env["res.groups"].create({"name": "T outside"})
        by_admin = self.env(user=self.admin)
        self.stranger.with_env(by_admin).group_ids = [Command.link(outside.id)]
        self.assertEqual(self.held(self.stranger), {})
        outside.with_env(by_admin).implied_ids = [Command.link(care.id)]
        self.assertEqual(self.held(self.stranger), {"care": self.admin}, "by a group outside")
        with self.assertRaisesRegex(UserError, "another group"):
            self.access(self.stranger, "care").action_take()
        outside.with_env(by_admin).implied_ids = [Command.unlink(care.id)]
        self.assertEqual(self.held(self.stranger), {})
        care.with_env(by_admin).user_ids = [Command.link(self.stranger.id)]
        self.assertEqual(self.held(self.stranger), {"care": self.admin}, "on the group's side")
        self.stranger.with_env(by_admin).active = False
        self.assertEqual(self.held(self.stranger), {}, "archived")
        self.stranger.with_env(by_admin).active = True
        self.assertEqual(self.held(self.stranger), {"care": self.admin})
        self.stranger.with_env(by_admin).group_ids = [Command.unlink(care.id)]
        group = {"name": "T made", "user_ids": [Command.link(self.stranger.id)], "implied_ids": [Command.link(care.id)]}
        made = self.env["res.groups"].with_env(by_admin).create(group)
        self.assertEqual(self.held(self.stranger), {"care": self.admin})
        made.unlink()
        self.assertEqual(self.held(self.stranger), {})
        self.assertEqual(self.env["mobifone.access"].search_count([("user_id", "=", self.stranger.id)]), 4)

    def test_repair(self):
        accesses = self.env["mobifone.access"]
        before = {(access.user_id, access.group_id) for access in accesses.search([("until", "=", False)])}
        self.env.cr.execute("ALTER TABLE mobifone_access DISABLE TRIGGER USER")
        self.env.cr.execute("DELETE FROM mobifone_access")
        self.env.cr.execute("ALTER TABLE mobifone_access ENABLE TRIGGER USER")
        accesses.invalidate_model()
        accesses._repair()
        found = accesses.search([])
        self.assertLessEqual(before, {(access.user_id, access.group_id) for access in found})
        access = self.access(self.care, "care")
        self.assertEqual((access.since, access.given_by_id.id), (self.care.create_date.replace(microsecond=0), False))
        activated = self.account(self.agent_a1).event_ids.filtered(lambda event: event.kind == "activated")
        access = self.access(self.agent_a1, "agent")
        self.assertEqual((access.since, access.given_by_id), (activated.occurred_on, self.manager), "the history tells")
        accesses._repair()
        self.assertEqual(accesses.search([]), found, "nothing twice")

    def test_two_hundred_at_once(self):
        users = (
            self.env["res.users"]
            .with_context(no_reset_password=True)
            .create([{"name": f"T many {n}", "login": f"t_many_{n}"} for n in range(200)])
        )
        accesses = self.env["mobifone.access"]
        self.env.flush_all()
        with self.assertQueryCount(3):
            accesses._follow(users)
        users.write({"group_ids": [Command.link(self.groups["care"].id)]})
        self.assertEqual(accesses.search_count([("user_id", "in", users.ids), ("until", "=", False)]), 200)

    def test_given_and_taken(self):
        self.give(self.stranger, "integration")
        self.assertEqual(self.held(self.stranger), {"integration": self.admin})
        access = self.access(self.stranger, "integration")
        self.assertTrue(access.can_take)
        access.action_take()
        self.assertFalse(self.stranger.has_group("mobifone_consult.group_integration"))
        self.assertEqual((access.taken_by_id, access.can_take), (self.admin, False))
        for user, role, reason in (
            (self.manager, "care", "already"),
            (self.agent_a1, "care", "vendor's account"),
            (self.env.ref("base.public_user"), "care", "no active internal"),
        ):
            with self.subTest(user=user.login), self.assertRaisesRegex(UserError, reason):
                self.give(user, role)
        with self.assertRaisesRegex(UserError, "account file"):
            self.access(self.agent_a1, "agent").action_take()
        self.assertEqual(self.access(self.agent_a1, "agent").action_account()["res_model"], "mobifone.agent")

    def test_never_from_oneself_nor_the_last_manager(self):
        self.give(self.admin, "manager")
        own = self.access(self.admin, "manager")
        self.assertFalse(own.can_take)
        with self.assertRaisesRegex(UserError, "own role"):
            own.action_take()
        others = self.env["mobifone.access"]._open_of(self.groups["manager"]) - own.sudo()
        second = self._user("t_admin2", "base.group_system")
        others.with_user(second).action_take()
        self.assertFalse(self.manager.has_group("mobifone_consult.group_manager"))
        with self.assertRaisesRegex(UserError, "last manager"):
            own.with_user(second).action_take()
        self.assertTrue(self.admin.has_group("mobifone_consult.group_manager"))

    def test_nobody_else(self):
        access = self.access(self.care, "care")
        for user in (self.agent_a1, self.leader_a, self.vendor_manager_a, self.care, self.feed, self.stranger):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    access.with_user(user).read(["since"])
                with self.assertRaises(AccessError):
                    access.with_user(user).action_take()
                with self.assertRaises(AccessError):
                    self.give(user, "manager", user)
        with self.assertRaises(AccessError):
            access.with_user(self.manager).action_take()
        with self.assertRaises(AccessError):
            self.give(self.stranger, "care", self.manager)
        self.assertTrue(
            access.with_user(self.manager).read(["user_id", "login", "group_id", "vendor_id", "agent_state"])
        )
        dialog = (
            self.env["mobifone.access.change"]
            .with_user(self.admin)
            .create({"user_id": self.stranger.id, "role": "care"})
        )
        with self.assertRaises(AccessError):
            dialog.with_user(self._user("t_admin2", "base.group_system")).action_give()
        values = {"user_id": self.stranger.id, "group_id": self.groups["manager"].id, "since": fields.Datetime.now()}
        for act in (
            lambda: access.write({"given_by_id": False}),
            lambda: access.create(values),
            access.unlink,
            access.sudo().unlink,
            lambda: access.sudo().write({"until": fields.Datetime.now()}),
        ):
            with self.assertRaises(UserError):
                act()

    @mute_logger("odoo.sql_db")
    def test_the_database_keeps_it(self):
        access = self.access(self.care, "care")
        for sql in (
            "DELETE FROM mobifone_access",
            "TRUNCATE mobifone_access",
            "UPDATE mobifone_access SET since = now() WHERE id = %s",
        ):
            with self.subTest(sql=sql), self.assertRaisesRegex(Exception, "append-only"), self.env.cr.savepoint():
                self.env.cr.execute(sql, [access.id] if "%s" in sql else None)
