"""A call that a telephone exchange announces, on the agents' desks: by curl and openssl, as docs/screen-pop.md says."""

import os
import re
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from conftest import URL
from playwright.sync_api import expect

GUIDE = Path(__file__).parents[1] / "docs" / "screen-pop.md"
EXTENSIONS = {"agent_a1": "6001", "agent_a2": "6002", "agent_b1": "6101"}


@pytest.fixture(scope="module")
def secret(people):
    """The secret of an exchange, and agents with telephones; taken down again."""
    manager = people["manager"]
    pbx = manager.call("mobifone.pbx", "create", [{"name": "Thử nghiệm", "code": "asterisk-1"}])[0]
    made = manager.call("mobifone.pbx", "action_new_secret", [pbx])
    files = {
        login: manager.call("mobifone.agent", "search", [("user_id.login", "=", login)])[0] for login in EXTENSIONS
    }
    for login, extension in EXTENSIONS.items():
        manager.call("mobifone.agent", "write", [files[login]], {"extension": extension})
    yield made["context"]["default_secret"]
    for file in files.values():
        manager.call("mobifone.agent", "write", [file], {"extension": False})
    manager.call("mobifone.pbx", "unlink", [pbx])


@pytest.fixture(scope="module")
def scripts(tmp_path_factory):
    """The folder of the guide's scripts, as they stand there; written once, as tests run them side by side."""
    folder = tmp_path_factory.mktemp("scripts")
    for script in re.findall(r"```sh\n(#!/bin/bash\n.*?)```", GUIDE.read_text(), re.DOTALL):
        path = folder / script.splitlines()[1].split()[1]
        path.write_text(script)
        path.chmod(0o700)
    return folder


@pytest.fixture
def run_example(secret, scripts):
    """A function that runs a script of the guide with the demo's values; its output."""

    def run(name, *arguments, said="", **values):
        pop = str(scripts / "mobifone-pop")
        env = {**os.environ, "ODOO": URL, "EXCHANGE": "asterisk-1", "SECRET": secret, "MOBIFONE_POP": pop, **values}
        done = subprocess.run(
            [scripts / name, *arguments], env=env, input=said, capture_output=True, text=True, timeout=30, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return run


@pytest.fixture
def ring(run_example):
    """A function that announces a call by the guide's script for Asterisk."""

    def announce(number, extension="6001", hotline="9090", call=None):
        return run_example("mobifone-pop", extension, number, hotline, call or f"test.{time.time_ns()}")

    return announce


def desk_of(open_page, login):
    page = open_page(login, "/odoo/mobifone-desk")
    expect(page.locator(".o_mobifone_number")).to_be_focused(timeout=30_000)
    page.wait_for_timeout(2000)  # until its websocket listens
    return page


def spaced(number):
    return f"{number[:4]} {number[4:7]} {number[7:]}"


def test_it_opens_on_the_desk_of_the_ringing_extension_only(open_page, new_line, ring):
    number = new_line()
    rung, others = desk_of(open_page, "agent_a1"), [desk_of(open_page, name) for name in ("agent_a2", "agent_b1")]
    heard = []
    for other in others:
        other.on("request", lambda request: "take_pop" in request.url and heard.append(request.url))
    assert ring(number) == '{"ok": true}'
    expect(rung.locator(".o_mobifone_big_number")).to_have_text(spaced(number), timeout=5000)
    expect(rung.locator(".o_mobifone_hotline")).to_have_value("9090")
    expect(rung.locator(".o_mobifone_number")).to_have_value(spaced(number))
    expect(rung.locator(".o_mobifone_pop")).to_have_count(0)
    for other in others:
        other.wait_for_timeout(500)
        expect(other.locator(".o_mobifone_big_number, .o_mobifone_pop")).to_have_count(0)
    assert not heard


def test_nothing_is_taken_from_an_agent_at_work(open_page, new_line, ring):
    page, first, second = desk_of(open_page, "agent_a1"), new_line(), new_line()
    page.keyboard.type(first)
    page.keyboard.press("Enter")
    expect(page.locator(".o_mobifone_big_number")).to_have_text(spaced(first))
    page.keyboard.press("Space")
    ring(second)
    notice = page.locator(".o_mobifone_pop")
    expect(notice).to_contain_text("Cuộc gọi đến")
    expect(notice).to_contain_text("F6")
    expect(notice).not_to_contain_text(second[-3:])
    expect(page.locator(".o_mobifone_big_number")).to_have_text(spaced(first))
    expect(page.locator(".o_mobifone_tick")).to_be_checked()
    page.keyboard.press("F6")
    expect(page.locator(".o_mobifone_big_number")).to_have_text(spaced(second))
    expect(notice).to_have_count(0)


def test_a_number_half_typed_is_kept_and_two_windows_have_one_notice(open_page, new_line, ring):
    page, number = desk_of(open_page, "agent_a1"), new_line()
    page.keyboard.type("09000")
    ring(number)
    expect(page.locator(".o_mobifone_pop")).to_be_visible()
    expect(page.locator(".o_mobifone_number")).to_have_value("09000")
    # A window opened meanwhile is told of the call, too, and takes it; then the first need not ask.
    other = open_page("agent_a1", "/odoo/mobifone-desk")
    expect(other.locator(".o_mobifone_big_number")).to_have_text(spaced(number), timeout=30_000)
    expect(page.locator(".o_mobifone_pop")).to_have_count(0)
    expect(page.locator(".o_mobifone_number")).to_have_value("09000")


def test_in_a_guided_call_the_call_stays(open_page, new_line, ring):
    page, first, second = desk_of(open_page, "agent_a1"), new_line(), new_line()
    page.keyboard.type(first)
    page.keyboard.press("Enter")
    expect(page.locator(".o_mobifone_big_number")).to_have_text(spaced(first))
    page.keyboard.press("F2")
    expect(page.locator(".o_mobifone_step")).to_be_visible(timeout=10_000)
    ring(second)
    notice = page.locator(".o_mobifone_pop")
    expect(notice).to_be_visible()
    expect(page.locator(".o_mobifone_step")).to_be_visible()
    expect(page.locator(".o_mobifone_big_number")).to_have_text(spaced(first))
    page.keyboard.press("F6")
    expect(page.locator(".o_mobifone_big_number")).to_have_text(spaced(second), timeout=10_000)


def test_from_another_screen_the_notice_leads_to_the_desk(open_page, new_line, ring):
    number = new_line(registration_state="incomplete", registration_missing="portrait")
    page = open_page("agent_a1", "/odoo/action-mobifone_consult.mobifone_guided_call_action")
    expect(page.locator(".o_mobifone_number")).to_be_visible(timeout=30_000)
    page.wait_for_timeout(2000)
    ring(number)
    page.locator(".o_mobifone_pop button", has_text="F6").click()
    notice = page.locator(".o_mobifone_notice")
    expect(notice).to_contain_text("còn thiếu thông tin")
    page.keyboard.press("Enter")
    expect(page.locator(".o_mobifone_big_number")).to_have_text(spaced(number))


def test_the_address_opens_the_desk_and_keeps_no_number(open_page, new_line, run_example):
    number = new_line()
    address = run_example("mobifone-pop-url", "6001", number, "1090", f"test.{time.time_ns()}")
    assert number[1:] not in address
    page = open_page("agent_a1", address.removeprefix(URL))
    expect(page.locator(".o_mobifone_big_number")).to_have_text(spaced(number), timeout=30_000)
    assert page.url.endswith("/odoo/mobifone-desk"), page.url
    assert number[1:] not in Path(os.environ["MOBIFONE_SERVER_LOG"]).read_text()
    # The same address once more: a desk with nothing on it.
    page.goto(address)
    expect(page.locator(".o_mobifone_number")).to_be_focused(timeout=30_000)
    expect(page.locator(".o_mobifone_big_number")).to_have_count(0)
    # Another agent who has it.
    other = open_page("agent_a2", address.removeprefix(URL))
    expect(other.locator("body")).to_contain_text("không được báo cho bạn")


def test_a_replay_rings_once_and_forged_ones_never(new_line, ring, run_example, database):
    number, call = new_line(), f"test.{time.time_ns()}"
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _nth: ring(number, call=call), range(8)))
    assert set(answers) == {'{"ok": true}'}
    database.execute("SELECT count(*) FROM mobifone_call_pop WHERE reference = %s", [call])
    assert database.fetchone()[0] == 1
    forged = run_example("mobifone-pop", "6001", number, "1090", "x", SECRET="0" * 64)
    assert "chữ ký" in forged.lower()
    assert "6999" in ring(number, extension="6999")
    assert requests.post(f"{URL}/mobifone_consult/pop", data=b"\0" * 100, timeout=30).status_code == 403


def test_windows_that_take_a_call_at_once_make_one_look_up(people, new_line, ring, database):
    call = f"test.{time.time_ns()}"
    ring(new_line(), call=call)
    database.execute("SELECT token FROM mobifone_call_pop WHERE reference = %s", [call])
    [token] = database.fetchone()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _nth: people["agent_a1"].desk("take_pop", pop_id=token), range(8)))
    assert len({answer["lookup_id"] for answer in answers}) == 1
    assert all(answer["consult"]["allowed"] for answer in answers)


def test_the_form_of_other_exchanges(new_line, run_example):
    answer = run_example("mobifone-pop-form", "6101", new_line(), "18001090", f"test.{time.time_ns()}")
    assert answer == '{"ok": true}'


def test_by_agi(open_page, new_line, run_example):
    """What Asterisk says to a script, as its manual lists it."""
    number, page = new_line(), desk_of(open_page, "agent_a2")
    call = f"agi_uniqueid: {time.time()}"
    said = ["agi_request: mobifone-pop.agi", "agi_language: en", call, f"agi_callerid: {number}"]
    said += ["agi_calleridname: unknown", "agi_extension: 6002", "agi_enhanced: 0.0", "agi_arg_1: 1090", "", ""]
    run_example("mobifone-pop.agi", "1090", said="\n".join(said))
    expect(page.locator(".o_mobifone_big_number")).to_have_text(spaced(number))
    expect(page.locator(".o_mobifone_hotline")).to_have_value("1090")
