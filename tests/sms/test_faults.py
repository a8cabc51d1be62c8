"""What breaks, breaks: nothing is asked for twice, and each consult's message ends delivered, failed or unknown."""

import signal
import time

import pytest
import requests

COUNT = 40
IN_FLIGHT = 32  # the gateway's batch_size


@pytest.fixture
def story(channel, request):
    """Queued consults; after the test the counts before and after are printed, and each is checked."""
    channel.smsc.reset()
    numbers = channel.lines(COUNT)
    channel.pause()
    ids = channel.consult(numbers)
    before = channel.states(ids)
    yield numbers, ids
    after = channel.settled(ids, queue=True)
    once = channel.asked_once(numbers)
    print(
        f"\n{request.node.name}: before {before}; after {after}; {once} of {COUNT} numbers were asked for, none twice"
    )
    assert after.get("unknown", 0) <= IN_FLIGHT
    channel.set(rate=0)


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
    channel.until(lambda: channel.smsc.stats()["submits"] > 3)
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


def test_the_worker_is_killed_while_sending(channel, story, sender_pid, kill):
    _numbers, ids = story
    channel.set(rate=15)
    channel.resume()
    channel.until(lambda: channel.smsc.stats()["submits"] > 3)
    pids = sender_pid()
    assert pids, "nobody is sending"
    for pid in pids:
        kill(pid)
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


def test_reports_late_again_unknown_and_forged(channel):
    numbers = channel.lines(1)
    channel.smsc.rule(numbers, "held")
    ids = channel.consult(numbers)
    channel.until(lambda: channel.states(ids) == {"sent": 1})
    channel.age(ids)
    assert channel.settled(ids, queue=True) == {"unknown": 1}
    [[uuid]] = channel.rows("SELECT sms_uuid FROM mobifone_consultation WHERE id = %s", ids[0])
    [gateway] = channel.admin.call(
        "sms.kannel.gateway", "read", [channel.gateway_id], ["report_secret", "callback_url"]
    )
    url = f"{gateway['callback_url']}/sms_kannel/report/{channel.gateway_id}/{uuid}/{'0' * 32}?d=1"
    for password in (gateway["report_secret"], "wrong"):
        assert requests.get(url, auth=("kannel", password), timeout=10).status_code == 403
    assert channel.states(ids) == {"unknown": 1}, "a forged report changes nothing"
    assert channel.smsc.release() == 1
    assert channel.settled(ids, queue=True) and channel.until(lambda: channel.states(ids) == {"delivered": 1})
    # The message of a consult stays; that of somebody else is deleted, and what is reported then is a stray.
    strays = "SELECT count(*) FROM sms_kannel_report WHERE state = 'unknown'"
    before = channel.rows(strays)[0][0]
    sms_id = channel.admin.call("sms.sms", "create", {"number": "+84320699999", "body": "x"})
    channel.smsc.rule(["+84320699999"], "held")
    channel.until(lambda: channel.rows("SELECT 1 FROM sms_sms WHERE id = %s AND state = 'pending'", sms_id))
    channel.admin.call("sms.sms", "unlink", [sms_id])
    assert channel.smsc.release() == 1
    channel.until(lambda: channel.rows(strays)[0][0] > before)
    print("\nlate: unknown → delivered; forged: 403 twice, nothing changed; unknown id: taken and counted")
