"""A visitor of a running Odoo: opens pages and calls methods, with the session's cookie."""

import json
import urllib.error
import urllib.request
from http.cookiejar import CookieJar

TIMEOUT = 60


class Visitor:
    """Nobody yet; `log_in` makes him a user."""

    def __init__(self, port: int, database: str):
        self._url = f"http://127.0.0.1:{port}"
        self._database = database
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar())).open

    def page(self, path: str) -> tuple:
        """(status, path that it led to) of a page."""
        try:
            with self._open(self._url + path, timeout=TIMEOUT) as answer:
                return answer.status, answer.url.removeprefix(self._url)
        except urllib.error.HTTPError as error:
            return error.code, path

    def log_in(self, login: str, password: str) -> bool:
        """Whether the login was taken."""
        return bool(
            (self._rpc("/web/session/authenticate", db=self._database, login=login, password=password) or {}).get("uid")
        )

    def is_logged_in(self) -> bool:
        return self.page("/odoo")[1].startswith("/odoo")

    def call(self, model: str, method: str, *args: object, **kwargs: object) -> object:
        """What a method of a model answers; None when it was refused."""
        path = f"/web/dataset/call_kw/{model}/{method}"
        return self._rpc(path, model=model, method=method, args=list(args), kwargs=kwargs)

    def _rpc(self, path: str, **params: object) -> object:
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}).encode()
        request = urllib.request.Request(self._url + path, body, {"Content-Type": "application/json"})
        with self._open(request, timeout=TIMEOUT) as answer:
            return json.load(answer).get("result")
