from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import FEATURE, MISSING, OPEN
from .papers_common import NUMBER, PapersCase, picture, upload, whole_form


@tagged("-at_install", "post_install")
class TestRegistration(PapersCase):
    """An update request from the desk: what is wrong, missing or doubtful, and the clock of 48 hours (domain 2.4)."""

    # ------------------------------------------------------------
    # Complete
    # ------------------------------------------------------------

    def test_complete_form_waits_48_clock_hours(self):
        # A Friday afternoon: due on Sunday, no working days here.
        with freeze_time("2026-11-20 09:30:00"):
            answer = self.submit()
        self.assertTrue(answer["ok"], answer)
        self.assertEqual((answer["state"], answer["due_on"]), ("submitted", "2026-11-22 09:30:00"))
        self.assertEqual((answer["verdict"]["code"], answer["missing"], answer["errors"]), ("ok", [], []))
        request = self.request(answer)
        self.assertEqual(request.submitted_on + timedelta(hours=48), request.due_on)
        self.assertEqual(request.consent_text, self.env["ir.config_parameter"]._mobifone_text("registration_consent"))
        self.assertEqual(self.log_of(request), ["submit"])

    def test_the_hours_are_a_setting(self):
        self.set_param("registration_hours", "24")
        request = self.request(self.submit())
        self.assertEqual(request.submitted_on + timedelta(hours=24), request.due_on)

    def test_sent_again_it_is_the_same_request(self):
        desk = self.desk(self.agent_a1)
        lookup_id = desk.lookup(OPEN)["lookup_id"]
        first = desk.submit_registration(lookup_id, whole_form())
        again = desk.submit_registration(lookup_id, whole_form())
        self.assertEqual((again["registration_id"], again["replayed"]), (first["registration_id"], True))
        self.assertFalse(first["replayed"])

    def test_one_open_request_a_line(self):
        self.submit()
        other = self.submit(user=self.agent_b1)
        self.assertEqual((other["ok"], other["verdict"]["code"]), (False, "pending"))
        self.assertTrue(other["verdict"]["until"])

    def test_a_customer_is_made_for_a_line_without_one(self):
        request = self.request(self.submit(number=OPEN), self.manager)
        self.assertEqual(self.line(OPEN).partner_id, request.partner_id)

    # ------------------------------------------------------------
    # Not possible
    # ------------------------------------------------------------

    def test_nice_numbers_go_to_a_main_store(self):
        self.change(MISSING, commitment_type="CK 24 tháng")
        answer = self.submit()
        self.assertEqual((answer["ok"], answer["verdict"]["code"]), (False, "main_store"))
        self.assertEqual(self.papers_of()["route"], "main_store")
        self.assertFalse(self.made("mobifone.registration"))

    def test_other_networks_and_terminated_lines(self):
        self.assertEqual(self.submit(number="0910000999")["verdict"]["code"], "other_network")
        self.change(MISSING, line_status="terminated")
        self.assertEqual(self.submit()["verdict"]["code"], "line_terminated")

    def test_not_before_the_notice_was_read(self):
        desk = self.desk(self.agent_a1)
        lookup_id = desk.lookup(MISSING)["lookup_id"]
        self.assertEqual(desk.submit_registration(lookup_id, whole_form())["verdict"]["code"], "not_acknowledged")
        self.assertEqual(desk.registration_form(lookup_id)["verdict"]["code"], "not_acknowledged")
        self.assertEqual(desk.file_feedback(lookup_id, "Chưa được duyệt")["verdict"]["code"], "not_acknowledged")

    def test_only_from_ones_own_look_up(self):
        lookup_id = self.desk(self.agent_a1).lookup(OPEN)["lookup_id"]
        for method in ("registration_form", "submit_registration", "file_feedback"):
            arguments = {"submit_registration": [whole_form()], "file_feedback": ["x"]}.get(method, [])
            with self.subTest(method=method), self.enter_registry_test_mode():
                self.assert_denied(getattr(self.desk(self.agent_b1), method), lookup_id, *arguments)
                self.assert_denied(getattr(self.desk(self.vendor_manager_a), method), lookup_id, *arguments)
                self.assert_denied(getattr(self.desk(self.stranger), method), lookup_id, *arguments)

    # ------------------------------------------------------------
    # Nothing kept without consent, or with a wrong value
    # ------------------------------------------------------------

    def test_each_wrong_field_has_its_own_message(self):
        wrong = whole_form(
            full_name="Mẫu 123",
            birth_date="31/02/1990",
            gender="?",
            nationality="Xứ Không Có",
            document_number="12345",
            document_date="01/01/2999",
            street="---",
            occupation=99,
            id_front=upload(b"%PDF-1.7 no photo"),
            consent=False,
        )
        answer = self.submit(wrong)
        self.assertEqual((answer["ok"], answer["verdict"]["code"]), (False, "invalid"))
        self.assertEqual(
            self.fields_of(answer, "errors"),
            {
                "full_name", "birth_date", "gender", "nationality", "document_number", "document_date", "street",
                "occupation", "id_front", "consent",
            },
        )  # fmt: skip
        messages = [error["message"] for error in answer["errors"]]
        self.assertEqual(len(set(messages)), len(messages), "each says what is wrong with it")
        self.assertFalse(self.made("mobifone.identity"), "nothing was kept")

    def test_without_consent_not_even_a_draft_is_kept(self):
        for consent in (False, None, "yes", 1):
            answer = self.submit({"full_name": "Khách Hàng Mẫu", "consent": consent})
            self.assertEqual(self.fields_of(answer, "errors"), {"consent"})
        self.assertFalse(self.made("mobifone.registration"))

    def test_nonsense_is_refused_in_words(self):
        for values in (None, [], "x", {"no_such_field": 1}, {1: 2}):
            with self.subTest(values=values):
                self.assert_denied(self.submit, values if values is not None else 0)
        for name in whole_form():
            for value in ([], {}, 5.5, -1, "\0", "x" * 5000, ["a"], {"a": 1}, True):
                if name == "consent" and value is True:
                    continue
                with self.subTest(name=name, value=str(value)[:20]):
                    answer = self.submit(whole_form(**{name: value}))
                    told = self.fields_of(answer, "errors") | self.fields_of(answer, "missing")
                    self.assertIn(name, told | ({"address"} if name in ("province", "ward", "street") else set()))

    def test_the_paper_is_not_older_than_its_owner(self):
        answer = self.submit(whole_form(birth_date="15/03/1990", document_date="14/03/1990"))
        self.assertEqual(self.fields_of(answer, "errors"), {"document_date"})

    def test_countries_are_named_in_both_languages(self):
        form = self.env["mobifone.registration.form"]
        self.env["res.country"].with_context(lang="vi_VN").search([("code", "=", "RU")]).name = "Nga"
        for lang, text, code in (
            ("vi_VN", "Việt Nam", "VN"), ("vi_VN", "nga", "RU"), ("vi_VN", "vn", "VN"), ("en_US", "Vietnam", "VN"),
            ("vi_VN", "France", "FR"),
        ):  # fmt: skip
            with self.subTest(text=text):
                values = {"nationality": text, "consent": True}
                person, _photos, errors, _doubts = form.with_context(lang=lang)._take(values)
                self.assertEqual((person.get("nationality"), errors), (code, {}))

    # ------------------------------------------------------------
    # Doubts
    # ------------------------------------------------------------

    def test_doubts_never_stop_a_request(self):
        doubtful = {
            "document_number": ("099090123456", {"document_number"}),  # province 099, and a man of the 1900s
            "birth_date": ("15/03/2020", {"document_number", "birth_date", "document_date"}),
            "province": ("Hà Tây", {"province"}),
            "portrait": (upload(picture((200, 150))), {"portrait"}),
        }
        for name, (value, fields) in doubtful.items():
            with self.subTest(name=name):
                more = {"document_date": "20/05/2021"} if name == "birth_date" else {}
                answer = self.submit(whole_form(**{name: value}, **more))
                self.assertTrue(answer["ok"], answer)
                self.assertLessEqual({warning["field"] for warning in answer["warnings"]}, fields)
                self.assertTrue(answer["warnings"])
                self.request(answer)._reject(self.reason)

    def test_a_card_that_fits_raises_no_doubt(self):
        self.assertEqual(self.submit()["warnings"], [])

    def test_the_fourth_line_of_a_paper_is_doubted(self):
        numbers = [f"0900092{n:03d}" for n in range(4)]
        self.env["mobifone.subscriber"].create([{"msisdn": number} for number in numbers])
        warnings = [self.submit(number=number)["warnings"] for number in numbers]
        self.assertEqual([len(found) for found in warnings], [0, 0, 0, 1])

    # ------------------------------------------------------------
    # The occupation keeps its rules
    # ------------------------------------------------------------

    def test_the_occupation_is_taken_only_when_it_may_be_asked(self):
        self.change(MISSING, usage_class="official")
        answer = self.submit(whole_form(occupation=4))
        self.assertEqual(self.fields_of(answer, "errors"), {"occupation"})
        self.change(MISSING, usage_class="personal")
        self.set_param("occupation_from", "0")
        self.set_param("occupation_to", "0")
        request = self.request(self.submit(whole_form(occupation="4")))
        request.action_approve()
        self.assertEqual(self.line(MISSING).partner_id.occupation_id.code, 4)
        self.assertTrue(self.line(MISSING).partner_id.occupation_consent)

    # ------------------------------------------------------------
    # Told at the next look-up
    # ------------------------------------------------------------

    def test_the_next_look_up_tells_how_the_request_stands(self):
        self.assertFalse(self.papers_of()["request"])
        request = self.request(self.submit())
        told = self.papers_of()["request"]
        self.assertEqual((told["state"], told["is_overdue"]), ("submitted", False))
        self.age(request, due_on=1)
        told = self.desk(self.agent_b1).lookup(MISSING)["registration"]["request"]
        self.assertTrue(told["is_overdue"], "also in the notice, before its OK")
        self.assertIn("OVERDUE", told["text"])
        request._reject(self.reason, f"Số {NUMBER} mờ")
        told = self.papers_of()["request"]
        self.assertEqual((told["state"], told["is_overdue"]), ("rejected", False))
        self.assertIn(self.reason.name, told["text"])
        self.assertNotIn("Số", told["text"], "the note is for customer care")
        self.assertEqual(request.reject_note, "Số •••••••••456 mờ")
        self.assertTrue(self.submit()["ok"], "and may ask again")

    def test_few_queries(self):
        self.desk(self.agent_a1).lookup(FEATURE)
        with self.assertQueryCount(3):
            self.desk(self.agent_a1).lookup(FEATURE)

    def test_no_key_no_papers(self):
        with patch.dict("os.environ", {"MOBIFONE_IDENTITY_KEY_FILE": "/nonexistent/identity.key"}):
            with self.assertRaisesRegex(UserError, "no encryption key"):
                self.submit()
            self.assertTrue(self.desk(self.agent_a1).lookup(MISSING)["found"], "the desk works without it")
        self.env.invalidate_all()
        self.assertFalse(self.made("mobifone.identity"))

    def test_only_care_decides(self):
        request = self.request(self.submit())
        for user in (self.agent_a1, self.leader_a, self.vendor_manager_a, self.feed, self.stranger):
            of_user = request.with_user(user)
            for method in ("action_approve", "action_escalate", "action_open_reject", "action_identity_reveal"):
                with self.subTest(user=user.login, method=method), self.assertRaises(AccessError):
                    getattr(of_user, method)()
