"""Accounts in the browser, in Vietnamese: proposed, opened, accepted, reported."""

import re
import time

from conftest import Person
from playwright.sync_api import expect

PASSWORD = "mbf-man-hinh-demo"


def new_account(people, **values):
    """An account opened by MobiFone; (id, login)."""
    login = f"manhinh{time.time_ns() % 10**8}"
    uid = people["admin"].call("res.users", "create", {"name": "Người Mới", "login": login, "password": PASSWORD})
    people["admin"].call("res.users", "write", [uid], {"lang": "vi_VN"})
    [vendor] = people["manager"].call("mobifone.vendor", "search", [("code", "=", "A")])
    account = {"name": f"Người Mới {login}", "employee_code": login, "user_id": uid, "commitment_date": "2026-02-02"}
    agent_id = people["manager"].call("mobifone.agent", "create", {**account, "vendor_id": vendor, **values})
    people["manager"].call("mobifone.agent", "action_activate", [agent_id])
    return agent_id, login


def test_the_commitment_is_accepted_before_the_first_look_up(people, open_page):
    _agent_id, login = new_account(people)
    people[login] = Person(login, PASSWORD)
    try:
        page = open_page(login, "/odoo/mobifone-desk")
        gate = page.locator(".o_mobifone_commitment")
        expect(gate).to_be_visible(timeout=30_000)
        expect(gate.locator("li")).to_have_count(7)
        page.keyboard.press("Escape")
        expect(gate).to_be_visible()
        accept = gate.locator("footer .btn-primary")
        expect(accept).to_be_disabled()
        page.keyboard.press("Space")
        accept.click()
        expect(page.locator(".o_mobifone_number")).to_be_focused(timeout=30_000)
        expect(gate).to_have_count(0)
        page.reload()
        expect(page.locator(".o_mobifone_number")).to_be_focused(timeout=30_000)
        expect(gate).to_have_count(0)
    finally:
        del people[login]


def test_a_vendor_proposes_and_mobifone_activates(people, open_page):
    code = f"DX{time.time_ns() % 10**7}"
    page = open_page("vendor_a", "/odoo/mobifone-accounts/new")
    expect(page.locator("[name=name] input")).to_be_visible(timeout=30_000)
    expect(page.locator("[name=role], [name=user_id], [name=action_activate]")).to_have_count(0)
    page.locator("[name=name] input").fill("Nguyễn Thị Mẫu")
    page.locator("[name=employee_code] input").fill(code)
    page.locator("[name=email] input").fill("mau@example.com")
    page.locator("[name=commitment_date] input").fill("02/02/2026")
    page.keyboard.press("Tab")
    page.locator(".o_form_button_save").click()
    expect(page.locator(".o_form_button_save")).to_be_hidden()
    [draft] = people["manager"].call("mobifone.agent", "search_read", [("employee_code", "=", code)], ["state"])
    assert draft["state"] == "draft"
    page = open_page("manager", f"/odoo/mobifone-accounts/{draft['id']}")
    page.locator("button[name=action_activate]").click(timeout=30_000)
    expect(page.locator("button[name=action_activate]")).to_have_count(0)
    [opened] = people["manager"].call("mobifone.agent", "read", [draft["id"]], ["state", "login"])
    assert (opened["state"], opened["login"]) == ("active", f"a.{code.lower()}")
    people["manager"].call("mobifone.agent", "action_close", [draft["id"]])


def test_a_leaver_is_reported_with_two_keys(people, open_page):
    agent_id, _login = new_account(people)
    page = open_page("vendor_a", f"/odoo/mobifone-accounts/{agent_id}")
    expect(page.locator("[name=name] input")).to_be_visible(timeout=30_000)
    page.keyboard.press("Alt+l")
    expect(page.locator(".modal [name=left_at]")).to_be_visible()
    page.keyboard.press("Alt+q")
    expect(page.locator(".modal")).to_have_count(0)
    expect(page.locator(".o_form_view")).to_contain_text(re.compile("Hồ sơ trách nhiệm", re.I))
    [left] = people["manager"].call("mobifone.agent", "read", [agent_id], ["state", "disabled_at"])
    assert left["state"] == "left" and left["disabled_at"]
