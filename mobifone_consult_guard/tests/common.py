import requests

from odoo.tests import HttpCase
from odoo.tests.common import Opener, get_db_name
from odoo.tests.test_cursor import TestCursor
from odoo.tools import mute_logger

from odoo.addons.mobifone_consult.tests.common import ConsultCase

from ..tools import apart


class GuardCase(ConsultCase, HttpCase):
    """The people of ConsultCase, each with browsers of his own."""

    def setUp(self):
        super().setUp()
        run = apart.run

        def run_apart(env, action, *arguments, **options):
            # A test has one connection: what was written apart is undone with the request, and so is written again.
            if isinstance(env.cr, TestCursor) and not env.cr.readonly:
                env.cr.postrollback.add(lambda: run(env, action))
            return run(env, action, *arguments, **options)

        self.patch(apart, "run", run_apart)

    def browser(self):
        """A browser that nobody has logged in with."""
        return Opener(self)

    def rpc(self, browser, path, headers=None, **params):
        """The answer to a JSON-RPC request: {"result": …} or {"error": …}."""
        self.opener = browser
        answer = self.url_open(path, json={"jsonrpc": "2.0", "method": "call", "params": params}, headers=headers)
        return answer.json()

    def login(self, user, password=None, browser=None):
        """(browser, answer) of a login by /web/session/authenticate with a password, `user` or his login."""
        browser = browser or self.browser()
        login = user if isinstance(user, str) else user.login
        answer = self.rpc(
            browser, "/web/session/authenticate", db=get_db_name(), login=login, password=password or login
        )
        return browser, answer

    def form(self, path, browser, **values):
        """Post an HTML form with its token; the response, no redirect followed."""
        self.opener = browser
        page = self.url_open(path)
        token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
        return self.url_open(path, data={**values, "csrf_token": token}, allow_redirects=False)

    def jsonrpc(self, service, method, *args):
        """The result of a call of /jsonrpc, None of one refused. Not by an opener: there the session is not known."""
        self.opener = self.browser()
        params = {"service": service, "method": method, "args": [get_db_name(), *args]}
        self.cr.flush()
        self.cr.clear()
        with mute_logger("odoo.addons.rpc.controllers.jsonrpc", "odoo.http"), self.allow_requests(all_requests=True):
            answer = requests.post(f"{self.base_url()}/jsonrpc", json={"jsonrpc": "2.0", "params": params}, timeout=12)
        return answer.json().get("result")

    def is_in(self, browser):
        """True while the browser's session is alive."""
        answer = self.rpc(browser, "/web/session/get_session_info")
        return bool(answer.get("result", {}).get("uid"))

    def call(self, browser, model, method, *args, **kwargs):
        """A method of a model, as the web client calls it."""
        return self.rpc(
            browser,
            f"/web/dataset/call_kw/{model}/{method}",
            model=model,
            method=method,
            args=list(args),
            kwargs=kwargs,
        )

    def entered(self, user):
        """A browser with a session of the user; he did not log in for it."""
        self.session = None  # else the session before is deleted
        self.authenticate(user.login, user.login)
        return self.opener

    def events(self, user, kind):
        """What was written about the user, newest first: details."""
        self.env.invalidate_all()
        return (
            self.env["mobifone.guard.event"].search([("user_id", "=", user.id), ("kind", "=", kind)]).mapped("detail")
        )

    def assert_refused(self, answer):
        self.assertIn("error", answer)
        self.assertNotIn("Traceback", str(answer), "a vendor's user sees no traceback")

    def sql(self, statement, *params):
        self.env.flush_all()
        self.env.cr.execute(statement, params)  # pylint: disable=sql-injection
        self.env.invalidate_all()
