from freezegun import freeze_time

from odoo.tests import tagged

from ..tools import identity_cipher
from .common import MISSING, OPEN
from .papers_common import NUMBER, PapersCase, picture, upload, whole_form


@tagged("-at_install", "post_install")
class TestRegistrationDraft(PapersCase):
    """A form that is not complete: what is missing is told and asked for, what it holds is not."""

    def test_what_is_missing_is_listed_and_kept_as_a_draft(self):
        answer = self.submit({"full_name": "Khách Hàng Mẫu", "province": "Hà Nội", "consent": True})
        self.assertEqual((answer["ok"], answer["state"], answer["due_on"]), (False, "draft", False))
        self.assertEqual(answer["verdict"]["code"], "incomplete")
        self.assertEqual(
            [found["code"] for found in answer["missing"]],
            [
                "birth_date", "nationality", "address", "document_type", "document_number", "document_date",
                "document_place", "id_front", "id_back", "portrait",
            ],
        )  # fmt: skip
        self.assertTrue(all(found["label"] and found["message"] for found in answer["missing"]))

    def test_the_next_agent_completes_a_draft_and_is_not_told_what_it_says(self):
        half = whole_form(portrait=None, street="")
        draft = self.submit(half)
        self.assertEqual([found["code"] for found in draft["missing"]], ["address", "portrait"])
        desk = self.desk(self.agent_b1)
        lookup_id = desk.acknowledge(desk.lookup(MISSING)["lookup_id"])["lookup_id"]
        form = desk.registration_form(lookup_id)
        self.assertTrue(form["ok"])
        self.assertEqual({field["name"] for field in form["fields"] if not field["given"]} - {"consent"},
                         {"district", "occupation", "street", "portrait"})  # fmt: skip
        self.assertNotIn(NUMBER, str(form))
        self.assertNotIn("Khách Hàng Mẫu Một", str(form))
        rest = {"street": "Số 2", "portrait": upload(picture()), "consent": True}
        done = desk.submit_registration(lookup_id, rest)
        self.assertEqual((done["ok"], done["registration_id"]), (True, draft["registration_id"]))
        self.assertEqual(self.request(done).user_id, self.agent_b1, "whoever saved last is the one it is from")
        self.assertEqual(self.request(done).vendor_id, self.vendor_b)

    def test_a_draft_tells_the_next_agent_nothing(self):
        """Neither by messages nor by doubts: each value is judged by what else is in the same form."""
        self.submit(whole_form(portrait=None))
        probes = (
            {"document_date": "14/03/1990"}, {"document_date": "16/03/1990"}, {"document_type": "passport"},
            {"document_number": "C1234567"}, {"document_number": "12345"}, {"gender": "male"},
            {"birth_date": "15/03/1991"}, {"full_name": "Người Khác"}, {"province": "Hà Tây"},
        )  # fmt: skip
        for probe in probes:
            with self.subTest(probe=probe):
                refused = self.submit(probe, self.agent_b1)
                self.assertEqual(self.fields_of(refused, "errors"), {"consent"})
                with self.env.cr.savepoint() as savepoint:
                    answer = self.submit({**probe, "consent": True}, self.agent_b1)
                    said = set(probe) | {"consent"}
                    self.assertLessEqual({found["field"] for found in answer["warnings"]}, said)
                    self.assertEqual(answer["errors"], [])
                    self.assertNotIn(NUMBER, str(answer))
                    self.assertNotIn("CCCD", str(answer))
                    savepoint.rollback()
                self.env.invalidate_all()
        log = self.env["mobifone.lookup"].search([("kind", "=", "refusal"), ("verdicts", "=", "invalid")])
        self.assertEqual(len(log), len(probes), "who tries leaves rows")

    def test_what_a_draft_held_and_does_not_fit_is_asked_for_again(self):
        self.submit(whole_form(portrait=None))
        answer = self.submit({"document_type": "passport", "consent": True}, self.agent_b1)
        self.assertEqual([found["code"] for found in answer["missing"]], ["document_number", "portrait"])
        answer = self.submit({"document_number": "C1234567", "birth_date": "01/01/2022", "consent": True})
        self.assertEqual([found["code"] for found in answer["missing"]], ["document_date", "portrait"])

    def test_a_draft_whose_key_is_lost_begins_anew(self):
        draft = self.submit(whole_form(portrait=None))
        self.key_file.write_text(identity_cipher.new_key() + "\n")
        self.assertTrue(self.papers_of()["request"])
        answer = self.submit({"full_name": "Khách Hàng", "consent": True}, self.agent_b1)
        self.assertEqual((answer["state"], answer["registration_id"]), ("draft", draft["registration_id"]))
        self.assertIn("document_number", self.fields_of(answer, "missing"))

    def test_what_counts_is_data(self):
        self.env["mobifone.registration.item"].search([("code", "in", ("portrait", "id_back"))]).write(
            {"is_required": False}
        )
        answer = self.submit(whole_form(portrait=None, id_back=None))
        self.assertEqual((answer["ok"], answer["state"]), (True, "submitted"))

    def test_a_passport_has_no_back_side(self):
        passport = whole_form(document_type="passport", document_number="c 1234567", id_back=None)
        self.assertTrue(self.submit(passport)["ok"])
        for number, fits in (("C1234567", True), ("C12345678", True), ("C123456", False), ("12345678", False)):
            with self.subTest(number=number):
                answer = self.submit(whole_form(document_type="passport", document_number=number), number=OPEN)
                self.assertEqual("document_number" not in self.fields_of(answer, "errors"), fits)
                self.env["mobifone.registration"].search([("number_masked", "=", "0900•••001")]).write(
                    {"state": "rejected", "decided_on": "2026-01-01", "reject_reason_id": self.reason.id}
                )

    def test_an_old_card_is_missing_papers(self):
        answer = self.submit(whole_form(document_type="cmnd", document_number="012345678"))
        self.assertEqual([found["code"] for found in answer["missing"]], ["document_type"])
        self.assertIn("01/01/2025", answer["missing"][0]["message"])
        with freeze_time("2024-12-31 10:00:00"):
            form = self.env["mobifone.registration.form"]
            self.assertNotIn("document_type", form._missing({"document_type": "cmnd"}, []))
