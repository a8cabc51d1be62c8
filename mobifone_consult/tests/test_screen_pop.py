import json
import time
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..controllers import screen_pop
from ..tools import pop_signature
from .common import OPEN
from .pop_common import LOCAL, PopCase


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
