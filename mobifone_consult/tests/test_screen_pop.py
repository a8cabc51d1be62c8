import hashlib
import hmac
import json
import time
from datetime import timedelta
from unittest.mock import patch

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..controllers import screen_pop
from ..tools import pop_signature
from .common import MISSING, OPEN, ConsultCase

PATH = "/mobifone_consult/pop"
LOCAL = OPEN.replace("+84", "0")


class PopCase(ConsultCase, HttpCase):
    """An exchange, and two agents with a telephone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_param("pop_enabled", "True")
        cls.pbx, cls.secret = cls._exchange("t-pbx")
        for user, extension in ((cls.agent_a1, "7001"), (cls.agent_a2, "7002"), (cls.agent_b1, "7101")):
            cls._file(user).write({"extension": extension})

    @classmethod
    def _exchange(cls, code, **values):
        """(exchange, its secret), as a manager of MobiFone makes them."""
        pbx = cls.env["mobifone.pbx"].with_user(cls.manager).create({"name": code, "code": code, **values})
        return pbx, pbx.action_new_secret()["context"]["default_secret"]

    @classmethod
    def _file(cls, user):
        return cls.env["mobifone.agent"].with_user(cls.manager).search([("user_id", "=", user.id)])

    def setUp(self):
        super().setUp()
        self.env["res.company"].search([], limit=1).partner_id.lang = False
        self.bus_before = self.env["bus.bus"]._bus_last_id()
        self.speak_english(self.agent_a1, self.agent_a2, self.agent_b1)

    def announce(self, body=None, *, age=0, secret=None, headers=None, **values):
        """Announce a call as an exchange does; `values` take the place of what a good one says."""
        call = {"extension": "7001", "number": LOCAL, "hotline": "9090", "call": "c-1", **values}
        body = json.dumps(call).encode() if body is None else body
        moment = str(int(time.time()) - age)
        signed = {
            "Content-Type": "application/json",
            "X-Pop-Exchange": "t-pbx",
            "X-Pop-Time": moment,
            "X-Pop-Signature": pop_signature.of_request(secret or self.secret, moment, body),
        }
        return self.url_open(PATH, data=body, headers={**signed, **(headers or {})}, method="POST")

    def assert_answer(self, answer, status, words=""):
        self.assertEqual(answer.status_code, status, answer.text)
        self.assertEqual(answer.json()["ok"], status == 200)
        self.assertIn(words, answer.json().get("error", ""))

    def rings(self):
        return self.env["mobifone.call.pop"].search([("pbx_id", "=", self.pbx.id)])

    def sent(self, kind="mobifone_consult/pop"):
        """What the bus carries of announced calls: list of (channel, payload)."""
        self.env.cr.precommit.run()
        rows = self.env["bus.bus"].search([("id", ">", self.bus_before)], order="id")
        messages = [(json.loads(row.channel), json.loads(row.message)) for row in rows]
        return [(channel, message["payload"]) for channel, message in messages if message["type"] == kind]


@tagged("-at_install", "post_install")
class TestAnnounce(PopCase):
    """The webhook, as an exchange sees it."""

    def test_the_agent_is_told_an_opaque_id_and_nothing_else(self):
        self.assert_answer(self.announce(), 200)
        ring = self.rings()
        self.assertEqual((ring.user_id, ring.hotline, ring.number), (self.agent_a1, "9090", OPEN))
        self.assertEqual(len(ring.token), 22)
        partner = self.agent_a1.partner_id
        self.assertEqual(self.sent(), [([self.env.cr.dbname, "res.partner", partner.id], {"id": ring.token})])
        answer = self.desk(self.agent_a1).take_pop(ring.token)
        self.assertEqual((answer["number"], answer["hotline"]), (OPEN, "9090"))
        self.assertEqual(answer["script_id"], self.desk(self.agent_a1).lookup(OPEN, hotline="9090")["script_id"])
        row = self.env["mobifone.lookup"].browse(answer["lookup_id"])
        self.assertEqual((row.kind, row.user_id, row.hotline), ("lookup", self.agent_a1, "9090"))
        self.assertEqual(row.purpose, "Incoming call")

    def test_a_form_is_as_good(self):
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        body = f"extension=7002&number={LOCAL.replace('0', '%2B84', 1)}&call=c-2".encode()
        self.assert_answer(self.announce(body, headers=form), 200)
        self.assertEqual((self.rings().user_id, self.rings().number), (self.agent_a2, OPEN))
        self.assertFalse(self.rings().hotline)
        self.assert_answer(self.announce(body + b"&hotline=9090", secret="x", headers=form), 403)

    def test_only_the_exchange_is_believed(self):
        body = json.dumps({"extension": "7001", "number": LOCAL, "call": "c-3"}).encode()
        moment = str(int(time.time()))
        good = pop_signature.of_request(self.secret, moment, body)
        with patch.object(screen_pop, "_logger") as logger:
            for headers in (
                {"X-Pop-Signature": ""},
                {"X-Pop-Signature": "0" * 64},
                {"X-Pop-Signature": good.upper()},
                {"X-Pop-Signature": "é".encode().decode("latin-1")},
                {"X-Pop-Exchange": "other"},
                {"X-Pop-Exchange": "T-PBX' --"},
                {"X-Pop-Time": str(int(moment) + 1), "X-Pop-Signature": good},
            ):
                with self.subTest(headers):
                    self.assert_answer(self.announce(body, headers=headers), 403, "signature")
        self.assertEqual(logger.info.call_count, 7)
        self.assertNotIn(LOCAL[1:], str(logger.mock_calls))
        self.assert_answer(self.announce(body + b" ", headers={"X-Pop-Signature": good}), 403, "signature")
        self.assertFalse(self.rings())
        self.pbx.active = False
        self.assert_answer(self.announce(), 403, "signature")

    def test_a_new_secret_ends_the_one_before(self):
        new = self.pbx.action_new_secret()["context"]["default_secret"]
        self.assert_answer(self.announce(), 403, "signature")
        self.assert_answer(self.announce(secret=new), 200)

    def test_the_time_is_now(self):
        self.set_param("pop_window", "30")
        for age in (40, -40, 10**9):
            self.assert_answer(self.announce(age=age), 403, "clock")
        moment = "soon"
        signature = pop_signature.of_request(self.secret, moment, b"{}")
        headers = {"X-Pop-Time": moment, "X-Pop-Signature": signature}
        self.assert_answer(self.announce(b"{}", headers=headers), 403, "clock")
        self.assertFalse(self.rings())
        self.assert_answer(self.announce(age=20), 200)

    def test_a_replay_is_answered_as_before_and_rings_once(self):
        moment, body = str(int(time.time())), json.dumps({"extension": "7001", "number": LOCAL, "call": "c-4"}).encode()
        headers = {"X-Pop-Time": moment, "X-Pop-Signature": pop_signature.of_request(self.secret, moment, body)}
        answers = [self.announce(body, headers=headers) for _time in range(3)]
        self.assertEqual(len({answer.text for answer in answers}), 1)
        self.assert_answer(answers[2], 200)
        # Taken meanwhile, and said once more with a time of now: the same call.
        self.desk(self.agent_a1).take_pop(self.rings().token)
        self.assert_answer(self.announce(call="c-4"), 200)
        self.assertEqual((len(self.rings()), len(self.sent())), (1, 1))
        # The next agent that it rings at is another's.
        self.assert_answer(self.announce(call="c-4", extension="7002"), 200)
        self.assertEqual([ring.user_id for ring in self.rings()], [self.agent_a2, self.agent_a1])

    def test_nobodys_desk(self):
        self._file(self.agent_a2).action_suspend("Test")
        self.env["mobifone.agent"].flush_model()
        self.assert_answer(self.announce(extension="7999", call="c-5"), 422, "7999")
        self.assert_answer(self.announce(extension="7002", call="c-6"), 422, "not active")
        self.assert_answer(self.announce(extension="7002", call="c-6"), 422, "not active")
        self._file(self.agent_b1).write({"extension": "7001"})  # allowed: at another vendor
        self.assert_answer(self.announce(call="c-7"), 422, "Several")
        self.assertEqual(self.rings().mapped("result"), ["ambiguous", "not_working", "unknown"])
        self.assertFalse(self.rings().user_id or any(self.rings().mapped("number")) or self.sent())
        (metric,) = self.env["mobifone.metrics"]._pop_metrics()
        counted = {labels["result"]: count for labels, count in metric.samples}
        self.assertEqual(counted, {"rung": 0, "unknown": 1, "not_working": 1, "ambiguous": 1})

    def test_a_vendors_exchange_rings_its_own_people(self):
        _pbx, secret = self._exchange("t-pbx-b", vendor_id=self.vendor_b.id)
        headers = {"X-Pop-Exchange": "t-pbx-b"}
        self.assert_answer(self.announce(secret=secret, headers=headers), 422, "7001")
        self._file(self.agent_b1).write({"extension": "7001"})
        self.assert_answer(self.announce(secret=secret, headers=headers, call="c-8"), 200)
        self.assertEqual([channel[2] for channel, _payload in self.sent()], [self.agent_b1.partner_id.id])

    def test_bad_input_is_told(self):
        for body in (b"", b"[]", b"\xff", b"{", b"[" * 3000, b'"x"', b"null"):
            with self.subTest(body[:9]):
                self.assert_answer(self.announce(body), 400, "JSON")
        for values in (
            {"extension": ""}, {"extension": None}, {"extension": 7001}, {"extension": "7" * 31}, {"extension": "7\0"},
            {"call": ""}, {"call": "c" * 129}, {"call": {"a": 1}}, {"call": "\ud800"},
            {"number": ""}, {"number": "anonymous"}, {"number": ["x"]}, {"number": "\0"}, {"number": "12"},
            {"hotline": "113"}, {"hotline": ["9090"]}, {"hotline": {}},
        ):  # fmt: skip
            with self.subTest(values):
                self.assert_answer(self.announce(**values), 400)
        with mute_logger("odoo.http"):
            self.assertEqual(self.announce(b" " * 5000).status_code, 413)
        self.assertFalse(self.rings())

    def test_too_many(self):
        self.set_param("pop_per_minute", "2")
        for call in ("1", "2"):
            self.assert_answer(self.announce(call=call), 200)
        self.assert_answer(self.announce(call="3"), 429, "2 calls a minute")
        self.assert_answer(self.announce(call="2"), 200)
        self.env.cr.execute("UPDATE mobifone_call_pop SET rung_on = rung_on - interval '61 seconds'")
        self.env.invalidate_all()
        self.assert_answer(self.announce(call="3"), 200)

    def test_it_can_be_switched_off(self):
        self.set_param("pop_enabled", "False")
        self.assert_answer(self.announce(), 403, "off")

    def test_the_number_is_nowhere_else(self):
        self.announce(call="c-9")
        self.env.cr.execute("SELECT message FROM bus_bus ORDER BY id DESC LIMIT 20")
        self.assertNotIn(LOCAL[1:], str(self.env.cr.fetchall()))
        for user in (self.agent_a1, self.leader_a, self.vendor_manager_a, self.manager, self.care):
            self.assertFalse(self.env["mobifone.call.pop"].with_user(user).has_access("read"), user.login)
            with self.assertRaises(AccessError):
                self.pbx.with_user(user).read(["secret"])


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


def seal(secret, number, iv=bytes(range(16))):
    """A number as an exchange seals it."""
    key = hmac.new(secret.encode(), b"number", hashlib.sha256).digest()
    missing = 16 - len(number.encode()) % 16
    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return (iv + encryptor.update(number.encode() + bytes([missing]) * missing) + encryptor.finalize()).hex()
