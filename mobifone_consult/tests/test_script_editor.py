from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, TransactionCase, tagged

from ..tools.script_key import key_for
from .common import OPEN
from .script_common import STEPS, ScriptCase, content


class TestScriptKey(TransactionCase):
    def test_keys_from_what_people_write(self):
        for text, key in (
            ("Đã có ứng dụng?", "da_co_ung_dung"),
            ("1. Chào", "step_1_chao"),
            ("{so_tb} Ưu đãi", "uu_dai"),
            ("  ", "step"),
            ("", "step"),
            (None, "step"),
            ("中文", "step"),
            ("x" * 90, "x" * 40),
            ("Giới thiệu các khuyến mại đang áp dụng hôm nay", "gioi_thieu_cac_khuyen_mai_dang_ap_dung"),
        ):
            self.assertEqual(key_for(text, set(), "step"), key)
        self.assertEqual(key_for("Hỏi", {"hoi", "hoi_2"}, "step"), "hoi_3")


@tagged("-at_install", "post_install")
class TestScriptEditor(ScriptCase):
    """What the editor adds to the models, as a manager works with it."""

    def setUp(self):
        super().setUp()
        self.edited = self.version.with_user(self.manager).copy({"name": "Sửa"})

    def step(self, key):
        return self.edited.step_ids.filtered(lambda item: item.key == key)

    def test_a_new_step_gets_a_key_and_the_last_place(self):
        steps = self.env["mobifone.script.step"].with_user(self.manager)
        last = max(self.edited.step_ids.mapped("sequence"))
        first, second = steps.create([{"version_id": self.edited.id, "title": "Hỏi ưu đãi"}] * 2)
        self.assertEqual((first.key, second.key), ("hoi_uu_dai", "hoi_uu_dai_2"))
        self.assertEqual((first.sequence, second.sequence), (last + 10, last + 20))
        # As the editor makes one from the name of the step that an answer leads to.
        pitch = self.step("pitch")
        quick = steps.with_context(default_version_id=self.edited.id, default_sequence=pitch.sequence + 1)
        made = steps.browse(quick.name_create("Kể ưu đãi")[0])
        self.assertEqual((made.version_id, made.key, made.sequence), (self.edited, "ke_uu_dai", pitch.sequence + 1))
        with self.assertRaises(UserError):
            steps.with_context(default_version_id=self.version.id).name_create("Muộn rồi")

    def test_a_new_answer_gets_a_key_of_its_step(self):
        pitch = self.step("pitch")
        pitch.answer_ids = [Command.create({"label": "Đồng ý", "next_step_id": self.step("save").id})] * 2
        self.assertEqual(pitch.answer_ids[-2:].mapped("key"), ["dong_y", "dong_y_2"])
        decision = self.step("device")
        decision.answer_ids = [Command.create({"condition": "nice.yes", "sequence": 1})]
        self.assertIn("nice_yes", decision.answer_ids.mapped("key"))

    def test_a_new_answer_is_given_by_the_next_free_key(self):
        with Form(self.step("pitch")) as form, form.answer_ids.new() as answer:
            self.assertEqual((answer.hotkey, answer.is_main), ("3", False))
            answer.label = "Để sau"
        steps = self.env["mobifone.script.step"].with_user(self.manager)
        said = steps.create({"version_id": self.edited.id, "title": "Nói thêm"})
        with Form(said) as form, form.answer_ids.new() as answer:
            self.assertTrue(answer.is_main, "one way on: Enter")
            self.assertTrue(answer.label)
            answer.next_step_id = self.step("pitch")

    def test_when_a_version_may_go_live(self):
        self.assertEqual(
            (self.edited.check_state, self.edited.is_ready, self.edited.is_outdated), ("none", False, False)
        )
        self.edited.action_check()
        self.assertTrue(self.edited.is_ready)
        self.assertGreater(self.edited.way_count, 1)
        self.step("pitch").text = "Lời mới"
        self.edited.invalidate_recordset()
        self.assertEqual((self.edited.check_state, self.edited.is_ready), ("stale", False))
        self.edited.action_check()
        other = self.edited.copy({"name": "Bản khác"})
        other.action_check()
        other.action_publish()
        self.edited.invalidate_recordset()
        self.assertEqual((self.edited.is_ready, self.edited.is_outdated), (False, True))
        self.assertEqual((self.version.state, self.version.is_outdated), ("retired", True))
        self.version.with_user(self.manager).action_check()
        self.assertTrue(self.version.is_ready, "checked again, the older version may come back")

    def test_findings_stand_beside_their_step_in_peoples_words(self):
        pitch = self.step("pitch")
        pitch.answer_ids[0].next_step_id = False
        self.step("save").text = "{khong_co}"
        self.edited.invalidate_recordset()
        pitch.invalidate_recordset()
        self.assertEqual(pitch.finding_level, "error")
        self.assertIn(pitch.answer_ids[0].label, pitch.findings)
        self.assertNotIn("pitch", pitch.findings)
        levels = {node["key"]: node["level"] for node in self.edited.graph["nodes"]}
        self.assertEqual((levels["pitch"], levels["matter"]), ("error", False))
        self.edited.action_check()
        finding = next(found for found in self.edited.check_report["findings"] if found["step"] == "pitch")
        self.assertIn("Pitch", finding["message"], "named by its title")

    def test_a_difference_names_no_keys(self):
        self.step("pitch").answer_ids[1].next_step_id = self.step("save")
        self.step("end_done").outcome = "refused"
        steps = self.env["mobifone.script.step"].with_user(self.manager)
        steps.create({"version_id": self.edited.id, "title": "Kết", "kind": "end", "outcome": "done"})
        self.edited.invalidate_recordset()
        changes = {(change["step"], change["field"]): change for change in self.edited.difference}
        answer = changes["pitch", "answer.refuse"]
        self.assertEqual(answer["answer"], "Từ chối")
        self.assertIn("→ Occupation", answer["old"])
        self.assertIn("→ Save", answer["new"])
        self.assertNotIn("hotkey", answer["old"])
        outcome = changes["end_done", "outcome"]
        self.assertEqual((outcome["old"], outcome["new"]), ("Done", "Refused"))
        self.assertEqual(changes["ket", ""]["new"], "Done")
        self.assertFalse(self.version.difference)

    def test_a_new_script_gets_a_key(self):
        scripts = self.env["mobifone.script"].with_user(self.manager)
        made = scripts.create({"name": "Tổng đài 9090", "hotline": "9090"})
        self.assertEqual(made.key, "tong_dai_9090")
        self.assertEqual((self.script.draft_count, self.script.scheduled_count), (1, 0))

    def test_the_replay_escapes_what_people_wrote(self):
        steps = [dict(item) for item in STEPS]
        pitch = next(item for item in steps if item["key"] == "pitch")
        pitch |= {"title": "<b>T</b>", "text": "(<i>hướng dẫn</i>)\n<script>alert(1)</script>"}
        pitch["answers"] = [{**answer, "label": f"<u>{answer['label']}</u>"} for answer in pitch["answers"]]
        self.publish(content(steps, version="Có thẻ"))
        desk, call = self.start(number=OPEN)
        self.give(desk, call, "service", "agree")
        desk.back(call["call_id"])
        replay = self.env["mobifone.call"].with_user(self.leader_a).browse(call["call_id"]).replay
        for tag in ("<b>", "<i>", "<script", "<u>"):
            self.assertNotIn(tag, replay)
        for text in ("&lt;b&gt;T", "&lt;script&gt;", "&lt;u&gt;Đồng ý", "o_mobifone_voided"):
            self.assertIn(text, replay)

    def test_the_length_of_a_call(self):
        desk, call = self.start(number=OPEN)
        record = self.env["mobifone.call"].browse(call["call_id"])
        self.assertEqual(record.duration, 0)
        self.give(desk, call, "complaint")
        desk.finish(call["call_id"], "abandoned")
        record.started_on = record.finished_on - timedelta(minutes=3)
        self.assertAlmostEqual(record.duration, 0.05)

    def test_a_promotion_has_its_time(self):
        today = fields.Date.today()
        promotions = self.env["mobifone.promotion"].with_user(self.manager)
        for start, end, period in ((-9, None, "in_force"), (9, None, "to_come"), (-9, -5, "over"), (0, 0, "in_force")):
            promotion = promotions.create(
                {
                    "name": "CTKM",
                    "text": "Tặng",
                    "date_from": self.env["mobifone.promotion"]._today() + timedelta(days=start),
                    "date_to": end is not None and self.env["mobifone.promotion"]._today() + timedelta(days=end),
                }
            )
            self.assertEqual(promotion.period, period, (today, start, end))

    def test_a_call_from_the_line_and_from_the_customer(self):
        partner = self.env["res.partner"].create({"name": "Khách hàng thử"})
        lines = self.env["mobifone.subscriber"].create(
            [{"msisdn": f"090009177{number}", "partner_id": partner.id} for number in range(2)]
        )
        as_manager = partner.with_user(self.manager)
        action = as_manager.action_mobifone_call()
        self.assertEqual((action["res_model"], action["domain"]), ("mobifone.subscriber", [("id", "in", lines.ids)]))
        lines[1].partner_id = False
        action = as_manager.action_mobifone_call()
        wizard = self.env["mobifone.script.wizard"].browse(action["res_id"])
        self.assertEqual((action["res_model"], wizard.number), ("mobifone.script.wizard", "0900091770"))
        lines[0].partner_id = False
        with self.assertRaises(UserError):
            as_manager.action_mobifone_call()
        for user in (self.agent_a1, self.leader_a, self.care):
            with self.assertRaises(AccessError):
                lines[0].with_user(user).action_mobifone_call()
            with self.assertRaises(AccessError):
                partner.with_user(user).action_mobifone_call()
