"""A vendor's manager at his month's work, in the browser under the guard: the list of accounts, and the letter."""

import re
import time

import requests
from conftest import URL
from playwright.sync_api import expect


def test_a_list_is_read_shown_and_applied(people, open_page, tmp_path):
    code = f"NL{time.time_ns() % 10**7}"
    rows = [
        "employee_code,name,phone,email,status,left_at",
        f"{code},Lê Thị Mẫu,0900000001,le.mau@example.com,đang làm,",
        f"{code}X,Không Thư,,khong-phai-email,đang làm,",
        ",Không Mã,,,,",
    ]
    path = tmp_path / "danh-sach.csv"
    path.write_text("\n".join(rows), encoding="utf-8-sig")
    page = open_page("vendor_a", "/odoo/action-mobifone_consult.mobifone_agent_import_action")
    dialog = page.locator(".modal")
    expect(dialog).to_be_visible(timeout=30_000)
    dialog.locator("input[type=file]").set_input_files(path)
    dialog.locator("button[name=action_preview]").click()
    expect(dialog.locator(".o_data_row")).to_have_count(3)
    expect(dialog.locator(".o_data_row.text-danger")).to_have_count(2)
    expect(dialog).to_contain_text("khong-phai-email")
    found = people["manager"].call("mobifone.agent", "search_count", [("employee_code", "=like", f"{code}%")])
    assert found == 0, "nothing before it was seen"
    dialog.locator("button[name=action_apply]").click()
    expect(dialog.locator(".alert-success")).to_be_visible()
    made = people["manager"].call(
        "mobifone.agent", "search_read", [("employee_code", "=like", f"{code}%")], ["employee_code", "state", "name"]
    )
    assert [(agent["employee_code"], agent["state"], agent["name"]) for agent in made] == [
        (code, "draft", "Lê Thị Mẫu")
    ]
    people["vendor_a"].call("mobifone.agent", "unlink", [made[0]["id"]])


def test_the_letter_is_confirmed_recalled_and_issued_anew(people, open_page):
    [letter] = people["vendor_a"].call(
        "mobifone.removal.letter", "search_read", [("state", "=", "draft")], ["line_ids"]
    )
    page = open_page("vendor_a", "/odoo/action-mobifone_consult.mobifone_removal_letter_action")
    page.locator(".o_data_row").first.click(timeout=30_000)
    expect(page.locator("[name=line_ids] .o_data_row")).to_have_count(len(letter["line_ids"]))
    page.locator("button[name=action_confirm]").click()
    page.locator(".modal footer .btn-primary").click()
    expect(page.locator("button[name=action_send]")).to_be_visible(timeout=60_000)
    symbol = page.locator("h1").inner_text()
    assert re.search(r"\b01/A-NS\b", symbol), symbol

    [kept] = people["vendor_a"].call("mobifone.removal.letter", "read", [letter["id"]], ["state", "pdf"])
    assert kept["state"] == "confirmed" and kept["pdf"]
    address = f"{URL}/web/content/mobifone.removal.letter/{letter['id']}/pdf"
    assert people["vendor_a"].http.get(address, timeout=60).content.startswith(b"%PDF")
    for other in (people["vendor_b"].http, people["agent_a1"].http, people["leader_a"].http, requests.Session()):
        assert not other.get(address, timeout=60).content.startswith(b"%PDF")

    page.keyboard.press("Alt+l")
    page.locator(".modal [name=why] input, .modal [name=why] textarea").fill("Thiếu một người")
    page.locator(".modal footer .btn-primary, .modal footer .btn-danger").first.click()
    page.locator("button[name=action_reissue]").click()
    expect(page.locator("button[name=action_confirm]")).to_be_visible()
    letters = people["vendor_a"].call("mobifone.removal.letter", "search_read", [], ["state", "replaces_id"])
    assert {one["state"] for one in letters} == {"recalled", "draft"}
    assert [one["replaces_id"][0] for one in letters if one["state"] == "draft"] == [letter["id"]]
