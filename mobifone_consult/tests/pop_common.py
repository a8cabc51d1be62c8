import hashlib
import hmac
import json
import time

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from odoo.tests import HttpCase

from ..tools import pop_signature
from .common import OPEN, ConsultCase

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


def seal(secret, number, iv=bytes(range(16))):
    """A number as an exchange seals it."""
    key = hmac.new(secret.encode(), b"number", hashlib.sha256).digest()
    missing = 16 - len(number.encode()) % 16
    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return (iv + encryptor.update(number.encode() + bytes([missing]) * missing) + encryptor.finalize()).hex()
