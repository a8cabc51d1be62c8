import json
from unittest.mock import patch

import psycopg2

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger

from ..models.ir_http import matches
from ..models.mobifone_guard_event import ROWS_A_MINUTE
from .common import GuardCase

NAVIGATION = {
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Site": "same-origin",
    "Sec-Fetch-User": "?1",
}


@tagged("-at_install", "post_install")
class TestRoutes(GuardCase):
    """Doors of the server beside the ORM."""

    def test_patterns(self):
        self.assertTrue(matches("/web", {"/web"}))
        self.assertTrue(matches("/web/image", {"/web/image/*"}))
        self.assertTrue(matches("/web/image/<int:id>/<string:field>", {"/web/image/*"}))
        for rule in ("/web/export/csv", "/web/imagery", "/web", "/"):
            self.assertFalse(matches(rule, {"/web/image/*"}), rule)

    def test_json_routes(self):
        browser = self.entered(self.vendor_manager_a)
        for path, params in (
            ("/discuss/search", {"term": ""}),
            ("/discuss/channel/messages", {"channel_id": 1}),
            ("/mail/message/post", {"thread_model": "res.partner", "thread_id": 1, "post_data": {"body": "x"}}),
            ("/mail/thread/messages", {"thread_model": "res.partner", "thread_id": 1}),
            ("/mail/thread/subscribe", {"res_model": "res.partner", "res_id": 1, "partner_ids": []}),
            ("/mail/partner/from_email", {"thread_model": "res.partner", "thread_id": 1, "emails": []}),
            ("/mail/inbox/messages", {}),
            ("/web/export/formats", {}),
            ("/web/export/get_fields", {"model": "mobifone.lookup", "domain": []}),
            ("/web/session/account", {}),
            ("/web/session/modules", {}),
            ("/web/action/run", {"action_id": 1}),
            ("/web/view/edit_custom", {"custom_id": 1, "arch": "<a/>"}),
            ("/html_editor/attachment/add_url", {"url": "http://127.0.0.1/x"}),
            ("/web_unsplash/get_app_id", {}),
        ):
            with self.subTest(path=path):
                self.assert_refused(self.rpc(browser, path, **params))

    def test_pages(self):
        browser = self.entered(self.vendor_manager_a)
        for path in (
            "/web/export/csv",
            "/web/export/xlsx",
            "/web/pivot/export_xlsx",
            "/web/binary/upload_attachment",
            "/mail/attachment/upload",
            "/base_import/set_file",
            "/web/model/get_definitions",
            "/doc",
            "/chat/1/abc",
            "/mail/view",
        ):
            with self.subTest(path=path):
                self.opener = browser
                answer = self.url_open(path, allow_redirects=False)
                post = self.form(path, browser, data=json.dumps({"model": "mobifone.lookup"}))
                self.assertNotIn(answer.status_code, (200, 303), path)
                self.assertNotIn(post.status_code, (200, 303), path)

    def test_the_wall_and_no_file_of_it(self):
        for user in (self.leader_a, self.vendor_manager_a):
            # Even if somebody gave him Odoo's own right to export.
            user.sudo().group_ids = [Command.link(self.env.ref("base.group_allow_export").id)]
            browser = self.entered(user)
            self.assertTrue(self.rpc(browser, "/mobifone_consult/wall")["result"]["tiles"])
            action = self.call(browser, "mobifone.wall", "records", figure="consults", mode="pivot")["result"]
            self.assertIn("pivot", [view[1] for view in action["views"]])
            for model in ("mobifone.consultation.report", "mobifone.exclusion.report"):
                answer = self.call(browser, model, "formatted_read_group", [], ["user_id"], ["__count"])
                self.assertIn("result", answer, model)
            self.assert_refused(self.call(browser, "mobifone.subscriber", "formatted_read_group", [], [], ["__count"]))
            for path in ("/web/export/xlsx", "/web/export/csv", "/web/pivot/export_xlsx"):
                data = json.dumps({"model": "mobifone.consultation", "fields": [], "ids": False, "domain": []})
                response = self.form(path, browser, data=data)
                self.assertEqual(response.status_code, 404, path)

    def test_the_client_starts_with_no_people_in_it(self):
        browser = self.entered(self.agent_a1)
        answer = self.rpc(
            browser,
            "/mail/data",
            fetch_params=[
                "init_messaging",
                "systray_get_activities",
                "channels_as_member",
                ["avatar_card", {"id": self.manager.id, "model": "res.users"}],
            ],
        )
        self.assertFalse(answer.get("result"))

    def test_methods(self):
        browser = self.entered(self.vendor_manager_a)
        for model, method, args in (
            ("res.users", "action_reset_password", [[self.manager.id]]),
            ("res.users", "action_revoke_all_devices", [[self.vendor_manager_a.id]]),
            ("res.users", "api_key_wizard", [[self.vendor_manager_a.id]]),
            ("res.users", "search_read", [[]]),
            ("res.users", "export_data", [[self.vendor_manager_a.id], ["login"]]),
            ("res.partner", "search_read", [[]]),
            ("res.partner", "message_post", [[self.vendor_manager_a.partner_id.id]]),
            ("ir.attachment", "create_unique", [[{"name": "x", "datas": ""}]]),
            ("discuss.channel", "channel_get", [[1]]),
            ("ir.qweb", "render", ["web.login"]),
            ("ir.http", "session_info", []),
            ("ir.model", "display_name_for", [["res.users"]]),
            ("ir.filters", "create_filter", [{}]),
            ("base_import.import", "get_import_templates", []),
            ("iap.account", "get_credits_url", ["sms"]),
            ("mobifone.verdict", "search", [[]]),
        ):
            with self.subTest(method=f"{model}.{method}"):
                self.assert_refused(self.call(browser, model, method, *args))
                button = self.rpc(
                    browser, "/web/dataset/call_button", model=model, method=method, args=list(args), kwargs={}
                )
                self.assert_refused(button)
        self.assertIn("res.users.action_reset_password", self.events(self.vendor_manager_a, "call"))
        self.assertEqual(len(self.events(self.vendor_manager_a, "call")), ROWS_A_MINUTE)
        self.assertIn("result", self.call(browser, "mobifone.lookup", "web_search_read", [], {"kind": {}}))

    def test_the_door_stays_open(self):
        answer = self.call(self.entered(self.agent_a1), "mobifone.desk", "lookup", number="0900091001")
        self.assertTrue(answer["result"]["found"])

    def test_json_2_with_a_browsers_headers(self):
        browser = self.entered(self.leader_a)
        self.opener = browser
        for path in ("/json/2/mobifone.lookup/search_read", "/json/1/mobifone_consult.mobifone_lookup_action"):
            headers = {**NAVIGATION, "Content-Type": "application/json"}
            self.assertNotEqual(self.url_open(path, data="{}", headers=headers).status_code, 200)
        answer = self.url_open("/json/1/action-mobifone_consult.mobifone_lookup_action", headers=NAVIGATION)
        self.assertEqual(answer.status_code, 403)
        self.assertTrue(self.events(self.leader_a, "key"))

    def test_an_api_key_opens_nothing(self):
        key = self.env["res.users.apikeys"].with_user(self.leader_a).sudo()._generate(None, "x", False)
        self.opener = self.browser()
        headers = {"Authorization": f"bearer {key}", "X-Odoo-Database": get_db_name()}
        answer = self.url_open("/json/2/mobifone.lookup/search_read", json={"domain": []}, headers=headers)
        self.assertEqual(answer.status_code, 401)
        self.assertEqual(self.events(self.leader_a, "key"), ["use"])
        self.assertFalse(self.jsonrpc("common", "login", self.leader_a.login, key))

    def test_the_feeds_key_works(self):
        key = self.env["res.users.apikeys"].with_user(self.feed).sudo()._generate(None, "x", False)
        self.opener = self.browser()
        headers = {"Authorization": f"bearer {key}", "X-Odoo-Database": get_db_name()}
        answer = self.url_open("/json/2/mobifone.subscriber/app_events", json={"events": []}, headers=headers)
        self.assertEqual(answer.status_code, 200)

    def test_rpc_with_a_password(self):
        login = self.leader_a.login
        self.assertFalse(self.jsonrpc("common", "login", login, login))
        self.assertFalse(self.jsonrpc("common", "authenticate", login, login, {}))
        args = [self.leader_a.id, login, "mobifone.lookup", "search_read", []]
        self.assertIsNone(self.jsonrpc("object", "execute_kw", *args))
        self.assertIsNone(self.jsonrpc("object", "execute", *args[:4], []))
        self.assertIn("RPC", self.events(self.leader_a, "key"))
        self.assertEqual(self.jsonrpc("common", "login", self.manager.login, self.manager.login), self.manager.id)

    def test_debug_is_off(self):
        for user, expected in ((self.leader_a, ""), (self.stranger, "1")):
            browser = self.entered(user)
            self.opener = browser
            self.url_open("/web/login?debug=1", allow_redirects=False)
            page = self.url_open("/odoo?debug=1").text
            self.assertEqual('"debug": "1"' in page, bool(expected), user.login)
            no_one = self.call(browser, "res.users", "has_group", [user.id], "base.group_no_one")
            self.assertEqual(no_one["result"], bool(expected))

    def test_no_traceback_when_the_database_is_lost(self):
        browser = self.entered(self.leader_a)
        lost = psycopg2.OperationalError("server closed the connection unexpectedly")
        with (
            patch.object(self.env.registry["ir.http"], "_mobifone_vendors_user", side_effect=lost),
            mute_logger("odoo.http"),
        ):
            answer = self.call(browser, "res.users", "read", [self.leader_a.id], ["login"])
        self.assertEqual(answer["error"]["data"]["name"], "psycopg2.OperationalError")
        self.assertFalse(answer["error"]["data"]["debug"])

    def test_nobody_becomes_superuser(self):
        admin = self.env.ref("base.user_admin")
        self.session = None
        self.authenticate(admin.login, "any")
        self.assertEqual(self.url_open("/web/become", allow_redirects=False).status_code, 404)
        self.assertEqual(len(self.events(admin, "become")), 1)
        info = self.rpc(self.opener, "/web/session/get_session_info")
        self.assertEqual(info["result"]["uid"], admin.id)
