"""A new agent's first day in the browser, under the guard: commitment, tour of the desk, colours of the screen."""

import pytest
from conftest import Person
from playwright.sync_api import expect
from test_accounts_screen import PASSWORD, new_account

TRAINING = "0900000009"
POINTER = ".o_tour_pointer"


@pytest.fixture
def newcomer(people):
    """The login of an agent who has never been here."""
    _agent_id, login = new_account(people)
    people[login] = Person(login, PASSWORD)
    yield login
    del people[login]


def accept(page):
    """The commitment, read and accepted."""
    expect(page.locator(".o_mobifone_commitment")).to_be_visible(timeout=30_000)
    page.keyboard.press("Space")
    page.locator(".o_mobifone_commitment footer .btn-primary").click()
    expect(page.locator(".o_mobifone_commitment")).to_have_count(0, timeout=30_000)
    expect(page.locator(".o_mobifone_number")).to_be_focused(timeout=30_000)


def test_the_first_look_up_is_pointed_out_once_and_saves_nothing(people, open_page, newcomer, database):
    page = open_page(newcomer, "/odoo/mobifone-desk")
    accept(page)
    expect(page.locator(POINTER)).to_be_attached(timeout=30_000)
    expect(page.locator(".o_mobifone_number")).to_be_focused()
    page.keyboard.type(TRAINING)
    page.keyboard.press("Enter")
    expect(page.locator(".o_mobifone_notice_ok")).to_be_focused(timeout=30_000)
    page.keyboard.press("Enter")
    expect(page.locator(".o_mobifone_consult")).to_be_visible()
    if (tick := page.locator(".o_mobifone_tick")).count():
        tick.focus()
        page.keyboard.press("Space")
    expect(page.locator(".o_reward")).to_be_visible(timeout=15_000)
    expect(page.locator(".o_reward")).to_contain_text("nhấn Esc")
    page.reload()
    expect(page.locator(".o_mobifone_number")).to_be_focused(timeout=30_000)
    page.wait_for_timeout(1000)
    expect(page.locator(POINTER)).to_have_count(0)
    database.execute("SELECT count(*) FROM mobifone_consultation WHERE user_id = %s", [people[newcomer].uid])
    assert database.fetchone()[0] == 0


def test_the_colours_of_the_screen_are_ones_own_choice(people, open_page, newcomer):
    page = open_page(newcomer, "/odoo/mobifone-desk", color_scheme="dark")
    accept(page)
    dark = "link[href*='web.assets_web_dark']"
    expect(page.locator(dark)).to_be_attached()
    page.locator(".o_user_menu button").click()
    with page.expect_navigation():
        page.locator("[data-menu=mobifone_color_scheme]").click()
    expect(page.locator(".o_mobifone_number")).to_be_focused(timeout=30_000)
    expect(page.locator(dark)).to_have_count(0)
    # On another machine, whose system is dark, the choice holds.
    other = open_page(newcomer, "/odoo/mobifone-desk", color_scheme="dark")
    expect(other.locator(".o_mobifone_number")).to_be_focused(timeout=30_000)
    expect(other.locator(dark)).to_have_count(0)
