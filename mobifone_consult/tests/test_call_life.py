from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import FEATURE, LOCKED, OPEN
from .script_common import ScriptCase


@tagged("-at_install", "post_install")
class TestCallLife(ScriptCase):
    """A call interrupted, given up, closed, and shown again later."""

    # ------------------------------------------------------------
    # Interrupted, given up, closed
    # ------------------------------------------------------------

    def test_an_interrupted_call_is_resumed_by_its_agent(self):
        desk, call = self.start()
        pitch = self.give(desk, call, "service")
        self.env.cr.execute("SET LOCAL session_replication_role = replica")  # the log's triggers sleep
        self.env.cr.execute(
            "UPDATE mobifone_lookup SET looked_up_on = looked_up_on - interval '3 hours' WHERE id = %s",
            [self.call_of(call).lookup_id.id],
        )
        self.env.cr.execute("SET LOCAL session_replication_role = origin")
        self.assertEqual([entry["call_id"] for entry in desk.open_calls()], [call["call_id"]])
        self.assertFalse(self.desk(self.agent_a2).open_calls())
        resumed = desk.resume_call(call["call_id"])
        self.assertEqual((resumed["step"], resumed["msisdn_masked"]), (pitch, "0900•••001"))
        self.assertEqual(desk.call_line(call["call_id"])["number"], OPEN)
        # A started call stays valid, whatever is asked of it.
        self.assertEqual(desk.start_call(resumed["lookup_id"])["call_id"], call["call_id"])
        self.assertFalse(desk.history(resumed["lookup_id"]))
        self.assertTrue(desk.consult(resumed["lookup_id"])["ok"])
        self.assertTrue(desk.consult(resumed["lookup_id"], call_id=call["call_id"])["ok"])
        desk.finish(call["call_id"])
        with self.enter_registry_test_mode():
            self.assert_denied(desk.consult, resumed["lookup_id"])
        self.assertFalse(desk.open_calls())
        with self.enter_registry_test_mode():
            self.assert_denied(desk.consult, resumed["lookup_id"], "web", call["call_id"])

    def test_a_call_begun_after_the_consult_is_the_consults(self):
        desk = self.desk(self.agent_a1)
        lookup_id = desk.lookup(OPEN, hotline="1090")["lookup_id"]
        consultation = self.env["mobifone.consultation"].browse(desk.consult(lookup_id)["consultation_id"])
        self.assertFalse(consultation.call_id)
        call = desk.start_call(lookup_id)
        self.assertEqual(consultation.call_id.id, call["call_id"])

    def test_a_call_of_another_look_up_opens_nothing(self):
        desk, call = self.start()
        other = desk.lookup(LOCKED)["lookup_id"]
        with self.assertRaises(AccessError):
            desk.consult(other, call_id=call["call_id"])
        with self.assertRaises(AccessError):
            desk.set_occupation(other, 1, call_id=call["call_id"])

    def test_finish_before_the_end(self):
        desk, call = self.start()
        self.assertEqual(desk.finish(call["call_id"])["outcome"], "abandoned")
        self.assertEqual(desk.answer(call["call_id"], call["step"]["id"], "service")["step"]["id"], call["step"]["id"])
        self.assertEqual(desk.back(call["call_id"])["step"]["id"], call["step"]["id"], "closed calls do not move")

    def test_a_closed_call_tells_no_more_of_the_line(self):
        desk, call = self.start()
        pitch = self.give(desk, call, "service")
        desk.finish(call["call_id"])
        self.change(OPEN, app_status="installed", line_status="two_way")
        for answer in (
            desk.answer(call["call_id"], 1, "agree"),
            desk.back(call["call_id"]),
            desk.resume_call(call["call_id"]),
        ):
            self.assertNotIn("line", answer)
            self.assertEqual(answer["step"]["text"], pitch["text"])
            self.assertNotIn("900091001", str(answer))
        line = desk.call_line(call["call_id"])
        self.assertEqual((line["number"], line["app"]["status"]), (False, "unknown"))

    def test_a_line_told_again_after_the_look_up_ran_out_is_logged(self):
        desk, call = self.start()
        self.set_param("lookup_minutes", "0")
        for method in (desk.resume_call, desk.call_line):
            method(call["call_id"])
        self.assertIn("line", desk.answer(call["call_id"], 1, "service"), "a stale answer")
        rows = self.env["mobifone.lookup"].search([("kind", "=", "reread")])
        self.assertEqual(rows.parent_id, self.call_of(call).lookup_id)
        self.assertEqual(len(rows), 3)

    def test_a_call_is_not_kept_open_for_ever(self):
        _desk, call = self.start()
        self.env.cr.execute("UPDATE mobifone_call SET started_on = started_on - interval '2 days'")
        self.env.invalidate_all()
        with self.enter_registry_test_mode():
            self.env.ref("mobifone_consult.ir_cron_abandon_calls").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.call_of(call).outcome, "abandoned")

    def test_a_consult_saved_at_the_desk_counts_in_the_call(self):
        desk = self.desk(self.agent_a1)
        lookup_id = desk.lookup(OPEN)["lookup_id"]
        saved = desk.consult(lookup_id)
        call = desk.start_call(lookup_id)
        self.assertEqual(self.call_of(call).consultation_ids.id, saved["consultation_id"])
        with self.assertRaises(UserError):
            desk.finish(call["call_id"], "refused")
        self.assertEqual(desk.finish(call["call_id"], "link_sent")["outcome"], "link_sent")

    def test_finish_with_an_outcome(self):
        desk, call = self.start()
        for outcome in ("sold", 5, ["done"], {}, "excluded", "excluded:", "excluded:no_such", "link_sent ", True):
            with self.assertRaises(UserError, msg=repr(outcome)):
                desk.finish(call["call_id"], outcome)
        for lie in ("link_sent", "excluded:mnp", "already_has_app", "benefits_introduced"):
            with self.assertRaises(UserError):
                desk.finish(call["call_id"], lie)
        self.assertEqual(desk.finish(call["call_id"], "transferred")["outcome"], "transferred")

    def test_calls_left_open_are_closed(self):
        _desk, left = self.start()
        _desk, ended = self.start(self.agent_a2, LOCKED)
        self.give(_desk, ended, "complaint", "decline")
        _desk, fresh = self.start(self.agent_b1, FEATURE)
        ids = [left["call_id"], ended["call_id"]]
        self.env.cr.execute(
            "UPDATE mobifone_call SET started_on = started_on - interval '5 hours' WHERE id = ANY(%s)", [ids]
        )
        self.env.cr.execute(
            "UPDATE mobifone_call_step SET shown_on = shown_on - interval '5 hours' WHERE call_id = ANY(%s)", [ids]
        )
        self.env.invalidate_all()
        with self.enter_registry_test_mode():
            self.env.ref("mobifone_consult.ir_cron_abandon_calls").method_direct_trigger()
        self.env.invalidate_all()
        outcomes = [self.call_of(call).outcome for call in (left, ended, fresh)]
        self.assertEqual(outcomes, ["abandoned", "excluded:complaint", False])

    def test_calls_are_not_deleted(self):
        _desk, call = self.start()
        record = self.call_of(call)
        for records in (record, record.step_ids):
            with self.assertRaises(UserError):
                records.unlink()

    # ------------------------------------------------------------
    # Replay
    # ------------------------------------------------------------

    def test_replay_shows_what_was_shown(self):
        self.env["mobifone.promotion"].with_user(self.manager).create({"name": "K", "text": "Tặng <b>1GB</b>"})
        desk, call = self.start()
        self.give(desk, call, "service", "refuse")
        self.give(desk, {**call, **desk.back(call["call_id"])}, "agree")
        self.env["mobifone.promotion"].search([]).active = False
        replay = self.call_of(call).with_user(self.leader_a).replay
        self.assertIn("Tặng &lt;b&gt;1GB&lt;/b&gt;", replay, "the promotion of that moment, escaped")
        self.assertIn("0900•••001", replay)
        self.assertNotIn("0900091001", replay, "a team leader sees no number")
        self.assertIn("0900091001", self.call_of(call).with_user(self.manager).replay)
        with self.assertRaises(AccessError):
            self.call_of(call).with_user(self.leader_b).read(["replay"])
        with self.assertRaises(AccessError):
            self.call_of(call).with_user(self.agent_a1).read(["replay"])

    def test_neither_number_nor_occupation_is_copied_into_the_call(self):
        desk, call = self.start()
        self.give(desk, call, "service", "refuse", "tell", ("save", {"occupation": 13}))
        self.env.cr.execute("SELECT * FROM mobifone_call_step WHERE call_id = %s", [call["call_id"]])
        text = str(self.env.cr.fetchall())
        self.assertNotIn("900091001", text)
        self.assertNotIn("tôn giáo", text)
