import time
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..tools import pop_signature
from .common import MISSING, OPEN
from .pop_common import LOCAL, PATH, PopCase, seal


@tagged("-at_install", "post_install")
class TestTake(PopCase):
    """What the agent's browser gets for the opaque id."""

    def ring(self, **values):
        self.assert_answer(self.announce(**values), 200)
        return self.rings()[0]

    def refusals(self, user):
        rows = self.env["mobifone.lookup"].search([("user_id", "=", user.id), ("kind", "=", "refusal")])
        return rows.mapped("result")

    def test_it_is_the_owners(self):
        ring = self.ring()
        for user in (self.agent_a2, self.agent_b1, self.leader_a, self.manager):
            self.assert_denied(self.desk(user).take_pop, ring.token)
            self.assertEqual(self.refusals(user), ["foreign_pop"])
        for user in (self.care, self.vendor_manager_a, self.stranger):
            self.assert_denied(self.desk(user).take_pop, ring.token)
            self.assertEqual(self.refusals(user), ["no_access"])
        for nonsense in (None, "", 1, ring.id, [ring.token], ring.token + "x", "é" * 22):
            with self.assertRaises(UserError):
                self.desk(self.agent_a1).take_pop(nonsense)
        self.assertFalse(ring.lookup_id)
        self.assertTrue(self.desk(self.agent_a1).take_pop(ring.token)["found"])

    def test_two_windows_have_one_look_up(self):
        ring = self.ring()
        first, again = (self.desk(self.agent_a1).take_pop(ring.token) for _window in range(2))
        self.assertEqual(first, again)
        self.assertEqual(self.env["mobifone.lookup"].search_count([("user_id", "=", self.agent_a1.id)]), 1)
        channel = [self.env.cr.dbname, "res.partner", self.agent_a1.partner_id.id]
        self.assertEqual(self.sent("mobifone_consult/pop_taken"), [(channel, {"id": ring.token})])

    def test_the_notice_of_missing_papers_comes_first(self):
        ring = self.ring(number=MISSING)
        first, again = (self.desk(self.agent_a1).take_pop(ring.token) for _window in range(2))
        self.assertEqual(first, again)
        self.assertEqual(set(first), {"lookup_id", "found", "msisdn_masked", "registration", "hotline"})
        self.desk(self.agent_a1).acknowledge(first["lookup_id"])
        self.assertEqual(self.desk(self.agent_a1).take_pop(ring.token)["number"], MISSING)

    def test_a_line_of_nobodys(self):
        ring = self.ring(number="0900 099 999")
        first, again = (self.desk(self.agent_a1).take_pop(ring.token) for _window in range(2))
        self.assertEqual(first, again)
        self.assertEqual((first["found"], first["number"]), (False, "+84900099999"))

    def test_it_is_over_after_minutes(self):
        ring = self.ring()
        self.env.cr.execute("UPDATE mobifone_call_pop SET rung_on = rung_on - interval '361 seconds'")
        self.assert_denied(self.desk(self.agent_a1).take_pop, ring.token)
        self.assertEqual(self.refusals(self.agent_a1), ["expired_pop"])
        self.env["mobifone.call.pop"]._cron_forget()
        self.assertFalse(ring.number)
        self.assert_denied(self.desk(self.agent_a1).take_pop, ring.token)
        # Said once more it is still the same call.
        self.assert_answer(self.announce(), 200)
        self.assertEqual(len(self.rings()), 1)
        ring.rung_on = fields.Datetime.now() - timedelta(days=1, minutes=1)
        ring.flush_recordset()
        self.env["mobifone.call.pop"]._cron_forget()
        self.assertFalse(self.rings())

    def test_a_used_up_quota_leaves_it(self):
        ring = self.ring()
        self.set_param("lookup_quota", "1")
        self.desk(self.agent_a1).lookup(OPEN)
        with self.assertRaises(UserError):
            self.desk(self.agent_a1).take_pop(ring.token)
        self.assertFalse(ring.lookup_id)

    def test_extensions_are_ones_own(self):
        other = self._file(self.agent_a2)
        with self.assertRaises(ValidationError):
            other.write({"extension": "7001"})
        other.action_suspend("Test")
        other.write({"extension": "7001"})
        with self.assertRaises(ValidationError):
            other.action_activate()
        self._file(self.agent_a1).write({"extension": "7003"})
        other.action_activate()

    def test_lists_that_had_one_twice_go_on(self):
        files = self._file(self.agent_a1) | self._file(self.agent_a2)
        self.env.cr.execute("UPDATE mobifone_agent SET extension = '7001' WHERE id IN %s", [tuple(files.ids)])
        files.invalidate_recordset()
        files.write({"phone": "0900 000 001"})
        self.assert_answer(self.announce(), 422, "Several")
        files[:1].write({"extension": "7004"})
        self.assert_answer(self.announce(call="c-2"), 200)


@tagged("-at_install", "post_install")
class TestAddress(PopCase):
    """The address for softphones that can only open one."""

    def address(self, secret=None, **values):
        parts = {
            "extension": "7001",
            "number": seal(self.secret, LOCAL),
            "hotline": "1090",
            "call": "u-1",
            "time": str(int(time.time())),
            **values,
        }
        signature = pop_signature.of_address(secret or self.secret, parts)
        return {"exchange": "t-pbx", "signature": signature, **parts}

    def visit(self, params):
        return self.opener.get(self.base_url() + PATH, params=params, allow_redirects=False)

    def test_it_opens_the_desk_once_and_says_no_number(self):
        self.authenticate(self.agent_a1.login, self.agent_a1.login)
        params = self.address()
        self.assertNotIn(LOCAL[1:], str(params))
        answer = self.visit(params)
        self.assertEqual(answer.status_code, 303)
        token = self.rings().token
        self.assertTrue(answer.headers["Location"].endswith(f"/odoo/mobifone-desk?pop={token}"))
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertFalse(self.sent())
        again = self.visit(params)
        self.assertEqual(again.status_code, 303)
        self.assertTrue(again.headers["Location"].endswith("/odoo/mobifone-desk"))
        self.assertEqual(self.desk(self.agent_a1).take_pop(token)["number"], OPEN)

    def test_who_is_not_logged_in_does_it_first(self):
        self.authenticate(None, None)
        answer = self.visit(self.address())
        self.assertEqual(answer.status_code, 303)
        self.assertIn(
            f"/web/login?redirect=%2Fodoo%2Fmobifone-desk%3Fpop%3D{self.rings().token}", answer.headers["Location"]
        )

    def test_it_is_the_agents(self):
        self.authenticate(self.agent_a2.login, self.agent_a2.login)
        answer = self.visit(self.address())
        self.assertEqual((answer.status_code, answer.text), (403, "This call was not announced to you."))

    def test_each_part_is_signed(self):
        self.authenticate(self.agent_a1.login, self.agent_a1.login)
        good = self.address()
        for part in (*pop_signature.PARTS, "exchange", "signature"):
            for value in ("7002", "", seal(self.secret, "0900091002")):
                answer = self.visit({**good, part: value})
                self.assertEqual(answer.status_code, 403, part)
        self.assertFalse(self.rings())
        self.assertEqual(self.visit({}).status_code, 403)
        self.assertEqual(self.visit(self.address(time=str(int(time.time()) - 700))).status_code, 403)
        for number in (LOCAL, "00" * 32, seal("another", LOCAL), "x" * 64, ""):
            self.assertEqual(self.visit(self.address(number=number)).status_code, 400, number)
        self.assertEqual(self.visit(self.address(extension="7999")).status_code, 422)
        # A request's signature is no address's.
        body = "\n".join(["pop", "7001", good["number"], "1090", "u-1", good["time"]])
        headers = {"X-Pop-Time": good["time"], "X-Pop-Signature": good["signature"]}
        self.assert_answer(self.announce(body.encode(), headers=headers), 403)
