from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models import mobifone_finding_look
from ..tools import local_time
from .common import OPEN, ConsultCase


@tagged("-at_install", "post_install")
class TestFindingLook(ConsultCase):
    """Each kind is found at its threshold, not below, and once. The rows are the desk's own, moved in time."""

    def setUp(self):
        super().setUp()
        # Yesterday at 10:00 in Vietnam: a whole day, whatever the hour of the test.
        clock = local_time.local(fields.Datetime.now() - timedelta(days=1))
        self.morning = clock.replace(hour=3, minute=0, second=0, microsecond=0, tzinfo=None)
        self.env.cr.execute("SET LOCAL lock_timeout = '20s'")

    def look_up(self, user, minute=0, number="0320000871"):
        """A look-up, as of `minute` minutes after the morning; its id."""
        lookup_id = self.desk(user).lookup(number)["lookup_id"]
        self.move(lookup_id, minute)
        return lookup_id

    def move(self, lookup_id, minute, **values):
        values["looked_up_on"] = self.morning + timedelta(minutes=minute)
        names = ", ".join(f"{name} = %s" for name in values)
        self.env.cr.execute("ALTER TABLE mobifone_lookup DISABLE TRIGGER append_only_rows")
        self.env.cr.execute(
            f"UPDATE mobifone_lookup SET {names} WHERE id = %s",  # pylint: disable=sql-injection
            [*values.values(), lookup_id],
        )
        self.env.cr.execute("ALTER TABLE mobifone_lookup ENABLE TRIGGER append_only_rows")

    def found(self, kind):
        """What the scheduled action found about this test's people."""
        self.set_param("looked_from", "")  # from yesterday on
        with self.enter_registry_test_mode():
            self.env.ref("mobifone_consult.ir_cron_look_for_unusual_use").method_direct_trigger()
        self.env.invalidate_all()
        people = self.agent_a1 | self.agent_a2 | self.agent_b1 | self.leader_a | self.leader_b
        domain = [("kind", "=", kind), ("user_id", "in", [False, *people.ids])]
        found = self.env["mobifone.finding"].with_user(self.manager).search(domain)
        # Races have committed look-ups of another number.
        return found.filtered(lambda finding: finding.user_id or "0320•••871" in finding.text)

    def assert_found_once(self, kind, user, count, *words):
        finding = self.found(kind)
        self.assertEqual((finding.user_id, finding.count), (user, count))
        self.assertEqual((finding.agent_id.user_id, finding.vendor_id), (user, user.mobifone_vendor_id))
        for word in words:
            self.assertIn(word, finding.with_context(lang="en_US").text)
        self.assertEqual(self.found(kind), finding, "not twice")
        return finding

    def lookups_of(self, finding):
        action = finding.action_open_lookups()
        return self.env["mobifone.lookup"].with_user(self.manager).search(action["domain"]).ids

    def test_look_ups_that_nothing_followed(self):
        self.set_param("unusual_without_call", "4")
        bare = [self.look_up(self.agent_a1, minute) for minute in range(3)]
        for minute in (10, 11, 12):
            lookup_id = self.desk(self.agent_a1).lookup(OPEN)["lookup_id"]
            self.desk(self.agent_a1).exclude(lookup_id, "difficult")
            self.move(lookup_id, minute)
        self.assertFalse(self.found("lookups_without_call"), "three")
        bare.append(self.look_up(self.agent_a1, 20))
        for minute in range(30, 34):
            self.look_up(self.agent_b1, minute)
        findings = self.found("lookups_without_call")
        self.assertEqual(set(findings.user_id), {self.agent_a1, self.agent_b1})
        finding = findings.filtered(lambda finding: finding.user_id == self.agent_a1)
        self.assertIn("4 of 7 look-ups (57 %)", finding.with_context(lang="en_US").text)
        self.assertEqual(set(self.lookups_of(finding)), set(bare))
        self.assertEqual(self.found("lookups_without_call"), findings, "not twice")

    def test_what_follows_counts_whatever_it_is(self):
        self.set_param("unusual_without_call", "1")
        desk = self.desk(self.agent_a1)
        ids = [desk.lookup(OPEN)["lookup_id"] for _time in range(3)]
        desk.start_call(ids[0])
        self.assertTrue(desk.consult(ids[1])["ok"])
        desk.exclude(ids[2], "difficult")
        for minute, lookup_id in enumerate(ids):
            self.move(lookup_id, minute)
        self.assertFalse(self.found("lookups_without_call"))
        self.look_up(self.agent_a1, 5)
        self.assertFalse(self.found("lookups_without_call"), "one of four is no large share")
        self.set_param("unusual_without_call_share", "20")
        self.assert_found_once("lookups_without_call", self.agent_a1, 1, "1 of 4")

    def test_a_look_up_that_may_still_be_followed_does_not_count(self):
        self.set_param("unusual_without_call", "1")
        self.desk(self.agent_a1).lookup(OPEN)
        self.assertFalse(self.found("lookups_without_call"))

    def test_numbers_in_a_row(self):
        for place in range(4):
            self.look_up(self.agent_a1, place, f"032000050{place}")
        self.look_up(self.agent_a1, 4, "0320000503")
        for place, number in enumerate((1, 3, 2, 4, 5, 7, 6)):
            self.look_up(self.agent_a2, place, f"032000050{number}")
        self.assertFalse(self.found("number_sequence"), "four, the last one twice")
        ids = [self.look_up(self.agent_a1, 5, "0320000504")]
        finding = self.assert_found_once(
            "number_sequence", self.agent_a1, 5, "from 0320•••500 to 0320•••504", "within 5 minutes"
        )
        self.assertEqual(len(self.lookups_of(finding)), 5)
        self.assertIn(ids[0], self.lookups_of(finding))
        self.look_up(self.agent_a1, 6, "0320000505")
        self.assert_found_once("number_sequence", self.agent_a1, 6, "0320•••505")

    def test_numbers_in_a_row_downwards_over_a_thousand(self):
        for place, number in enumerate(("0320001002", "0320001001", "0320001000", "0320000999", "0320000998")):
            self.look_up(self.agent_b1, place, number)
        self.assert_found_once("number_sequence", self.agent_b1, 5)

    def test_numbers_in_a_row_over_hours_are_no_sequence(self):
        for place in range(6):
            self.look_up(self.agent_a1, place * 16, f"032000050{place}")
        self.assertFalse(self.found("number_sequence"), "five in 64 minutes")
        self.set_param("unusual_sequence", "4")
        self.assert_found_once("number_sequence", self.agent_a1, 6)

    def test_outside_the_shift(self):
        self.vendor_a.write({"shift_from": 8, "shift_to": 10.5})
        for minute in (0, 29, 30, 31):
            self.look_up(self.agent_a1, minute)
            self.look_up(self.agent_b1, minute)
        self.assertFalse(self.found("out_of_shift"), "two of them")
        self.look_up(self.agent_a1, -121)
        self.assert_found_once("out_of_shift", self.agent_a1, 3, "08:00 – 10:30", "07:59", "10:31")

    def test_a_shift_over_midnight(self):
        self.vendor_a.write({"shift_from": 22, "shift_to": 10})
        for minute in (-1, -600, 13 * 60):
            self.look_up(self.agent_a1, minute)
        self.assertFalse(self.found("out_of_shift"))
        for minute in (0, 60, 11 * 60 + 59):
            self.look_up(self.agent_a1, minute)
        self.assert_found_once("out_of_shift", self.agent_a1, 3, "22:00 – 10:00")

    def test_one_number_and_many_users(self):
        self.set_param("unusual_many_agents", "3")
        self.look_up(self.agent_a1, -24 * 60 - 1)
        for user in (self.agent_a2, self.leader_a, self.agent_a2):
            self.look_up(user)
        self.assertFalse(self.found("many_agents"), "the first one was more than 24 hours before")
        self.look_up(self.agent_b1, 10)
        finding = self.found("many_agents")
        self.assertEqual((finding.count, finding.vendor_id.id, finding.user_id.id), (3, False, False), "of two vendors")
        self.assertIn("0320•••871 was looked up by 3 users", finding.with_context(lang="en_US").text)
        self.assertEqual(len(self.lookups_of(finding)), 4)
        self.assertFalse(self.env["mobifone.finding"].with_user(self.vendor_manager_a).search([]) & finding)
        self.assertEqual(self.found("many_agents"), finding, "not twice")

    def test_two_addresses_in_turn(self):
        ways = {
            self.agent_a1: [(0, "10.0.0.1"), (4, "10.0.0.2"), (5, "10.0.0.2"), (11, "10.0.0.1")],
            self.agent_a2: [(0, "10.0.0.1"), (1, "10.0.0.2"), (2, "10.0.0.2"), (3, "10.0.0.3")],
        }
        for user, rows in ways.items():
            for minute, address in rows:
                self.move(self.desk(user).lookup(OPEN)["lookup_id"], minute, ip=address)
        self.assertFalse(self.found("two_addresses"), "eleven minutes; or moved on, and never back")
        self.move(self.desk(self.agent_a1).lookup(OPEN)["lookup_id"], 15, ip="10.0.0.2")
        finding = self.assert_found_once(
            "two_addresses", self.agent_a1, 1, "10.0.0.1, 10.0.0.2", "10:05:00 to 10:15:00"
        )
        self.assertEqual(finding.with_user(self.vendor_manager_a).vendor_id, self.vendor_a)

    def test_over_the_limit(self):
        self.set_param("lookup_quota", "1")
        self.set_param("unusual_quota", "2")
        self.desk_once_too_often()
        self.assertFalse(self.found("quota"))
        self.desk_once_too_often()
        self.assert_found_once("quota", self.agent_a1, 3, "3 look-ups were refused")

    def desk_once_too_often(self):
        self.speak_english(self.agent_a1)
        with self.enter_registry_test_mode():
            for _twice in range(2):
                try:
                    self.desk(self.agent_a1).lookup(OPEN)
                except UserError as error:
                    self.assertIn("an hour", str(error))

    def test_use_after_leaving(self):
        left_at = self.morning
        self.look_up(self.agent_a1, -1)
        leavers = [(self.agent_a1.mobifone_agent_id.id, left_at)]
        with patch.object(type(self.env["mobifone.finding"]), "_leavers", lambda *_arguments: leavers):
            self.assertFalse(self.found("use_after_leave"))
            self.look_up(self.agent_a1, 1)
            self.look_up(self.agent_b1, 1)
            self.assert_found_once("use_after_leave", self.agent_a1, 1, local_time.spoken(left_at))

    def test_zero_does_not_look(self):
        self.set_param("unusual_sequence", "0")
        for place in range(6):
            self.look_up(self.agent_a1, place, f"032000050{place}")
        self.assertFalse(self.found("number_sequence"))

    def test_another_vendors_manager_sees_nothing_of_it(self):
        for place in range(5):
            self.look_up(self.agent_b1, place, f"032000050{place}")
        finding = self.found("number_sequence")
        self.assertEqual(finding.vendor_id, self.vendor_b)
        self.assertFalse(self.env["mobifone.finding"].with_user(self.vendor_manager_a).search([]))

    def test_one_look_that_fails_holds_the_others_up_not(self):
        for place in range(5):
            self.look_up(self.agent_b1, place, f"032000050{place}")
        model = type(self.env["mobifone.finding"])

        def fail(*_arguments):
            raise ValueError("no look today")

        with (
            patch.object(model, "_look_without_call", fail),
            self.assertLogs("odoo.addons.mobifone_consult.models.mobifone_finding_look", "ERROR") as logged,
        ):
            self.assertTrue(self.found("number_sequence"))
        self.assertEqual(len(logged.output), 1)
        self.assertFalse(
            self.env["ir.config_parameter"].get_param(mobifone_finding_look.FROM_DAY), "its day is looked at again"
        )

    def test_days_are_caught_up_with(self):
        findings, now = self.env["mobifone.finding"], fields.Datetime.now()
        self.found("quota")
        day = local_time.local(now - mobifone_finding_look.LAG).date()
        self.assertEqual(self.env["ir.config_parameter"].get_param(mobifone_finding_look.FROM_DAY), day.isoformat())
        self.set_param("looked_from", (day - timedelta(days=5)).isoformat())
        begin = local_time.local(findings._since(now))
        self.assertEqual((begin.date(), begin.hour), (day - timedelta(days=5), 0))
        for nonsense in ("x", "1999-01-01"):
            self.set_param("looked_from", nonsense)
            self.assertGreater(findings._since(now), now - timedelta(days=32))
