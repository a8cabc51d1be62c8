from datetime import timedelta

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .script_common import STEPS, ScriptCase, content


@tagged("-at_install", "post_install")
class TestScriptPublish(ScriptCase):
    """What is live never changes; the next version replaces it for the calls that begin then (invariant 8)."""

    def next_draft(self, text="Lời giới thiệu mới", **headings):
        steps = [{**item, "text": text} if item["key"] == "pitch" else item for item in STEPS]
        return self.draft(content(steps, **{"version": text, **headings}))

    def test_a_call_under_way_keeps_its_words(self):
        desk, call = self.start()
        version = self.next_draft()
        version.action_check()
        version.action_publish()
        self.assertEqual(self.give(desk, call, "service")["text"], "Giới thiệu. Hiện chưa có khuyến mại.")
        desk, later = self.start(self.agent_b1)
        self.assertEqual(self.give(desk, later, "service")["text"], "Lời giới thiệu mới")
        states = {item.number: item.state for item in self.script.version_ids}
        self.assertEqual(states, {1: "retired", 2: "live"})

    def test_nobody_changes_what_was_published(self):
        pitch = self.version.step_ids.filtered(lambda item: item.key == "pitch")
        answer = pitch.answer_ids[0]
        draft = self.next_draft()
        others = draft.step_ids[0]
        attempts = (
            lambda env: pitch.with_env(env).write({"text": "x"}),
            lambda env: pitch.with_env(env).write({"sequence": 1}),
            lambda env: pitch.with_env(env).unlink(),
            lambda env: answer.with_env(env).write({"label": "x"}),
            lambda env: answer.with_env(env).unlink(),
            lambda env: answer.with_env(env).copy({"key": "copy"}),
            lambda env: others.with_env(env).write({"version_id": self.version.id}),
            lambda env: others.answer_ids[0].with_env(env).write({"step_id": pitch.id}),
            lambda env: env["mobifone.script.step"].create({"version_id": self.version.id, "key": "y", "title": "Y"}),
            lambda env: env["mobifone.script.answer"].create({"step_id": pitch.id, "key": "y"}),
            lambda env: self.version.with_env(env).write({"state": "draft"}),
            lambda env: self.version.with_env(env).write({"name": "x"}),
            lambda env: self.version.with_env(env).unlink(),
            lambda env: self.version.with_env(env).write({"step_ids": [(5,)]}),
        )
        for env in (self.env, self.env(user=self.manager), self.env(user=self.manager, su=True)):
            for attempt in attempts:
                with self.assertRaises(UserError):
                    attempt(env)

    @mute_logger("odoo.sql_db")
    def test_nor_does_sql(self):
        version_id, step_id = self.version.id, self.version.step_ids[0].id
        draft = self.next_draft()
        self.env.flush_all()
        for statement in (
            f"UPDATE mobifone_script_step SET text = 'x' WHERE id = {step_id}",
            f"UPDATE mobifone_script_answer SET label = 'x' WHERE step_id = {step_id}",
            f"DELETE FROM mobifone_script_answer WHERE step_id = {step_id}",
            f"DELETE FROM mobifone_script_step WHERE id = {step_id}",
            f"UPDATE mobifone_script_step SET version_id = {version_id} WHERE version_id = {draft.id}",
            f"INSERT INTO mobifone_script_answer (step_id, key) VALUES ({step_id}, 'x')",
            f"UPDATE mobifone_script_version SET state = 'draft' WHERE id = {version_id}",
            f"DELETE FROM mobifone_script_version WHERE id = {version_id}",
        ):
            with self.assertRaises(psycopg2.errors.RaiseException, msg=statement), self.env.cr.savepoint(flush=False):
                self.env.cr.execute(statement)

    def test_a_draft_is_checked_before_it_goes_live(self):
        version = self.next_draft()
        with self.assertRaises(UserError):
            version.action_publish()
        version.action_check()
        version.step_ids[0].text = "Đổi sau khi kiểm tra"
        self.assertEqual(version.check_state, "stale")
        with self.assertRaises(UserError):
            version.action_publish()
        version.action_check()
        version.action_publish()
        self.assertEqual(self.script.live_version_id, version)

    def test_what_the_buttons_write_cannot_be_written(self):
        draft = self.next_draft().with_user(self.manager)
        for values in (
            {"state": "live"}, {"checked_checksum": draft._checksum()}, {"check_report": {}}, {"number": 9},
            {"published_on": fields.Datetime.now()}, {"source_checksum": "x"}, {"checked_against_id": self.version.id},
        ):  # fmt: skip
            with self.assertRaises(UserError):
                draft.write(values)
        forged = draft.with_context(default_state="live", default_checked_checksum="x").create(
            {"script_id": self.script.id, "name": "Giả", "state": "live", "checked_checksum": "x", "number": 99}
        )
        self.assertEqual((forged.state, forged.checked_checksum, forged.number), ("draft", False, 3))
        with self.assertRaises(UserError):
            self.script.with_user(self.manager).live_version_id = forged

    def test_the_second_admin_is_refused(self):
        first, second = self.next_draft("A"), self.next_draft("B")
        (first | second).action_check()
        first.action_publish()
        with self.assertRaises(UserError):
            second.action_publish()
        second.action_check()
        second.action_publish()
        self.assertEqual(self.script.live_version_id, second)
        with self.assertRaises(UserError):
            second.action_publish()

    def test_rollback(self):
        version = self.next_draft()
        version.action_check()
        version.action_publish()
        with self.assertRaises(UserError):
            self.version.action_publish()
        self.version.action_check()
        self.version.action_publish()
        self.assertEqual((self.version.state, version.state), ("live", "retired"))
        desk, call = self.start()
        self.assertEqual(self.give(desk, call, "service")["text"], "Giới thiệu. Hiện chưa có khuyến mại.")

    def test_at_a_set_time(self):
        version = self.next_draft()
        version.action_check()
        with self.assertRaises(UserError):
            version.action_schedule(fields.Datetime.now() - timedelta(minutes=1))
        version.action_schedule(fields.Datetime.now() + timedelta(hours=2))
        with self.assertRaises(UserError):
            version.step_ids[0].text = "x"
        self.run_cron()
        self.assertEqual((version.state, self.version.state), ("scheduled", "live"), "not yet")
        self.env.cr.execute("UPDATE mobifone_script_version SET publish_on = publish_on - interval '3 hours'")
        self.env.invalidate_all()
        self.run_cron()
        self.assertEqual((version.state, self.version.state), ("live", "retired"))

    def test_a_set_time_after_another_version_went_live(self):
        scheduled, other = self.next_draft("A"), self.next_draft("B")
        (scheduled | other).action_check()
        scheduled.action_schedule(fields.Datetime.now() + timedelta(hours=2))
        other.action_publish()
        self.env.cr.execute("UPDATE mobifone_script_version SET publish_on = publish_on - interval '3 hours'")
        self.env.invalidate_all()
        self.run_cron()
        self.assertEqual((scheduled.state, other.state), ("draft", "live"))
        self.assertTrue(scheduled.failure, "and the admin is told why")

    def test_unschedule(self):
        version = self.next_draft()
        version.action_check()
        version.action_schedule(fields.Datetime.now() + timedelta(hours=2))
        version.action_unschedule()
        version.step_ids[0].text = "Lại sửa được"
        self.assertEqual(version.state, "draft")

    def run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("mobifone_consult.ir_cron_publish_scripts").method_direct_trigger()
        self.env.invalidate_all()

    def test_new_draft_from_a_version(self):
        action = self.version.with_user(self.manager).action_new_draft()
        draft = self.env["mobifone.script.version"].browse(action["res_id"])
        self.assertEqual((draft.state, draft.number, draft.source_checksum), ("draft", 2, False))
        self.assertEqual(draft._content()["steps"], self.version._content()["steps"])
        self.assertFalse(draft.difference)

    def test_what_a_script_is_known_by_does_not_change(self):
        scripts = self.env["mobifone.script"].with_user(self.manager)
        script = self.script.with_user(self.manager)
        for values in ({"key": "other"}, {"hotline": "9090"}):
            with self.assertRaises(UserError):
                script.write(values)
        sly = scripts.with_context(default_live_version_id=self.version.id).create(
            {"name": "Giả", "hotline": "9090", "active": False}
        )
        self.assertFalse(sly.live_version_id)
        reason = self.env.ref("mobifone_consult.exclusion_complaint").with_user(self.manager)
        with self.assertRaises(UserError):
            reason.code = "complaint_renamed"
        for code in ("lifted", "a\nb", "A", ""):
            with self.assertRaises(Exception), mute_logger("odoo.sql_db"), self.env.cr.savepoint():  # noqa: B017
                reason.create({"code": code, "name": "X"}).flush_recordset()

    def test_an_update_goes_on_when_an_admins_script_serves_the_hotline(self):
        package = self.env["mobifone.script.package"]
        own = self.env["mobifone.script"].with_context(active_test=False).search([("key", "=", "9090")])
        self.env.cr.execute("UPDATE mobifone_script SET key = 'own', active = TRUE WHERE id = %s", [own.id])
        self.env.invalidate_all()
        with self.assertLogs("odoo.addons.mobifone_consult.models.mobifone_script_package", "WARNING"):
            package._load_shipped()
        self.assertEqual(own.live_version_id.state, "live")

    def test_managers_only(self):
        draft = self.next_draft()
        for user in (self.agent_a1, self.leader_a, self.vendor_manager_a, self.care, self.feed):
            version = draft.with_user(user)
            for method in (version.action_check, version.action_publish, version.action_new_draft, version.samples):
                with self.assertRaises(AccessError):
                    method()
            for model in (
                "mobifone.script",
                "mobifone.script.version",
                "mobifone.script.step",
                "mobifone.script.answer",
            ):
                self.assertFalse(self.env[model].with_user(user).has_access("read"), (user.login, model))
            with self.assertRaises(AccessError):
                version.try_out(draft.id, "terminated", [])

    def test_try_out_writes_nothing(self):
        draft = self.next_draft().with_user(self.manager)
        sample = draft.samples()[0]["key"]
        self.env.flush_all()
        self.env.cr.execute("SELECT count(*) FROM mobifone_call UNION ALL SELECT count(*) FROM mobifone_consultation")
        before = self.env.cr.fetchall()
        shown = draft.try_out(draft.id, sample, ["service", "agree", "save", "tell", "save"])
        self.assertEqual((shown["step"]["kind"], shown["step"]["outcome"]), ("end", "link_sent"))
        self.assertEqual([entry["result"] for entry in shown["trail"]], [False, False, "ok", False, "ok"])
        lost = draft.try_out(draft.id, "taken_meanwhile", ["service", "agree", "save"])["trail"][-1]
        self.assertEqual(lost["result"], "locked")
        self.env.cr.execute("SELECT count(*) FROM mobifone_call UNION ALL SELECT count(*) FROM mobifone_consultation")
        self.assertEqual(self.env.cr.fetchall(), before)
        for bad in (
            (draft.id, "no_such", []),
            (draft.id, sample, ["x"]),
            (draft.id, sample, "service"),
            (0, sample, []),
        ):
            with self.assertRaises(UserError):
                draft.try_out(*bad)

    def test_loading_the_shipped_files_again_touches_nothing(self):
        package = self.env["mobifone.script.package"]
        package._load_shipped()
        query = """SELECT id, state, number, write_date FROM mobifone_script_version ORDER BY id"""
        self.env.flush_all()
        self.env.cr.execute(query)
        before = self.env.cr.fetchall()
        package._load_shipped()
        self.env.flush_all()
        self.env.cr.execute(query)
        self.assertEqual(self.env.cr.fetchall(), before)
        self.assertEqual(self.script.live_version_id, self.version)
