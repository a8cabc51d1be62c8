"""Kannel's boxes, the server's workers and the SMSC break: nobody gets a message twice, and each ends delivered, failed
or unknown."""

import signal
import time

import pytest

from .conftest import COUNT


def test_smsbox_is_down(channel, story):
    _numbers, ids = story
    channel.kannel.kill("smsbox")
    channel.resume()
    time.sleep(5)
    assert channel.states(ids) == {"queued": COUNT}
    channel.kannel.start()
    assert channel.settled(ids, queue=True) == {"delivered": COUNT}


def test_bearerbox_dies_while_sending(channel, story):
    _numbers, ids = story
    channel.set(rate=20)
    channel.resume()
    channel.until(lambda: channel.smsc.stats()["submits"] > 3, reports=False)
    channel.kannel.kill("bearerbox")
    time.sleep(3)
    channel.kannel.start()
    # Kannel forgets the reports it was waiting for: those messages stay without, and are named so in the end.
    channel.until(lambda: not channel.states(ids).get("queued"), 90, queue=True)
    time.sleep(2)
    channel.run("ir_cron_apply_reports")
    channel.age(ids)


def test_wrong_password(channel, story):
    _numbers, ids = story
    channel.set(password="wrong")
    channel.resume()
    time.sleep(4)
    assert channel.states(ids) == {"queued": COUNT}
    channel.set(password=channel.kannel.password)
    assert channel.settled(ids, queue=True) == {"delivered": COUNT}


def test_smsbox_hangs(channel, story):
    _numbers, ids = story
    channel.kannel.kill("smsbox", signal.SIGSTOP)
    channel.resume()
    channel.until(lambda: channel.states(ids).get("sending"))
    time.sleep(4)
    channel.kannel.kill("smsbox", signal.SIGCONT)
    channel.until(lambda: not channel.states(ids).get("queued"), 90, queue=True)
    time.sleep(2)
    channel.run("ir_cron_apply_reports")
    channel.age(ids)


def test_the_worker_is_killed_while_sending(channel, story, kill_sender):
    _numbers, ids = story
    channel.set(rate=15)
    channel.resume()
    channel.until(lambda: channel.smsc.stats()["submits"] > 3, reports=False)
    kill_sender()
    channel.set(rate=0)
    channel.until(lambda: not channel.states(ids).get("queued"), 120, queue=True)
    time.sleep(2)
    channel.run("ir_cron_apply_reports")
    channel.age(ids)


@pytest.mark.parametrize(
    ("fate", "state"),
    [
        ("undelivered", "failed"),
        ("expired", "failed"),
        ("refused", "failed"),
        ("twice", "delivered"),
        ("later", "delivered"),
        ("silent", "unknown"),
    ],
)
def test_what_the_smsc_does(channel, fate, state):
    channel.smsc.reset()
    numbers = channel.lines(5)
    channel.smsc.rule(numbers, fate)
    ids = channel.consult(numbers)
    if fate == "silent":
        channel.until(lambda: channel.states(ids) == {"sent": 5})
        channel.age(ids)
    assert channel.settled(ids, queue=True) == {state: 5}
    print(f"\n{fate}: {channel.states(ids)}")
