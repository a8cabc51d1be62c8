"""The Chromium of this machine, and windows of it that belong to somebody who is logged in."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import requests
from playwright.sync_api import Browser, BrowserContext, sync_playwright

FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
SIZE = {"width": 1366, "height": 768}
# In a page: does nothing move any more? What goes on for ever does not count.
STILL = "document.getAnimations().every((one) => one.playState !== 'running' || one.effect.getTiming().iterations > 99)"


@contextmanager
def launched() -> Iterator[Browser]:
    """The browser that $MOBIFONE_CHROMIUM names, closed after the block."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["MOBIFONE_CHROMIUM"], args=FLAGS)
        yield browser
        browser.close()


def session_of(url: str, database: str, login: str) -> str:
    """The id of a new session of a demo user.

    :raise RuntimeError: when he cannot log in
    """
    params = {"db": database, "login": login, "password": f"mbf-{login}-demo"}
    http = requests.Session()
    answer = http.post(f"{url}/web/session/authenticate", json={"jsonrpc": "2.0", "params": params}, timeout=60)
    if not answer.json().get("result", {}).get("uid"):
        raise RuntimeError(f"{login} cannot log in")
    return http.cookies["session_id"]


def window(browser: Browser, url: str, session_id: str, **options: object) -> BrowserContext:
    """A window in Vietnamese with that session.

    :param options: of Playwright's new_context
    """
    context = browser.new_context(**{"viewport": SIZE, "locale": "vi-VN", **options})
    context.add_cookies([{"name": "session_id", "value": session_id, "url": url}])
    return context
