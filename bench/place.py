"""Where a benchmark works: a copy of the prepared database for itself, and servers on it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sandbox import database, odoo
from sandbox.settings import Settings

# Nobody is connected to it: it can be copied.
TEMPLATE = os.environ["BENCH_TEMPLATE"]


@contextmanager
def copied(name: str) -> Iterator[Settings]:
    """Settings of a fresh copy of the prepared database; removed again after the block."""
    settings = replace(Settings(), database=f"{TEMPLATE}_{name}", workers=2)
    database.copy(settings, TEMPLATE)
    try:
        yield settings
    finally:
        database.forget(settings)


@contextmanager
def served(settings: Settings, name: str = "") -> Iterator[tuple]:
    """(address, process) of a server with two workers and nothing in front of it, stopped after the block."""
    node = replace(settings, port=odoo.free_port())
    log = settings.log(f"bench-{settings.database}{name}")
    with odoo.server(node, log, proxied=False) as process:
        yield f"http://127.0.0.1:{node.port}", process
