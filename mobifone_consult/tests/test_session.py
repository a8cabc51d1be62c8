from unittest.mock import patch

import psycopg2

from odoo.fields import Command
from odoo.http import SESSION_ROTATION_INTERVAL, root
from odoo.tests import HttpCase, tagged
from odoo.tests.common import HOST
from odoo.tools import mute_logger

from .common import ConsultCase


@tagged("-at_install", "post_install")
class TestSession(ConsultCase, HttpCase):
    """Invariant 7: what was opened before an end of sessions stays dead."""

    def opened(self, user):
        """A session of the user, as a cookie."""
        session = self.authenticate(user.login, user.login)
        self.session = None  # else the next one that is opened deletes it
        return session

    def answer(self, session):
        self.opener.cookies.set("session_id", session.sid, domain=HOST)
        return self.url_open(
            "/web/session/get_session_info",
            data="{}",
            headers={"Content-Type": "application/json"},
        ).json()

    def is_alive(self, session):
        answer = self.answer(session)
        return "result" in answer and bool(answer["result"]["uid"])

    def test_end_of_sessions(self):
        session, other = self.opened(self.agent_a1), self.opened(self.agent_a2)
        self.assertTrue(self.is_alive(session))
        self.agent_a1._mobifone_end_sessions()
        self.assertFalse(self.is_alive(session))
        self.assertTrue(self.is_alive(other), "nobody else's")
        self.assertTrue(self.is_alive(self.opened(self.agent_a1)), "he may come in again")

    def test_off_boarded_and_unarchived(self):
        session = self.opened(self.agent_a1)
        key = self.env["res.users.apikeys"].with_user(self.agent_a1).sudo()._generate("rpc", "k", False)
        self.env.flush_all()
        self.agent_a1._mobifone_off_board()
        self.assertFalse(self.is_alive(session))
        self.env.cr.execute("SELECT password FROM res_users WHERE id = %s", [self.agent_a1.id])
        self.assertEqual(self.env.cr.fetchone(), (None,))
        self.agent_a1.with_context(active_test=False).write(
            {"group_ids": [Command.set(self.env.ref("base.group_user").ids)]}
        )
        self.agent_a1.sudo().active = True
        self.assertFalse(self.is_alive(session), "unarchiving brings no session back")
        self.assertFalse(self.env["res.users.apikeys"]._check_credentials(scope="rpc", key=key))

    def test_a_lost_database_is_no_denial(self):
        session = self.opened(self.agent_a1)
        lost = psycopg2.OperationalError("server closed the connection unexpectedly")
        users = self.env.registry["res.users"]
        with (
            patch.object(users, "_mobifone_session_state", side_effect=lost),
            mute_logger("odoo.http", "odoo.addons.base.models.ir_http"),
        ):
            answer = self.answer(session)
        self.assertEqual(answer["error"]["data"]["name"], "psycopg2.OperationalError")
        self.assertTrue(self.is_alive(session), "and the session goes on")

    def test_a_dead_session_is_not_renewed_where_no_route_is(self):
        self.env["ir.attachment"].create(
            {"name": "f", "type": "binary", "url": "/mobifone_fallback.txt", "public": True, "raw": b"served"}
        )
        session = self.opened(self.agent_a1)
        session["create_time"] -= 2 * SESSION_ROTATION_INTERVAL
        root.session_store.save(session)
        self.agent_a1._mobifone_end_sessions()
        root.session_store.save(session)  # whoever ended it may have missed its file
        self.opener.cookies.set("session_id", session.sid, domain=HOST)
        self.assertEqual(self.url_open("/mobifone_fallback.txt").content, b"served")
        renewed = self.opener.cookies.get("session_id", domain=HOST)
        for sid in {session.sid, renewed}:
            self.assertFalse(self.is_alive(root.session_store.get(sid)))

    def test_a_request_on_a_replica_has_one_answer(self):
        """The session that is renewed at its end is the one that was let in at its begin."""
        state = self.agent_a1._mobifone_session_state
        before = state()
        with (
            patch.object(type(self.env.cr), "readonly", True),
            patch.object(self.env.registry, "_db_readonly", object()),
        ):
            self.assertEqual(state(), before)
            self.agent_a1._mobifone_end_sessions()
            self.assertEqual(state(), before)
            self.env.cr.cache.clear()
            self.assertEqual(state(), (True, before[1] + 1), "the next request asks the primary anew")
