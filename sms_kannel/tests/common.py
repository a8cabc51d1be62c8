from datetime import timedelta

from odoo import fields
from odoo.tests import TransactionCase

from .stub_gateway import PASSWORD, LoopbackCase, StubGateway

NUMBER = "+84900000{:03d}"


class KannelCase(LoopbackCase, TransactionCase):
    """The main company sends by a gateway on loopback."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Of another add-on's tests or samples: what is in the queue is not ours to send.
        cls.env["sms.sms"].search([("state", "in", ("outgoing", "process", "pending"))]).state = "canceled"
        cls.env["sms.kannel.gateway"].search([]).unlink()
        cls.env["ir.config_parameter"].search([("key", "=", "mobifone_consult.sms_local_outbox")]).unlink()
        cls.company = cls.env.company
        cls.company.write({"sms_provider": "kannel", "country_id": cls.env.ref("base.vn").id})

    def setUp(self):
        super().setUp()
        self.stub = StubGateway()
        self.addCleanup(self.stub.stop)
        self.gateway = self.env["sms.kannel.gateway"].create(
            {
                "company_id": self.company.id,
                "url": self.stub.url,
                "username": "odoo",
                "password": PASSWORD,
                "sender": "MobiFone",
                "callback_url": "http://127.0.0.1:8069",
                "read_timeout": 0.5,
            }
        )

    def queue(self, count=1, text="Hello", first=1):
        """So many messages, waiting, each with a tracker."""
        messages = self.env["sms.sms"].create(
            [{"number": NUMBER.format(first + place), "body": text} for place in range(count)]
        )
        self.env["sms.tracker"].create([{"sms_uuid": sms.uuid} for sms in messages])
        return messages

    def run_job(self, model, method):
        """A scheduled action, with its commits."""
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
            getattr(self.env(cr=cr)[model], method)()
        self.env.invalidate_all()

    def send(self):
        self.run_job("sms.sms", "_process_queue")

    def report(self, sms, *codes):
        for code in codes:
            self.env["sms.kannel.report"]._receive(self.gateway.id, sms if isinstance(sms, str) else sms.uuid, code)
        self.run_job("sms.kannel.report", "_cron_apply")

    def age(self, messages, **delta):
        """As if they had been asked for so long ago."""
        messages.kannel_asked_on = fields.Datetime.now() - timedelta(**delta)

    def states(self, messages):
        return sorted(messages.mapped("state"))
