"""Delivery reports as nobody sends them who means well, and as a network sends them that does not care."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
import requests

CODES = (1, 8, 2, 16, 34, 66)


@pytest.fixture
def one(channel, broken):
    """A function that sends one message whose reports wait; its consultation's id, its key, the reports' address."""

    def send(fate):
        channel.smsc.reset()
        numbers = channel.lines(1)
        channel.smsc.rule(numbers, fate)
        [consultation_id] = channel.consult(numbers)
        channel.until(lambda: channel.states([consultation_id]).keys() & {"sent", "delivered"}, queue=True)
        [[uuid]] = channel.rows("SELECT sms_uuid FROM mobifone_consultation WHERE id = %s", consultation_id)
        return consultation_id, uuid, broken.report_urls[uuid]

    return send


def report(url, code):
    """What a report with this code is answered."""
    return requests.get(url.replace("%d", str(code)), timeout=10).status_code


def codes(channel, uuid):
    """The reports of a message that are noted: code → state."""
    return dict(channel.rows("SELECT code, state FROM sms_kannel_report WHERE sms_uuid = %s", uuid))


def test_again_and_contradicting(channel, one):
    """What is delivered stays so; the same report is noted once, however many come at the same time."""
    consultation_id, uuid, url = one("deliver")
    assert channel.settled([consultation_id], queue=True) == {"delivered": 1}
    before = codes(channel, uuid)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(partial(report, url), sorted(4 * CODES))) == {200}
    assert [report(url, nonsense) for nonsense in ("", "x", "-1", "1'--", "99999", "٣")] == [200] * 6
    assert report(url, 77) == 200
    channel.run("ir_cron_apply_reports")
    after = codes(channel, uuid)
    assert after == before | {2: "late", 16: "late", 34: "late", 66: "late", 77: "unknown"}
    rows = channel.rows("SELECT count(*) FROM sms_kannel_report WHERE sms_uuid = %s", uuid)
    assert rows == [(len(after),)]
    assert channel.states([consultation_id]) == {"delivered": 1}
    print(f"\nagain: before {before}; after 31 more {after}; delivered")


def test_later_than_unknown(channel, one):
    """The network speaks when we had given up."""
    consultation_id, uuid, _url = one("held")
    channel.age([consultation_id])
    assert channel.settled([consultation_id], queue=True) == {"unknown": 1}
    assert channel.smsc.release() == 1
    channel.until(lambda: channel.states([consultation_id]) == {"delivered": 1})
    print(f"\nlate: unknown → delivered; {codes(channel, uuid)}")


def test_forged(channel, one):
    """Without password, signature and gateway nothing is noted, and nothing changes."""
    consultation_id, uuid, url = one("held")
    _other, other, other_url = one("deliver")
    secret = url.partition("kannel:")[2].partition("@")[0]
    signature = url.partition("?")[0].rpartition("/")[2]
    forged = (
        url.replace(secret, "wrong"),
        url.replace(secret, ""),
        url.replace(f"kannel:{secret}@", ""),
        url.replace("kannel:", "admin:"),
        url.replace(signature, "0" * 32),
        url.replace(signature, signature[:-1]),
        url.replace(signature, other_url.partition("?")[0].rpartition("/")[2]),
        url.replace(uuid, other),
        url.replace(uuid, "f" * 32),
        url.replace(f"/{channel.gateway_id}/", "/0/"),
        url.replace(f"/{channel.gateway_id}/", "/999999999999/"),
    )
    before, states = codes(channel, uuid), channel.states([consultation_id])
    assert [report(address, 2) for address in forged] == [403] * len(forged)
    channel.run("ir_cron_apply_reports")
    assert codes(channel, uuid) == before and channel.states([consultation_id]) == states
    assert 2 not in codes(channel, other)
    assert not codes(channel, "f" * 32)
    print(f"\nforged: {len(forged)} times 403; still {states}")


def test_of_a_message_that_is_gone(channel, broken):
    """A well signed report, by Kannel itself, of a message that was deleted meanwhile: taken, counted, of no effect."""
    number = "+84320699999"
    channel.smsc.reset()
    channel.smsc.rule([number], "held")
    # The message of a consult stays for ever: this one is somebody else's.
    sms_id = channel.admin.call("sms.sms", "create", {"number": number, "body": "x"})
    sent = "SELECT uuid FROM sms_sms WHERE id = %s AND state = 'pending'"
    [[uuid]] = channel.until(lambda: channel.rows(sent, sms_id), queue=True)
    channel.admin.call("sms.sms", "unlink", [sms_id])
    assert channel.smsc.release() == 1
    channel.until(lambda: codes(channel, uuid).get(1) == "unknown")
    assert report(broken.report_urls[uuid], 2) == 200
    channel.run("ir_cron_apply_reports")
    assert codes(channel, uuid)[2] == "unknown"
    [gateway] = channel.admin.call("sms.kannel.gateway", "read", [channel.gateway_id], ["stray_report_count"])
    assert gateway["stray_report_count"] >= 2
    print(f"\ngone: 200, noted as of no known message: {codes(channel, uuid)}")
