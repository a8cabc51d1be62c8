"""Several nodes on one machine: nginx before two Odoo servers, a PostgreSQL primary and its streaming replica."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from sandbox import database, nginx, odoo, postgres, process
from sandbox.settings import Settings

NODES = 2
PLACE = "cluster"


@dataclass
class Node:
    """One Odoo server with workers, and a port of its own for the bus."""

    settings: Settings
    log: Path
    port: int = field(default_factory=odoo.free_port)
    bus_port: int = field(default_factory=odoo.free_port)
    server: subprocess.Popen | None = None

    def start(self) -> None:
        """Start it; `wait` waits until it answers."""
        self.server = odoo.start(self.settings, self.log, self.port, self.bus_port)

    def wait(self) -> None:
        odoo.wait_until_ready(self.server, self.port, self.log)

    def kill(self) -> None:
        """End it and all its workers at once, as if its machine were gone."""
        process.kill_group(self.server)


def of(settings: Settings, place: str = PLACE) -> Settings:
    """The settings of a cluster: a PostgreSQL and files of its own, and always workers."""
    return replace(
        settings, place=place, own_postgres=True, workers=settings.workers or 2, config_name=f"odoo-{place}.conf"
    )


@contextmanager
def nodes_of(settings: Settings, standby: Settings, **config: object) -> Iterator[list]:
    """The Odoo servers inside the block, with nginx on `settings.port` before them.

    :param standby: the replica, which reads go to that decide nothing
    :param config: more options of Odoo
    """
    write_config(settings, standby, **config)
    nodes = [Node(settings, log) for log in logs(settings)]
    try:
        for node in nodes:
            node.log.unlink(missing_ok=True)
            node.start()
        for node in nodes:
            node.wait()
        with nginx.running(settings, settings.site / "nginx", [(node.port, node.bus_port) for node in nodes]):
            yield nodes
    finally:
        odoo.stop(*(node.server for node in nodes if node.server))


def logs(settings: Settings) -> list:
    """The logs of the nodes."""
    return [settings.log(f"{settings.place}-odoo{place + 1}") for place in range(NODES)]


def write_config(settings: Settings, standby: Settings, **config: object) -> None:
    """odoo.conf of the nodes: the primary, the replica, and that a proxy is in front."""
    primary, reads = postgres.connection(settings), postgres.connection(standby)
    odoo.write_config(
        settings,
        db_host=primary["PGHOST"], db_port=primary["PGPORT"], db_user=primary["PGUSER"],
        db_replica_host=reads["PGHOST"], db_replica_port=reads["PGPORT"],
        proxy_mode=True,
        **config,
    )  # fmt: skip


def ensure_database(settings: Settings) -> None:
    """The database of `make cluster` on its primary, as `make run` has it on its own."""
    odoo.write_config(settings)
    database.ensure(settings, settings.site)


def wait_for_one(nodes: list) -> Node:
    """Wait until a node has ended; which one."""
    while True:
        for node in nodes:
            if node.server.poll() is not None:
                return node
        time.sleep(1)
