from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import LOCKED, MISSING, OPEN, ConsultCase


@tagged("-at_install", "post_install")
class TestConsult(ConsultCase):
    def age_lock(self, number, hours):
        """Let the line's lock be `hours` older; PostgreSQL's clock cannot be frozen."""
        self.env.flush_all()
        self.env.cr.execute(
            """UPDATE mobifone_consult_lease SET until = until - make_interval(hours => %s)
                WHERE subscriber_id = %s""",
            [hours, self.line(number).id],
        )

    def test_consult_locks_every_channel_for_24_hours(self):
        saved = self.consult(self.agent_a1, channel="sms")
        self.assertTrue(saved["ok"])
        self.assertEqual(len(saved["history"]), 1)
        for user, channel in ((self.agent_a1, "web"), (self.agent_a2, "sms"), (self.agent_b1, "web")):
            answer = self.consult(user, channel=channel)
            self.assertEqual((answer["ok"], answer["verdict"]["code"]), (False, "locked"))
            self.assertEqual(answer["verdict"]["until"], saved["locked_until"])
        self.age_lock(OPEN, 23)
        self.assertEqual(self.consult(self.agent_b1)["verdict"]["code"], "locked")
        self.age_lock(OPEN, 1)
        self.assertTrue(self.consult(self.agent_b1)["ok"])

    def test_a_lock_that_is_held_is_not_taken_again(self):
        """The database refuses it by itself, whatever was read before."""
        leases, line_id = self.env["mobifone.consult.lease"], self.line(OPEN).id
        until = leases._take(line_id, "web", 24)
        self.assertTrue(until)
        self.assertIsNone(leases._take(line_id, "sms", 48))
        self.assertEqual(leases.search([("subscriber_id", "=", line_id)]).mapped("channel"), ["web"])
        self.age_lock(OPEN, 24)
        self.assertGreater(leases._take(line_id, "sms", 24), until)

    def test_expired_lock_stays_closed_when_the_app_came(self):
        self.consult(self.agent_a1)
        self.age_lock(OPEN, 24)
        self.change(OPEN, app_status="installed")
        self.assertEqual(self.consult(self.agent_b1)["verdict"]["code"], "app_installed")

    def test_same_look_up_replays_the_same_consultation(self):
        lookup_id = self.desk(self.agent_a1).lookup(OPEN)["lookup_id"]
        first = self.desk(self.agent_a1).consult(lookup_id)
        again = self.desk(self.agent_a1).consult(lookup_id, channel="sms")
        self.assertEqual(
            (again["consultation_id"], again["locked_until"], again["sms"]["uuid"], again["replayed"]),
            (first["consultation_id"], first["locked_until"], first["sms"]["uuid"], True),
        )
        self.assertEqual(self.env["sms.sms"].search_count([("number", "=", OPEN)]), 1)

    def test_one_sms_with_the_admins_text(self):
        self.set_param("sms_text", "Xin chao")
        saved = self.consult(self.agent_a1)
        message = self.env["sms.sms"].search([("uuid", "=", saved["sms"]["uuid"])])
        self.assertEqual((message.number, message.body, message.state), (OPEN, "Xin chao", "outgoing"))
        with self.enter_registry_test_mode():
            self.env.ref("sms.ir_cron_sms_scheduler_action").method_direct_trigger()
            self.env.ref("sms.ir_cron_sms_scheduler_action").method_direct_trigger()
        consultation = self.env["mobifone.consultation"].with_user(self.manager).browse(saved["consultation_id"])
        self.assertEqual(consultation.sms_state, "sent")
        kept = self.env["mobifone.sms.outbox"].with_user(self.manager).search([("uuid", "=", consultation.sms_uuid)])
        self.assertEqual(kept.mapped("number"), [OPEN], "handed over once, visible to the manager")
        self.assertFalse(message.to_delete, "what was asked of the gateway is kept")

    def test_without_a_gateway_nothing_is_queued_and_odoos_service_never_asked(self):
        self.set_param("sms_local_outbox", False)
        saved = self.consult(self.agent_a1)
        self.assertEqual((saved["ok"], saved["sms"]["state"], saved["sms"]["uuid"]), (True, "none", False))
        self.assertFalse(self.env["sms.sms"].search([("number", "=", OPEN)]))

    def test_gateway_taken_away_after_the_consult(self):
        saved = self.consult(self.agent_a1)
        self.set_param("sms_local_outbox", False)
        with self.enter_registry_test_mode():
            # un-mocked HTTP is refused by the test framework: a call to the paid service would be an error here
            self.env.ref("sms.ir_cron_sms_scheduler_action").method_direct_trigger()
        consultation = self.env["mobifone.consultation"].browse(saved["consultation_id"])
        self.assertEqual((consultation.sms_state, consultation.state), ("failed", "open"), "the lock stays")
        self.assertEqual(self.consult(self.agent_b1)["verdict"]["code"], "locked")

    def test_quiet_hours_postpone_the_sms_but_not_the_consult(self):
        self.set_param("sms_from", "0")
        self.set_param("sms_to", "0.0001")
        saved = self.consult(self.agent_a1)
        self.assertEqual((saved["ok"], saved["sms"]["state"]), (True, "queued"))
        self.assertFalse(self.env["sms.sms"].search([("number", "=", OPEN)]), "not yet")
        self.env.cr.execute("UPDATE mobifone_consultation SET sms_after = sms_after - interval '2 days'")
        self.env.invalidate_all()
        with self.enter_registry_test_mode():
            for _run in range(2):
                self.env.ref("mobifone_consult.ir_cron_queue_postponed_sms").method_direct_trigger()
        self.assertEqual(self.env["sms.sms"].search([("number", "=", OPEN)]).mapped("uuid"), [saved["sms"]["uuid"]])

    def test_cancel_frees_the_line(self):
        self.consult(self.agent_a1)
        desk = self.desk(self.leader_a)
        lookup_id = desk.lookup(OPEN)["lookup_id"]
        for reason in (None, "", "   ", 5, "x" * 201):
            with self.assertRaises(UserError):
                desk.cancel(lookup_id, reason)
        answer = desk.cancel(lookup_id, "wrong customer")
        self.assertEqual((answer["ok"], answer["verdict"]["code"]), (True, "ok"))
        self.assertEqual(self.env["sms.sms"].search([("number", "=", OPEN)]).state, "canceled")
        self.assertEqual(self.consult(self.agent_b1)["ok"], True)
        again = desk.cancel(lookup_id, "again")
        self.assertTrue(not again["ok"] and again["reason"], "the new lock is another vendor's")

    def test_a_cancelled_consult_is_not_replayed(self):
        desk = self.desk(self.leader_a)
        lookup_id = desk.lookup(OPEN)["lookup_id"]
        desk.consult(lookup_id)
        self.assertTrue(desk.cancel(lookup_id, "wrong customer")["ok"])
        with self.assertRaises(AccessError):
            desk.consult(lookup_id)
        self.assertTrue(self.consult(self.leader_a)["ok"], "a new look-up is free to save")

    def test_cancel_is_refused(self):
        saved = self.consult(self.agent_a1)
        with self.enter_registry_test_mode():
            desk = self.desk(self.agent_a1)
            self.assert_denied(desk.cancel, desk.lookup(OPEN)["lookup_id"], "mine")
        other = self.desk(self.leader_b)
        self.assertFalse(other.cancel(other.lookup(OPEN)["lookup_id"], "theirs")["ok"])
        self.env["sms.sms"].search([("uuid", "=", saved["sms"]["uuid"])]).state = "process"
        own = self.desk(self.leader_a)
        answer = own.cancel(own.lookup(OPEN)["lookup_id"], "too late")
        self.assertEqual((answer["ok"], answer["verdict"]["code"]), (False, "locked"))

    def test_cancel_from_the_history(self):
        saved = self.consult(self.agent_a1)
        dialogs = self.env["mobifone.consultation.cancel"]
        values = {"consultation_ref": saved["consultation_id"], "reason": "wrong customer"}
        for user in (self.agent_a1, self.vendor_manager_a):
            with self.assertRaises(AccessError):
                dialogs.with_user(user).create(values).action_cancel()
        with self.assertRaises(AccessError):
            dialogs.with_user(self.leader_b).create(values).action_cancel()
        for reason in ("   ", "x" * 201):
            with self.assertRaises(UserError):
                dialogs.with_user(self.leader_a).create({**values, "reason": reason}).action_cancel()
        dialogs.with_user(self.leader_a).create(values).action_cancel()
        row = self.env["mobifone.lookup"].search([("kind", "=", "cancel")], limit=1)
        self.assertEqual((row.user_id, row.purpose), (self.leader_a, "wrong customer"), "who did it is logged")
        self.assertEqual(self.env["mobifone.consultation"].browse(saved["consultation_id"]).state, "cancelled")
        with self.assertRaises(UserError):
            dialogs.with_user(self.manager).create(values).action_cancel()

    def test_frequency_stops_the_sms_only(self):
        self.set_param("sms_per_day", "1")
        self.consult(self.agent_a1)
        self.age_lock(OPEN, 24)
        saved = self.consult(self.agent_a2)
        self.assertEqual((saved["ok"], saved["sms"]["uuid"]), (True, False))

    def test_exclusion_after_the_consult_changes_nothing(self):
        desk = self.desk(self.agent_a1)
        lookup_id = desk.lookup(OPEN)["lookup_id"]
        desk.consult(lookup_id)
        self.assertEqual(desk.exclude(lookup_id, "complaint")["ok"], False)

    def test_lock_hours_are_a_setting(self):
        self.set_param("lock_hours", "0")
        self.assertTrue(self.consult(self.agent_a1)["ok"])
        self.assertTrue(self.consult(self.agent_b1)["ok"])
        for value in ("-1", "abc", "1e9", "nan"):
            with self.assertRaises(UserError, msg=value):
                self.set_param("lock_hours", value)

    def test_consult_costs_few_queries(self):
        self.consult(self.agent_a1, LOCKED)
        lookup = self.desk(self.agent_a1).lookup(OPEN)
        self.env.invalidate_all()
        with self.assertQueryCount(16):
            self.desk(self.agent_a1).consult(lookup["lookup_id"])

    def test_missing_papers_do_not_stop_the_consult_after_ok(self):
        self.assertTrue(self.consult(self.agent_a1, MISSING)["ok"])

    def test_an_install_stops_the_sms_that_still_waits(self):
        self.set_param("sms_to", "0.0001")
        saved = self.consult(self.agent_a1)
        consultation = self.env["mobifone.consultation"].browse(saved["consultation_id"])
        consultation._convert({consultation.subscriber_id.id: consultation.saved_on})
        self.assertEqual((consultation.state, consultation.sms_state), ("converted", "cancelled"))
        self.assertFalse(consultation.sms_after)

    def test_old_consultations_expire(self):
        saved = self.consult(self.agent_a1)
        self.env.cr.execute("UPDATE mobifone_consultation SET saved_on = saved_on - interval '8 days'")
        self.env.invalidate_all()
        with self.enter_registry_test_mode():
            self.env.ref("mobifone_consult.ir_cron_expire_consultations").method_direct_trigger()
        self.assertEqual(self.env["mobifone.consultation"].browse(saved["consultation_id"]).state, "expired")
