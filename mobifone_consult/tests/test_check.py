import re
from unittest.mock import MagicMock, patch

from odoo.tests import tagged

from ..cli import mobifone_check
from ..tools import command_line
from ..tools.invariants import INVARIANTS
from .common import LOCKED, MISSING, OPEN
from .papers_common import whole_form
from .seal_common import SealedLogCase


@tagged("-at_install", "post_install")
class TestCheck(SealedLogCase):
    """Each rule is broken once by SQL, as its owner can, and found."""

    def setUp(self):
        super().setUp()
        # What other tests have committed.
        self.others = self.broken()
        desk = self.desk(self.agent_a1)
        self.consultation = self.saved(OPEN)
        self.other = self.saved(LOCKED)
        lookup_id = desk.lookup(MISSING)["lookup_id"]
        desk.acknowledge(lookup_id)
        desk.submit_registration(lookup_id, whole_form())
        desk.file_feedback(lookup_id, "Giấy tờ gửi lâu chưa duyệt")
        self.call_id = desk.start_call(lookup_id)["call_id"]
        self.before = self.broken()

    def saved(self, number):
        answer = self.consult(self.agent_a1, number)
        return self.env["mobifone.consultation"].browse(answer["consultation_id"])

    def broken(self):
        return {(rule, row_id) for rule, _table, ids in self.env["mobifone.check"]._broken() for row_id in ids}

    def found_by(self, statement, *parameters, table="mobifone_consultation", without=""):
        """{rule: ids} that the statement breaks.

        :param without: a constraint of the table that is taken off first, as a database without it has it
        """
        self.env.flush_all()
        savepoint = self.env.cr.savepoint()
        if without:
            self.env.cr.execute(f"ALTER TABLE {table} {without}")  # pylint: disable=sql-injection
        self.tamper(statement, parameters, table)
        found = {}
        for rule, row_id in self.broken() - self.before:
            found.setdefault(rule, []).append(row_id)
        savepoint.close(rollback=True)
        self.env.invalidate_all()
        return found

    def assert_found(self, rule, row_id, statement, *parameters, **options):
        self.seen.add(rule)
        with self.subTest(rule=rule, statement=statement):
            self.assertEqual(self.found_by(statement, *parameters, **options).get(rule), [row_id])

    def test_what_people_do_breaks_nothing(self):
        self.assertEqual(self.before, self.others)
        self.desk(self.leader_a).cancel(self.desk(self.leader_a).lookup(OPEN)["lookup_id"], "saved by mistake")
        self.consult(self.agent_b1, OPEN)
        self.account(self.agent_a2).with_user(self.vendor_manager_a).report_leaver()
        self.assertEqual(self.broken(), self.others)

    def test_the_command_names_rules_and_rows_and_no_numbers(self):
        told = []
        registry = MagicMock()
        registry.cursor.return_value.__enter__.return_value = self.env.cr
        self.enterContext(patch.object(command_line.CommandLine, "parse"))
        self.enterContext(patch.object(command_line.CommandLine, "registry", return_value=registry))
        self.enterContext(patch.object(command_line, "say", told.append))
        self.tamper("DELETE FROM mobifone_consult_lease", table="mobifone_consult_lease")
        # The test's transaction has written already.
        with patch.object(mobifone_check, "ONE_MOMENT", "SELECT 1"), self.assertRaises(SystemExit) as end:
            mobifone_check.MobifoneCheck().run([])
        self.assertRegex(str(end.exception), r"^mobifone_check: \d+ rules are broken$")
        rule = "a consultation holds its line until its time"
        [line] = [line for line in told if line.endswith(rule)]
        self.assertRegex(line, rf"^mobifone_consultation [\d, ]*\b{self.consultation.id}\b.*: not so: ")
        self.assertFalse(re.search(r"0900|\+84", "".join(told)))

    def test_every_broken_rule_is_found(self):
        self.seen = set()
        self.break_locks()
        self.break_messages()
        self.break_log()
        self.break_people()
        self.break_scripts()
        self.break_customers()
        self.assertEqual(set(INVARIANTS) - self.seen, set(), "rules that no test breaks")
        self.assertGreater(self.seen, set(INVARIANTS))

    def break_locks(self):
        consult, other = self.consultation.id, self.other.id
        self.env.cr.execute("SELECT id FROM mobifone_consult_lease WHERE consultation_id = %s", [consult])
        [lease] = self.env.cr.fetchone()
        of_lease = {"table": "mobifone_consult_lease"}
        rule = "a lock has the consultation it was taken for, on the same line"
        for change in ("consultation_id = NULL", "channel = 'sms'", f"consultation_id = {other}"):
            self.assert_found(
                rule, lease, f"UPDATE mobifone_consult_lease SET {change} WHERE id = %s", lease, **of_lease
            )
        self.assert_found(
            "a lock runs as long as its consultation says", lease,
            "UPDATE mobifone_consult_lease SET until = until + interval '1 hour' WHERE id = %s", lease, **of_lease,
        )  # fmt: skip
        self.assert_found(
            "a consultation holds its line until its time", consult,
            "DELETE FROM mobifone_consult_lease WHERE id = %s", lease, **of_lease,
        )  # fmt: skip
        self.assert_found(
            "two consultations of a line never hold it at once", max(consult, other),
            "UPDATE mobifone_consultation SET subscriber_id = %s WHERE id IN (%s, %s)", self.line(OPEN).id,
            consult, other, without="DISABLE TRIGGER ALL",
        )  # fmt: skip
        self.assert_found(
            "a line has one lock", max(lease, self.lease_of(other)),
            "UPDATE mobifone_consult_lease SET subscriber_id = %s WHERE consultation_id IN (%s, %s)",
            self.line(OPEN).id, consult, other, **of_lease,
            without="DROP CONSTRAINT mobifone_consult_lease_line_uniq",
        )  # fmt: skip
        self.assert_found(
            "an install is credited to a converted consultation", consult,
            "UPDATE mobifone_consultation SET state = 'converted' WHERE id = %s", consult,
        )  # fmt: skip

    def lease_of(self, consultation_id):
        self.env.cr.execute("SELECT id FROM mobifone_consult_lease WHERE consultation_id = %s", [consultation_id])
        return self.env.cr.fetchone()[0]

    def break_messages(self):
        consult = self.consultation.id
        self.assert_found(
            "a consultation asks for at most one SMS", consult,
            "INSERT INTO sms_tracker (sms_uuid, mobifone_consultation_id) VALUES ('another', %s)", consult,
            table="sms_tracker",
        )  # fmt: skip
        self.assert_found(
            "an SMS that was taken back is not sent", consult,
            "UPDATE mobifone_consultation SET sms_state = 'cancelled' WHERE id = %s", consult,
        )  # fmt: skip
        rule = "an SMS that is to be sent is in the queue, one that is not has none"
        for change in ("sms_uuid = NULL", "sms_after = now()"):
            self.assert_found(rule, consult, f"UPDATE mobifone_consultation SET {change} WHERE id = %s", consult)
        uuid = self.consultation.sms_uuid
        self.assert_found(
            rule, consult, "UPDATE sms_sms SET state = 'sent' WHERE uuid = %s", uuid, table="sms_sms"
        )  # fmt: skip
        rule = "the moments of an SMS fit its state, and follow each other"
        for change in (
            "sms_state = 'sent'", "sms_sent_on = now()", "sms_state = 'delivered', sms_sent_on = now()",
            "sms_state = 'unknown'",
            "sms_state = 'sent', sms_asked_on = now(), sms_sent_on = now() - interval '1 hour'",
        ):  # fmt: skip
            self.assert_found(rule, consult, f"UPDATE mobifone_consultation SET {change} WHERE id = %s", consult)

    def break_log(self):
        consult, lookup = self.consultation.id, self.consultation.lookup_id.id
        foreign = self.desk(self.agent_b1).lookup(LOCKED)["lookup_id"]
        registration = self.env["mobifone.registration"].search([], limit=1, order="id desc")
        feedback = self.env["mobifone.feedback"].search([], limit=1, order="id desc")
        for rule, table, row_id in (
            ("a consultation follows from a look-up of its line by the same people", "mobifone_consultation", consult),
            ("a call follows from a look-up by the same people", "mobifone_call", self.call_id),
            ("an update request follows from a look-up of its line", "mobifone_registration", registration.id),
            ("a feedback follows from a look-up of its line", "mobifone_feedback", feedback.id),
        ):
            statement = f"UPDATE {table} SET lookup_id = %s WHERE id = %s"
            self.assert_found(rule, row_id, statement, foreign, row_id, table=table)
        of_log = {"table": "mobifone_lookup"}
        self.assert_found(
            "a consultation is in the log", consult,
            "DELETE FROM mobifone_lookup WHERE parent_id = %s AND kind = 'consult'", lookup, **of_log,
        )  # fmt: skip
        self.env.cr.execute("SELECT id FROM mobifone_lookup WHERE parent_id = %s AND kind = 'consult'", [lookup])
        [row] = self.env.cr.fetchone()
        self.assert_found(
            "a consult in the log was saved", row, "DELETE FROM mobifone_consultation WHERE id = %s", consult
        )
        rule = "what follows in the log points to a look-up of the same number"
        for change in (f"parent_id = {foreign}", "parent_id = NULL", "number_hash = 'x'", "line_id = -1"):
            self.assert_found(rule, row, f"UPDATE mobifone_lookup SET {change} WHERE id = %s", row, **of_log)
        self.assert_found(
            "a look-up tells whose number it was about", lookup,
            "UPDATE mobifone_lookup SET number_hash = NULL WHERE id = %s", lookup, **of_log,
        )  # fmt: skip
        # Old enough for a seal, also where nothing was sealed before.
        last = self.seals._last("mobifone.lookup").last_id
        self.tamper(
            "UPDATE mobifone_lookup SET looked_up_on = looked_up_on - interval '1 hour' WHERE id > %s", [last or 0]
        )
        seal = self.seal()
        self.assert_found(
            "what was sealed is what was written", seal.first_id,
            "UPDATE mobifone_lookup SET ip = 'x' WHERE id = %s", seal.last_id, **of_log,
        )  # fmt: skip

    def break_people(self):
        user, agent = self.agent_a1.id, self.account(self.agent_a1).id
        of_users, of_agents = {"table": "res_users"}, {"table": "mobifone_agent"}
        rule = "a user and his account file know each other, and their vendor"
        for change in ("mobifone_agent_id = NULL", f"mobifone_vendor_id = {self.vendor_b.id}"):
            self.assert_found(rule, user, f"UPDATE res_users SET {change} WHERE id = %s", user, **of_users)
        rule = "a working account has a commitment, and nobody works without one"
        self.assert_found(
            rule, agent, "UPDATE mobifone_agent SET commitment_date = NULL WHERE id = %s", agent, **of_agents,
            without="DROP CONSTRAINT mobifone_agent_active_needs_commitment",
        )  # fmt: skip
        self.assert_found(
            rule, agent, "UPDATE mobifone_agent SET state = 'suspended' WHERE id = %s", agent, **of_agents
        )
        self.assert_found(
            "a vendor's group comes with a working account", user,
            "UPDATE mobifone_agent SET state = 'suspended' WHERE id = %s", agent, **of_agents,
        )  # fmt: skip
        self.account(self.agent_a2).with_user(self.vendor_manager_a).report_leaver()
        left, gone = self.agent_a2.id, self.account(self.agent_a2).id
        rule = "who left has a liability file, and no way in"
        for change in ("active = TRUE", "password = 'x'"):
            self.assert_found(rule, gone, f"UPDATE res_users SET {change} WHERE id = %s", left, **of_users)
        self.assert_found(rule, gone, "UPDATE mobifone_agent SET departure_id = NULL WHERE id = %s", gone, **of_agents)
        self.assert_found(
            "who left has none of res.users.apikeys", gone,
            "INSERT INTO res_users_apikeys (name, user_id, key, index) VALUES ('k', %s, 'k', 'kkkkkkkk')", left,
            table="res_users_apikeys",
        )  # fmt: skip

    def break_scripts(self):
        script = self.env["mobifone.script"].search([("live_version_id", "!=", False)], limit=1)
        version = script.live_version_id
        rule = "a script and its live version know each other"
        for change, row_id, table in (
            ("live_version_id = NULL", script.id, "mobifone_script"),
            ("state = 'retired'", version.id, "mobifone_script_version"),
        ):
            statement = f"UPDATE {table} SET {change} WHERE id = %s"
            self.assert_found(rule, script.id, statement, row_id, table=table)
        self.assert_found(
            "a version that is live, or will be, is the one that was checked", version.id,
            "UPDATE mobifone_script_step SET text = text || '.' WHERE id = %s", version.step_ids[0].id,
            table="mobifone_script_step",
        )  # fmt: skip
        self.assert_found(
            "a call that ended has an outcome", self.call_id,
            "UPDATE mobifone_call SET state = 'finished' WHERE id = %s", self.call_id, table="mobifone_call",
            without="DROP CONSTRAINT mobifone_call_finished_has_outcome",
        )  # fmt: skip

        self.assert_found(
            "an open call shows a step", self.call_id,
            "UPDATE mobifone_call_step SET voided_on = now() WHERE call_id = %s", self.call_id,
            table="mobifone_call_step",
        )  # fmt: skip
        self.assert_found(
            "a consultation in a call follows from the same look-up", self.consultation.id,
            "UPDATE mobifone_consultation SET call_id = %s WHERE id = %s", self.call_id, self.consultation.id,
        )  # fmt: skip

    def break_customers(self):
        partner = self.env["res.partner"].create({"name": "Khách"})
        job = self.env.ref("mobifone_consult.occupation_17")
        self.assert_found(
            "a customer's occupation says when, where and by whom it was told", partner.id,
            "UPDATE res_partner SET occupation_id = %s WHERE id = %s", job.id, partner.id, table="res_partner",
        )  # fmt: skip
        self.assert_found(
            "an occupation has a code from 1 to 18 of its own", job.id,
            "UPDATE mobifone_occupation SET code = 19 WHERE id = %s", job.id, table="mobifone_occupation",
            without="DROP CONSTRAINT mobifone_occupation_code_range",
        )  # fmt: skip
        runs = self.env["mobifone.feed.run"].create(
            [
                {"source": "command", "user_id": self.env.uid, "state": state, "started_on": self.consultation.saved_on}
                for state in ("broken", "broken")
            ]
        )
        for state in ("running", "done"):
            self.assert_found(
                "one feed runs at a time, and what ended says when", runs[0].id,
                "UPDATE mobifone_feed_run SET state = %s WHERE id = %s", state, runs[0].id, table="mobifone_feed_run",
            )  # fmt: skip
        line, of_lines = self.line(OPEN).id, {"table": "mobifone_subscriber"}
        for number in ("0900091001", "+840900091001", "+84 900091001"):
            self.assert_found(
                "a line's number is whole, in E.164", line,
                "UPDATE mobifone_subscriber SET msisdn = %s WHERE id = %s", number, line, **of_lines,
            )  # fmt: skip
        self.assert_found(
            "a number is in the table once", max(line, self.line(LOCKED).id),
            "UPDATE mobifone_subscriber SET msisdn = %s WHERE id = %s", LOCKED, line, **of_lines,
            without="DROP CONSTRAINT mobifone_subscriber_msisdn_uniq",
        )  # fmt: skip
        rule = "what is known of a line does not come from the future"
        statement = "UPDATE mobifone_subscriber SET device_class_on = now() + interval '1 day' WHERE id = %s"
        self.assert_found(rule, line, statement, line, **of_lines)
