import base64
import io
import json
import zipfile
from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..tools import local_time
from .common import MISSING, OPEN
from .papers_common import NUMBER, PapersCase, picture, whole_form


@tagged("-at_install", "post_install")
class TestPersonRequest(PapersCase):
    """A person asks what is kept of him, for a copy, or to be erased (Law 91/2025)."""

    def open(self, kind="access", number="0900 091 003", user=None, **values):
        wizard = self.env["mobifone.person.search"].with_user(user or self.manager)
        action = wizard.create({"number": number, "kind": kind, **values}).action_open()
        return self.env["mobifone.person.request"].with_user(user or self.manager).browse(action["res_id"])

    def approved(self):
        self.set_param("occupation_from", "0")
        self.set_param("occupation_to", "0")
        request = self.request(self.submit(whole_form(occupation=4)))
        request.action_approve()
        desk = self.desk(self.agent_a1)
        desk.file_feedback(desk.lookup(MISSING)["lookup_id"], "Khách phàn nàn")
        return request

    def test_due_in_two_working_days(self):
        cases = {
            "2026-11-23 03:00:00": "2026-11-25 16:59:59",  # Monday → the end of Wednesday, in Vietnam
            "2026-11-20 03:00:00": "2026-11-24 16:59:59",  # Friday → Tuesday
            "2026-11-21 03:00:00": "2026-11-24 16:59:59",  # Saturday → Tuesday
            "2026-11-19 18:00:00": "2026-11-24 16:59:59",  # Thursday in UTC, Friday in Vietnam
            "2026-12-30 03:00:00": "2027-01-04 16:59:59",  # over New Year's Day and a weekend
        }
        for received_on, due_on in cases.items():
            with self.subTest(received_on=received_on), freeze_time("2027-02-01"):
                request = self.open(received_on=received_on)
                self.assertEqual(str(request.due_on), due_on)
                self.assertTrue(request.is_overdue)
        self.set_param("holidays", "24/11/2026")
        with freeze_time("2027-02-01"):
            self.assertEqual(str(self.open(received_on="2026-11-23 03:00:00").due_on), "2026-11-26 16:59:59")

    def test_holidays_are_days(self):
        for text in ("31/02", "x", "1/13", "30/04/99999", "1/2/3/4"):
            with self.subTest(text=text), self.assertRaises(UserError):
                self.set_param("holidays", text)
        self.set_param("holidays", "29/02, 30/04; 17/02/2026")
        days = self.env["ir.config_parameter"]._mobifone_holidays()
        self.assertEqual(days, {(29, 2), (30, 4), (17, 2, 2026)})
        self.assertEqual(
            local_time.end_of_working_day(datetime(2026, 4, 29, 3), 1, days), datetime(2026, 5, 1, 16, 59, 59)
        )

    def test_nonsense(self):
        for number in ("", "abc", "12", "0900091003 0900091001"):
            with self.subTest(number=number), self.assertRaises(UserError):
                self.open(number=number)
        for received_on in ("2999-01-01 00:00:00", "0001-01-01 00:00:00"):
            with self.subTest(received_on=received_on), self.assertRaises(UserError):
                self.open(received_on=received_on)

    def test_what_is_kept_is_counted(self):
        self.approved()
        request = self.open()
        held = request._held()
        self.assertEqual(
            {name: held[name] for name in ("line", "customer", "identity", "photos", "occupation", "feedback", "name")},
            {"line": 1, "customer": 1, "identity": 1, "photos": 3, "occupation": 1, "feedback": 1, "name": 1},
        )
        self.assertGreater(held["lookup"], 2)
        self.assertIn("o_mobifone_held", request.held)
        self.assertFalse(any(self.open(number="0910000999")._held()[name] for name in ("line", "customer", "lookup")))
        self.assertFalse(self.env["mobifone.person.search"].search([("number", "!=", False)]), "the number is not kept")

    def test_the_copy_holds_what_is_kept(self):
        self.approved()
        request = self.open("copy")
        archive = zipfile.ZipFile(io.BytesIO(request._copy()))
        self.assertEqual(
            sorted(archive.namelist()), ["du_lieu.html", "du_lieu.json", "id_back.jpg", "id_front.jpg", "portrait.jpg"]
        )
        data = archive.read("du_lieu.json").decode()
        page = archive.read("du_lieu.html").decode()
        for text in (NUMBER, "Khách Hàng Mẫu Một", "0900091003", "Khách phàn nàn", "15/03/1990"):
            self.assertIn(text, data)
            self.assertIn(text, page)
        self.assertTrue(json.loads(data))
        self.assertEqual(archive.read("portrait.jpg")[:2], b"\xff\xd8")
        self.assertTrue(request.copied_on)
        log = self.env["mobifone.identity.log"].search([("action", "=", "person_copy")], limit=1)
        self.assertEqual((log.user_id, log.number_masked), (self.manager, "0900•••003"))
        self.assertIn("portrait", log.seen)

    def test_a_copy_is_made_when_a_copy_is_asked_for(self):
        self.approved()
        for kind in ("access", "erase"):
            with self.subTest(kind=kind), self.assertRaises(UserError):
                self.open(kind).action_copy()
        request = self.open("copy")
        request.answer = "Không phải chủ thuê bao"
        request.action_refuse()
        with self.assertRaises(UserError):
            request.action_copy()

    def test_an_earlier_owner_is_another_person(self):
        self.approved()
        earlier, line = self.line(MISSING).partner_id, self.line(MISSING)
        before = [self.open("copy"), self.open("erase")]
        line.partner_id = self.env["res.partner"].create({"name": "Chủ Mới"})
        for request in before:
            with self.assertRaisesRegex(UserError, "another customer"):
                request.action_copy() if request.kind == "copy" else request.action_erase()
        archive = zipfile.ZipFile(io.BytesIO(self.open("copy")._copy()))
        data = archive.read("du_lieu.json").decode()
        self.assertEqual(archive.namelist(), ["du_lieu.json", "du_lieu.html"])
        for secret in (NUMBER, "Khách Hàng Mẫu Một", "Khách phàn nàn"):
            self.assertNotIn(secret, data)
        self.open("erase").action_erase()
        self.assertTrue(earlier.with_user(self.care).has_identity)
        self.assertEqual(earlier.name, "Khách Hàng Mẫu Một")

    def test_erased_with_a_proof(self):
        self.approved()
        line, customer = self.line(MISSING), self.line(MISSING).partner_id
        request = self.open("erase")
        request.answer = "Đã xóa"
        with self.assertRaisesRegex(UserError, "Nothing was erased"):
            request.action_answer()
        request.action_erase()
        after = request._held()
        self.assertEqual(
            [after[name] for name in ("identity", "photos", "occupation", "name", "feedback")], [0, 0, 0, 0, 0]
        )
        self.assertEqual(customer.name, "0900•••003")
        self.assertFalse(customer.occupation_id or customer.occupation_consent)
        self.assertTrue(line.exists(), "the line is the network's")
        self.assertEqual((request.proof["before"]["photos"], request.proof["after"]["photos"]), (3, 0))
        self.assertGreater(request.proof["after"]["lookup"], 0)
        self.assertIn("Nghị định", request.kept_text)
        kept = str(request.read())
        for secret in (NUMBER, "Khách Hàng Mẫu", "0900091003"):
            self.assertNotIn(secret, kept)
        request.action_answer()
        self.assertEqual((request.state, request.answered_by_id), ("answered", self.manager))
        actions = self.env["mobifone.identity.log"].search([("number_masked", "=", "0900•••003")]).mapped("action")
        self.assertLessEqual({"person_request", "person_erase", "person_close"}, set(actions))
        with self.assertRaises(UserError):
            request.action_erase()
        self.env.flush_all()
        for sql in ("UPDATE mobifone_person_request SET proof = NULL", "DELETE FROM mobifone_person_request"):
            with self.subTest(sql=sql), self.assertRaisesRegex(Exception, "append-only"), self.env.cr.savepoint():
                self.env.cr.execute(sql, log_exceptions=False)  # pylint: disable=sql-injection
        self.assertEqual(self.papers_of()["state"], "complete", "that papers were complete is the network's duty")

    def test_nothing_is_left_in_mails_and_chatter(self):
        self.approved()
        self.set_param("care_recipients", "cskh@example.com")
        customer = self.line(MISSING).partner_id
        customer.message_post(body="Ghi chú riêng")
        customer.image_1920 = base64.b64encode(picture())
        self.env["ir.attachment"].create(
            {"name": "giay-to.jpg", "raw": picture(), "res_model": "res.partner", "res_id": customer.id}
        )
        feedback = self.env["mobifone.feedback"].with_user(self.care).search([], limit=1)
        feedback.action_send()
        feedback.answer = f"Đã gọi lại, số {NUMBER}"
        feedback.action_close()
        request = self.open("erase")
        request.action_erase()
        self.assertEqual((feedback.text, feedback.answer), ("–", "–"))
        for model, ids in (("mobifone.feedback", feedback.ids), ("res.partner", customer.ids)):
            domain = [("model", "=", model), ("res_id", "in", ids)]
            self.assertFalse(self.env["mail.message"].search(domain))
        domain = [("res_model", "=", "res.partner"), ("res_id", "=", customer.id)]
        self.assertFalse(self.env["ir.attachment"].search([*domain, ("res_field", "in", (False, "image_1920"))]))
        request.answer = f"Đã xóa, số {NUMBER}"
        self.assertNotIn(NUMBER, request.answer)
        with self.assertRaisesRegex(UserError, "done already"):
            request.action_refuse()

    def test_an_open_request_is_withdrawn(self):
        request = self.request(self.submit())
        self.open("erase").action_erase()
        self.assertEqual(request.state, "rejected")
        self.assertFalse(request.sudo().identity_id)

    def test_papers_of_other_lines_stay(self):
        self.approved()
        self.env["mobifone.subscriber"].create({"msisdn": "0900092001", "partner_id": self.line(MISSING).partner_id.id})
        self.open("erase").action_erase()
        customer = self.line(MISSING).partner_id
        self.assertEqual(customer.name, "Khách Hàng Mẫu Một")
        self.assertTrue(customer.with_user(self.care).has_identity)

    def test_care_answers_and_only_managers_erase(self):
        request = self.open("erase", user=self.care)
        with self.assertRaises(AccessError):
            request.action_erase()
        request.answer = "Không thể xóa trong thời gian sử dụng dịch vụ"
        request.action_refuse()
        self.assertEqual(request.state, "refused")
        with self.assertRaises(UserError):
            request.answer = "Khác"

    def test_the_row_is_the_proof(self):
        request = self.open()
        for values in ({"state": "answered"}, {"due_on": "2030-01-01"}, {"proof": {}}, {"number_masked": "x"}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                request.write(values)
        with self.assertRaises(UserError):
            request.unlink()
        with self.assertRaises(AccessError):
            request.create({"number_masked": "x"})
        with self.assertRaises(UserError):
            request.action_answer()

    def test_nobody_else(self):
        request = self.open(number=OPEN)
        for user in (self.agent_a1, self.leader_a, self.vendor_manager_a, self.feed, self.stranger):
            of_user = request.with_user(user)
            for method in ("action_copy", "action_erase", "action_answer", "action_refuse"):
                with self.subTest(user=user.login, method=method), self.assertRaises(AccessError):
                    getattr(of_user, method)()
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.open(user=user)
