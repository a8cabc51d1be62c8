from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.mobifone_job_run import JOBS
from .common import OPEN, ConsultCase


@tagged("-at_install", "post_install")
class TestCleanup(ConsultCase):
    """The scheduled actions on accounts (design 7)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The demo's accounts work all the time.
        others = cls.env["mobifone.agent"].search([("vendor_id", "not in", (cls.vendor_a | cls.vendor_b).ids)])
        others.write({"activated_on": fields.Datetime.now()})
        cls.set_param("stop_percent", "100")

    def idle(self, user, days):
        """As if the account was not used for so many days."""
        moment = fields.Datetime.now() - timedelta(days=days)
        account = self.account(user)
        account.sudo().write({"started_on": moment, "activated_on": moment})
        self.env.cr.execute("UPDATE res_users_log SET create_date = %s WHERE create_uid = %s", [moment, user.id])
        return account

    def test_an_account_that_fails_holds_nobody_up(self):
        broken, fine = self.idle(self.agent_a1, 30), self.idle(self.leader_a, 30)
        model = type(broken)
        suspend = model._suspend

        def fail(agents, reason=None):
            if broken.id in agents.ids:
                raise ValueError("not this one")
            return suspend(agents, reason)

        logger = "odoo.addons.mobifone_consult.models.mobifone_job_run"
        with patch.object(model, "_suspend", fail), self.assertLogs(logger, "ERROR") as logged:
            run = self.job("dormant")
        self.assertEqual((broken.state, fine.state), ("active", "suspended"))
        self.assertEqual((run.state, run.done_count, run.skipped_count), ("done", 1, 1), run.details)
        self.assertEqual(len(logged.output), 1)

    def test_suspended_then_closed(self):
        fresh, warned, late = self.idle(self.agent_a1, 19), self.idle(self.agent_a2, 29), self.idle(self.leader_a, 30)
        run = self.job("dormant")
        self.assertEqual((fresh.state, warned.state, late.state), ("active", "active", "suspended"))
        self.assertEqual((run.candidate_count, run.done_count, run.state), (1, 1, "done"))
        self.assertIn("t_leader_a", run.details)
        self.assertIn("not used since", late.state_reason)
        self.assertFalse(self.leader_a.active)
        self.idle(self.leader_a, 45)
        self.job("dormant")
        self.assertEqual(late.state, "closed")
        self.env.cr.execute("SELECT password FROM res_users WHERE id = %s", [self.leader_a.id])
        self.assertEqual(self.env.cr.fetchone(), (None,))
        again = self.job("dormant")
        self.assertEqual((again.candidate_count, again.done_count), (0, 0), "nothing twice")

    def test_a_look_up_is_use(self):
        account = self.idle(self.agent_a1, 60)
        self.desk(self.agent_a1).lookup(OPEN)
        self.job("dormant")
        self.assertEqual(account.state, "active")

    def test_the_last_manager_stays(self):
        account = self.idle(self.vendor_manager_a, 60)
        run = self.job("dormant")
        self.assertEqual((account.state, run.skipped_count), ("active", 1))
        self.assertIn("last manager", run.details)
        finding = self.env["mobifone.finding"].with_user(self.manager).search([("agent_id", "=", account.id)])
        self.assertEqual(finding.kind, "other", "a person decides")
        self.job("dormant")
        self.assertEqual(finding.search([("agent_id", "=", account.id)]), finding)

    def test_dry_run(self):
        account = self.idle(self.agent_a1, 60)
        run = self.job("dormant", is_dry=True)
        self.assertEqual((account.state, run.is_dry, run.done_count), ("active", True, 1))

    def test_dry_run_of_each(self):
        for job, _label in JOBS:
            with self.subTest(job=job):
                action = self.env["mobifone.job.dry.run"].with_user(self.manager).create({"job": job}).action_run()
                self.assertEqual(action["res_model"], "mobifone.job.run")
                run = self.env["mobifone.job.run"].with_user(self.manager).browse(action["res_id"])
                self.assertEqual((run.job, run.is_dry, run.state), (job, True, "done"))
                self.assertTrue(run.details)
        mine = self.env["mobifone.job.dry.run"].with_user(self.manager).create({})
        for user in (self.vendor_manager_a, self.agent_a1):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                mine.with_user(user).action_run()
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                mine.with_user(user).create({})

    def test_too_many_stop_the_run(self):
        users = [self._hire(f"t_more_{number}", self.vendor_b, "agent") for number in range(6)]
        accounts = [self.idle(user, 60) for user in users]
        self.set_param("stop_percent", "1")
        with self.assertLogs("odoo.addons.mobifone_consult.models.mobifone_job_run", "ERROR"):
            run = self.job("dormant")
        self.assertEqual(run.state, "stopped")
        self.assertEqual({account.state for account in accounts}, {"active"})
        self.set_param("stop_count", "6")
        self.assertEqual(self.job("dormant").done_count, 6, "both limits must be passed")

    def test_commitments(self):
        old = self.account(self.agent_a1)
        old.sudo().commitment_date = "2024-01-01"
        run = self.job("commitments")
        self.assertEqual((old.state, run.done_count), ("suspended", 1))
        self.assertIn("ran out", old.state_reason)
        newer = (
            self.env["mobifone.commitment"]
            .with_user(self.manager)
            .create({"version": "T9", "text": "<p>Mới</p>", "sign_days": 3})
        )
        newer.action_publish()
        self.assertEqual(self.job("commitments").candidate_count, 0, "there are days to sign")
        self.env.cr.execute(
            "UPDATE mobifone_commitment SET published_on = published_on - interval '5 days' WHERE id = %s", [newer.id]
        )
        self.env.invalidate_all()
        self.assertGreaterEqual(self.job("commitments", is_dry=True).candidate_count, 5)

    def test_not_accepted(self):
        account = self.account(self.agent_a1)
        account.sudo().write({"accepted_commitment_id": False, "accepted_on": False})
        self.idle(self.agent_a1, 10)
        self.assertEqual(self.job("commitments").candidate_count, 0, "he never logged in")
        for days in (2, 1, 0):
            with freeze_time(fields.Datetime.now() - timedelta(days=days)):
                self.agent_a1._update_last_login()
            self.env.flush_all()
        self.job("commitments")
        self.assertEqual(account.state, "suspended", "to log in each day begins nothing anew")
        self.assertIn("not accepted", account.state_reason)

    def test_warned_once(self):
        self.vendor_a.mail_recipients = "nhansu@example.com"
        self.idle(self.agent_a1, 25)
        mails = self.env["mail.mail"].search_count([("email_to", "=", "nhansu@example.com")])
        for _time in range(2):
            self.env["mobifone.agent"]._warn_dormant()
        found = self.env["mail.mail"].search([("email_to", "=", "nhansu@example.com")])
        self.assertEqual(len(found) - mails, 1)
        self.assertIn("t_agent_a1", found[0].body_html)

    def test_by_the_scheduler(self):
        account = self.idle(self.agent_a1, 60)
        with self.enter_registry_test_mode(), mute_logger("odoo.addons.base.models.ir_cron"):
            self.env.ref("mobifone_consult.ir_cron_dormant").method_direct_trigger()
        self.assertEqual(account.state, "closed")
