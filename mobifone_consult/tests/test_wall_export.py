import json

from odoo.fields import Command
from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import ConsultCase

TABLE = {
    "model": "mobifone.call",
    "title": "Calls",
    "measure_count": 1,
    "origin_count": 1,
    "col_group_headers": [[{"title": "Total", "height": 1, "width": 1}]],
    "measure_headers": [{"title": "Count", "height": 1, "width": 1, "is_bold": True}],
    "origin_headers": [],
    "rows": [{"title": "Total", "indent": 0, "values": [{"value": 3, "is_bold": True}]}],
}


@tagged("-at_install", "post_install")
class TestWallExport(ConsultCase, HttpCase):
    """The wall's route, and files: for those who may export alone."""

    def pivot(self, user):
        self.authenticate(user.login, user.login)
        return self.url_open(
            "/web/pivot/export_xlsx", data={"data": json.dumps(TABLE), "csrf_token": Request.csrf_token(self)}
        )

    def test_the_route(self):
        self.authenticate(self.leader_a.login, self.leader_a.login)
        overview = self.make_jsonrpc_request("/mobifone_consult/wall", {"days": 7})
        self.assertEqual(overview["days"], 7)
        self.authenticate(self.agent_a1.login, self.agent_a1.login)
        with mute_logger("odoo.http"), self.assertRaises(Exception) as caught:
            self.make_jsonrpc_request("/mobifone_consult/wall", {})
        self.assertIn("AccessError", str(caught.exception))

    @mute_logger("odoo.http")
    def test_a_pivot_is_taken_away_by_who_may_export(self):
        exporters = self.env.ref("base.group_allow_export")
        for user in (self.leader_a, self.vendor_manager_a, self.manager):
            self.assertFalse(user.has_group("base.group_allow_export"))
            # 404 by the guard, where it is installed.
            self.assertIn(self.pivot(user).status_code, (403, 404), user.login)
        self.manager.group_ids = [Command.link(exporters.id)]
        answer = self.pivot(self.manager)
        self.assertEqual(answer.status_code, 200)
        self.assertTrue(answer.content.startswith(b"PK"), "an .xlsx file")
