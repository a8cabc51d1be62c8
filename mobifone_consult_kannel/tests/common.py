from odoo.addons.mobifone_consult.tests.common import ConsultCase
from odoo.addons.sms_kannel.tests.common import KannelCase

PHONE, STRANGER = "+84900000901", "+84900000977"


class ChannelCase(KannelCase, ConsultCase):
    """Vendors' people, a few lines, and a gateway on loopback. Agent A1 has registered his phone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_param("sms_local_outbox", "False")
        cls.account_a1 = cls.env["mobifone.agent"].search([("user_id", "=", cls.agent_a1.id)])
        cls.account_a1.phone = "0900 000 901"
        cls.agent_a1.lang = "en_US"

    def sms(self, text, sender=PHONE, key=None):
        """An inbound message; the answer."""
        self.keys = getattr(self, "keys", 0) + 1
        inbound = self.env["sms.kannel.inbound"].with_context(lang="en_US")
        return inbound._receive(self.gateway, key or f"key{self.keys}", sender, "1090", text)
