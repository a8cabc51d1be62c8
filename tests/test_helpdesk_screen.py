"""Tickets in the browser, in Vietnamese, as a vendor's agent under the guard: from a complaint to its answer."""

import re

import pytest
from conftest import URL, RefusedError
from playwright.sync_api import expect
from test_screen import look_up

COMPLAINT = "Đài 1090 – Giải quyết khiếu nại"


def ticket_of(people, number, matter):
    """The newest ticket of a line and matter, as a manager reads it."""
    domain = [("mobifone_subscriber_id.msisdn", "=", f"+84{number[1:]}"), ("mobifone_route_id.code", "=", matter)]
    names = ["number", "team_id", "stage_id", "closed", "mobifone_answer", "mobifone_feedback_id"]
    return people["manager"].call("helpdesk.ticket", "search_read", domain, names, order="id desc", limit=1)[0]


def test_from_a_complaint_to_its_answer(people, page, open_page, new_line):
    number = new_line()
    look_up(page, number)

    # A complaint on a call becomes a ticket of the right team.
    expect(page.locator(".o_mobifone_big_number")).to_be_visible()
    page.keyboard.press("F2")
    expect(page.locator(".o_mobifone_step")).to_be_visible(timeout=30_000)
    page.locator(".o_mobifone_step button", has_text="Khiếu nại, phàn nàn").click()
    expect(page.get_by_role("heading", name="Giải quyết khiếu nại")).to_be_visible()
    expect(page.locator(".o_mobifone_desk[data-busy='']")).to_be_visible()
    page.keyboard.press("F9")
    dialog = page.locator(".o_mobifone_ticket_dialog")
    expect(dialog.locator("select")).to_have_value("complaint")
    expect(dialog.locator(".o_mobifone_ticket_team")).to_have_text(COMPLAINT)
    expect(page.locator("#o_mobifone_ticket_text")).to_be_focused()
    page.keyboard.insert_text(f"Mạng chậm ba ngày nay, số {number}")
    page.keyboard.press("Control+Enter")
    expect(dialog).to_have_count(0)
    toast = page.locator(".o_notification", has=page.get_by_role("button", name="Xem phiếu"))
    told = toast.inner_text()
    toast.get_by_role("button", name="Xem phiếu").click()  # it is soon gone
    ticket = ticket_of(people, number, "complaint")
    assert ticket["team_id"][1] == COMPLAINT
    assert ticket["number"] in told

    # The ticket shows the line's card, and no number in clear but that.
    form = page.locator(".o_form_view")
    expect(form.locator("[name=number]")).to_have_text(ticket["number"])
    expect(form.locator(".o_mobifone_ticket_line .o_mobifone_summary")).to_be_visible()
    expect(form.locator("[name=description]")).not_to_contain_text(number)
    expect(page.locator(".o-mail-Chatter, [name=partner_id]")).to_have_count(0)

    # The desk, one click from the ticket, with its number.
    page.keyboard.press("Alt+q")
    expect(page.locator(".o_mobifone_big_number")).to_have_text(f"{number[:4]} {number[4:7]} {number[7:]}")

    # Feedback on papers: customer care has a ticket, and 48 hours.
    page.keyboard.press("F8")
    page.locator("#o_mobifone_feedback_text").fill("Đã gửi giấy tờ ba ngày, chưa được duyệt")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".o_notification", has_text="P. CSKH")).to_be_visible()
    feedback = ticket_of(people, number, "papers_feedback")
    assert feedback["team_id"][1] == "P. CSKH"

    # Customer care answers and closes it, and with it the feedback.
    care = open_page("care", f"/odoo/action-mobifone_consult_helpdesk.helpdesk_ticket_action/{feedback['id']}")
    answer = care.locator(".o_form_view [name=mobifone_answer] textarea")
    expect(answer).to_be_visible(timeout=30_000)
    close_as_done(care)
    expect(care.locator(".modal", has_text="câu trả lời")).to_be_visible()
    care.keyboard.press("Escape")
    answer.fill("Đã duyệt, đã báo khách hàng")
    care.locator(".o_form_button_save").click()
    expect(care.locator(".o_form_view [name=mobifone_answer].o_readonly_modifier")).to_be_visible()
    feedback = ticket_of(people, number, "papers_feedback")
    assert feedback["closed"] and feedback["mobifone_answer"] == "Đã duyệt, đã báo khách hàng"
    [closed] = people["care"].call("mobifone.feedback", "read", [feedback["mobifone_feedback_id"][0]], ["state"])
    assert closed["state"] == "closed"

    # The agent reads the answer in his list, under what is closed.
    page.goto(f"{URL}/odoo/mobifone-tickets/{feedback['id']}")
    expect(page.locator("[name=mobifone_answer]")).to_have_text("Đã duyệt, đã báo khách hàng", timeout=30_000)


def close_as_done(page):
    """Choose the closing stage, in the bar or in the menu behind it."""
    bar = page.locator(".o_statusbar_status")
    done = bar.get_by_role("radio", name=re.compile("Hoàn tất"))
    if done.count() and done.first.is_visible():
        done.first.click()
        return
    bar.locator(".dropdown-toggle:visible").last.click()
    page.locator(".o-dropdown-item", has_text="Hoàn tất").click()


def test_tickets_of_others_are_not_found(people, open_page, new_line):
    """By their address, or with methods of the web client."""
    lookup = people["agent_b1"].opened(new_line())
    answer = people["agent_b1"].desk("open_ticket", lookup_id=lookup["lookup_id"], matter="complaint", text="Của B")
    agent = people["agent_a1"]
    assert agent.call("helpdesk.ticket", "web_search_read", [("id", "=", answer["ticket_id"])], {"number": {}}) == {
        "length": 0,
        "records": [],
    }
    ids = [answer["ticket_id"]]
    for method, arguments in (
        ("read", (ids, ["number"])),
        ("message_post", (ids,)),
        ("copy", (ids,)),
        ("action_mobifone_desk", (ids,)),
    ):
        with pytest.raises(RefusedError):
            agent.call("helpdesk.ticket", method, *arguments)
    with pytest.raises(RefusedError):
        agent.desk("lookup_ticket", ticket_id=answer["ticket_id"])
    stranger = open_page("agent_a1", f"/odoo/mobifone-tickets/{answer['ticket_id']}")
    expect(stranger.locator(".o_list_view")).to_be_visible(timeout=30_000)  # its address leads to his own
    expect(stranger.locator("text=Của B")).to_have_count(0)
