from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..cli import mobifone_seal
from ..tools import command_line, identity_cipher, log_rows
from .seal_common import LOG, SealedLogCase


@tagged("-at_install", "post_install")
class TestLogSealVerify(SealedLogCase):
    """Whatever was changed behind Odoo's back is found, and told."""

    # ------------------------------------------------------------
    # Checking
    # ------------------------------------------------------------

    def test_every_way_of_tampering_is_found(self):
        self.seal()
        ids = self.look_up(5, minutes=30)
        seal = self.seal()
        self.look_up(2, minutes=20)
        self.seal()
        copy = """INSERT INTO mobifone_lookup (id, looked_up_on, kind, user_id)
                  SELECT %s, looked_up_on, kind, user_id FROM mobifone_lookup WHERE id = %s"""
        self.tamper("DELETE FROM mobifone_lookup WHERE id = %s", [ids[2]])
        self.assertEqual(self.problems(), [("rows_missing", seal.first_id)])
        self.tamper(copy, [ids[2], ids[3]])
        self.assertEqual(self.problems(), [("changed", seal.first_id)], "another one in its place")
        self.tamper("DELETE FROM mobifone_lookup WHERE id = %s", [ids[2]])
        ways = (
            ("UPDATE mobifone_lookup SET user_id = 1 WHERE id = %s", [ids[0]]),
            ("UPDATE mobifone_lookup SET ip = '' WHERE id = %s", [ids[0]]),
            (
                "UPDATE mobifone_lookup SET looked_up_on = looked_up_on + interval '1 microsecond' WHERE id = %s",
                ids[:1],
            ),
        )
        for statement, parameters in ways:
            savepoint = self.env.cr.savepoint()
            self.tamper(copy, [ids[2], ids[3]])
            self.tamper(statement, parameters)
            self.assertEqual(self.problems(newest=2), [("changed", seal.first_id)])
            savepoint.close(rollback=True)
            self.env.invalidate_all()
        self.tamper(copy, [0, ids[0]])
        self.assertIn(("rows_added", 0), self.problems())

    def test_a_row_slipped_in_is_found(self):
        ids = self.look_up(3, minutes=30)
        self.tamper("DELETE FROM mobifone_lookup WHERE id = %s", [ids[1]])
        seal = self.seal()
        self.tamper(
            """INSERT INTO mobifone_lookup (id, looked_up_on, kind, user_id)
               SELECT id - 1, looked_up_on, kind, user_id FROM mobifone_lookup WHERE id = %s""",
            [ids[2]],
        )
        self.assertEqual(self.problems(), [("rows_added", seal.first_id)])

    def test_a_seal_made_anew_without_the_key_is_found(self):
        """Rows changed, and all digests computed again: whoever has the database has no key."""
        self.seal()
        ids = self.look_up(2, minutes=30)
        seal = self.seal()
        self.tamper("UPDATE mobifone_lookup SET user_id = 1 WHERE id = %s", [ids[0]])
        columns = self.seals._sealed_models()[LOG][1][seal.version]
        rows = log_rows.read(self.env.cr, "mobifone_lookup", columns, seal.first_id - 1, until_id=seal.last_id)
        values = {**seal._values(), "content": log_rows.digest_of(rows, columns)[0]}
        digest = self.seals._digest(values, seal.previous_id.digest)
        forge = "UPDATE mobifone_log_seal SET content = %s, digest = %s WHERE id = %s"
        self.tamper(forge, [values["content"], digest, seal.id], "mobifone_log_seal")
        self.assertEqual(self.problems(), [("mac", seal.first_id)])
        self.look_up(1, minutes=20)
        self.assertEqual(self.seal(), seal, "nothing is sealed on top of it")
        finding = self.env["mobifone.finding"].search([("kind", "=", "seal_broken")])
        self.assertEqual(finding.mapped("count"), [seal.row_count])
        # Another key's name on it does not help: no key of the file proves it.
        values["key_name"] = "00000000"
        digest = self.seals._digest(values, seal.previous_id.digest)
        self.tamper(
            "UPDATE mobifone_log_seal SET key_name = %s, digest = %s WHERE id = %s",
            ["00000000", digest, seal.id],
            "mobifone_log_seal",
        )
        self.assertEqual(self.problems(), [("unproven", seal.first_id)])

    def test_a_seal_taken_away_is_found(self):
        self.seal()
        self.look_up(2, minutes=30)
        middle = self.seal()
        self.look_up(2, minutes=20)
        last = self.seal()
        self.tamper("DELETE FROM mobifone_log_seal WHERE id = %s", [middle.id], "mobifone_log_seal")
        self.assertEqual(self.problems(), [("chain", last.first_id)])

    def test_a_digest_kept_elsewhere_shows_that_the_last_seals_were_replaced(self):
        ids = self.look_up(2, minutes=30)
        digest = self.seal().digest
        self.assertTrue(self.seals._has_digest(digest))
        self.tamper("DELETE FROM mobifone_log_seal", (), "mobifone_log_seal")
        self.tamper("UPDATE mobifone_lookup SET user_id = 1 WHERE id = %s", [ids[0]])
        self.seal()
        self.assertEqual(self.problems(), [], "by itself the new chain is sound")
        self.assertFalse(self.seals._has_digest(digest))

    def test_keys_may_be_changed_and_the_old_one_removed(self):
        first_key, second_key = identity_cipher.new_key(), identity_cipher.new_key()
        with self.keys(first_key):
            self.tamper("DELETE FROM mobifone_log_seal", (), "mobifone_log_seal")
            self.look_up(2, minutes=30)
            first = self.seal()
        with self.keys(second_key, first_key):
            self.assertEqual(self.problems(), [])
            self.seals._sign_anew()
            second = self.seals._last(LOG)
            self.assertEqual((second.previous_id, second.row_count, second.last_id), (first, 0, first.last_id))
            self.assertEqual(self.seal(), second, "once")
        with self.keys(second_key):
            self.assertEqual(self.problems(), [("key_unknown", first.first_id)])
            self.assertEqual(self.seals._check_newest(), [], "no fault")
            self.look_up(1, minutes=20)
            self.assertEqual(self.seal().row_count, 1)
            self.assertEqual(self.problems(), [("key_unknown", first.first_id)])
        with self.keys(first_key):
            self.assertEqual({problem for problem, _first in self.problems()}, {"unproven"})

    # ------------------------------------------------------------
    # People
    # ------------------------------------------------------------

    def test_managers_check_and_what_is_wrong_becomes_a_finding(self):
        ids = self.look_up(2, minutes=30)
        self.seal()
        for user in (self.agent_a1, self.vendor_manager_a, self.care):
            with self.assertRaises(AccessError):
                self.seals.with_user(user).action_verify_newest()
        answer = self.seals.with_user(self.manager).action_verify_newest()
        self.assertEqual(answer["params"]["type"], "success")
        self.tamper("UPDATE mobifone_lookup SET user_id = 1 WHERE id = %s", [ids[0]])
        for _twice in range(2):
            answer = self.seals.with_user(self.manager).action_verify_newest()
            self.assertEqual(answer["params"]["type"], "danger")
        finding = self.env["mobifone.finding"].with_user(self.manager).search([("kind", "=", "seal_broken")])
        self.assertEqual(len(finding), 1)
        self.assertIn("changed after it was sealed", finding.text)

    def test_nobody_changes_a_seal(self):
        self.look_up(1, minutes=30)
        seal = self.seal()
        for change in (
            lambda: seal.write({"mac": "x"}),
            lambda: seal.unlink(),
            lambda: seal.create({"log_model": LOG}),
        ):
            with self.assertRaises(UserError):
                change()
        for user in (self.manager, self.env.ref("base.user_admin")):
            self.assert_denied(seal.with_user(user).write, {"mac": "x"})
        for statement in ("UPDATE mobifone_log_seal SET mac = 'x'", "DELETE FROM mobifone_log_seal"):
            self.assert_refused(statement)

    def assert_refused(self, statement):
        with self.assertRaisesRegex(Exception, "append-only"), self.env.cr.savepoint():
            self.env.cr.execute(statement, log_exceptions=False)

    def test_the_digest_is_mailed_out_once_a_day(self):
        self.look_up(2, minutes=30)
        digest = self.seal().digest
        mails = self.env["mail.mail"]
        cron = self.env.ref("mobifone_consult.ir_cron_mail_seal")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertFalse(mails.search([("body_html", "like", digest)]), "to nobody: no recipients are set")
        self.set_param("seal_recipients", "an.ninh@example.com, kiem.soat@example.com")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        mail = mails.search([("body_html", "like", digest)])
        self.assertEqual(mail.email_to, "an.ninh@example.com, kiem.soat@example.com")
        self.assertNotIn("SAI LỆCH", mail.subject)
        self.assertIn("đều khớp", mail.body_html)

    def test_the_command_says_what_does_not_fit(self):
        ids = self.look_up(2, minutes=30)
        digest = self.seal().digest
        command, said = mobifone_seal.MobifoneSeal(), []
        command.cipher, command.say = identity_cipher, said.append
        command.line = command_line.CommandLine(command)
        options = type("Options", (), {"digest": [digest]})
        command._verify(self.seals, options)
        self.assertEqual(said[-1], "every seal fits")
        options.digest = ["0" * 64]
        with self.assertRaises(SystemExit):
            command._verify(self.seals, options)
        options.digest = []
        self.tamper("DELETE FROM mobifone_lookup WHERE id = %s", [ids[0]])
        with self.assertRaisesRegex(SystemExit, "1 seals do not fit"):
            command._verify(self.seals, options)
        self.assertIn("rows_missing", " ".join(said))
