"""The first whole day of work, over HTTP, as the demo's people."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta, timezone

import pytest
from conftest import RefusedError


def sms_of(database, number):
    """(count of SMS asked for the number, their keys)"""
    database.execute("SELECT array_agg(uuid) FROM sms_sms WHERE number = %s", ["+84" + number[1:]])
    uuids = database.fetchone()[0] or []
    return len(uuids), set(uuids)


def utc(**ago):
    return (datetime.now(timezone.utc) - timedelta(**ago)).strftime("%Y-%m-%d %H:%M:%S")


def test_look_up_notice_consult_history(people, database, new_line):
    agent = people["agent_a1"]
    number = new_line(registration_state="incomplete", registration_missing="portrait;id_front")
    answer = agent.desk("lookup", number=number, hotline="1090")
    assert set(answer) == {"lookup_id", "found", "msisdn_masked", "registration"}
    assert answer["registration"]["route"] == "online"
    assert not agent.desk("consult", lookup_id=answer["lookup_id"])["ok"]
    full = agent.desk("acknowledge", lookup_id=answer["lookup_id"])
    assert full["consult"] == {
        "allowed": True,
        "code": "ok",
        "reason": full["consult"]["reason"],
        "by": False,
        "until": False,
    }
    saved = agent.desk("consult", lookup_id=answer["lookup_id"])
    assert saved["ok"] and not saved["replayed"]
    assert [entry["channel"] for entry in agent.desk("history", lookup_id=answer["lookup_id"])] == ["web"]
    assert sms_of(database, number) == (1, {saved["sms"]["uuid"]})

    def is_sent():
        database.execute("SELECT sms_state FROM mobifone_consultation WHERE id = %s", [saved["consultation_id"]])
        return database.fetchone()[0] == "sent"

    assert any(is_sent() or time.sleep(0.5) for _try in range(120)), "the queue handed it to the outbox"
    kept = people["manager"].call("mobifone.sms.outbox", "search_read", [("uuid", "=", saved["sms"]["uuid"])], ["body"])
    assert len(kept) == 1 and "mbf.vn/appdl" in kept[0]["body"]


def test_fifty_at_once_one_wins(people, database, new_line):
    number = new_line()
    agents = [people[login] for login in ("agent_a1", "agent_a2", "agent_b1", "leader_a", "manager")]
    opened = [(agents[i % 5], agents[i % 5].desk("lookup", number=number)["lookup_id"], i) for i in range(50)]

    def save(job):
        agent, lookup_id, place = job
        return job, agent.desk("consult", lookup_id=lookup_id, channel="sms" if place % 2 else "web")

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(save, opened))
    winners = [(job, answer) for job, answer in answers if answer["ok"]]
    losers = [answer for _job, answer in answers if not answer["ok"]]
    assert len(winners) == 1 and {answer["verdict"]["code"] for answer in losers} == {"locked"} and len(losers) == 49
    assert all(answer["verdict"]["until"] and answer["verdict"]["by"] for answer in losers)
    (agent, lookup_id, _place), won = winners[0]
    again = agent.desk("consult", lookup_id=lookup_id)
    assert again["replayed"] and again["consultation_id"] == won["consultation_id"]
    assert sms_of(database, number) == (1, {won["sms"]["uuid"]})


def test_one_look_up_saved_many_times_at_once(people, database, new_line):
    number, agent = new_line(), people["agent_a1"]
    lookup_id = agent.desk("lookup", number=number)["lookup_id"]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _n: agent.desk("consult", lookup_id=lookup_id), range(16)))
    assert all(answer["ok"] for answer in answers)
    assert len({answer["consultation_id"] for answer in answers}) == 1
    assert sms_of(database, number)[0] == 1


def test_other_vendors_agent_is_told_the_channel_only(people, new_line):
    number = new_line()
    lookup_id = people["agent_a1"].desk("lookup", number=number)["lookup_id"]
    saved = people["agent_a1"].desk("consult", lookup_id=lookup_id, channel="sms")
    by_other = people["agent_b1"].desk("lookup", number=number)["consult"]
    assert (by_other["code"], by_other["until"]) == ("locked", saved["locked_until"])
    assert by_other["by"] == "SMS · đơn vị khác"
    assert "Điện thoại viên A1" in people["agent_a2"].desk("lookup", number=number)["consult"]["by"]
    with pytest.raises(RefusedError) as refused:
        people["agent_b1"].desk("consult", lookup_id=lookup_id)
    assert refused.value.name == "AccessError"


def test_an_install_told_while_the_consult_is_saved_is_credited(people, database, feed, new_line):
    agent, numbers = people["agent_a1"], [new_line() for _line in range(6)]
    saved = []
    with ThreadPoolExecutor(2) as pool:
        for number in numbers:
            lookup_id = agent.desk("lookup", number=number)["lookup_id"]
            consult = pool.submit(agent.desk, "consult", lookup_id=lookup_id)
            assert pool.submit(feed, (number, utc())).result().json()["accepted"] == 1
            if consult.result()["ok"]:  # else the install was seen
                saved.append(consult.result()["consultation_id"])
    database.execute("SELECT res_id FROM ir_model_data WHERE name = 'ir_cron_expire_consultations'")
    [cron_id] = database.fetchone()

    def all_are_credited():
        with suppress(RefusedError):  # a worker is just running it
            people["admin"].call("ir.cron", "method_direct_trigger", [cron_id])
        database.execute("SELECT state FROM mobifone_consultation WHERE id = ANY(%s)", [saved])
        return {state for (state,) in database.fetchall()} <= {"converted"}

    assert any(all_are_credited() or time.sleep(0.5) for _try in range(20)), saved


def test_app_events_by_key(people, feed, new_line):
    number, agent = new_line(), people["agent_a1"]
    lookup_id = agent.desk("lookup", number=number)["lookup_id"]
    agent.desk("consult", lookup_id=lookup_id)
    moment = utc()
    assert feed((number, moment)).json() == {"accepted": 1, "ignored": 0, "rejected": []}
    assert feed((number, moment), (number, utc(hours=3))).json()["ignored"] == 2
    answer = agent.desk("lookup", number=number)
    assert (answer["consult"]["code"], answer["app"]["installed_on"]) == ("app_installed", moment)
    assert agent.desk("history", lookup_id=lookup_id)[0]["state"] == "converted"
    feed((number, False))
    assert agent.desk("lookup", number=number)["consult"]["code"] == "locked", "still within its 24 hours"
    bad = feed(("x", False), ("0320000001", False)).json()
    assert [entry["index"] for entry in bad["rejected"]] == [0, 1]


def test_team_leader_cancels(people, new_line, database):
    # the SMS of this line waits: its key is claimed by nobody, so that the cancellation is in time
    number, leader = new_line(), people["leader_a"]
    people["admin"].call("ir.config_parameter", "set_param", "mobifone_consult.sms_to", "0.0001")
    try:
        agent = people["agent_a1"]
        saved = agent.desk("consult", lookup_id=agent.desk("lookup", number=number)["lookup_id"])
        assert saved["sms"]["state"] == "queued"
        with pytest.raises(RefusedError):
            agent.desk("cancel", lookup_id=agent.desk("lookup", number=number)["lookup_id"], reason="mine")
        answer = leader.desk("cancel", lookup_id=leader.desk("lookup", number=number)["lookup_id"], reason="nhầm số")
        assert answer["ok"] and answer["verdict"]["code"] == "ok"
    finally:
        people["admin"].call("ir.config_parameter", "set_param", "mobifone_consult.sms_to", "0")
    assert sms_of(database, number)[0] == 0


def test_every_sample_case_answers_as_the_readme_says(people):
    from sandbox import sample

    expected = {
        "ok": "not_installed unlocked ported_in two_way official test_sim papers_store old_form postpaid",
        "app_installed": "app_installed",
        "locked": "locked_sms locked_web",
        "no_smartphone": "feature_phone papers_point",
        "app_unknown": "app_unknown",
        "line_terminated": "terminated",
        "blacklisted": "blacklisted",
        "other_network": "other_network ported_out",
    }
    for code, cases in expected.items():
        for case in cases.split():
            assert people["agent_a2"].opened(sample.CASES[case][0])["consult"]["code"] == code, case
