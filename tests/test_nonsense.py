"""Whatever is typed into the number field: a clear error or a logged miss, never a stack trace, never a line."""

import random

import pytest
from conftest import RefusedError

SEEDED = random.Random(1090)

HANDMADE = [
    "", " ", "\t\n", "abc", "không phải số", "😀", "0900😀0001", "090000000O", "%", "_", "0900%", "*", "?",
    "0900*", "' OR 1=1 --", "0900000001' OR '1'='1", "0900000001; DROP TABLE mobifone_subscriber", "\\", "\x00",
    "0900000001\x00", None, True, False, 0, -1, 1.5, 1e300, [], ["0900000001"], [["0900000001"]], {},
    {"number": "0900000001"}, "1" * 1_000_000, "0900000001" * 50, "0" * 10, "1090", "9090", "113", "+",
    "++84900000001", "+84", "0084", "0900000001;0900000002", "0900000001,0900000002", "0900000001 0900000002",
    "0900000001|0900000002", "<b>0900000001</b>", "{{7*7}}", "${jndi:x}", "../../etc/passwd",
    "0900000001\n0900000002", "٠٩٠٠٠٠٠٠٠١", "九〇〇", "NaN", "Infinity", "1e9", "0x36", "+1 212 555 0123",
    "+44 20 7946 0958", "+86 138 0013 8000", "+999123456789", "02838123456", "18001090", "19001090", "012",
    "01191234567", "0711234567890", "84", "8490", "09000000011", "090000000", "tel:+0", "sip:0900000001",
]  # fmt: skip
RANDOM = [
    "".join(SEEDED.choice("0123456789+.-() abcxyz%_'\"\\;💥é") for _ in range(SEEDED.randint(1, 25)))
    for _ in range(200 - len(HANDMADE))
]


@pytest.mark.parametrize("place", range(0, 200, 20))
def test_two_hundred_numbers(people, database, place):
    agent = people["agent_a1"]
    for number in (HANDMADE + RANDOM)[place : place + 20]:
        database.execute("SELECT count(*) FROM mobifone_lookup WHERE kind = 'lookup'")
        rows_before = database.fetchone()[0]
        try:
            answer = agent.desk("lookup", number=number)
        except RefusedError as error:
            assert error.name == "UserError", (number, error)
            assert error.message and len(error.message) < 200 and "Traceback" not in error.message
        else:
            assert answer["found"] is False, number
            assert answer["consult"]["code"] == "other_network"
            assert answer["app"] == {"status": "unknown", "installed_on": False}
            database.execute("SELECT count(*) FROM mobifone_lookup WHERE kind = 'lookup'")
            assert database.fetchone()[0] == rows_before + 1, f"a miss is logged: {number!r}"


@pytest.mark.parametrize("method", ["acknowledge", "consult", "history", "exclude", "cancel"])
@pytest.mark.parametrize("lookup_id", [None, "1", [1], {}, 0, -5, 2**40, 1.5, True, 999_999_999])
def test_nonsense_look_up_ids(people, method, lookup_id):
    extra = {"exclude": {"reason_code": "difficult"}, "cancel": {"reason": "x"}}.get(method, {})
    with pytest.raises(RefusedError) as refused:
        people["leader_a"].desk(method, lookup_id=lookup_id, **extra)
    assert refused.value.name in ("UserError", "AccessError")


def test_private_methods_and_others_are_closed(people):
    for method in ("_enter", "_answer", "_facts_of", "_consulted"):
        with pytest.raises(RefusedError) as refused:
            people["agent_a1"].desk(method)
        assert refused.value.name == "AccessError"
    for model in ("mobifone.subscriber", "mobifone.lookup", "mobifone.consultation", "res.config.settings"):
        with pytest.raises(RefusedError) as refused:
            people["agent_a1"].call(model, "search_read", [], [])
        assert refused.value.name == "AccessError"


def test_events_of_nonsense(people, feed):
    for events in (None, "x", 5, {"number": "0900000001"}):
        with pytest.raises(RefusedError) as refused:
            people["manager"].call("mobifone.subscriber", "app_events", events=events)
        assert refused.value.name == "UserError"
    assert feed().json() == {"accepted": 0, "ignored": 0, "rejected": []}
