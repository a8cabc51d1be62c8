"""The network is cut and the server dies in the middle of a call: the call goes on, and nothing is done twice."""

import signal
import socket
import subprocess
import time

import pytest
import requests
from conftest import DATABASE, ODOO, URL
from playwright.sync_api import expect
from test_call_screen import STEP

from sandbox.browser import window

LOST = ".o_mobifone_lost"


def done(database, number):
    """What is in the database of a line: look-ups, calls, steps answered, consults, SMS."""
    counts = {
        "lookups": "FROM mobifone_lookup log JOIN line ON line.id = log.line_id WHERE log.kind = 'lookup'",
        "calls": "FROM mobifone_call call JOIN mobifone_lookup log ON log.id = call.lookup_id"
        " JOIN line ON line.id = log.line_id",
        "twice": "FROM (SELECT step.call_id, step.step_id FROM mobifone_call_step step"
        " JOIN mobifone_call call ON call.id = step.call_id JOIN mobifone_lookup log ON log.id = call.lookup_id"
        " JOIN line ON line.id = log.line_id WHERE step.voided_on IS NULL GROUP BY 1, 2 HAVING count(*) > 1) AS row",
        "consults": "FROM mobifone_consultation consult JOIN line ON line.id = consult.subscriber_id",
        "sms": "FROM sms_sms sms JOIN line ON line.msisdn = sms.number",
    }
    found = {}
    for name, query in counts.items():
        database.execute(
            f"WITH line AS (SELECT id, msisdn FROM mobifone_subscriber WHERE msisdn = %s) SELECT count(*) {query}",
            ["+84" + number[1:]],
        )
        found[name] = database.fetchone()[0]
    return found


def press(page, key, expecting):
    page.keyboard.press(key)
    expect(page.locator(STEP)).to_contain_text(expecting, timeout=30_000)


def lead(page, number, cut=lambda: None):
    """A whole call by keyboard from the number to the next; `cut` is called before each key."""
    cut()
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    expect(page.locator(".o_mobifone_consult")).to_have_attribute("data-shape", "box", timeout=30_000)
    for key, text in (
        ("F2", "Em có thể hỗ trợ gì"),
        ("1", "còn cần em hỗ trợ thêm"),
        ("Enter", "ứng dụng My MobiFone rất tiện lợi"),
        ("1", "Tích chọn và Lưu"),
        ("Enter", "sẽ nhận được tin nhắn chứa link"),
    ):
        cut()
        press(page, key, text)
    cut()
    page.keyboard.press("Enter")
    step = page.locator(STEP)
    expect(step).not_to_contain_text("sẽ nhận được tin nhắn chứa link", timeout=30_000)
    if step.get_attribute("data-kind") == "ask":  # the occupation, at its hours
        cut()
        page.keyboard.press("2")
        expect(step).to_have_attribute("data-kind", "end", timeout=30_000)
    cut()
    page.keyboard.press("Enter")
    expect(page.locator(".o_mobifone_number")).to_be_focused(timeout=30_000)
    expect(page.locator(".o_mobifone_number")).to_have_value("")


def test_each_answer_lost_on_the_way_back(page, new_line, database):
    """The server did what it was asked, and nobody heard of it: the same is asked again."""
    number, lost = new_line(), []

    def lose_first(route):
        method = route.request.url.rpartition("/")[2]
        if method == "recent":
            return route.continue_()
        key = (method, route.request.post_data_json["params"]["kwargs"].get("step_id"))
        if key in lost:
            return route.continue_()
        lost.append(key)
        route.fetch()
        return route.abort("connectionreset")

    page.route("**/call_kw/mobifone.desk/*", lose_first)
    lead(page, number)
    page.unroute("**/call_kw/mobifone.desk/*")
    assert {"lookup", "start_call", "answer", "finish"} <= {method for method, _step in lost}
    # The log has a row for each answer that was made of the line, whoever heard it.
    assert done(database, number) == {"lookups": 2, "calls": 1, "twice": 0, "consults": 1, "sms": 1}


def test_tick_and_save_lost(page, new_line, database):
    number, lost = new_line(), []

    def lose_first(route):
        if lost:
            return route.continue_()
        lost.append(route)
        route.fetch()
        return route.abort("connectionreset")

    page.route("**/call_kw/mobifone.desk/consult", lose_first)
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    expect(page.locator(".o_mobifone_consult")).to_have_attribute("data-shape", "box")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator(LOST)).to_contain_text("Mất kết nối tới máy chủ")
    expect(page.locator(".o_mobifone_consult")).to_have_attribute("data-saved", "true", timeout=30_000)
    expect(page.locator(LOST)).to_have_count(0)
    assert lost
    assert done(database, number) == {"lookups": 1, "calls": 0, "twice": 0, "consults": 1, "sms": 1}


def test_network_cut(page, new_line, database):
    """Cut before each key: it says so, keeps what was typed, and goes on by itself when the network is back."""
    number, context = new_line(), page.context
    context.set_offline(True)
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    expect(page.locator(LOST)).to_contain_text("Mất kết nối tới máy chủ")
    expect(page.locator(".o_mobifone_number")).to_have_value(number)
    page.keyboard.press("Escape")
    expect(page.locator(LOST)).to_have_count(0)
    expect(page.locator("#o_mobifone_number_error")).to_contain_text("Mất kết nối tới máy chủ")
    expect(page.locator(".o_mobifone_number")).to_have_value(number)
    context.set_offline(False)
    page.keyboard.press("Escape")

    def cut():
        context.set_offline(True)
        page.wait_for_timeout(100)
        page.evaluate("setTimeout(() => document.title = 'back', 1500)")
        # Back while the request waits: Playwright presses the key in between.
        page.once("requestfailed", lambda _request: context.set_offline(False))

    lead(page, number, cut)
    assert done(database, number) == {"lookups": 1, "calls": 1, "twice": 0, "consults": 1, "sms": 1}


@pytest.fixture
def own_server(tmp_path):
    """Functions that start and kill an Odoo of the test's own on the same database, and its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address, running = f"http://127.0.0.1:{port}", []
    filters = f"^{DATABASE}$"
    command = [ODOO, "-d", DATABASE, "--db-filter", filters, "--http-port", str(port), "--workers=0"]

    def start():
        with (tmp_path / "own.log").open("a") as out:
            running.append(subprocess.Popen([*command, "--max-cron-threads=0"], stdout=out, stderr=out))
        for _try in range(240):
            try:
                if requests.get(f"{address}/web/health", timeout=5).ok:
                    return
            except requests.RequestException:
                time.sleep(0.25)
        raise AssertionError((tmp_path / "own.log").read_text()[-3000:])

    def kill():
        running[-1].send_signal(signal.SIGKILL)
        running[-1].wait()

    start()
    yield address, start, kill
    kill()


def test_server_killed_in_the_middle_of_a_call(browser, people, own_server, new_line, database):
    address, start, kill = own_server
    number = new_line()
    context = window(browser, URL, people["agent_a1"].http.cookies["session_id"])
    page = context.new_page()
    page.goto(f"{address}/odoo/mobifone-desk")
    expect(page.locator(".o_mobifone_number")).to_be_focused(timeout=60_000)
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    expect(page.locator(".o_mobifone_consult")).to_have_attribute("data-shape", "box")
    press(page, "F2", "Em có thể hỗ trợ gì")
    press(page, "1", "còn cần em hỗ trợ thêm")
    kill()
    page.keyboard.press("Enter")
    expect(page.locator(LOST)).to_be_visible()
    expect(page.locator(STEP)).to_contain_text("còn cần em hỗ trợ thêm")
    start()
    expect(page.locator(STEP)).to_contain_text("ứng dụng My MobiFone rất tiện lợi", timeout=30_000)
    expect(page.locator(LOST)).to_have_count(0)
    press(page, "1", "Tích chọn và Lưu")
    # Killed while it saves, before or after it has committed.
    page.keyboard.press("Enter")
    kill()
    start()
    expect(page.locator(STEP)).to_contain_text("sẽ nhận được tin nhắn chứa link", timeout=30_000)
    context.close()
    assert done(database, number) == {"lookups": 1, "calls": 1, "twice": 0, "consults": 1, "sms": 1}
