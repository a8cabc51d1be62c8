"""The primary is dead: the replica takes its place as docs/operations.md says. It is the last test of the cluster."""

import os

import pytest
import requests
from conftest import ODOO, RefusedError, printed

from sandbox import odoo, postgres, replica

from .conftest import until


@pytest.fixture
def without_primary(site):
    """A function that kills the primary, which stays off as long as the test lasts."""
    yield lambda: replica.kill(site.primary)
    postgres.start(site.primary)


def consulted(agents: list, numbers: list) -> dict:
    """Number → answer of its consult, by one session at each node in turn."""
    saved = {}
    for place, number in enumerate(numbers):
        agent = agents[place % len(agents)]
        saved[number] = agent.desk("consult", lookup_id=agent.desk("lookup", number=number)["lookup_id"])
    assert all(answer["ok"] for answer in saved.values())
    return saved


def is_well(url: str) -> bool:
    """What a load balancer learns of a node."""
    try:
        return requests.get(f"{url}/mobifone_consult/health", timeout=30).status_code == 200
    except requests.ConnectionError:  # a node that cannot replace a worker without its database ends by itself
        return False


def promote(site) -> None:
    """The replica becomes the primary, and the nodes start anew on it."""
    postgres.psql(site.standby, "SELECT pg_promote()")
    odoo.stop(*(node.server for node in site.nodes))
    odoo.write_config(site.primary, proxy_mode=True)
    for node in site.nodes:
        node.settings = site.standby  # where it finds its database
        node.start()
    for node in site.nodes:
        node.wait()


def said(site, *words: str) -> str:
    """What a command of Odoo says of the database that the nodes have now."""
    return printed(ODOO, *words, "-d", site.primary.database, env=odoo.environment(site.standby))


def test_the_replica_takes_its_place(site, people, new_lines, without_primary):
    before, after = new_lines(4), new_lines(4)
    agents, others = site.each(people["agent_a1"]), site.each(people["agent_b1"])
    saved = consulted(agents, before)
    until(lambda: replica.is_current(site.primary, site.standby))
    sizes = {node.log: node.log.stat().st_size for node in site.nodes}
    assert all(is_well(url) for url in site.urls)
    without_primary()
    assert not any(is_well(url) for url in site.urls)
    for agent in agents:
        with pytest.raises((RefusedError, requests.RequestException)):
            agent.desk("lookup", number=after[0])
    promote(site)
    for log, size in sizes.items():
        # Not what a node says that has lost its database.
        os.truncate(log, size)

    assert all(is_well(url) for url in site.urls)
    # Sessions go on, locks hold, and what was saved is there.
    for number, answer in saved.items():
        for agent in others:
            verdict = agent.desk("lookup", number=number)["consult"]
            assert (verdict["code"], verdict["until"]) == ("locked", answer["locked_until"])
    saved |= consulted(agents, after)
    for manager in site.each(people["manager"]):
        ids = [answer["consultation_id"] for answer in saved.values()]
        assert manager.call("mobifone.consultation", "search_count", [["id", "in", ids]]) == len(saved)
    said(site, "mobifone_check")
    said(site, "mobifone_seal", "seal")
    assert "every seal fits" in said(site, "mobifone_seal", "verify")
