"""What the pictures of the guides show, and how to get there in the browser, as whom (see `pictures`).

Each walk finds its way by what people see: names of classes that mark a part, keys, roles; nothing by position.
"""

from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as TimeoutError_

OURS = "/odoo/action-mobifone_consult."
DESK = "/odoo/mobifone-desk"
WAIT = 60_000  # milliseconds
WALKS: dict = {}


def walk(login: str, path: str = DESK, **options):
    """A function that leads to what is shown; its name is the picture's."""

    def keep(function):
        WALKS[function.__name__.replace("_", "-")] = (login, path, options, function)
        return function

    return keep


def look_up(page: Page, number: str) -> None:
    """On the desk: a number, Enter."""
    expect(page.locator(".o_mobifone_number")).to_be_focused(timeout=WAIT)
    page.keyboard.type(number)
    page.keyboard.press("Enter")


def open_line(page: Page, number: str) -> None:
    """A look-up whose whole answer is shown."""
    look_up(page, number)
    expect(page.locator(".o_mobifone_notice, .o_mobifone_line").first).to_be_visible(timeout=WAIT)
    if page.locator(".o_mobifone_notice").count():
        page.keyboard.press("Enter")
    expect(page.locator(".o_mobifone_line")).to_be_visible(timeout=WAIT)


def first_record(page: Page, text: str = "") -> None:
    """The first row of a list, or the first with that text; a click while the list is still being drawn is lost."""
    row = page.locator(".o_data_row", has_text=text).first
    row.wait_for(timeout=WAIT)
    for _try in range(5):
        row.click()
        try:
            page.locator(".o_form_view").wait_for(timeout=5_000)
            return
        except TimeoutError_:
            continue
    raise AssertionError("the record does not open")


def start_call(page: Page, number: str) -> None:
    """A guided call at its first step."""
    open_line(page, number)
    page.keyboard.press("F2")
    expect(page.locator(".o_mobifone_step")).to_be_visible(timeout=WAIT)


def go_on(page: Page, key: str) -> None:
    """Answer a step by its key, and wait for the next."""
    step = page.locator(".o_mobifone_step")
    before = step.inner_text()
    page.keyboard.press(key)
    for _try in range(100):
        if step.count() and step.inner_text() != before:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{key} led nowhere")


@walk("agent_a1")
def desk_empty(page):
    expect(page.locator(".o_mobifone_number")).to_be_focused(timeout=WAIT)


@walk("agent_a1")
def notice(page):
    look_up(page, "0900000009")
    expect(page.locator(".o_mobifone_notice")).to_be_visible(timeout=WAIT)


@walk("agent_a1")
def desk_open(page):
    open_line(page, "0900000025")


@walk("agent_a1", color_scheme="dark")
def desk_dark(page):
    open_line(page, "0900000025")


@walk("agent_a1")
def desk_installed(page):
    open_line(page, "0900000001")


@walk("agent_a1")
def desk_locked(page):
    open_line(page, "0900000004")


@walk("agent_a1")
def desk_other_network(page):
    look_up(page, "0320000001")
    expect(page.locator(".o_mobifone_not_found")).to_be_visible(timeout=WAIT)


@walk("agent_a1")
def desk(page):
    open_line(page, "0900000002")
    if page.locator(".o_mobifone_tick").count():
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
    expect(page.locator(".o_mobifone_consult")).to_have_attribute("data-saved", "true", timeout=WAIT)


@walk("agent_a1")
def papers_form(page):
    open_line(page, "0900000009")
    page.keyboard.press("F4")
    expect(page.locator(".o_mobifone_registration_form")).to_be_visible(timeout=WAIT)


@walk("agent_a1")
def ticket_dialog(page):
    open_line(page, "0900000025")
    page.keyboard.press("F9")
    expect(page.locator(".o_mobifone_ticket_dialog")).to_be_visible(timeout=WAIT)


@walk("agent_a2")
def call(page):
    start_call(page, "0900000005")
    go_on(page, "1")
    go_on(page, "Enter")


@walk("agent_a2")
def call_start(page):
    start_call(page, "0900000017")


@walk("agent_a1")
def ticket(page):
    open_line(page, "0900000017")
    page.keyboard.press("F9")
    dialog = page.locator(".o_mobifone_ticket_dialog")
    expect(page.locator("#o_mobifone_ticket_text")).to_be_visible(timeout=WAIT)
    dialog.locator("select:has(option[value=complaint])").select_option("complaint")
    page.locator("#o_mobifone_ticket_text").fill("Khách hàng phản ánh mạng chậm ba ngày nay tại nhà riêng")
    page.keyboard.press("Control+Enter")
    page.locator(".o_notification_buttons button").first.click(timeout=WAIT)
    expect(page.locator(".o_form_view [name=number]")).to_be_visible(timeout=WAIT)
    page.locator(".o_notification_close").first.click()


@walk("agent_a1")
def preferences(page):
    page.locator(".o_user_menu button").click(timeout=WAIT)
    page.locator("[data-menu=preferences]").click()
    expect(page.locator("[name=mobifone_color_scheme]")).to_be_visible(timeout=WAIT)


@walk("vendor_a", OURS + "mobifone_agent_action")
def accounts(page):
    expect(page.locator(".o_data_row").first).to_be_visible(timeout=WAIT)


@walk("vendor_a", OURS + "mobifone_agent_action")
def leaver(page):
    first_record(page, "AGENT-A2")
    page.keyboard.press("Alt+l")
    expect(page.locator(".modal [name=left_at]")).to_be_visible(timeout=WAIT)


@walk("vendor_a", OURS + "mobifone_removal_letter_action")
def letter(page):
    first_record(page)
    expect(page.locator("[name=line_ids] .o_data_row").first).to_be_visible(timeout=WAIT)


@walk("vendor_a", OURS + "mobifone_agent_export_action")
def export(page):
    expect(page.locator(".modal")).to_be_visible(timeout=WAIT)


@walk("manager", OURS + "mobifone_script_action")
def scripts(page):
    first_record(page)


@walk("manager", OURS + "mobifone_script_action")
def script(page):
    first_record(page)
    page.locator("[name=version_ids] .o_data_row").last.click(timeout=WAIT)
    page.locator(".o_notebook .nav-link[name=picture]").click(timeout=WAIT)
    expect(page.locator(".o_mobifone_node").first).to_be_visible(timeout=WAIT)


@walk("manager", OURS + "mobifone_feed_run_action")
def feeds(page):
    expect(page.locator(".o_list_view")).to_be_visible(timeout=WAIT)


@walk("manager", OURS + "mobifone_finding_action")
def findings(page):
    expect(page.locator(".o_list_view")).to_be_visible(timeout=WAIT)


@walk("manager", OURS + "mobifone_log_removal_action")
def retention(page):
    expect(page.locator(".o_list_view")).to_be_visible(timeout=WAIT)


@walk("manager", OURS + "mobifone_access_action")
def access(page):
    expect(page.locator(".o_data_row").first).to_be_visible(timeout=WAIT)


@walk("care", OURS + "mobifone_registration_action")
def papers(page):
    first_record(page)


@walk("admin", OURS + "mobifone_settings_action")
def settings(page):
    expect(page.locator("[name=mobifone_lock_hours]")).to_be_visible(timeout=WAIT)
