from psycopg2.errors import RaiseException

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import OPEN, ConsultCase


@tagged("-at_install", "post_install")
class TestLookupLog(ConsultCase):
    def rows(self, user):
        return self.env["mobifone.lookup"].with_user(self.manager).search([("user_id", "=", user.id)], order="id")

    def test_hits_misses_and_what_followed_are_written(self):
        self.consult(self.agent_a1)
        self.consult(self.agent_a1)
        self.desk(self.agent_a1).lookup("0320000001", hotline="9090", purpose="asks")
        rows = self.rows(self.agent_a1)
        self.assertEqual(
            [(row.kind, row.result) for row in rows],
            [
                ("lookup", "found"),
                ("consult", "ok"),
                ("lookup", "found"),
                ("refusal", "consult"),
                ("lookup", "not_found"),
            ],
        )
        self.assertEqual(rows[1].parent_id, rows[0])
        self.assertEqual(rows.vendor_id, self.vendor_a)
        self.assertEqual(rows.agent_id.user_id, self.agent_a1)
        self.assertEqual((rows[4].hotline, rows[4].purpose, rows[4].number_masked), ("9090", "asks", "0320•••001"))

    def test_no_number_in_clear_and_one_hash_per_number(self):
        self.consult(self.agent_a1)
        self.desk(self.agent_b1).lookup(OPEN)
        self.env.cr.execute(
            "SELECT mobifone_lookup::text, number_hash FROM mobifone_lookup WHERE line_id = %s", [self.line(OPEN).id]
        )
        rows = self.env.cr.fetchall()
        self.assertEqual(len({number_hash for _text, number_hash in rows}), 1)
        self.assertFalse([text for text, _hash in rows if "900091001" in text])

    def test_nobody_changes_it_through_the_orm(self):
        self.desk(self.agent_a1).lookup(OPEN)
        row = self.rows(self.agent_a1)
        for user in (self.agent_a1, self.leader_a, self.manager, self.env.ref("base.user_admin")):
            for change in (
                lambda rows: rows.write({"result": "x"}),
                lambda rows: rows.unlink(),
                lambda rows: rows.create({"kind": "lookup", "user_id": 1, "looked_up_on": "2026-01-01"}),
            ):
                self.assert_denied(change, row.with_user(user))
        for change in (lambda: row.sudo().write({"result": "x"}), lambda: row.sudo().unlink()):
            with self.assertRaises(UserError):
                change()

    @mute_logger("odoo.sql_db")
    def test_nobody_changes_it_by_sql(self):
        self.desk(self.agent_a1).lookup(OPEN)
        for statement in (
            "UPDATE mobifone_lookup SET result = 'x'",
            "DELETE FROM mobifone_lookup",
            "TRUNCATE mobifone_lookup CASCADE",
        ):
            with self.assertRaises(RaiseException), self.env.cr.savepoint():
                self.env.cr.execute(statement)

    def test_a_failed_request_leaves_no_answer_without_its_row(self):
        """The row is written in the transaction of the answer: what is rolled back was never told."""
        before = len(self.rows(self.agent_a1))
        savepoint = self.env.cr.savepoint()
        self.desk(self.agent_a1).lookup(OPEN)
        savepoint.close(rollback=True)
        self.assertEqual(len(self.rows(self.agent_a1)), before)
