"""The supervisor's wall: real browser, Vietnamese; it asks by itself, and leads to its records."""

import json
import re

import pytest
from playwright.sync_api import expect

ROUTE = "**/mobifone_consult/wall"


@pytest.fixture
def wall(open_page):
    """A function that opens the wall as somebody."""

    def open_wall(login="leader_a"):
        page = open_page(login, "/odoo/mobifone-wall")
        expect(page.locator(".o_mobifone_tile").first).to_be_visible(timeout=60_000)
        return page

    return open_wall


def hurry(page):
    """From now on the wall asks each second."""

    def soon(route):
        answer = route.fetch()
        payload = answer.json()
        payload["result"]["refresh"] = 1
        route.fulfill(response=answer, json=payload)

    page.route(ROUTE, soon)
    page.locator(".o_mobifone_wall_refresh").click()


def value(page, figure):
    return int(page.locator(f".o_mobifone_figure[data-figure={figure}]").get_attribute("data-value"))


def test_a_consult_appears_by_itself_and_leads_to_its_list(wall, people, new_line):
    page = wall()
    before = value(page, "consults")

    hurry(page)
    agent = people["agent_a1"]
    lookup = agent.call("mobifone.desk", "lookup", number=new_line())
    assert agent.call("mobifone.desk", "consult", lookup_id=lookup["lookup_id"])["ok"]
    other = people["agent_b1"]
    lookup = other.call("mobifone.desk", "lookup", number=new_line())
    assert other.call("mobifone.desk", "consult", lookup_id=lookup["lookup_id"])["ok"]
    figure = page.locator(f".o_mobifone_figure[data-figure=consults][data-value='{before + 1}']")
    expect(figure).to_be_visible(timeout=20_000)
    # The chart in words, for who cannot see it.
    expect(page.locator(".o_mobifone_chart canvas")).to_have_attribute("aria-label", re.compile(str(before + 1)))
    expect(page.locator(".o_mobifone_chart table tbody tr").first).to_be_attached()
    figure.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".o_list_view .o_data_row").first).to_be_visible()
    expect(page.locator(".o_pager_limit")).to_have_text(str(before + 1))
    expect(page.locator(".o_list_view")).not_to_contain_text("Đối tác B")
    page.go_back()
    expect(figure).to_be_visible()


def test_hidden_it_asks_nothing_and_without_a_connection_it_says_so(wall):
    page = wall()
    hurry(page)
    asked = []
    page.on("request", lambda request: "/mobifone_consult/wall" in request.url and asked.append(request.url))
    page.wait_for_timeout(3_000)
    assert asked
    hide = """(hidden) => {
        Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
        document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.evaluate(hide, True)
    page.wait_for_timeout(1_500)  # one that was under way
    asked.clear()
    page.wait_for_timeout(4_000)
    assert not asked
    page.unroute(ROUTE)
    with page.expect_request(lambda request: "/mobifone_consult/wall" in request.url, timeout=5_000):
        page.evaluate(hide, False)
    page.wait_for_timeout(1_000)
    assert len(asked) == 1, "seen again, it is up to date at once"
    page.context.set_offline(True)
    page.locator(".o_mobifone_wall_refresh").click()
    trouble = page.locator(".o_mobifone_wall_trouble")
    expect(trouble).to_contain_text("Mất kết nối")
    expect(page.locator(".o_mobifone_tile").first).to_be_visible()
    page.context.set_offline(False)
    page.route(ROUTE, lambda route: route.fulfill(json={"error": {"message": "x", "code": 0, "data": {"name": "x"}}}))
    page.locator(".o_mobifone_wall_refresh").click()
    expect(trouble).to_contain_text("Máy chủ chưa trả lời")
    page.unroute(ROUTE)
    page.locator(".o_mobifone_wall_refresh").click()
    expect(page.locator(".o_mobifone_wall[data-trouble='']")).to_be_visible()


@pytest.mark.parametrize("login", ["leader_a", "vendor_a"])
def test_no_file_leaves(wall, people, login):
    page = wall(login)
    page.locator("[data-tile=installs] [data-mode=pivot]").click()
    expect(page.locator(".o_pivot table")).to_be_visible()
    expect(page.locator(".o_pivot_download")).to_have_count(0)
    page.go_back()
    page.locator("[data-tile=exclusions] [data-mode=graph]").click()
    expect(page.locator(".o_graph_renderer canvas")).to_be_visible()
    page.locator(".o_switch_view.o_list").click()
    expect(page.locator(".o_list_view")).to_be_visible()
    expect(page.locator(".o_list_export_xlsx, .o_export_all_menu")).to_have_count(0)
    if page.locator(".o_data_row").count():
        page.locator("thead .o_list_record_selector input").check()
        expect(page.locator(".o_selection_box, .o_list_selection_box")).to_be_visible()
        # Whose rows offer nothing else has no menu at all.
        if page.locator(".o_cp_action_menus button").count():
            page.locator(".o_cp_action_menus button").first.click()
            expect(page.locator(".o-dropdown--menu")).not_to_contain_text("Xuất")
    for path in ("/web/export/xlsx", "/web/export/csv", "/web/pivot/export_xlsx"):
        table = json.dumps({"model": "mobifone.consultation", "title": "x", "fields": [], "ids": False, "domain": []})
        answer = people[login].http.post(people[login].url + path, data={"data": table}, timeout=60)
        assert answer.status_code == 404, path


@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768)])
@pytest.mark.parametrize("login", ["leader_a", "vendor_a", "care", "manager"])
def test_it_fits_the_screen(wall, login, size):
    page = wall(login)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.wait_for_timeout(300)
    sizes = page.locator(".o_mobifone_wall").evaluate(
        "wall => [wall.scrollWidth - wall.clientWidth, wall.scrollHeight - wall.clientHeight]"
    )
    assert sizes == [0, 0]
    font = page.locator(".o_mobifone_label").first.evaluate("label => parseFloat(getComputedStyle(label).fontSize)")
    assert font >= (17 if size[0] == 1920 else 14)
