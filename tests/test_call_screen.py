"""The guided call as an agent makes it: real browser, Vietnamese, keyboard only."""

import pytest
from playwright.sync_api import expect

STEP = ".o_mobifone_step"


class Keys:
    """Presses keys and counts them; knows the requests that the screen sent to the desk."""

    def __init__(self, page):
        self.page, self.count, self.requests = page, 0, []
        page.on("request", lambda request: self._note(request.url))

    def _note(self, url):
        if "/call_kw/mobifone." in url:
            self.requests.append(url.rpartition("/call_kw/")[2])

    def press(self, key, *, expecting=None):
        """Press a key; wait for the step of that section, kind or title."""
        before = self.page.locator(STEP).get_attribute("data-id") if self.page.locator(STEP).count() else None
        self.page.keyboard.press(key)
        self.count += 1
        if expecting:
            step = self.page.locator(STEP)
            if before:
                expect(step).not_to_have_attribute("data-id", before)
            expect(step).to_contain_text(expecting)


@pytest.fixture
def keys(page):
    return Keys(page)


def test_case_two_by_keyboard(page, keys, new_line, database):
    """From the number to the saved consult, and on to the end of the call."""
    number = new_line()
    page.keyboard.type(number)
    keys.press("Enter")
    expect(page.locator(".o_mobifone_consult")).to_have_attribute("data-shape", "box")
    keys.press("F2", expecting="Em có thể hỗ trợ gì")
    keys.press("1", expecting="còn cần em hỗ trợ thêm")
    keys.press("Enter", expecting="ứng dụng My MobiFone rất tiện lợi")
    asked = len(keys.requests)
    keys.press("1", expecting="Tích chọn và Lưu")
    assert keys.requests[asked:] == ["mobifone.desk/answer"], "one request a step"
    database.execute("SELECT count(*) FROM mobifone_consultation consult JOIN mobifone_subscriber line ON"
                     " line.id = consult.subscriber_id WHERE line.msisdn = %s", ["+84" + number[1:]])  # fmt: skip
    assert database.fetchone()[0] == 0
    keys.press("Enter", expecting="sẽ nhận được tin nhắn chứa link")
    assert keys.count <= 8, "keys from the number to the saved consult"
    expect(page.locator(".o_mobifone_trail")).to_contain_text("Đã lưu lượt tư vấn")
    answers = [request for request in keys.requests if request.endswith("/answer")]
    assert len(answers) == 4
    step = page.locator(STEP)
    # Whatever the hour, the occupation is declined.
    while (shown := step.get_attribute("data-id")) and (kind := step.get_attribute("data-kind")) != "end":
        keys.press("2" if kind == "ask" else "Enter", expecting="")
        expect(step).not_to_have_attribute("data-id", shown)
    expect(step).to_have_attribute("data-outcome", "link_sent")
    keys.press("Enter")
    expect(page.locator(".o_mobifone_number")).to_be_focused()
    expect(page.locator(".o_mobifone_number")).to_have_value("")


def test_missing_papers_then_back_then_reload(open_page, new_line):
    page = open_page("agent_a1", "/odoo/mobifone-call")
    expect(page.locator(".o_mobifone_number")).to_be_focused(timeout=30_000)
    keys = Keys(page)
    page.keyboard.type(new_line(registration_state="incomplete", registration_missing="portrait"))
    keys.press("Enter")
    expect(page.locator(".o_mobifone_notice")).to_contain_text("còn thiếu thông tin")
    keys.press("Enter", expecting="Em có thể hỗ trợ gì")
    keys.press("1", expecting="Theo Nghị định 49")
    keys.press("Enter", expecting="Bước 1: Tải ứng dụng My MobiFone")
    keys.press("Backspace", expecting="Theo Nghị định 49")
    expect(page.locator(".o_mobifone_trail [data-voided=true]").first).to_be_visible()
    page.reload()
    expect(page.locator(STEP)).to_contain_text("Theo Nghị định 49", timeout=30_000)
    keys.press("Escape")
    expect(page.locator(".o_mobifone_end_dialog")).to_be_visible()
    keys.press("Enter")
    expect(page.locator(".o_mobifone_number")).to_be_focused()


def test_the_whole_screen_speaks_vietnamese(open_page, new_line):
    page = open_page("agent_b1", "/odoo/mobifone-call")
    expect(page.locator(".o_mobifone_number")).to_be_focused(timeout=30_000)
    page.keyboard.type(new_line())
    page.keyboard.press("Enter")
    expect(page.locator(STEP)).to_be_visible()
    text = page.locator(".o_mobifone_call").inner_text()
    for english in ("End the call", "Handset", "Papers", "Consult", "Closing", "So far", "Caller", "Result"):
        assert english not in text, text


def test_an_admin_sees_the_script_drawn_and_tries_it(open_page, people):
    [script] = people["manager"].call("mobifone.script", "search_read", [("hotline", "=", "1090")], ["live_version_id"])
    page = open_page("manager", f"/odoo/mobifone.script.version/{script['live_version_id'][0]}")
    picture = page.get_by_role("tab", name="Sơ đồ")
    expect(picture).to_be_visible(timeout=30_000)
    picture.click()
    expect(page.locator("svg [data-kind=act]").first).to_be_attached()
    page.get_by_role("button", name="Chạy thử").click()
    expect(page.locator(".o_mobifone_trial_banner")).to_be_visible()
    expect(page.locator(STEP)).to_contain_text("Em có thể hỗ trợ gì")
    page.keyboard.press("1")
    expect(page.locator(STEP)).to_contain_text("còn cần em hỗ trợ thêm")
