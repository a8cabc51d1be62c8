"""Take the pictures of the guides: walks through the served product as its users, in Vietnamese (see `guide`, `walks`).

`python -m sandbox.pictures NAME…` takes some of them.
"""

import os
import sys
import time
from io import BytesIO

from PIL import Image
from playwright.sync_api import expect

from sandbox.browser import STILL, launched, session_of, window
from sandbox.say import say
from sandbox.settings import ROOT
from sandbox.walks import WAIT, WALKS

URL = os.environ["MOBIFONE_URL"]
DATABASE = os.environ["MOBIFONE_DB"]
FOLDER = ROOT / "docs" / "images"
COLOURS = 128


def take(browser, session: str, name: str) -> int:
    """Walk to what is shown and write docs/images/NAME.png; its size in bytes."""
    _login, path, options, function = WALKS[name]
    context = window(browser, URL, session, reduced_motion="reduce", timezone_id="Asia/Ho_Chi_Minh", **options)
    context.add_cookies([{"name": "color_scheme", "value": options.get("color_scheme", "light"), "url": URL}])
    page = context.new_page()
    try:
        page.goto(URL + path)
        expect(page.locator(".o_main_navbar")).to_be_visible(timeout=WAIT)
        function(page)
        page.wait_for_timeout(500)
        # Toasts go by themselves.
        expect(page.locator(".o_loading_indicator, .o_notification")).to_have_count(0, timeout=WAIT)
        page.wait_for_function(STILL)
        return save(page.screenshot(), FOLDER / f"{name}.png")
    finally:
        context.close()


def save(content: bytes, path) -> int:
    """Write a picture with a palette of its own; flat screens lose nothing by it."""
    picture = Image.open(BytesIO(content)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    picture.save(path, optimize=True)
    return path.stat().st_size


def main(names: list) -> int:
    """Take these pictures, or all; the number of those that failed."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    sessions, failed = {}, 0
    with launched() as browser:
        for name in names or WALKS:
            begin, login = time.monotonic(), WALKS[name][0]
            try:
                sessions[login] = sessions.get(login) or session_of(URL, DATABASE, login)
                size = take(browser, sessions[login], name)
                say(f"{name}.png: {size // 1000} kB, {time.monotonic() - begin:.0f} s")
            except Exception as error:
                failed += 1
                say(f"{name}: {str(error)[:500]}")
    return failed


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
