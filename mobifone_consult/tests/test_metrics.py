from datetime import timedelta
from unittest.mock import MagicMock, patch

import psycopg2
from prometheus_client.parser import text_string_to_metric_families

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from ..models import mobifone_metrics
from ..tools import exposition
from .common import INSTALLED, LOCKED, OPEN, ConsultCase

METRICS, HEALTH = "/mobifone_consult/metrics", "/mobifone_consult/health"


@tagged("-at_install", "post_install")
class TestMetrics(ConsultCase, HttpCase):
    """What Prometheus and load balancers are told, who asks as they do: without a session, over HTTP."""

    def setUp(self):
        super().setUp()
        self.admin = self.env.ref("base.user_admin")
        self.metrics = self.env["mobifone.metrics"]

    def token(self):
        """A new token, as an administrator makes it on the settings."""
        action = self.env["res.config.settings"].with_user(self.admin).create({}).action_mobifone_new_metrics_token()
        return action["context"]["default_token"]

    def scrape(self, token, scheme="Bearer", **options):
        return self.url_open(METRICS, headers={"Authorization": f"{scheme} {token}"}, **options)

    def numbers(self, answer):
        """{(name, labels): number} of a scrape, as Prometheus' own parser reads it."""
        samples = [sample for family in text_string_to_metric_families(answer.text) for sample in family.samples]
        return {(sample.name, *sorted(sample.labels.items())): sample.value for sample in samples}

    # ------------------------------------------------------------
    # WHO READS THEM
    # ------------------------------------------------------------

    def test_nobody_reads_them_without_the_token(self):
        for attempt in ("before there is one", "with another"):
            with self.subTest(attempt):
                self.assertEqual(self.url_open(METRICS).status_code, 401)
                for token in ("", "x", "é", "0" * 43):
                    self.assertEqual(self.scrape(token.encode().decode("latin-1")).status_code, 401, token)
            token = self.token()
        self.assertEqual(self.scrape(token).status_code, 200)
        self.assertEqual(self.scrape(token, scheme="Basic").status_code, 401)
        # Neither in the address, where it would be logged.
        self.assertEqual(self.url_open(f"{METRICS}?token={token}&access_token={token}").status_code, 401)
        self.assertEqual(self.scrape(token, data={"x": "1"}).status_code, 405)

    def test_a_session_is_no_token(self):
        self.token()
        for user in (self.admin, self.manager, self.agent_a1):
            self.authenticate(user.login, user.login if user != self.admin else "any")
            self.assertIn(self.url_open(METRICS).status_code, (401, 404), user.login)

    def test_a_new_token_ends_the_one_before(self):
        old, new = self.token(), self.token()
        self.assertEqual(self.scrape(old).status_code, 401)
        self.assertEqual(self.scrape(new).status_code, 200)
        settings = self.env["res.config.settings"].with_user(self.admin).create({})
        self.assertTrue(settings.mobifone_has_metrics_token)
        settings.action_mobifone_withdraw_metrics_token()
        self.assertEqual(self.scrape(new).status_code, 401)
        self.assertFalse(self.env["res.config.settings"].with_user(self.admin).create({}).mobifone_has_metrics_token)

    def test_the_token_is_kept_nowhere(self):
        token = self.token()
        self.env.cr.execute("SELECT key FROM ir_config_parameter WHERE value LIKE %s", [f"%{token}%"])
        self.assertFalse(self.env.cr.fetchall())
        # The dialog shows it, as the web client opens it.
        dialog = self.env["mobifone.metrics.token"].with_user(self.admin).with_context(default_token=token)
        self.assertEqual(dialog.onchange({}, [], {"token": {}})["value"]["token"], token)

    def test_administrators_alone_make_one(self):
        for user in (self.manager, self.care, self.leader_a, self.vendor_manager_a, self.stranger):
            metrics = self.metrics.with_user(user)
            for method in (metrics._new_token, metrics._withdraw_token):
                with self.assertRaises(AccessError, msg=user.login):
                    method()

    # ------------------------------------------------------------
    # WHAT THEY SAY
    # ------------------------------------------------------------

    def test_what_agents_did(self):
        before = self.numbers(self.scrape(token := self.token()))
        self.consult(self.agent_a1, OPEN)
        self.consult(self.agent_b1, OPEN)  # locked
        self.consult(self.agent_b1, INSTALLED)
        self.desk(self.agent_a1).lookup("0320000001")
        after = self.numbers(self.scrape(token))

        def grown(name, **labels):
            key = (name, *sorted(labels.items()))
            return after[key] - before.get(key, 0)

        self.assertEqual(grown("mobifone_lookups_5m", result="found"), 3)
        self.assertEqual(grown("mobifone_lookups_5m", result="not_found"), 1)
        self.assertEqual(grown("mobifone_consults_5m", channel="web"), 1)
        self.assertEqual(grown("mobifone_consults_5m", channel="sms"), 0)
        self.assertEqual(grown("mobifone_consult_sms_1h", state="queued"), 1)
        self.assertEqual(grown("mobifone_refusals_5m", what="consult", code="locked"), 1)
        self.assertEqual(grown("mobifone_refusals_5m", what="consult", code="app_installed"), 1)
        self.assertEqual(grown("mobifone_sms_queue"), 1)
        self.assertGreaterEqual(grown("mobifone_log_rows_total"), 7)
        self.assertEqual(after["mobifone_accounts", ("state", "active")], self.active_accounts())

    def active_accounts(self):
        return self.env["mobifone.agent"].search_count([("state", "=", "active")])

    def test_what_waits(self):
        before = self.numbers(self.scrape(token := self.token()))
        lookup = self.desk(self.agent_a1).lookup(OPEN)
        self.desk(self.agent_a1).start_call(lookup["lookup_id"])
        self.env["mobifone.finding"]._find("other", "test of the metrics", text="x")
        saved = self.consult(self.agent_a1, LOCKED)
        now = fields.Datetime.now()
        feed = self.env["mobifone.subscriber"].with_user(self.feed)
        feed.app_events([{"number": LOCKED, "installed_on": fields.Datetime.to_string(now)}])
        self.env.cr.execute("UPDATE sms_sms SET create_date = %s WHERE state = 'outgoing'", [now - timedelta(hours=3)])
        after = self.numbers(self.scrape(token))
        self.assertTrue(saved["ok"])
        for name in ("calls_open", "findings_open", "installs_1d"):
            self.assertEqual(after[f"mobifone_{name}",] - before[f"mobifone_{name}",], 1, name)
        self.assertAlmostEqual(after["mobifone_sms_queue_age_seconds",], 3 * 3600, delta=600)

    def test_what_runs_by_itself(self):
        job = self.env.ref("mobifone_consult.ir_cron_seal_logs")
        moment = fields.Datetime.now() - timedelta(hours=5)
        job.write({"lastcall": moment, "failure_count": 3})
        self.env["mobifone.log.seal"]._seal_next("mobifone.agent.event", fields.Datetime.now() + timedelta(days=1))
        numbers = self.numbers(self.scrape(self.token()))
        label = ("job", "mobifone_consult.ir_cron_seal_logs")
        self.assertEqual(numbers["mobifone_job_last_run_timestamp_seconds", label], moment.timestamp())
        self.assertEqual(numbers["mobifone_job_failures", label], 3)
        self.assertEqual(numbers["mobifone_job_active", label], 1)
        self.assertIn(("mobifone_job_active", ("job", "sms.ir_cron_sms_scheduler_action")), numbers)
        of_log = ("log", "mobifone.agent.event")
        self.assertEqual(numbers["mobifone_seal_rows_behind", of_log], 0)
        sealed_on = numbers["mobifone_seal_timestamp_seconds", of_log]
        self.assertAlmostEqual(sealed_on, fields.Datetime.now().timestamp(), delta=600)
        self.assertEqual(numbers["mobifone_key_file_ok",], 1)

    def test_every_job_of_ours_is_told_of(self):
        told = {
            dict(key[1:])["job"] for key in self.numbers(self.scrape(self.token())) if key[0] == "mobifone_job_active"
        }
        of_ours = self.env["ir.model.data"].search(
            [("model", "=", "ir.cron"), "|", ("module", "=like", "mobifone%"), ("module", "=", "sms_kannel")]
        )
        self.assertEqual({data.complete_name for data in of_ours} - told, set())

    def test_the_window_is_found_from_the_newest_row(self):
        self.consult(self.agent_a1, OPEN)
        self.patch(mobifone_metrics, "STRIDE", 1)
        counted = self.metrics._recent("mobifone.lookup", "looked_up_on", ["kind", "user_id"], 5)
        self.assertIn(("consult", self.agent_a1.id, 1), counted)
        self.env.cr.execute(
            "SELECT count(*) FROM mobifone_lookup WHERE looked_up_on > now() AT TIME ZONE 'UTC' - interval '5 minutes'"
        )
        self.assertEqual(sum(count for _kind, _user, count in counted), self.env.cr.fetchone()[0])

    def test_a_scrape_is_cheap(self):
        self.consult(self.agent_a1, OPEN)
        self.env["mobifone.metrics"]._scrape()
        with self.assertQueryCount(28):  # of all add-ons together, with rows in every log
            self.env["mobifone.metrics"]._scrape()

    def test_nobody_is_in_them(self):
        self.consult(self.agent_a1, OPEN)
        said = self.scrape(self.token()).text
        for secret in (
            self.agent_a1.login,
            "Agent t_",
            self.vendor_a.name,
            '"TA"',
            "0900091001",
            "900091001",
            "127.0.0.1",
        ):
            self.assertNotIn(secret, said)

    def test_odd_labels(self):
        odd = 'quote " backslash \\ newline \n end'
        said = exposition.text([exposition.Metric("x_y", odd, [({"a": odd}, 1), ({"a": "left out"}, None)])])
        (family,) = text_string_to_metric_families(said)
        self.assertEqual([sample.labels["a"] for sample in family.samples], [odd])
        self.assertEqual(family.documentation, odd)

    # ------------------------------------------------------------
    # HEALTH
    # ------------------------------------------------------------

    def test_health_says_one_word_to_strangers(self):
        answer = self.url_open(HEALTH)
        self.assertEqual((answer.status_code, answer.json()), (200, {"status": "ok"}))
        self.assertNotIn("session_id", answer.cookies)
        self.assertEqual(self.url_open(HEALTH, headers={"Authorization": "Bearer x"}).json(), {"status": "ok"})
        token = self.token()
        answer = self.url_open(HEALTH, headers={"Authorization": f"Bearer {token}"})
        self.assertEqual(answer.json(), {"status": "ok", "replica": None})

    def test_health_tells_what_is_wrong(self):
        with patch.object(type(self.metrics), "_write_problem", return_value="read_only"):
            answer = self.url_open(HEALTH)
        self.assertEqual((answer.status_code, answer.json()), (503, {"status": "read_only"}))
        with patch.object(type(self.metrics), "_write_problem", side_effect=psycopg2.OperationalError("x")):
            answer = self.url_open(HEALTH)
        self.assertEqual((answer.status_code, answer.json()), (503, {"status": "no_primary"}))

    def test_writes_are_tried_for(self):
        self.assertIsNone(self.metrics._write_problem(self.env.cr))
        self.env.cr.execute("SAVEPOINT read_only; SET LOCAL transaction_read_only = on")
        self.assertEqual(self.metrics._write_problem(self.env.cr), "read_only")
        self.env.cr.execute("ROLLBACK TO SAVEPOINT read_only")

    # ------------------------------------------------------------
    # REPLICA
    # ------------------------------------------------------------

    def test_a_replica_that_is_down(self):
        """Odoo then gives its cursors on the primary; a real one is tried by hand (docs/operations.md)."""
        self.patch(mobifone_metrics, "config", {"db_replica_host": "127.0.0.1"})
        cursor = MagicMock()
        self.patch(self.env.registry, "cursor", cursor)
        cursor.return_value.__enter__.return_value.readonly = False
        self.assertEqual(self.metrics._replica(self.env.cr), {"is_up": False, "lag_bytes": None, "lag_seconds": None})
        cursor.side_effect = psycopg2.OperationalError("x")
        self.assertFalse(self.metrics._replica(self.env.cr)["is_up"])

    def test_a_replica_that_follows(self):
        self.patch(mobifone_metrics, "config", {"db_replica_host": "127.0.0.1"})
        numbers = self.numbers(self.scrape(self.token()))
        self.assertEqual(numbers["mobifone_replica_up",], 1)
        self.assertEqual((numbers["mobifone_replica_lag_bytes",], numbers["mobifone_replica_lag_seconds",]), (0, 0))
