"""The gateway breaks in every way a proxy can: what was provably not taken is asked for again, and nothing else is."""

import os
import time

import pytest

from .conftest import COUNT, IN_FLIGHT

# With SMS_LONG=1 it is away for a whole minute.
AWAY = 60 if os.environ.get("SMS_LONG") == "1" else 10


def finish(channel, ids):
    """Wait until everything was asked for, and call what no report comes for unknown."""
    channel.until(lambda: not channel.states(ids).get("queued"), 90, queue=True)

    def swept():
        channel.run("ir_cron_sweep")
        return not {"queued", "sending", "sent"} & set(channel.states(ids))

    channel.set(wait_minutes=0.1)
    try:
        channel.until(swept)
    finally:
        channel.set(wait_minutes=2)
    return channel.states(ids)


@pytest.mark.parametrize(("mode", "seconds"), [("down", AWAY), ("403", 4), ("503", 4)])
def test_it_takes_nothing(channel, story, broken, mode, seconds):
    """What was refused goes back into the queue, the gateway is left in peace, and all is sent when it is back."""
    _numbers, ids = story
    broken.set(mode)
    channel.resume()
    time.sleep(seconds)
    assert channel.states(ids) == {"queued": COUNT}
    refused = broken.refused.total()
    assert refused <= 8, "the breaker opens at the first refusal: at most one request a thread"
    broken.set("pass")
    assert channel.settled(ids, 2 * AWAY + 60, queue=True) == {"delivered": COUNT}
    print(
        f"\n{mode} for {seconds} s: {refused} refused, {broken.checks} checks; then {broken.passed.total()} passed on"
    )
    assert (refused > 0) == (mode != "down")
    assert broken.asked.total() == COUNT + refused
    assert set(broken.passed.values()) == {1} and len(broken.passed) == COUNT


def test_bad_numbers(channel, story, broken):
    """Of 400s each is told once, and never asked for again."""
    _numbers, ids = story
    broken.set("400")
    channel.resume()
    assert channel.settled(ids) == {"failed": COUNT}
    assert set(broken.asked.values()) == {1} and not broken.passed.total()


@pytest.mark.parametrize("mode", ["500", "hang"])
def test_nobody_knows_whether_it_took_them(channel, story, broken, mode):
    """No report comes for those: unknown, and not asked for again. The others are sent when it is back."""
    _numbers, ids = story
    broken.set(mode)
    channel.resume()
    failed = "SELECT 1 FROM sms_kannel_gateway WHERE id = %s AND failures > 0"
    channel.until(lambda: channel.rows(failed, channel.gateway_id), reports=False)
    in_doubt = broken.asked.total()
    assert 0 < in_doubt <= IN_FLIGHT
    assert channel.states(ids) == {"sending": in_doubt, "queued": COUNT - in_doubt}
    broken.set("pass")
    assert finish(channel, ids) == {"unknown": in_doubt, "delivered": COUNT - in_doubt}
    assert set(broken.asked.values()) == {1}
    print(f"\n{mode}: {in_doubt} in doubt, {broken.passed.total()} passed on")


@pytest.mark.parametrize(("mode", "delay"), [("reset", 0), ("slow", 3)])
def test_it_takes_them_and_does_not_say_so(channel, story, broken, mode, delay):
    """Broken, or answering later than we wait: nobody asks again, and the reports, when they are looked at, tell."""
    _numbers, ids = story
    broken.set(mode, delay)
    channel.resume()
    time.sleep(4)
    in_doubt = broken.passed.total()
    assert 0 < in_doubt <= IN_FLIGHT
    broken.set("pass")
    channel.until(lambda: not channel.states(ids).get("queued"), 90, queue=True, reports=False)
    assert finish(channel, ids) == {"delivered": COUNT}
    assert set(broken.asked.values()) == set(broken.passed.values()) == {1}
    print(f"\n{mode}: {in_doubt} passed on and not answered in time")


def test_the_report_comes_before_the_answer(channel, story, broken):
    """What the report said stays."""
    _numbers, ids = story
    broken.set("slow", 1)
    channel.resume()
    channel.until(lambda: channel.states(ids).get("delivered"), 10)
    asked, answered = broken.asked.total(), broken.answered.total()
    assert answered < asked, "delivered while no batch had all its answers"
    broken.set("pass")
    assert finish(channel, ids) == {"delivered": COUNT}
    assert set(broken.asked.values()) == {1}
    print(f"\nanswers 1 s late: delivered when {asked} were asked for and {answered} answered")


@pytest.mark.parametrize("mode", ["slow", "hang"])
def test_the_worker_is_killed_before_it_hears_the_answer(channel, story, broken, kill_sender, mode):
    """What it had asked for is delivered or unknown, what it had only claimed is unknown; the rest is sent."""
    _numbers, ids = story
    broken.set(mode, 1.5)
    channel.resume()
    channel.until(lambda: broken.asked.total() >= 8, reports=False)
    kill_sender()
    asked = broken.asked.total()
    # The other worker may take up the queue at once.
    broken.set("pass")
    after = finish(channel, ids)
    taken = broken.passed.total()
    assert after == {"delivered": taken, "unknown": COUNT - taken}
    assert 0 < after["unknown"] <= IN_FLIGHT
    assert set(broken.asked.values()) == {1}
    print(f"\nkilled when {asked} were asked for; {taken} were taken in the end")
