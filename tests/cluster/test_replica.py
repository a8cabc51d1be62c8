"""A replica that is behind: reports show the past, verdicts, rights and sessions never do."""

import time

import pytest
from conftest import URL, Person
from test_leaver import PASSWORD, closed_within, refused, socket_of

from sandbox import replica

from .conftest import until

# Each question so often that both workers of a node have answered it.
TIMES = 8
SECONDS = 5


def consults(person) -> int:
    return person.call("mobifone.consultation", "formatted_read_group", [], [], ["__count"])[0]["__count"]


def is_at_work(person) -> bool:
    return all(person.desk("lookup", number="0900000002")["found"] for _time in range(TIMES))


def test_a_report_reads_the_replica_and_a_verdict_does_not(site, people, new_lines, behind):
    [number] = new_lines()
    manager, agent = people["manager"], people["agent_a1"]
    reports = site.each(manager)
    true, cleared = site.rows("SELECT count(*) FROM mobifone_consultation")[0][0], site.cleared_caches()
    for report in reports:
        until(lambda report=report: consults(report) == true)
    first, second = site.each(agent)
    saved = first.desk("consult", lookup_id=first.desk("lookup", number=number)["lookup_id"])
    assert saved["ok"]
    for node in [second, first] * TIMES:
        verdict = node.desk("lookup", number=number)["consult"]
        assert (verdict["code"], verdict["until"]) == ("locked", saved["locked_until"])
    # Lists show the past, as soon as no worker leaves the replica alone any more. One that has not heard of a cleared
    # cache is left alone for as long as that.
    until(lambda: {consults(report) for report in reports * TIMES} == {true} or site.cleared_caches() != cleared)


def test_the_report_is_right_again_afterwards(site, people):
    true = site.rows("SELECT count(*) FROM mobifone_consultation")[0][0]
    for report in site.each(people["manager"]):
        until(lambda report=report: consults(report) == true)


@pytest.mark.parametrize("place", [0, 1])
def test_a_leaver_is_out_at_once(site, people, hired, place):
    person = Person(hired["login"], PASSWORD)
    person.call("mobifone.agent", "accept_commitment")
    nodes = site.each(person)
    reads = [lambda node=node: node.call("res.users", "read", [person.uid], ["login"]) for node in nodes]
    writes = [lambda node=node: node.desk("lookup", number="0900000002") for node in nodes]
    for ask in [*reads, *writes] * TIMES:
        assert ask(), "he works on every worker"
    avatar = f"/web/image/res.users/{person.uid}/image_1920"
    seen = person.http.get(URL + avatar, timeout=30).content
    socket = socket_of(person)
    time.sleep(0.5)
    replica.pause(site.standby)
    try:
        begin = time.monotonic()
        vendor = people["vendor_a"].at(site.urls[place])
        assert vendor.call("mobifone.agent", "report_leaver", [hired["id"]])["disabled"]
        assert closed_within(socket, SECONDS) in (4001, "gone")
        for ask in [*reads, *writes] * TIMES:
            assert refused(ask)
        assert all(person.http.get(url + avatar, timeout=30).content != seen for url in (URL, *site.urls))
        assert person.http.get(f"{URL}/odoo", timeout=30, allow_redirects=False).status_code == 303
        took = time.monotonic() - begin
        assert took < SECONDS
        print(f"\nreported on node {place + 1}, replica paused: out on both nodes, proven after {took:.1f} s")
    finally:
        replica.resume(site.standby)


def test_a_setting_holds_on_both_nodes(site, people, new_lines, behind):
    numbers, admin = new_lines(4), people["admin"]
    parameters = admin.at(site.urls[0])
    for hours in (3, 24):
        parameters.call("ir.config_parameter", "set_param", "mobifone_consult.lock_hours", str(hours))
        for place, node in enumerate(site.each(people["agent_a1"])):
            number = numbers.pop()
            saved = node.desk("consult", lookup_id=node.desk("lookup", number=number)["lookup_id"])
            [[age]] = site.rows(
                """SELECT round(extract(epoch FROM until - clock_timestamp() AT TIME ZONE 'UTC') / 3600)
                     FROM mobifone_consult_lease WHERE consultation_id = %s""",
                saved["consultation_id"],
            )
            assert age == hours, f"node {place + 1}"


def test_somebody_new_works_and_is_walled_in(site, people, behind, request):
    """An account that the replica has not heard of."""
    new = request.getfixturevalue("hired")
    person = Person(new["login"], PASSWORD)
    person.call("mobifone.agent", "accept_commitment")
    for node in site.each(person):
        assert is_at_work(node)
        for _time in range(TIMES):
            assert node.call("res.users", "read", [person.uid], ["login"])[0]["login"] == new["login"]
            # Of the guard: denied by default to vendors' people.
            assert refused(lambda node=node: node.call("res.partner.bank", "search_read", [], ["acc_number"]))
