"""Messages from phones: through the SMSC and Kannel into the one door, and the answer back."""

import time
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

from .smpp_pdu import GSM

# Of the demo: those of agent_a1, agent_a2 and agent_b1.
PHONES = ("+84900000901", "+84900000902", "+84900000903")
STRANGER = "+84320699002"


@pytest.fixture(scope="module")
def ask(channel):
    """A function that sends a message from a phone and answers what came back."""
    channel.set(inbound_per_hour=0)

    def send(text, phone=PHONES[0], limit=15):
        known = len(channel.smsc.texts(phone))
        channel.smsc.mo(phone, "1090", text)
        deadline = time.monotonic() + limit
        while len(channel.smsc.texts(phone)) == known and time.monotonic() < deadline:
            time.sleep(0.05)
        answers = channel.smsc.texts(phone)[known:]
        assert all(len(answer) <= 160 and set(answer) <= set(GSM) for answer in answers), "more than one SMS"
        return answers[0] if answers else None

    return send


def test_every_answer(channel, ask):
    [done, locked, other] = channel.lines(3)
    installed = "0900000001"  # of the sample
    lookup = channel.agents[3].desk("lookup", number=locked)
    assert channel.agents[3].desk("consult", lookup_id=lookup["lookup_id"])["ok"]
    answers = {
        "done": ask(f"TV {done}"),
        "locked": ask(f"tv {locked}"),
        "installed": ask(f"TV: {installed} goi cuoc"),
        "no number": ask("TV abc"),
        "stranger": ask(f"TV {other}", STRANGER),
    }
    for name, answer in answers.items():
        print(f"\n{name}: {answer}", end="")
    assert "Da luu tu van" in answers["done"]
    assert "dang duoc tu van boi Web" in answers["locked"]
    assert "da cai app My MobiFone tu 15/03/2025" in answers["installed"]
    assert "khong phai so thue bao" in answers["no number"]
    assert "chua dang ky" in answers["stranger"]
    rows = channel.rows(
        """SELECT c.channel, l.purpose FROM mobifone_consultation c JOIN mobifone_lookup l ON l.id = c.lookup_id
             JOIN mobifone_subscriber s ON s.id = c.subscriber_id WHERE s.msisdn = %s""",
        done,
    )
    assert rows == [("sms", "SMS")]


def test_opt_out(channel, ask):
    [number] = channel.lines(1)
    assert ask("TC", number)
    lookup = channel.agents[0].desk("lookup", number=number)
    assert lookup["consult"]["code"] == "blacklisted"
    answer = channel.agents[0].desk("consult", lookup_id=lookup["lookup_id"])
    assert (answer["ok"], answer["verdict"]["code"]) == (False, "blacklisted")
    print(f"\nTC: {answer['verdict']['reason']}")


def test_one_winner_a_line(channel, ask):
    """500 messages while agents consult the same lines by web."""
    lines, random, count = channel.lines(20), Random(1090), 500
    texts = [
        random.choice((f"TV {random.choice(lines)}", f"tv {random.choice(lines)}", "TV 12", "chao", f"TV {number}"))
        for number in random.choices(lines, k=count)
    ]
    known = channel.rows("SELECT count(*) FROM sms_kannel_inbound")[0][0]
    answers = lambda: sum(len(channel.smsc.texts(phone)) for phone in PHONES)  # noqa: E731
    replies = "SELECT count(*) FROM sms_kannel_inbound WHERE reply != '' AND sender = ANY(%s)"
    answered_before, replied_before = answers(), channel.rows(replies, list(PHONES))[0][0]

    def by_web(place):
        agent = channel.agents[place % len(channel.agents)]
        lookup = agent.desk("lookup", number=lines[place % len(lines)])
        return agent.desk("consult", lookup_id=lookup["lookup_id"])["ok"]

    with ThreadPoolExecutor(4) as pool:
        for place, text in enumerate(texts):
            if place == 20:  # a message takes longer on its way than a click
                won = pool.map(by_web, range(80))
            # Each a message of its own: the same words within five minutes are one.
            channel.smsc.mo(PHONES[place % 3], "1090", f"{text} {'x' * (place % 50)}".strip())
        won = sum(won)
    channel.until(lambda: channel.rows("SELECT count(*) FROM sms_kannel_inbound")[0][0] == known + count, 120)
    replied = channel.rows(replies, list(PHONES))[0][0] - replied_before
    channel.until(lambda: answers() - answered_before == replied, 30)
    winners = channel.rows(
        """SELECT c.channel, s.id FROM mobifone_consultation c JOIN mobifone_subscriber s ON s.id = c.subscriber_id
            WHERE s.msisdn = ANY(%s)""",
        lines,
    )
    assert len(winners) == len({line for _channel, line in winners}) == len(lines)
    by_sms = sum(channel_ == "sms" for channel_, _line in winners)
    assert by_sms + won == len(lines)
    states = dict(channel.rows("SELECT state, count(*) FROM sms_kannel_inbound GROUP BY 1"))
    print(
        f"\n{count} messages beside 80 consults by web: {len(lines)} lines, one winner each ({by_sms} by SMS);"
        f" {states}; {replied} answers sent, each once"
    )
