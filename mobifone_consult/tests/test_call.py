from datetime import datetime
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import FEATURE, LOCKED, MISSING, OPEN
from .script_common import ScriptCase


@tagged("-at_install", "post_install")
class TestCall(ScriptCase):
    """A guided call through the desk, as agents make it."""

    def test_a_whole_call(self):
        desk, call = self.start()
        self.assertEqual(
            set(call["step"]),
            {"id", "kind", "section", "title", "text", "answers", "fields", "form", "act", "outcome"},
        )
        self.assertEqual(call["step"]["text"], "Dạ, không có cảnh báo. Số 0900091001.")
        keys = [(answer["key"], answer["hotkey"]) for answer in call["step"]["answers"]]
        self.assertEqual(keys, [("service", "1"), ("complaint", "2")])
        pitch = self.give(desk, call, "service")
        self.assertEqual(pitch["text"], "Giới thiệu. Hiện chưa có khuyến mại.")
        save = self.give(desk, {**call, "step": pitch}, "agree")
        self.assertEqual((save["kind"], save["act"]), ("act", "consult"))
        self.assertFalse(self.env["mobifone.consultation"].search([("call_id", "=", call["call_id"])]), "not yet")
        form = self.give(desk, {**call, "step": save}, None, "tell")
        self.assertEqual([field["name"] for field in form["fields"]], ["occupation"])
        self.assertEqual(len(form["fields"][0]["options"]), 18)
        answered = desk.answer(call["call_id"], form["id"], None, {"occupation": 8})
        self.assertEqual(answered["step"]["outcome"], "link_sent")
        self.assertEqual([entry["result"] for entry in answered["trail"] if entry["result"]], ["ok", "ok"])
        self.assertEqual(desk.finish(call["call_id"]), {"outcome": "link_sent"})
        self.assertEqual(desk.finish(call["call_id"], "done"), {"outcome": "link_sent"}, "closed is closed")
        record = self.call_of(call)
        self.assertEqual((record.state, record.outcome, record.matter), ("finished", "link_sent", "service"))
        consultation = record.consultation_ids
        self.assertEqual((consultation.channel, consultation.user_id), ("web", self.agent_a1))
        self.assertEqual(self.line(OPEN).partner_id.occupation_id.code, 8)

    def test_second_start_is_the_same_call(self):
        desk, call = self.start()
        self.give(desk, call, "service")
        again = desk.start_call(call_lookup := self.call_of(call).lookup_id.id)
        self.assertEqual((again["call_id"], again["step"]["title"]), (call["call_id"], "Pitch"))
        self.assertEqual(desk.start_call(call_lookup, "complaint")["step"], again["step"], "a matter comes too late")

    def test_matter_told_at_the_start(self):
        _desk, call = self.start(matter="service")
        self.assertEqual(call["step"]["title"], "Pitch")
        self.assertEqual(self.call_of(call).matter_text, "Hỏi dịch vụ")
        for nonsense in ("no_such", 5, ["service"], {}):
            with self.assertRaises(UserError):
                self.start(number=LOCKED, matter=nonsense)

    def test_stale_and_repeated_answers_change_nothing(self):
        desk, call = self.start()
        first = call["step"]["id"]
        pitch = desk.answer(call["call_id"], first, "service")["step"]
        for answer in ("service", "complaint", "nonsense", None):
            self.assertEqual(desk.answer(call["call_id"], first, answer)["step"], pitch)
        self.assertEqual(desk.answer(call["call_id"], 2**31 - 1, "agree")["step"], pitch)
        self.assertEqual(len(self.call_of(call).step_ids.filtered(lambda row: not row.answered_on)), 1)

    def test_a_row_is_answered_once_and_taken_back_once(self):
        """The database refuses it by itself, whatever was read before."""
        _desk, call = self.start()
        rows, answers = self.env["mobifone.call.step"], self.version.step_ids.answer_ids
        row_id, answer_id = call["step"]["id"], answers.filtered(lambda answer: answer.key == "service").id
        self.assertTrue(rows._touch(row_id))
        self.assertTrue(rows._claim(row_id, answer_id))
        self.assertFalse(rows._claim(row_id, answer_id))
        self.assertFalse(rows._touch(row_id))
        self.assertTrue(rows._void([row_id]))
        self.assertFalse(rows._void([row_id]))

    def test_malformed_answers_change_nothing(self):
        desk, call = self.start()
        for answer in ("no_such", "", None, 1, ["service"], {}, True, "service ", "__class__"):
            with self.assertRaises(UserError, msg=repr(answer)):
                desk.answer(call["call_id"], call["step"]["id"], answer)
        for step_id in (None, "1", -1, 0, 2**31, 1.5, True, [], {}):
            with self.assertRaises(UserError):
                desk.answer(call["call_id"], step_id, "service")
        for call_id in (None, "1", 0, -1, 2**40, True, 1.5, []):
            for method in (desk.answer, desk.back, desk.finish, desk.resume_call, desk.call_line):
                with self.assertRaises(UserError):
                    method(call_id, 1, "service") if method == desk.answer else method(call_id)
        form = self.give(desk, call, "service", "refuse", "tell")
        for values in (
            None, [], "8", {}, {"occupation": "8"}, {"occupation": 0}, {"occupation": 19}, {"occupation": True},
            {"occupation": 8.0}, {"occupation": 2**70}, {"occupation": None}, {"occupation": 8, "other": 1},
            {"job": 8},
        ):  # fmt: skip
            with self.assertRaises(UserError, msg=repr(values)):
                desk.answer(call["call_id"], form["id"], "save", values)
        self.assertEqual(desk.resume_call(call["call_id"])["step"], form, "nothing is lost")
        self.assertFalse(self.line(OPEN).partner_id)

    def test_foreign_calls_are_closed_to_everybody(self):
        _desk, call = self.start()
        with self.enter_registry_test_mode():
            for user in (self.agent_a2, self.leader_a, self.agent_b1, self.manager):
                for method, arguments in (
                    ("answer", (call["step"]["id"], "service")), ("back", ()), ("finish", ()), ("resume_call", ()),
                    ("call_line", ()),
                ):  # fmt: skip
                    self.assert_denied(getattr(self.desk(user), method), call["call_id"], *arguments)
        refusals = self.env["mobifone.lookup"].search([("result", "=", "foreign_call")])
        self.assertIn(self.agent_b1, refusals.user_id, "and logged")

    def test_not_before_the_notice_is_answered(self):
        desk = self.desk(self.agent_a1)
        lookup_id = desk.lookup(MISSING)["lookup_id"]
        refused = desk.start_call(lookup_id)
        self.assertEqual((refused["ok"], refused["verdict"]["code"]), (False, "not_acknowledged"))
        self.assertFalse(self.env["mobifone.call"].search([("lookup_id", "=", lookup_id)]))
        desk.acknowledge(lookup_id)
        self.assertTrue(desk.start_call(lookup_id)["call_id"])

    def test_a_number_of_another_network_has_a_call_too(self):
        desk, call = self.start(number="0320000001")
        self.assertIn("0320•••001", call["step"]["text"])
        self.assertEqual(self.give(desk, call, "service")["outcome"], "done")

    # ------------------------------------------------------------
    # Back
    # ------------------------------------------------------------

    def test_back_voids_what_came_after(self):
        desk, call = self.start()
        pitch = self.give(desk, call, "service")
        before = desk.answer(call["call_id"], pitch["id"], "refuse")
        self.assertEqual(before["step"]["title"], "Ask_job")
        back = desk.back(call["call_id"])
        self.assertEqual(back["step"]["title"], "Pitch")
        self.assertNotEqual(back["step"]["id"], pitch["id"], "an old answer is stale")
        self.assertEqual(desk.answer(call["call_id"], pitch["id"], "agree")["step"]["id"], back["step"]["id"])
        voided = [(entry["title"], entry["answer"]) for entry in back["trail"] if entry["is_voided"]]
        self.assertEqual(voided, [("Pitch", "Từ chối"), ("Ask_job", False)])
        self.assertEqual(self.give(desk, {**call, **back}, "agree")["act"], "consult")
        self.assertEqual(desk.back(call["call_id"])["step"]["title"], "Pitch")
        self.assertEqual(desk.back(call["call_id"])["step"]["title"], "Matter")
        first = desk.back(call["call_id"])
        self.assertEqual(first["step"]["title"], "Matter", "nothing before it")

    def test_back_twice_at_once_goes_back_once(self):
        desk, call = self.start()
        step = self.give(desk, call, "service", "refuse")
        once = desk.back(call["call_id"], step["id"])
        self.assertEqual(desk.back(call["call_id"], step["id"])["step"], once["step"])

    def test_back_does_not_undo_a_saved_consult(self):
        desk, call = self.start()
        self.give(desk, call, "service", "agree", "save")
        back = desk.back(call["call_id"])
        self.assertEqual(back["step"]["act"], "consult")
        end = self.give(desk, {**call, **back}, "save", "decline")
        self.assertEqual(end["outcome"], "link_sent")
        self.assertEqual(len(self.call_of(call).consultation_ids), 1, "saved once")
        desk.back(call["call_id"])
        desk.back(call["call_id"])
        refused = self.give(desk, {**call, **desk.back(call["call_id"])}, "refuse", "decline")
        self.assertEqual(refused["outcome"], "link_sent", "what was sent was sent")

    def test_back_over_an_exclusion_takes_it_back(self):
        desk, call = self.start()
        self.give(desk, call, "complaint")
        record = self.call_of(call)
        lookup_id = record.lookup_id.id
        self.assertEqual(record.exclusion_id.code, "complaint")
        self.assertEqual(desk.consult(lookup_id)["verdict"]["code"], "excluded")
        back = desk.back(call["call_id"])
        self.assertFalse(record.exclusion_id)
        self.assertEqual(self.give(desk, {**call, **back}, "service")["title"], "Pitch", "consulted after all")
        rows = self.env["mobifone.lookup"].search([("parent_id", "=", lookup_id), ("kind", "=", "exclude")])
        self.assertEqual(rows.mapped("result"), ["lifted", "complaint"], "both stay in the log")

    # ------------------------------------------------------------
    # What answers do
    # ------------------------------------------------------------

    def test_handset_told_is_kept_as_a_note(self):
        self.change(OPEN, device_class="unknown")
        desk, call = self.start()
        ask = self.give(desk, call, "service")
        self.assertEqual(ask["title"], "Ask_device")
        self.assertEqual(self.give(desk, {**call, "step": ask}, "smart")["title"], "Pitch")
        note = self.env["mobifone.subscriber.note"].search([("subscriber_id", "=", self.line(OPEN).id)])
        self.assertEqual((note.value, note.user_id), ("smartphone", self.agent_a1))
        _desk, later = self.start(self.agent_b1)
        self.assertEqual(self.give(_desk, later, "service")["title"], "Pitch", "nobody asks again")

    def test_handset_taken_back_is_asked_again(self):
        self.change(OPEN, device_class="unknown")
        desk, call = self.start()
        self.give(desk, call, "service", "feature")
        desk.back(call["call_id"])
        back = desk.back(call["call_id"])
        self.assertEqual(back["step"]["title"], "Matter")
        self.assertEqual(self.give(desk, {**call, **back}, "service")["title"], "Ask_device")
        self.assertFalse(self.env["mobifone.subscriber.note"].search([("subscriber_id", "=", self.line(OPEN).id)]))

    def test_the_agent_is_told_when_no_sms_goes_out(self):
        self.set_param("sms_local_outbox", False)
        desk, call = self.start()
        save = self.give(desk, call, "service", "agree")
        entry = desk.answer(call["call_id"], save["id"])["trail"][-1]
        self.assertEqual(entry["result"], "ok")
        self.assertIn("SMS", entry["result_text"])

    def test_exclusion_ends_the_consult_not_the_occupation(self):
        desk, call = self.start()
        self.assertEqual(self.give(desk, call, "complaint")["title"], "Ask_job")
        end = self.give(desk, {**call, "step": desk.resume_call(call["call_id"])["step"]}, "decline")
        self.assertEqual(end["outcome"], "excluded:complaint")
        desk.finish(call["call_id"])
        self.assertEqual(self.call_of(call).outcome, "excluded:complaint")

    def test_the_line_comes_with_what_changed_it(self):
        desk, call = self.start()
        excluded = desk.answer(call["call_id"], call["step"]["id"], "complaint")
        self.assertEqual(excluded["line"]["consult"]["code"], "excluded")
        back = desk.back(call["call_id"])
        self.assertEqual(back["line"]["consult"]["code"], "ok")
        self.assertNotIn("line", desk.answer(call["call_id"], back["step"]["id"], "service"))

    def test_a_line_taken_meanwhile(self):
        desk, call = self.start()
        save = self.give(desk, call, "service", "agree")
        self.assertTrue(self.consult(self.agent_b1)["ok"])
        answered = desk.answer(call["call_id"], save["id"])
        entry = answered["trail"][-1]
        self.assertEqual(entry["result"], "locked")
        self.assertIn("đơn vị khác" if self.agent_a1.lang == "vi_VN" else "another unit", entry["result_text"])
        end = self.give(desk, {**call, **answered}, "decline")
        self.assertEqual(end["outcome"], "done")

    def test_feature_phone_is_not_consulted(self):
        desk, call = self.start(number=FEATURE)
        self.assertEqual(self.give(desk, call, "service")["title"], "Ask_job")

    def test_hours_of_the_occupation_are_judged_by_the_start_of_the_call(self):
        self.set_param("occupation_from", "7")
        self.set_param("occupation_to", "22")
        with patch.object(fields.Datetime, "now", lambda: datetime(2026, 11, 20, 14, 59, 59)):
            desk, call = self.start()  # 21:59:59 in Vietnam
        form = self.give(desk, call, "service", "refuse", "tell")
        with patch.object(fields.Datetime, "now", lambda: datetime(2026, 11, 20, 15, 0, 5)):
            answered = desk.answer(call["call_id"], form["id"], "save", {"occupation": 1})
        self.assertEqual(answered["trail"][-1]["result"], "ok")
        with patch.object(fields.Datetime, "now", lambda: datetime(2026, 11, 20, 15, 0, 0)):
            desk, call = self.start(number=LOCKED)  # 22:00:00
        self.assertEqual(self.give(desk, call, "complaint")["outcome"], "excluded:complaint", "not asked any more")

    # ------------------------------------------------------------
    # Cost
    # ------------------------------------------------------------

    def test_an_answer_costs_few_queries(self):
        desk, call = self.start()
        pitch = self.give(desk, call, "service")
        self.env.invalidate_all()
        # the call, its rows, its look-up; the claim in a savepoint; the line; the next row, and all rows
        with self.assertQueryCount(9):
            desk.answer(call["call_id"], pitch["id"], "refuse")
