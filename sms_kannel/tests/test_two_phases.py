from unittest.mock import patch

from psycopg2.extensions import TRANSACTION_STATUS_IDLE

from odoo.api import Environment
from odoo.modules.registry import Registry
from odoo.tests import get_db_name, tagged

from ..tools.kannel_client import KannelClient
from .stub_gateway import PASSWORD, LoopbackCase, StubGateway


@tagged("post_install", "-at_install")
class TestTwoPhases(LoopbackCase):
    """With real transactions: what the gateway is asked for is committed as such before, and nothing stays open."""

    def setUp(self):
        super().setUp()
        self.stub = StubGateway()
        self.addCleanup(self.stub.stop)
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = Environment(cr, 1, {})
            # Companies cannot be deleted: one is used by every run.
            company = env["res.company"].with_context(active_test=False).search([("name", "=", "Two phases")])
            company = company or env["res.company"].create({"name": "Two phases"})
            company.write({"sms_provider": "kannel", "active": True})
            gateway = env["sms.kannel.gateway"].create(
                {
                    "company_id": company.id, "url": self.stub.url, "username": "odoo", "password": PASSWORD,
                    "callback_url": "http://127.0.0.1:8069", "batch_size": 4,
                }
            )  # fmt: skip
            messages = env["sms.sms"].create(
                [{"number": f"+8490000010{place}", "body": "x", "record_company_id": company.id} for place in range(10)]
            )
            self.gateway_id, self.ids, self.company_id = gateway.id, messages.ids, company.id
        self.addCleanup(self._tidy)

    def _tidy(self):
        with self.registry.cursor() as cr:
            env = Environment(cr, 1, {})
            env["sms.sms"].browse(self.ids).unlink()
            env["sms.kannel.gateway"].browse(self.gateway_id).unlink()
            env["res.company"].browse(self.company_id).write({"sms_provider": "iap", "active": False})

    def states(self):
        with self.registry.cursor() as cr:
            cr.execute("SELECT uuid, state FROM sms_sms WHERE id = ANY(%s)", [self.ids])
            return dict(cr.fetchall())

    def run_queue(self, cr):
        env = Environment(cr, 1, {})
        return env["sms.kannel.sender"]._run(env["sms.kannel.gateway"].browse(self.gateway_id))

    def test_claimed_then_asked_then_stored(self):
        seen = []
        send = KannelClient.send

        def spy(client, messages):
            status = cr._cnx.info.transaction_status
            states = self.states()
            seen.append((status, {states[message.uuid] for message in messages}, len(messages)))
            return send(client, messages)

        with self.registry.cursor() as cr, patch.object(KannelClient, "send", spy):
            self.run_queue(cr)
        self.assertEqual([count for _status, _states, count in seen], [4, 4, 2])
        for status, states, _count in seen:
            self.assertEqual(status, TRANSACTION_STATUS_IDLE, "no transaction is open while the gateway is asked")
            self.assertEqual(states, {"process"}, "others see what is claimed")
        self.assertEqual(set(self.states().values()), {"pending"})
        self.assertEqual(len(self.stub.asked), 10)

    def test_killed_while_sending(self):
        """Whoever dies with the answers in hand has asked once; the next one asks for the rest only."""

        class Killed(BaseException):
            pass

        send = KannelClient.send

        def die(client, messages):
            send(client, messages)
            raise Killed

        with self.registry.cursor() as cr, patch.object(KannelClient, "send", die):
            try:
                self.run_queue(cr)
            except Killed:
                cr.rollback()
        self.assertEqual(len(self.stub.asked), 4)
        self.assertEqual(sorted(self.states().values()), ["outgoing"] * 6 + ["process"] * 4)
        with self.registry.cursor() as cr:
            self.run_queue(cr)
        self.assertEqual(len(self.stub.asked), 10)
        self.assertEqual(len({headers["X-Kannel-To"] for headers, _text in self.stub.asked}), 10, "each was asked once")
        self.assertEqual(sorted(self.states().values()), ["pending"] * 6 + ["process"] * 4)
