from datetime import datetime
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import FEATURE, INSTALLED, LOCKED, MISSING, OPEN, ConsultCase


@tagged("-at_install", "post_install")
class TestLookup(ConsultCase):
    def verdict(self, number, part="consult", user=None):
        user = user or self.agent_a1
        answer = self.desk(user).lookup(number)
        if answer["registration"]["must_acknowledge"]:
            answer = self.desk(user).acknowledge(answer["lookup_id"])
        return answer[part]

    def at_hour(self, hour):
        """Vietnam's clock at `hour` (Python's clock only; the database's goes on)."""
        moment = datetime(2026, 11, 20, (hour - 7) % 24, 0, 0)
        return patch.object(fields.Datetime, "now", lambda: moment)

    def test_answer_has_the_contract_keys(self):
        answer = self.desk(self.agent_a1).lookup("0900091001", hotline="1090", purpose="asks about data")
        self.assertEqual(
            set(answer),
            {
                "lookup_id", "found", "number", "msisdn_masked", "line", "app", "consult", "sms", "registration",
                "occupation", "script_id",
            },
        )  # fmt: skip
        self.assertEqual((answer["found"], answer["number"], answer["msisdn_masked"]), (True, OPEN, "0900•••001"))
        for part in ("consult", "sms", "occupation"):
            self.assertLessEqual({"allowed", "code", "reason", "by", "until"}, set(answer[part]))
        self.assertEqual(
            set(answer["registration"]), {"state", "missing", "must_acknowledge", "route", "message", "request"}
        )
        self.assertNotIn("name", answer["line"])

    def test_consult_codes(self):
        self.consult(self.agent_b1, LOCKED, channel="sms")
        self.env["phone.blacklist"].create({"number": self.line(FEATURE).msisdn})
        self.assertEqual(self.verdict(OPEN)["code"], "ok")
        self.assertEqual(self.verdict("0320000001")["code"], "other_network")
        self.assertEqual(self.verdict(INSTALLED)["code"], "app_installed")
        self.assertEqual(self.verdict(FEATURE)["code"], "no_smartphone", "precedes the blacklist")
        self.assertEqual(self.verdict(LOCKED)["code"], "locked")
        for values, code in (
            ({"device_class": "unknown"}, "blacklisted"),
            ({"app_status": "unknown"}, "app_unknown"),
            ({"line_status": "terminated"}, "line_terminated"),
        ):
            self.change(FEATURE, **values)
            self.assertEqual(self.verdict(FEATURE)["code"], code)

    def test_locked_and_service_lines_may_be_consulted(self):
        for values in (
            {"line_status": "one_way"},
            {"line_status": "two_way"},
            {"usage_class": "official"},
            {"usage_class": "test"},
            {"device_class": "unknown"},
        ):
            self.change(OPEN, **values)
            self.assertEqual(self.verdict(OPEN)["code"], "ok", values)

    def test_install_date_is_in_the_answer(self):
        app = self.verdict(INSTALLED, "app")
        self.assertEqual(app, {"status": "installed", "installed_on": "2026-01-02 03:04:05"})
        self.assertIn("02/01/2026", self.verdict(INSTALLED)["reason"])

    def test_holder_is_named_to_his_own_vendor_and_to_mobifone_only(self):
        self.consult(self.agent_a1, LOCKED)
        for user, shown in (
            (self.agent_a2, True), (self.leader_a, True), (self.manager, True), (self.agent_b1, False),
        ):  # fmt: skip
            by = self.verdict(LOCKED, user=user)["by"]
            self.assertEqual("Agent t_agent_a1" in by, shown, by)
            self.assertIn("Web", by)
        history = self.desk(self.agent_b1).history(self.desk(self.agent_b1).lookup(LOCKED)["lookup_id"])
        self.assertNotIn("t_agent_a1", str(history))

    def test_missing_papers_hide_the_answer_until_acknowledged(self):
        desk = self.desk(self.agent_a1)
        answer = desk.lookup(MISSING)
        self.assertEqual(set(answer), {"lookup_id", "found", "msisdn_masked", "registration"})
        self.assertEqual([entry["code"] for entry in answer["registration"]["missing"]], ["portrait", "no_such_code"])
        lookup_id = answer["lookup_id"]
        self.assertEqual(desk.consult(lookup_id)["verdict"]["code"], "not_acknowledged")
        self.assertEqual(desk.exclude(lookup_id, "difficult")["verdict"]["code"], "not_acknowledged")
        with self.assertRaises(AccessError):
            desk.history(lookup_id)
        full = desk.acknowledge(lookup_id)
        self.assertEqual((full["consult"]["code"], full["registration"]["must_acknowledge"]), ("ok", False))
        self.assertEqual(full, desk.acknowledge(lookup_id), "a second OK changes nothing")
        self.assertTrue(desk.consult(lookup_id)["ok"])

    def test_routes_to_complete_the_papers(self):
        for values, route in (
            ({"device_class": "smartphone"}, "online"),
            ({"device_class": "feature_phone"}, "transaction_point"),
            ({"device_class": "unknown"}, "ask_device"),
            ({"commitment_type": "Có CK"}, "main_store"),
            ({"commitment_type": "không CK", "owner_unit": "Số TCT"}, "main_store"),
            ({"registration_state": "complete"}, "none"),
        ):
            self.change(MISSING, **values)
            self.assertEqual(self.verdict(MISSING, "registration")["route"], route, values)

    def test_notice_is_an_admins_text(self):
        self.set_param("papers_missing_text", "Số {so_tb}: xem {can_cu} {khac}")
        self.set_param("legal_basis", "Luật mới")
        message = self.verdict(MISSING, "registration")["message"]
        self.assertEqual(message, "Số 0900091003: xem Luật mới {khac}")

    def test_occupation_codes(self):
        with self.at_hour(10):
            self.assertEqual(self.verdict(OPEN, "occupation")["code"], "ok")
            self.assertEqual(self.verdict("0320000001", "occupation")["code"], "other_network")
            for usage in ("official", "operations", "test"):
                self.change(OPEN, usage_class=usage)
                self.assertEqual(self.verdict(OPEN, "occupation")["code"], "line_class")
            self.change(OPEN, usage_class="personal")
            partner = self.env["res.partner"].create(
                {"name": "Khách", "occupation_id": self.env.ref("mobifone_consult.occupation_17").id}
            )
            self.line(OPEN).partner_id = partner
            answer = self.verdict(OPEN, "occupation")
            self.assertEqual((answer["code"], answer["occupation_code"]), ("recorded", 17))
        for hour, code in ((6, "outside_hours"), (7, "recorded"), (21, "recorded"), (22, "outside_hours")):
            with self.at_hour(hour):
                self.assertEqual(self.verdict(OPEN, "occupation")["code"], code, f"at {hour} h")

    def test_lost_phone_stops_the_occupation_too(self):
        desk = self.desk(self.agent_a1)
        lookup_id = desk.lookup(OPEN)["lookup_id"]
        with self.at_hour(10):
            self.assertTrue(desk.exclude(lookup_id, "urgent_lost_phone")["ok"])
            answer = desk.acknowledge(lookup_id)
        self.assertEqual((answer["consult"]["code"], answer["occupation"]["code"]), ("excluded", "lost_phone"))

    def test_sms_codes(self):
        self.assertEqual(self.verdict(OPEN, "sms")["code"], "ok")
        self.set_param("sms_from", "7")
        self.set_param("sms_to", "22")
        with self.at_hour(23):
            quiet = self.verdict(OPEN, "sms")
            self.assertEqual(
                (quiet["code"], quiet["allowed"], quiet["until"]), ("quiet_hours", True, "2026-11-21 00:00:00")
            )
        self.set_param("sms_from", "0")
        self.set_param("sms_to", "0")
        self.set_param("sms_per_day", "1")
        self.consult(self.agent_a1, OPEN)
        self.assertEqual(self.verdict(OPEN, "sms")["code"], "frequency")
        self.set_param("sms_local_outbox", False)
        self.assertEqual(self.verdict(LOCKED, "sms")["code"], "no_gateway")
        self.env["phone.blacklist"].create({"number": LOCKED})
        self.assertEqual(self.verdict(LOCKED, "sms")["code"], "blacklisted")

    def test_exclusion_holds_for_its_look_up_only(self):
        desk = self.desk(self.agent_a1)
        lookup_id = desk.lookup(OPEN)["lookup_id"]
        self.assertTrue(desk.exclude(lookup_id, "complaint")["ok"])
        refused = desk.consult(lookup_id)
        self.assertEqual((refused["ok"], refused["verdict"]["code"]), (False, "excluded"))
        self.assertEqual(self.verdict(OPEN)["code"], "ok", "the next look-up is free again")
        with self.assertRaises(UserError):
            desk.exclude(lookup_id, "no_such_reason")
        with self.assertRaises(UserError):
            desk.exclude(lookup_id, {"code": "complaint"})

    def test_no_smartphone_is_remembered_until_a_newer_feed(self):
        desk = self.desk(self.agent_a1)
        self.change(OPEN, device_class="unknown")
        desk.exclude(desk.lookup(OPEN)["lookup_id"], "no_smartphone")
        self.assertEqual(self.verdict(OPEN)["code"], "no_smartphone")
        self.assertEqual(self.verdict(OPEN, "line")["device_class"], "feature_phone")
        self.change(OPEN, device_class="smartphone", device_class_on="2100-01-01 00:00:00")
        self.assertEqual(self.verdict(OPEN)["code"], "ok", "the feed's fact is newer")

    def test_only_ones_own_fresh_look_up_counts(self):
        lookup_id = self.desk(self.agent_a1).lookup(OPEN)["lookup_id"]
        with self.enter_registry_test_mode():
            for user in (self.agent_a2, self.agent_b1, self.manager):
                for method, arguments in (
                    ("consult", ()),
                    ("acknowledge", ()),
                    ("history", ()),
                    ("exclude", ("difficult",)),
                ):
                    self.assert_denied(getattr(self.desk(user), method), lookup_id, *arguments)
            self.set_param("lookup_minutes", "0")
            self.assert_denied(self.desk(self.agent_a1).consult, lookup_id)
        refusals = self.env["mobifone.lookup"].with_user(self.manager).search([("kind", "=", "refusal")])
        self.assertGreaterEqual(
            set(refusals.mapped("result")), {"foreign_lookup", "expired_lookup"}, "refusals are logged too"
        )

    def test_malformed_arguments(self):
        desk = self.desk(self.agent_a1)
        for lookup_id in (None, False, True, "1", 0, -1, 2**31, 1.5, [1], {}):
            with self.assertRaises(UserError):
                desk.consult(lookup_id)
        lookup_id = desk.lookup(OPEN)["lookup_id"]
        for channel in ("fax", None, [], 1):
            with self.assertRaises(UserError):
                desk.consult(lookup_id, channel=channel)
        for bad in (
            {"hotline": "113"}, {"hotline": ["1090"]}, {"hotline": []}, {"purpose": "x" * 201},
            {"purpose": {"a": 1}}, {"purpose": "\ud800"}, {"purpose": "a\0"},
        ):  # fmt: skip
            with self.assertRaises(UserError):
                desk.lookup(OPEN, **bad)
        for reason in ("\ud800", "\0", None, 1):
            with self.assertRaises(UserError):
                desk.exclude(lookup_id, reason)
        with self.assertRaises(UserError):
            desk.lookup()

    def test_groups_that_may_not_work_at_the_desk(self):
        users = (self.care, self.feed, self.stranger, self.vendor_manager_a)
        with self.enter_registry_test_mode():
            for user in users:
                self.assert_denied(self.desk(user).lookup, OPEN)
        refused = self.env["mobifone.lookup"].search([("result", "=", "no_access")]).user_id
        self.assertGreaterEqual(set(refused), set(users), "refusals are logged")

    def test_context_of_the_caller_has_no_effect(self):
        desk = self.desk(self.agent_a1).with_context(default_channel="sms", default_state="converted", lang="en_US")
        answer = desk.consult(desk.lookup(OPEN)["lookup_id"])
        consultation = self.env["mobifone.consultation"].browse(answer["consultation_id"])
        self.assertEqual((consultation.channel, consultation.state), ("web", "open"))

    def test_look_up_costs_few_queries(self):
        # the quota, the facts and the log row
        self.assert_costs(3, lambda desk: desk.lookup(OPEN))
        self.consult(self.agent_b1, LOCKED)
        self.assert_costs(3, lambda desk: desk.lookup(LOCKED))
        # a line of nobody's is looked for, and logged, in the same way
        self.assert_costs(3, lambda desk: desk.lookup("0320000001"))

    def test_a_change_of_the_gateway_is_seen_at_once(self):
        self.assertEqual(self.verdict(OPEN, "sms")["code"], "ok")
        self.set_param("sms_local_outbox", False)
        self.assertEqual(self.verdict(OPEN, "sms")["code"], "no_gateway")
        self.set_param("sms_local_outbox", "True")
        self.assertEqual(self.verdict(OPEN, "sms")["code"], "ok")
