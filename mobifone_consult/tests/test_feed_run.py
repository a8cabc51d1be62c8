import base64
import os
import tempfile
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from ..cli import mobifone_sync
from ..models.mobifone_line_feed import LOCK, FeedBusy
from .common import OPEN, ConsultCase
from .test_line_feed import NEW


class TestFeedRun(ConsultCase):
    """Each feed leaves a record, whatever comes of it."""

    def run_feed(self, text, user=None, **options):
        with self.enter_registry_test_mode():
            runs = self.env["mobifone.feed.run"].with_user(user or self.manager)
            run_id, counts = runs._feed(BytesIO(text.encode()), "screen", "lines.csv", **options)
        self.env.invalidate_all()
        return self.env["mobifone.feed.run"].browse(run_id), counts

    @contextmanager
    def another(self):
        with self.env.registry._db.cursor() as other:  # a session of its own: the tests' cursor would share ours
            other.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            yield

    def test_a_run_is_told(self):
        run, counts = self.run_feed(
            "msisdn,payment_mode\n0900092001,prepaid\nnonsense,\n0900091001,postpaid\n0890123456,\n"
        )
        self.assertEqual(
            (counts["inserted"], counts["changed"], counts["rejected"], counts["quarantined"]), (1, 1, 1, 1)
        )
        self.assertEqual((run.state, run.source, run.name, run.user_id), ("done", "screen", "lines.csv", self.manager))
        self.assertEqual((run.read_count, run.inserted_count, run.changed_count), (4, 1, 1))
        self.assertTrue(run.ended_on)
        rejects = base64.b64decode(run.rejects).decode().splitlines()
        self.assertEqual(
            [line.split(",")[:3] for line in rejects[1:]], [["3", "msisdn", "nonsense"], ["5", "msisdn", "0890123456"]]
        )
        self.assertTrue(self.line(NEW))

    def test_the_second_is_told_whose_the_first_is(self):
        self.speak_english(self.manager)
        running = self.env["mobifone.feed.run"].create(
            {"source": "command", "name": "all.csv", "user_id": self.feed.id, "state": "running", "read_count": 7,
             "started_on": "2026-11-28 03:04:05"}
        )  # fmt: skip
        with self.another(), self.assertRaisesRegex(FeedBusy, "all.csv, started by t_feed at 10:04 28/11/2026, 7 rows"):
            self.run_feed("msisdn\n0900092001\n")
        self.assertEqual(running.state, "running")
        self.assertFalse(self.line(NEW))
        # Nobody holds the lock: it was broken off.
        self.run_feed("msisdn\n0900092001\n")
        self.env.invalidate_all()
        self.assertEqual(running.state, "broken")

    def test_a_name_is_one_line_of_text(self):
        with self.enter_registry_test_mode():
            runs = self.env["mobifone.feed.run"].with_user(self.feed)
            run_id, _counts = runs._feed(BytesIO(b"msisdn\n"), "http", "a\0b\n\u202ec.csv" + "x" * 500)
        self.env.invalidate_all()
        self.assertEqual(self.env["mobifone.feed.run"].browse(run_id).name, "abc.csv".ljust(200, "x"))

    def test_a_feed_that_was_killed_is_told_without_another(self):
        runs = self.env["mobifone.feed.run"]
        running = runs.create(
            {"source": "command", "user_id": self.feed.id, "state": "running", "started_on": "2026-11-28 03:04:05"}
        )
        with self.another():
            runs._gc_running()
        self.assertEqual(running.state, "running", "somebody is at work")
        runs._gc_running()
        self.assertEqual(running.state, "broken")

    def test_what_was_committed_did_not_fail(self):
        """The database was lost just when it said so."""
        values = {"source": "command", "user_id": self.feed.id, "started_on": "2026-11-28 03:04:05"}
        runs = self.env["mobifone.feed.run"].create([{**values, "state": state} for state in ("running", "done")])
        with self.enter_registry_test_mode():
            for run in runs:
                run._mark_failed(run.id, "OperationalError")
        self.env.invalidate_all()
        self.assertEqual(runs.mapped("state"), ["failed", "done"])
        self.assertEqual(runs.mapped("message"), ["OperationalError", False])

    def test_the_command_claims_nothing_that_it_cannot_know(self):
        command = mobifone_sync.MobifoneSync()
        self.enterContext(patch.object(command, "_parse"))
        for error, told in (
            (psycopg2.OperationalError("server closed the connection\nmore"), "as a whole or not at all: run it again"),
            (psycopg2.InterfaceError("connection already closed"), "as a whole or not at all: run it again"),
            (psycopg2.DataError("wrong"), "nothing was changed"),
        ):
            with patch.object(command, "_sync", side_effect=error), self.assertRaises(SystemExit) as end:
                command.run([])
            self.assertRegex(str(end.exception), rf"^mobifone_sync: PostgreSQL: .*{told}$")

    def test_own_file_of_rejects(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "rejects.csv")
            run, _counts = self.run_feed("msisdn\nnonsense\n", reject_path=path)
            self.assertTrue(os.path.exists(path))
        self.assertFalse(run.rejects)

    def test_who_may_read_what(self):
        run, _counts = self.run_feed("msisdn\nnonsense\n", user=self.feed)
        runs = self.env["mobifone.feed.run"]
        with self.enter_registry_test_mode():
            for user in (self.feed, self.manager):
                self.assertIn(b"nonsense", runs.with_user(user)._rejects_of(run.id))
            other = self._user("t_feed_2", "mobifone_consult.group_integration")
            for user in (other, self.agent_a1, self.vendor_manager_a, self.care, self.stranger):
                with self.assertRaises(AccessError):
                    runs.with_user(user)._rejects_of(run.id)
        for user in (self.agent_a1, self.leader_a, self.vendor_manager_a, self.care, self.stranger, self.feed):
            with self.assertRaises(AccessError):
                run.with_user(user).read(["state"])
        with self.assertRaises(AccessError):
            run.with_user(self.manager).write({"state": "done"})
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .search([("res_model", "=", run._name), ("res_field", "=", "rejects"), ("res_id", "=", run.id)])
        )
        self.assertTrue(attachment)
        with self.assertRaises(AccessError):
            attachment.with_user(self.agent_a1).read(["datas"])

    def test_from_the_screen(self):
        wizards = self.env["mobifone.feed.upload"].with_user(self.manager)
        wizard = wizards.create({"file": base64.b64encode(b"msisdn\n0900092001\n"), "filename": "a.csv"})
        with self.enter_registry_test_mode():
            action = wizard.action_feed()
        run = self.env["mobifone.feed.run"].browse(action["res_id"])
        self.assertEqual((run.state, run.name, run.inserted_count), ("done", "a.csv", 1))
        for content in (b"", b"PK\x03\x04 no csv", b"\xff\xfe"):
            wizard = wizards.create({"file": base64.b64encode(content or b"\n"), "filename": "b.csv"})
            with self.enter_registry_test_mode(), self.assertRaises(UserError):
                wizard.action_feed()
        for user in (self.agent_a1, self.vendor_manager_a, self.care):
            with self.assertRaises(AccessError):
                self.env["mobifone.feed.upload"].with_user(user).create({"file": b"eA==", "filename": "c.csv"})

    def test_rejects_go_after_a_while(self):
        run, _counts = self.run_feed("msisdn\nnonsense\n")
        self.env["mobifone.feed.run"]._gc_rejects()
        self.assertTrue(run.rejects)
        self.env.cr.execute(
            "UPDATE ir_attachment SET create_date = create_date - interval '31 days' WHERE res_model = %s", [run._name]
        )
        self.env["mobifone.feed.run"]._gc_rejects()
        self.env.invalidate_all()
        self.assertFalse(run.rejects)
        self.assertTrue(run.exists() and self.line(OPEN))


@tagged("-at_install", "post_install")
class TestFeedRoute(ConsultCase, HttpCase):
    """What tests/test_feed_route.py cannot make happen."""

    def test_what_the_database_cannot_do_is_asked_once(self):
        """Odoo repeats what loses against another request: of a body that is read nothing would be left."""
        until = fields.Datetime.now() + timedelta(days=1)
        # sudo: keys are made by their owner on a page of his, feeds have none
        key = self.env["res.users.apikeys"].with_user(self.feed).sudo()._generate("rpc", "feed", until)
        runs = type(self.env["mobifone.feed.run"])
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "text/csv"}
        error = psycopg2.errors.DeadlockDetected("0900092001")
        with (
            patch.object(runs, "_feed", side_effect=error) as feed,
            self.assertLogs("odoo.addons.mobifone_consult.controllers.line_sync", "ERROR") as log,
        ):
            answer = self.url_open("/mobifone_consult/sync", data=b"msisdn\n0900092001\n", headers=headers)
        self.assertEqual((answer.status_code, feed.call_count), (503, 1))
        self.assertIn("DeadlockDetected", answer.json()["error"])
        self.assertNotIn("0900092001", answer.text + str(log.output))
