"""The guided call over HTTP: an agent led through the shipped script, whatever is sent twice, late or wrong."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import RefusedError

OUTCOMES = {
    "link_sent", "refused", "already_has_app", "benefits_introduced", "referred_shop", "guided_online", "guided_point",
    "transferred", "abandoned", "done",
}  # fmt: skip


def start(person, number, hotline="1090", **options):
    """Look up, answer the notice, start; the answer of start_call."""
    answer = person.opened(number, hotline=hotline)
    return person.desk("start_call", lookup_id=answer["lookup_id"], **options)


def give(person, call, *answers):
    """Give answers one after another; the last step."""
    step = call["step"]
    for answer in answers:
        values = {"occupation": 8} if step["kind"] == "form" and answer in (None, "save") else None
        step = person.desk("answer", call_id=call["call_id"], step_id=step["id"], answer=answer, values=values)["step"]
    return step


def test_case_two_from_number_to_saved_consult(people, database, new_line):
    agent, number = people["agent_a1"], new_line()
    assert agent.opened(number)["script_id"]
    call = start(agent, number)
    assert (call["step"]["kind"], call["step"]["section"]) == ("ask", "matter")
    step = give(agent, call, "service", None, "agree")
    assert (step["kind"], step["act"]) == ("act", "consult")
    database.execute("SELECT count(*) FROM mobifone_consultation WHERE call_id = %s", [call["call_id"]])
    assert database.fetchone()[0] == 0, "an act acts only when answered"
    give(agent, {**call, "step": step}, None)
    database.execute("SELECT channel, sms_state FROM mobifone_consultation WHERE call_id = %s", [call["call_id"]])
    assert database.fetchall()[0][0] == "web"


def test_any_walk_ends_with_an_outcome(people, new_line):
    """Random answers on random lines, every answer sent twice: one step each, and an outcome at the end."""
    seeded = random.Random(1090)
    lines = [
        new_line(), new_line(device_class="unknown"), new_line(app_status="installed"),
        new_line(registration_state="incomplete", registration_missing="portrait"),
        new_line(registration_state="incomplete", commitment_type="CK 12"), "0320000001",
    ]  # fmt: skip
    for round_ in range(18):
        agent = people[seeded.choice(("agent_a1", "agent_b1", "leader_a"))]
        call = start(agent, lines[round_ % len(lines)], seeded.choice(("1090", "9090", "18001090", None)))
        step = call["step"]
        for _step in range(30):
            if step["kind"] == "end":
                break
            answer = seeded.choice(step["answers"])
            values = {"occupation": seeded.randint(1, 18)} if step["fields"] and answer["submits"] else None
            sent = {"call_id": call["call_id"], "step_id": step["id"], "answer": answer["key"], "values": values}
            after = agent.desk("answer", **sent)
            assert agent.desk("answer", **sent)["step"] == after["step"], "sent twice, done once"
            assert after["step"]["id"] != step["id"]
            step = after["step"]
        assert step["kind"] == "end"
        outcome = agent.desk("finish", call_id=call["call_id"])["outcome"]
        assert outcome in OUTCOMES or outcome.startswith("excluded:"), outcome


def test_one_answer_sent_many_times_at_once(people, new_line):
    agent = people["agent_a1"]
    call = start(agent, new_line())
    sent = {"call_id": call["call_id"], "step_id": call["step"]["id"], "answer": "service"}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _n: agent.desk("answer", **sent), range(16)))
    assert len({answer["step"]["id"] for answer in answers}) == 1
    assert answers[0]["step"]["id"] != call["step"]["id"]


def test_occupation_by_the_rules(people, new_line, database):
    agent, number = people["agent_a1"], new_line(usage_class="test")
    lookup_id = agent.desk("lookup", number=number)["lookup_id"]
    refused = agent.desk("set_occupation", lookup_id=lookup_id, code=3)
    assert (refused["ok"], refused["verdict"]["code"]) == (False, "line_class")
    for code in (0, 19, "3", None, [3]):
        with pytest.raises(RefusedError) as error:
            agent.desk("set_occupation", lookup_id=lookup_id, code=code)
        assert error.value.name == "UserError"


@pytest.mark.parametrize("method", ["answer", "back", "finish", "resume_call", "call_line"])
@pytest.mark.parametrize("call_id", [None, "1", [1], {}, 0, -5, 2**40, 1.5, True, 999_999_999])
def test_nonsense_call_ids(people, method, call_id):
    extra = {"step_id": 1} if method == "answer" else {}
    with pytest.raises(RefusedError) as refused:
        people["leader_a"].desk(method, call_id=call_id, **extra)
    assert refused.value.name in ("UserError", "AccessError")


def test_scripts_and_calls_are_closed_to_agents(people, new_line):
    agent = people["agent_a1"]
    call = start(agent, new_line())
    for model in (
        "mobifone.script",
        "mobifone.script.step",
        "mobifone.call",
        "mobifone.call.step",
        "mobifone.promotion",
    ):
        with pytest.raises(RefusedError) as refused:
            agent.call(model, "search_read", [], [])
        assert refused.value.name == "AccessError", model
    for person in ("agent_a2", "agent_b1", "manager"):
        with pytest.raises(RefusedError) as refused:
            people[person].desk("resume_call", call_id=call["call_id"])
        assert refused.value.name == "AccessError"
    own = people["leader_a"].call("mobifone.call", "search_read", [("id", "=", call["call_id"])], ["number_masked"])
    assert own and "•••" in own[0]["number_masked"]
    assert not people["vendor_b"].call("mobifone.call", "search_read", [("id", "=", call["call_id"])], ["id"])
