from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..tools import local_time
from .common import ConsultCase


@tagged("-at_install", "post_install")
class TestRoster(ConsultCase):
    """The month's roster: the vendor says who works and who left; what is not confirmed is suspended (design 7)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor_a.mail_recipients = "nhansu@example.com"
        cls.set_param("stop_percent", "100")
        began = fields.Datetime.now() - timedelta(days=90)
        cls.env["mobifone.agent"].search([("vendor_id", "=", cls.vendor_a.id)]).write({"started_on": began})
        cls.env["mobifone.roster"].search([]).write({"state": "confirmed"})

    def make(self):
        with self.enter_registry_test_mode(), mute_logger("odoo.addons.base.models.ir_cron"):
            self.env.ref("mobifone_consult.ir_cron_rosters").method_direct_trigger()
        self.env.invalidate_all()
        return self.roster(self.vendor_a, self.vendor_manager_a)

    def roster(self, vendor, user):
        month = local_time.month_of(fields.Datetime.now())
        return (
            self.env["mobifone.roster"].with_user(user).search([("vendor_id", "=", vendor.id), ("month", "=", month)])
        )

    def line(self, roster, user):
        return roster.line_ids.filtered(lambda line: line.employee_code == user.login)

    def expire(self, roster):
        roster.sudo().due_on = fields.Datetime.now() - timedelta(minutes=1)

    def test_made_once_for_each_vendor(self):
        draft = {"name": "Nháp", "vendor_id": self.vendor_a.id, "employee_code": "DRAFT"}
        self.env["mobifone.agent"].create(draft)
        self.account(self.agent_a2).action_suspend()
        empty = self.env["mobifone.vendor"].create({"name": "Trống", "code": "TRONG"})
        mails = self.env["mail.mail"].search([("email_to", "=", "nhansu@example.com")])
        roster = self.make()
        codes = {"t_agent_a1", "t_agent_a2", "t_leader_a", "t_vendor_a"}
        self.assertEqual(set(roster.line_ids.mapped("employee_code")), codes, "active and suspended, no draft")
        self.assertFalse(any(roster.line_ids.mapped("status")))
        self.assertEqual((roster.state, roster.open_count), ("open", 4))
        due = local_time.local(fields.Datetime.now()).date() + timedelta(days=10)
        self.assertEqual(roster.due_on, local_time.end_of_day(due))
        mail = self.env["mail.mail"].search([("email_to", "=", "nhansu@example.com")]) - mails
        self.assertEqual(len(mail), 1)
        self.assertIn(f"tháng {roster.month:%m/%Y}", mail.subject)
        self.assertFalse(self.roster(empty, self.manager))
        self.assertEqual(len(self.roster(self.vendor_b, self.manager).line_ids), 2)
        self._hire("t_late", self.vendor_a, "agent")
        self.assertEqual(self.make(), roster)
        self.assertEqual(len(roster.line_ids), 4, "who began later is not on it")
        self.assertEqual(self.env["mail.mail"].search_count([("email_to", "=", "nhansu@example.com")]), len(mails) + 1)

    def test_month_is_vietnams(self):
        for clock, month in (("2031-03-31 16:59:00", "2031-03-01"), ("2031-03-31 17:00:00", "2031-04-01")):
            with freeze_time(clock), self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
                self.env(cr=cr)["mobifone.roster"]._make_rosters()
            last = self.env["mobifone.roster"].search([("vendor_id", "=", self.vendor_a.id)], limit=1)
            self.assertEqual(str(last.month), month)
        self.assertEqual(last.due_on, datetime(2031, 4, 11, 16, 59))

    def test_confirmed(self):
        roster = self.make()
        leaver = self.line(roster, self.agent_a1)
        left_at = fields.Datetime.now().replace(second=0) - timedelta(hours=3)
        leaver.write({"status": "left", "left_at": left_at, "note": "nộp lại tai nghe"})
        self.assertTrue(self.agent_a1.active, "nothing happens before the confirmation")
        with self.assertRaisesRegex(UserError, "t_vendor_a"):
            roster.action_confirm()
        roster.action_rest_works()
        self.assertEqual((roster.open_count, roster.left_count, leaver.status), (0, 1, "left"))
        roster.action_confirm()
        self.assertEqual((roster.state, roster.confirmed_by_id), ("confirmed", self.vendor_manager_a))
        account = self.account(self.agent_a1)
        self.assertEqual((account.state, self.agent_a1.active), ("left", False))
        departure = account.departure_id
        self.assertEqual((departure.source, departure.left_at, departure.note), ("roster", left_at, "nộp lại tai nghe"))
        self.assertEqual(departure.reported_by_id, self.vendor_manager_a)
        for user in (self.agent_a1, self.agent_a2):
            event = self.account(user).event_ids.filtered(lambda event: event.kind == "roster")
            self.assertEqual((len(event), event.user_id), (1, self.vendor_manager_a))
        for act in (
            roster.action_confirm,
            roster.action_rest_works,
            lambda: self.line(roster, self.agent_a2).write({"status": "left"}),
            lambda: roster.write({"line_ids": [Command.update(leaver.id, {"note": "x"})]}),
        ):
            with self.assertRaisesRegex(UserError, "confirmed already"):
                act()

    def test_on_the_screen(self):
        with Form(self.make()) as form:
            with form.line_ids.edit(0) as line:
                line.status = "left"
                line.left_at = fields.Datetime.now()
            self.assertEqual((form.line_count, form.open_count, form.left_count), (4, 3, 1))
        self.assertEqual((form.record.open_count, form.record.left_count), (3, 1))

    def test_a_wrong_date_stops_it_whole(self):
        roster = self.make()
        line = self.line(roster, self.agent_a1)
        for wrong in ("2001-01-01 00:00:00", "2999-01-01 00:00:00", "gibberish"):
            with self.subTest(wrong=wrong), self.assertRaises(UserError):
                line.write({"status": "left", "left_at": wrong})
        line.write({"status": "left"})
        roster.action_rest_works()
        with self.assertRaisesRegex(UserError, "t_agent_a1"):
            roster.action_confirm()
        line.sudo().left_at = fields.Datetime.now() - timedelta(days=900)
        other = self.line(roster, self.agent_a2)
        other.write({"status": "left", "left_at": fields.Datetime.now()})
        with self.assertRaises(UserError):
            roster.action_confirm()
        self.assertEqual((roster.state, self.account(self.agent_a2).state), ("open", "active"))

    def test_a_bare_day_is_its_last_minute(self):
        line = self.line(self.make(), self.agent_a1)
        day = local_time.local(fields.Datetime.now()).date() - timedelta(days=1)
        line.write({"status": "left", "left_at": f"{day:%d/%m/%Y}"})
        self.assertEqual(line.left_at, local_time.end_of_day(day))
        line.status = "working"
        self.assertFalse(line.left_at)

    def test_reported_otherwise_meanwhile(self):
        roster = self.make()
        self.line(roster, self.agent_a1).status = "working"
        self.account(self.agent_a1).with_user(self.vendor_manager_a).report_leaver()
        roster.action_rest_works()
        roster.action_confirm()
        self.assertEqual(self.line(roster, self.agent_a1).status, "left")
        self.assertEqual(self.env["mobifone.departure"].search_count([("vendor_id", "=", self.vendor_a.id)]), 1)

    def test_nobody_reports_himself(self):
        roster = self.make()
        own = self.line(roster, self.vendor_manager_a)
        with self.assertRaisesRegex(UserError, "himself"):
            own.status = "left"
        own.sudo().write({"status": "left", "left_at": fields.Datetime.now()})
        roster.action_rest_works()
        with self.assertRaisesRegex(UserError, "himself"):
            roster.action_confirm()

    def test_not_confirmed_in_time(self):
        roster = self.make()
        roster.action_rest_works()  # said, but not confirmed
        self.make()
        self.assertEqual(roster.state, "open", "there is still time")
        self.expire(roster)
        theirs = self.roster(self.vendor_b, self.manager)
        late = self._hire("t_late", self.vendor_a, "agent")
        run = self.job("rosters", is_dry=True)
        self.assertEqual((run.is_dry, run.done_count, roster.state), (True, 3, "open"))
        run = self.job("rosters")
        self.assertEqual((run.state, run.done_count, run.skipped_count), ("done", 3, 1))
        self.assertEqual((roster.state, theirs.state), ("overdue", "open"))
        self.assertEqual(self.account(self.agent_a1).state, "suspended")
        self.assertIn("not confirmed on the roster", self.account(self.agent_a1).state_reason)
        self.assertEqual(self.account(self.vendor_manager_a).state, "active", "the last manager stays")
        self.assertEqual((self.account(self.agent_b1).state, self.account(late).state), ("active", "active"))
        self.assertFalse(self.job("rosters"), "nothing twice")
        self.account(self.agent_a1).action_activate()
        self.make()
        self.assertTrue(self.agent_a1.active, "what MobiFone opened again stays open")
        roster.action_confirm()
        self.assertEqual(roster.state, "confirmed", "late is possible")
        self.assertEqual(self.account(self.agent_a2).state, "suspended", "MobiFone opens it again")

    def test_accounts_that_were_locked_are_tried_again(self):
        roster = self.make()
        self.expire(roster)
        with patch.object(type(self.env["mobifone.agent"]), "try_lock_for_update", lambda agents, **_how: agents[:0]):
            self.assertEqual(self.job("rosters").done_count, 0)
        self.assertEqual(roster.state, "open")
        self.assertEqual(self.job("rosters").done_count, 3)
        self.assertEqual(roster.state, "overdue")

    def test_emergency_stop(self):
        roster = self.make()
        self.expire(roster)
        self.set_param("stop_percent", "1")
        self.set_param("stop_count", "1")
        with self.assertLogs("odoo.addons.mobifone_consult.models.mobifone_job_run", "ERROR"):
            run = self.job("rosters")
        self.assertEqual((run.state, roster.state), ("stopped", "open"))
        self.assertTrue(self.agent_a1.active)
        self.set_param("stop_count", "50")
        self.assertEqual((self.job("rosters").state, roster.state), ("done", "overdue"))

    def test_walls(self):
        mine = self.make()
        theirs = self.roster(self.vendor_b, self.manager)
        rosters, lines = (self.env[name].with_user(self.vendor_manager_a) for name in (mine._name, mine.line_ids._name))
        self.assertFalse((rosters.search([]).vendor_id | lines.search([]).vendor_id) - self.vendor_a)
        foreign = theirs.line_ids[0]
        line = self.line(mine, self.agent_a1)
        for act in (
            lambda: rosters.browse(theirs.id).read(["state"]),
            lambda: rosters.browse(theirs.id).action_confirm(),
            lambda: rosters.browse(theirs.id).action_rest_works(),
            lambda: lines.browse(foreign.id).write({"status": "left"}),
            lambda: mine.write({"line_ids": [Command.update(foreign.id, {"status": "left"})]}),
            lambda: mine.write({"line_ids": [Command.link(foreign.id)]}),
            lambda: mine.write({"line_ids": [Command.set([foreign.id])]}),
            lambda: mine.write({"line_ids": [Command.unlink(line.id)]}),
            lambda: mine.write({"line_ids": [Command.delete(line.id)]}),
            lambda: mine.write({"line_ids": [Command.clear()]}),
            lambda: mine.write({"line_ids": [Command.create({"agent_id": foreign.agent_id.id, "name": "x"})]}),
            lambda: mine.write({"line_ids": [Command.update(line.id, {"agent_id": foreign.agent_id.id})]}),
            lambda: mine.write({"state": "confirmed"}),
            lambda: mine.write({"due_on": "2999-01-01 00:00:00"}),
            lambda: mine.write({"vendor_id": self.vendor_b.id}),
            lambda: line.write({"roster_id": theirs.id}),
            lambda: line.write({"name": "x"}),
            lambda: lines.create({"roster_id": mine.id, "agent_id": line.agent_id.id}),
            lambda: rosters.with_context(default_state="confirmed").create({"vendor_id": self.vendor_a.id}),
            line.unlink,
            mine.unlink,
            mine.copy,
        ):
            with self.assertRaises(UserError):
                act()
        self.assertEqual((mine.state, len(mine.line_ids), len(theirs.line_ids)), ("open", 4, 2))
        for user in (self.manager, self.leader_a, self.agent_a1, self.care, self.stranger):
            for act in (
                lambda user=user: mine.with_user(user).action_confirm(),
                lambda user=user: mine.with_user(user).action_rest_works(),
                lambda user=user: line.with_user(user).write({"status": "working"}),
            ):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    act()
        self.assertIn(theirs, rosters.with_user(self.manager).search([]))

    def test_dry_run_button(self):
        self.expire(self.make())
        action = self.env["mobifone.job.dry.run"].with_user(self.manager).create({"job": "rosters"}).action_run()
        run = self.env["mobifone.job.run"].browse(action["res_id"])
        self.assertEqual((run.job, run.is_dry), ("rosters", True))
        self.assertTrue(self.agent_a1.active)

    def test_two_servers(self):
        roster = self.make()
        with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
            rosters = self.env(cr=cr)["mobifone.roster"]
            # As if the other had not been there when this one looked.
            self.patch(type(rosters), "search", lambda self, *arguments, **options: self.browse())
            rosters._make_rosters()
        self.env.invalidate_all()
        self.env.cr.execute("SELECT count(*) FROM mobifone_roster WHERE vendor_id = %s", [self.vendor_a.id])
        self.assertEqual(self.env.cr.fetchone(), (1,))
        self.assertEqual(len(roster.line_ids), 4)
