"""Ten whole calls of different kinds at the desk, by keyboard alone, in both languages: what each costs in keys and
requests. The figures are printed (`-s`), and more of them than the budget fails."""

import pytest
from playwright.sync_api import expect
from test_call_screen import STEP, Keys

# Requests that come beside the answer, which the agent does not wait for.
BESIDE = {"mobifone.desk/recent", "mobifone.exclusion.reason/search_read"}
# Keys after the number and its Enter: up to the saved consult, and for the longest whole call.
KEYS_TO_CONSULT, KEYS_OF_CALL = 6, 12
# One with the look-up, one with the end, and those that follow an SMS, fewer and fewer.
BESIDE_A_CALL = 9
# What an agent answers in a call of that kind, where it is not the main answer; and how the call ends.
CALLS = {
    "consult in the script": ({}, ["service", "agree", "decline"], "link_sent"),
    "consult and occupation": ({}, ["service", "agree", "tell", "10"], "link_sent"),
    "consult refused": ({}, ["service", "refuse", "decline"], "refused"),
    "app installed": ({"app_status": "installed"}, ["service", "introduce", "decline"], "benefits_introduced"),
    "feature phone": ({"device_class": "feature_phone"}, ["service", "decline"], "excluded:no_smartphone"),
    "handset not known": ({"device_class": "unknown"}, ["service", "smartphone", "agree", "decline"], "link_sent"),
    "papers missing": (
        {"registration_state": "incomplete", "registration_missing": "portrait"},
        ["service", "refuse", "decline"],
        "refused",
    ),
    "complaint": ({}, ["complaint", "decline"], "excluded:complaint"),
    "phone lost": ({}, ["lost_phone"], "excluded:urgent_lost_phone"),
}


class Walk(Keys):
    """An agent who answers by the keys that the screen shows."""

    def look_up(self, number):
        self.press("Escape")
        self.page.keyboard.type(number)
        self.count, self.requests = 0, []
        self.page.keyboard.press("Enter")
        line = self.page.locator(".o_mobifone_big_number", has_text=f"{number[:4]} {number[4:7]} {number[7:]}")
        notice = self.page.locator(".o_mobifone_notice")
        expect(line.or_(notice)).to_be_visible()
        if notice.count():
            self.press("Enter")
            expect(line).to_be_visible()

    def lead(self, answers):
        """The script from its start to the number of the next caller; (outcome, keys up to the saved consult)."""
        step, to_consult = self.page.locator(STEP), None
        self.press("F2")
        expect(step).to_be_visible()
        while (shown := step.get_attribute("data-id")) and step.get_attribute("data-kind") != "end":
            saves = step.locator("[data-submits=true]").count() and step.get_attribute("data-kind") == "act"
            self._answer(step, answers)
            expect(step).not_to_have_attribute("data-id", shown)
            if saves:
                to_consult = self.count
                expect(self.page.locator(".o_mobifone_consult")).to_have_attribute("data-saved", "true")
        outcome = step.get_attribute("data-outcome")
        self.press("Enter")
        expect(step).to_have_count(0)
        expect(self.page.locator(".o_mobifone_number")).to_be_focused()
        expect(self.page.locator(".o_mobifone_number")).to_have_value("")
        return outcome, to_consult

    def _answer(self, step, answers):
        if step.locator(".o_mobifone_option_input:focus").count():
            code = next(answer for answer in answers if answer.isdecimal())
            self.page.keyboard.type(code)
            self.count += len(code)
            self.press("Enter")
            return
        shown = [button.get_attribute("data-answer") for button in step.locator("[data-answer]").all()]
        wanted = next((answer for answer in answers if answer in shown), None)
        button = step.locator(f"[data-answer={wanted}]" if wanted else "[data-main=true]")
        self.press("Enter" if not wanted else button.get_attribute("aria-keyshortcuts").split()[0])


@pytest.fixture(params=["vi_VN", "en_US"])
def walk(request, people, open_page):
    """The desk of an agent who works in that language."""
    agent, admin = people["agent_a1"], people["admin"]
    [before] = admin.call("res.users", "read", [agent.uid], ["lang"])
    admin.call("res.users", "write", [agent.uid], {"lang": request.param})
    print(f"\n{request.param}, after the number and Enter:")
    yield Walk(open_page("agent_a1", "/odoo/mobifone-desk"))
    admin.call("res.users", "write", [agent.uid], {"lang": before["lang"]})


def check(walk, kind, to_consult=None):
    """Print what the call cost; fail when it was more than it may."""
    asked = [request for request in walk.requests if request not in BESIDE]
    beside = len(walk.requests) - len(asked)
    saved = f", consult saved after {to_consult}" if to_consult else ""
    print(f"{kind:24} {walk.count:3} keys{saved}, {len(asked)} requests waited for, {beside} beside them")
    assert walk.count <= KEYS_OF_CALL, (kind, walk.count)
    assert (to_consult or 0) <= KEYS_TO_CONSULT, (kind, to_consult)
    assert len(asked) <= walk.count + 1, ("a key asks once", kind, asked)
    assert beside <= BESIDE_A_CALL, (kind, walk.requests)


def test_ten_calls_by_keyboard(walk, new_line, database):
    page, consults = walk.page, 0
    expect(page.locator(".o_mobifone_number")).to_be_focused(timeout=30_000)

    walk.look_up(new_line())
    walk.press("Space")
    walk.press("Enter")
    expect(page.locator(".o_mobifone_consult")).to_have_attribute("data-saved", "true")
    expect(page.locator(".o_mobifone_number")).to_be_focused()
    check(walk, "tick and Save", to_consult=walk.count)

    for kind, (line, answers, outcome) in CALLS.items():
        number = new_line(**line)
        walk.look_up(number)
        ended, to_consult = walk.lead(answers)
        # Outside the hours in which the occupation is asked the call ends earlier, and alike.
        assert ended == outcome, kind
        check(walk, kind, to_consult)
        query = "SELECT count(*) FROM mobifone_consultation c JOIN mobifone_subscriber l ON l.id = c.subscriber_id"
        database.execute(query + " WHERE l.msisdn = %s", ["+84" + number[1:]])
        assert database.fetchone()[0] == (outcome == "link_sent"), kind
        consults += outcome == "link_sent"
    assert consults == 3
