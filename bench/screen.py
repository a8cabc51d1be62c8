"""From the key to the painted answer, in a browser: the desk beside Odoo's own contact form, on the same server.

Measured in the page: from the Enter to the second frame after the answer stands in the document.
"""

import os
import statistics

from playwright.sync_api import Page

from bench.client import result
from bench.sizes import SCREENS
from sandbox.browser import launched, session_of, window

# Sample lines whose papers are complete: an answer each, no notice before it.
NUMBERS = [f"0900000{n:03d}" for n in (1, 2, 3, 4, 5, 7, 8, 14, 15, 17, 18, 22, 24, 25)]
# Starts at the next Enter; ends when the condition holds and two frames have been drawn since.
WATCH = """
    (condition) => {
        const isThere = new Function("return " + condition);
        window.painted = new Promise((resolve) => {
            const begin = (ev) => {
                if (ev.key !== "Enter") {
                    return window.addEventListener("keydown", begin, { capture: true, once: true });
                }
                const start = performance.now();
                const frames = () =>
                    requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - start)));
                const observer = new MutationObserver(() => {
                    if (isThere()) {
                        observer.disconnect();
                        frames();
                    }
                });
                observer.observe(document.body, { subtree: true, childList: true, attributes: true });
            };
            window.addEventListener("keydown", begin, { capture: true, once: true });
        });
    }
"""


def measure() -> list:
    """Look numbers up and open contacts; print and return the results."""
    url = os.environ["BENCH_URL"]
    with launched() as browser:
        desk = _page(browser, url, "agent_a1", "/odoo/mobifone-desk", ".o_mobifone_number")
        contacts = _page(browser, url, "admin", "/odoo/action-base.action_partner_form?view_type=list", ".o_data_row")
        # In turns, so that a slow minute of the machine is in both.
        looked_up, opened = [], []
        for turn in range(SCREENS):
            looked_up.append(_look_up(desk, NUMBERS[turn % len(NUMBERS)]))
            opened.append(_open_contact(contacts, turn % 10))
    results = []
    for name, place in (("median", statistics.median), ("p95", _p95)):
        value, reference = place(looked_up), place(opened)
        print(f"  key to painted answer, {name}: desk {value:.0f} ms, contact form {reference:.0f} ms")
        ratio = reference / value
        results.append(result(f"desk_vs_contact_form_{name}", value, reference, "ms", goal=1.0, ratio=ratio))
    return results


def _p95(values: list) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def _page(browser, url: str, login: str, path: str, ready: str) -> Page:
    page = window(browser, url, session_of(url, os.environ["MOBIFONE_DB"], login)).new_page()
    # The first page of a server waits for its assets.
    page.goto(url + path, timeout=180_000)
    page.locator(ready).first.wait_for(timeout=60_000)
    return page


def _look_up(page: Page, number: str) -> float:
    """A number that is typed already, and Enter; milliseconds to the answer on screen, or to the notice before it."""
    page.keyboard.press("Escape")
    page.keyboard.type(number)
    shown = f"{number[:4]} {number[4:7]} {number[7:]}"
    card = f"document.querySelector('.o_mobifone_big_number')?.textContent === '{shown}'"
    page.evaluate(WATCH, card)
    page.keyboard.press("Enter")
    spent = page.evaluate("window.painted")
    # What comes beside the answer is not in the next one's time.
    page.locator(".o_mobifone_history[data-count]").wait_for()
    return spent


def _open_contact(page: Page, place: int) -> float:
    """Enter on a row of the list of contacts; milliseconds to the form on screen."""
    page.locator(".o_data_row .o_data_cell[name=complete_name]").nth(place).focus()
    page.evaluate(WATCH, "document.querySelector('.o_form_view .o_field_widget[name=name] input')?.value")
    page.keyboard.press("Enter")
    spent = page.evaluate("window.painted")
    page.go_back()
    page.locator(".o_data_row").first.wait_for()
    return spent
