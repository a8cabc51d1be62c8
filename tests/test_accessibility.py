"""Every page of the product as its own user sees it, light and dark, read by axe-core: names, contrast, roles."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import URL, Person
from playwright.sync_api import expect
from test_accounts_screen import PASSWORD, new_account
from test_screen import look_up

from sandbox.browser import STILL

# What axe is asked. Names and roles are the same in the dark.
VIOLATIONS = {"resultTypes": ["violations"]}
SCHEMES = {"light": VIOLATIONS, "dark": {**VIOLATIONS, "runOnly": ["color-contrast", "link-in-text-block"]}}
GRAVE = ("serious", "critical")
OURS = "/odoo/action-mobifone_consult."
# What is Odoo's own: (rule of axe, the part of the page it is in, why it is left to Odoo).
NOT_OURS = (
    ("*", ".o_main_navbar", "the bar of all apps, its roles and its icons"),
    ("*", ".o_searchview", "the search bar of lists"),
    ("aria-allowed-attr", ".o-dropdown--menu", "entries of Odoo's menus say whether they are selected"),
    ("aria-required-children", ".o-dropdown--menu", "links stand among the entries of Odoo's menus"),
    ("aria-dialog-name", ".modal", "Odoo's dialogs do not name themselves by their title"),
    ("aria-required-parent", ".o_notebook_headers, .settings_tab", "tabs of forms and settings stand in no tablist"),
    ("button-name", ".o_optional_columns_dropdown", "the choice of a list's columns"),
    ("label", ".o_list_renderer", "check boxes and inputs in the rows of lists are named by their column alone"),
    ("aria-allowed-attr", ".o-dropdown", "Odoo's lists to choose from"),
    ("autocomplete-valid", ".o_select_menu_input", "Odoo's lists to choose from"),
)
SHOW = "(name) => odoo.__WOWL_DEBUG__.root.env.services.action.doAction(name, {clearBreadcrumbs: true})"


class Reader:
    """One user's browser in one scheme; `read` collects what axe finds on what is shown."""

    def __init__(self, page, rules: dict):
        self.page, self.rules, self.axe, self.found = page, rules, Axe(), []

    def open(self, path: str):
        """Go to an address of the web client."""
        self.page.goto(f"{URL}{path}")
        self.page.locator(".o_action_manager > .o_action").wait_for(timeout=60_000)
        self.settle()

    def show(self, action: str):
        """Show another action of the product without loading the page anew, as its menu does."""
        self.page.evaluate(SHOW, f"mobifone_consult.{action}")
        self.page.locator(".o_action_manager > .o_action, .modal").first.wait_for(timeout=60_000)
        self.settle()

    def settle(self):
        """Wait until nothing moves or loads: a page in the middle of fading in has no contrast to measure."""
        self.page.wait_for_timeout(400)
        expect(self.page.locator(".o_loading_indicator, .o_loading, .fa-spin:visible")).to_have_count(0, timeout=30_000)
        self.page.wait_for_function(STILL)

    def read(self, name: str):
        """Note the grave findings on the page as it stands, but for what is Odoo's own."""
        self.settle()
        for violation in self.axe.run(self.page, options=self.rules).response["violations"]:
            if violation["impact"] not in GRAVE:
                continue
            for node in violation["nodes"]:
                if not self._is_not_ours(violation["id"], node["target"]):
                    self.found.append(
                        f"{name}: {violation['id']} at {node['target']}: {_why(node)}\n    {node['html'][:300]}"
                    )

    def _is_not_ours(self, rule, target):
        parts = [part for name, part, _reason in NOT_OURS if name in (rule, "*")]
        script = "([target, parts]) => parts.some((part) => document.querySelector(target)?.closest(part))"
        return self.page.evaluate(script, [target[0], parts])


def _why(node):
    return " ".join(check["message"] for kind in ("any", "all", "none") for check in node[kind])


@pytest.fixture(params=SCHEMES)
def reader_of(request, open_page):
    """A function that opens the browser of somebody; all that was found in it fails the test at its end."""
    readers = []

    def open_reader(login: str, path: str = "/odoo/mobifone-desk") -> Reader:
        page = open_page(login, path, color_scheme=request.param, reduced_motion="reduce")
        expect(page.locator(".o_main_navbar")).to_be_visible(timeout=60_000)
        reader = Reader(page, SCHEMES[request.param])
        # Undecided users have their system's: the page comes again in its colours.
        page.wait_for_function(
            "(dark) => Boolean(document.querySelector('link[href*=assets_web_dark]')) === dark",
            arg=request.param == "dark",
        )
        reader.settle()
        readers.append(reader)
        return reader

    yield open_reader
    found = [finding for reader in readers for finding in reader.found]
    assert not found, f"{len(found)} findings\n" + "\n".join(found)


def test_the_desk(reader_of, people, new_line):
    reader = reader_of("agent_a1")
    page = reader.page
    expect(page.locator(".o_mobifone_number")).to_be_focused(timeout=30_000)
    reader.read("desk, empty")
    look_up(page, "09abc")
    expect(page.locator("#o_mobifone_number_error")).to_contain_text("chữ số")
    reader.read("desk, a bad number")
    look_up(page, "0320000001")
    expect(page.locator(".o_mobifone_not_found")).to_be_visible()
    reader.read("desk, not a line of ours")
    look_up(page, "0900000001")
    expect(page.locator(".o_mobifone_consult")).to_have_attribute("data-code", "app_installed")
    reader.read("desk, app installed")
    number, other = new_line(), people["agent_b1"]
    other.desk("consult", lookup_id=other.desk("lookup", number=number)["lookup_id"], channel="web")
    look_up(page, number)
    expect(page.locator(".o_mobifone_consult")).to_have_attribute("data-code", "locked")
    reader.read("desk, locked by another vendor")
    look_up(page, new_line())
    expect(page.locator(".o_mobifone_consult")).to_have_attribute("data-shape", "box")
    reader.read("desk, open to a consult")
    page.keyboard.press("Space")
    reader.read("desk, ticked")
    page.keyboard.press("Enter")
    expect(page.locator(".o_mobifone_consult")).to_have_attribute("data-saved", "true")
    reader.read("desk, saved")


def test_the_notice_and_the_papers(reader_of, new_line):
    reader = reader_of("agent_a1")
    page = reader.page
    expect(page.locator(".o_mobifone_number")).to_be_focused(timeout=30_000)
    look_up(page, new_line(registration_state="incomplete", registration_missing="portrait"))
    expect(page.locator(".o_mobifone_notice")).to_be_visible()
    reader.read("notice of missing papers")
    page.keyboard.press("Enter")
    expect(page.locator(".o_mobifone_line")).to_be_visible()
    reader.read("desk, papers missing")
    for key, name in (("F4", "papers"), ("F7", "lead"), ("F8", "feedback"), ("F9", "ticket")):
        page.keyboard.press(key)
        expect(page.locator(".modal")).to_be_visible()
        reader.read(name)
        page.locator(".modal .btn-close").click()
        expect(page.locator(".modal")).to_have_count(0)


def test_a_guided_call(reader_of, new_line):
    reader = reader_of("agent_a1", "/odoo/mobifone-call")
    page = reader.page
    expect(page.locator(".o_mobifone_number")).to_be_focused(timeout=30_000)
    reader.read("calls that are open")
    look_up(page, new_line())
    step = page.locator(".o_mobifone_step")
    expect(step).to_be_visible()
    for _turn in range(12):
        reader.read(f"step: {step.locator('.o_mobifone_step_title').inner_text()}")
        if step.get_attribute("data-kind") == "end":
            break
        shown = step.inner_text()
        if (choices := page.locator(".o_mobifone_option_input")).count():
            choices.fill("kỹ sư")
            reader.read("options")
            page.keyboard.press("Enter")
        elif (first := page.locator(".o_mobifone_answer_button")).count():
            first.first.click()
        else:
            break
        # Some answers leave the step as it is, with what is wrong.
        page.wait_for_timeout(300)
        reader.settle()
        if step.inner_text() == shown:
            break
    page.keyboard.press("Escape")
    if page.locator(".modal").count():
        reader.read("end of a call")


def read_records(reader, *actions):
    """The list of each action and its first record, or its dialog."""
    for name in actions:
        reader.show(name)
        reader.read(f"{name}, list")
        # Behind a dialog the list of before is still there.
        if reader.page.locator(".o_data_row").count() and not reader.page.locator(".modal").count():
            reader.page.locator(".o_data_row .o_data_cell:not(.o_handle_cell, .o_list_button)").first.click()
            reader.settle()
            reader.read(f"{name}, record")


def test_a_team_leaders_pages(reader_of):
    read_records(
        reader_of("leader_a"), "mobifone_consultation_action", "mobifone_call_action", "mobifone_lookup_action"
    )


def test_a_vendor_managers_pages(reader_of):
    reader = reader_of("vendor_a", OURS + "mobifone_agent_action")
    read_records(
        reader,
        "mobifone_agent_action",
        "mobifone_departure_action",
        "mobifone_removal_letter_action",
        "mobifone_roster_action",
        "mobifone_finding_action",
        "mobifone_agent_import_action",
        "mobifone_agent_export_action",
    )
    # The pivot comes with a bundle of its own.
    reader.show("mobifone_vendor_score_action")
    reader.read("vendors' scores")


def test_customer_cares_pages(reader_of):
    reader = reader_of("care", OURS + "mobifone_registration_action")
    read_records(
        reader, "mobifone_registration_action", "mobifone_feedback_action", "mobifone_person_request_action",
        "mobifone_identity_log_action", "mobifone_person_search_action",
    )  # fmt: skip


def test_a_managers_pages(reader_of):
    reader = reader_of("manager")
    read_records(
        reader, "mobifone_vendor_action", "mobifone_commitment_action", "mobifone_job_run_action",
        "mobifone_access_action",
        "mobifone_script_action", "mobifone_promotion_action", "mobifone_subscriber_action", "mobifone_feed_run_action",
        "mobifone_line_quarantine_action", "mobifone_exclusion_reason_action", "mobifone_occupation_action",
        "mobifone_registration_item_action", "mobifone_document_type_action", "mobifone_rejection_reason_action",
        "mobifone_sms_outbox_action", "mobifone_log_seal_action", "mobifone_log_removal_action",
        "mobifone_leave_notice_action", "mobifone_call_report_action",
    )  # fmt: skip


def test_the_editor_of_scripts(reader_of, people):
    [script] = people["manager"].call("mobifone.script", "search_read", [("key", "=", "1090")], ["live_version_id"])
    reader = reader_of("manager")
    reader.open(f"/odoo/mobifone.script.version/{script['live_version_id'][0]}")
    tabs = reader.page.locator(".o_notebook .nav-link")
    for place in range(tabs.count()):
        tabs.nth(place).click()
        reader.settle()
        reader.read(f"script, {tabs.nth(place).inner_text()}")


def test_the_walls(reader_of):
    for login in ("leader_a", "manager"):
        reader = reader_of(login, "/odoo/mobifone-wall")
        expect(reader.page.locator(".o_mobifone_wall [data-tile]").first).to_be_visible(timeout=30_000)
        reader.read(f"wall of {login}")


def test_the_settings(reader_of):
    reader = reader_of("admin")
    reader.show("mobifone_settings_action")
    reader.read("settings")


def test_the_commitment_and_the_preferences(reader_of, people):
    _agent_id, login = new_account(people)
    people[login] = Person(login, PASSWORD)
    try:
        reader = reader_of(login)
        page = reader.page
        gate = page.locator(".o_mobifone_commitment")
        expect(gate).to_be_visible(timeout=30_000)
        reader.read("commitment")
        page.keyboard.press("Space")
        gate.locator("footer .btn-primary").click()
        expect(page.locator(".o_mobifone_number")).to_be_focused(timeout=30_000)
        page.locator(".o_user_menu button").click()
        expect(page.locator("[data-menu=mobifone_color_scheme]")).to_be_visible()
        reader.read("user menu")
        page.locator("[data-menu=preferences]").click()
        expect(page.locator("[name=mobifone_color_scheme]")).to_be_visible()
        reader.read("preferences")
    finally:
        del people[login]
