from unittest.mock import MagicMock, patch

from odoo.tests import tagged

from odoo.addons.bus.tests.common import WebsocketCase
from odoo.addons.bus.websocket import CloseCode
from odoo.addons.mobifone_consult.tests.common import ConsultCase


@tagged("-at_install", "post_install")
class TestWebsocket(ConsultCase, WebsocketCase):
    def assertCanOpenTestCursor(self):
        # Not WebsocketCase's: a login counts on a cursor of its own.
        super(WebsocketCase, self).assertCanOpenTestCursor()

    def connect(self, user):
        session = self.authenticate(user.login, user.login)
        return self.websocket_connect(cookie=f"session_id={session.sid}")

    def test_it_closes_with_the_session(self):
        websocket = self.connect(self.agent_a1)
        self.subscribe(websocket, last=self.env["bus.bus"].sudo()._bus_last_id())
        self.agent_a1._mobifone_begin_session()
        self.trigger_notification_dispatching([self.agent_a1.partner_id])
        self.assert_close_with_code(websocket, CloseCode.SESSION_EXPIRED)

    def test_it_keeps_no_session_alive(self):
        websocket = self.connect(self.agent_a1)
        self.agent_a1._mobifone_begin_session()
        self.env.cr.execute("UPDATE mobifone_session SET seen_on = seen_on - interval '61 minutes'")
        self.assertFalse(self.agent_a1._compute_session_token("x"))
        websocket.close(CloseCode.CLEAN)

    def test_what_it_hears(self):
        heard = self.env(user=self.leader_a)["ir.websocket"]
        names = ["odoo-presence-res.partner_1", "mobifone_feed", "discuss.channel_1"]
        with patch("odoo.addons.bus.models.ir_websocket.wsrequest", new=MagicMock()):
            channels = heard._build_bus_channel_list(list(names))
        self.assertEqual(set(channels), {"broadcast", self.leader_a.partner_id})
