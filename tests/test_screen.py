"""The screen as an agent uses it: real browser, Vietnamese, keyboard only."""

import re

import pytest
from playwright.sync_api import expect


def look_up(page, number):
    page.keyboard.press("Escape")
    page.keyboard.type(number)
    page.keyboard.press("Enter")


def test_a_whole_consult_by_keyboard(page, new_line):
    number = new_line(registration_state="incomplete", registration_missing="portrait")
    requests = []
    page.on("request", lambda request: "call_kw/mobifone.desk" in request.url and requests.append(request.url))
    look_up(page, number)
    notice = page.locator(".o_mobifone_notice")
    expect(notice).to_contain_text("còn thiếu thông tin")
    expect(notice).to_contain_text("Ảnh chân dung")
    page.keyboard.press("Enter")
    expect(page.locator(".o_mobifone_consult")).to_have_attribute("data-shape", "box")
    expect(page.locator(".o_mobifone_line")).to_contain_text("Không dùng app My MobiFone")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator(".o_mobifone_consult")).to_have_attribute("data-saved", "true")
    expect(page.locator(".o_mobifone_history")).to_have_attribute("data-count", "1")
    expect(page.locator(".o_mobifone_number")).to_be_focused()
    methods = [url.rpartition("/")[2] for url in requests]
    assert methods.count("lookup") == methods.count("acknowledge") == methods.count("consult") == 1, methods


def test_locked_by_another_vendor(page, people, new_line):
    number, other = new_line(), people["agent_b1"]
    other.desk("consult", lookup_id=other.desk("lookup", number=number)["lookup_id"], channel="sms")
    look_up(page, number)
    box = page.locator(".o_mobifone_consult")
    expect(box).to_have_attribute("data-code", "locked")
    expect(box.locator(".o_mobifone_red_tick")).to_be_visible()
    expect(box).to_contain_text("đơn vị khác")
    expect(page.locator("body")).not_to_contain_text("Điện thoại viên B1")


def test_the_whole_screen_speaks_vietnamese(page, new_line):
    look_up(page, new_line())
    expect(page.locator(".o_mobifone_consult")).to_be_visible()
    text = page.locator(".o_mobifone_desk").inner_text()
    for english in ("Subscriber", "Search", "Save", "Handset", "Prepaid", "Consult ", "Customer", "Locked", "Papers"):
        assert english not in text, text
    assert "Truy vấn thông tin" in text


def test_a_bad_number_says_so_and_is_kept(page):
    look_up(page, "09abc")
    expect(page.locator("#o_mobifone_number_error")).to_contain_text("chữ số")
    expect(page.locator(".o_mobifone_number")).to_have_value("09abc")


# A browser that is slow to draw: between two frames there is time for more than one answer.
SLOW_FRAMES = """
    const draw = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (callback) => setTimeout(() => draw(callback), 300);
"""


def test_one_line_at_a_time_however_slow_the_screen(page, new_line):
    page.add_init_script(SLOW_FRAMES)
    page.reload()
    expect(page.locator(".o_mobifone_number")).to_be_focused(timeout=30_000)
    for number in [new_line() for _line in range(3)]:
        look_up(page, number)
        card = page.locator(".o_mobifone_big_number")
        expect(card).to_have_count(1)
        expect(card).to_have_text(f"{number[:4]} {number[4:7]} {number[7:]}", timeout=15_000)
    expect(page.locator(".o_error_dialog")).to_have_count(0)


def test_the_sms_and_the_lock_go_on_by_themselves(page, new_line):
    """Nobody touches the keyboard: the SMS is on its way, and the lock runs down."""
    look_up(page, new_line())
    expect(page.locator(".o_mobifone_tick")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    box = page.locator(".o_mobifone_consult")
    expect(box).to_have_attribute("data-saved", "true")
    expect(box.locator(".o_mobifone_countdown")).to_have_text(re.compile(r"2[34]:\d\d:\d\d"))
    left = box.locator(".o_mobifone_countdown").inner_text()
    expect(box.locator(".o_mobifone_countdown")).not_to_have_text(left)
    # The queue hands it to the outbox within a minute.
    expect(box.locator(".o_mobifone_sms")).to_have_attribute("data-sms", "sent", timeout=120_000)
    expect(page.locator(".o_mobifone_history tr[data-sms=sent]")).to_have_count(1)
    expect(page.locator(".o_mobifone_recent li").first).to_have_attribute("data-sms", "sent")


# Parts that must show all they have, at that size.
WHOLE = {
    (1366, 768): [".o_mobifone_desk", ".o_mobifone_answer", ".o_mobifone_step_scroll"],
    (1024, 768): [".o_mobifone_desk", ".o_mobifone_step_scroll"],
    (820, 1180): [".o_mobifone_step_scroll"],
}


@pytest.mark.parametrize("size", WHOLE)
def test_a_common_call_without_scrolling(page, new_line, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    look_up(page, new_line())
    expect(page.locator(".o_mobifone_tick")).to_be_focused()
    step = page.locator(".o_mobifone_step")
    for key in ("F2", "1", "Enter", "1", "Enter"):
        before = step.get_attribute("data-id") if step.count() else ""
        page.keyboard.press(key)
        expect(step).not_to_have_attribute("data-id", before or "none")
        for part in WHOLE[size]:
            hidden = page.locator(part).evaluate("(part) => part.scrollHeight - part.clientHeight")
            assert hidden <= 1, (part, key, hidden)
        foot = step.locator(".o_mobifone_answers").bounding_box()
        assert foot["y"] + foot["height"] <= size[1], "the answers are in sight"
