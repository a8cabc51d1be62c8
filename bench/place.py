"""Where a benchmark works: a copy of the prepared database for itself, and servers on it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg2

from sandbox import cluster, database, odoo, postgres
from sandbox.settings import Settings

# Nobody is connected to it: it can be copied.
TEMPLATE = os.environ["BENCH_TEMPLATE"]


def _prepared() -> Settings:
    """Of the prepared database: its own configuration and key."""
    names = {"config_name": "ODOO_RC", "identity_key_name": "MOBIFONE_IDENTITY_KEY_FILE"}
    return replace(Settings(), database=TEMPLATE, **{key: Path(os.environ[name]).name for key, name in names.items()})


@contextmanager
def copied(name: str) -> Iterator[Settings]:
    """Settings of a fresh copy of the prepared database; removed again after the block."""
    settings = replace(_prepared(), database=f"{TEMPLATE}_{name}", workers=2)
    database.copy(settings, TEMPLATE)
    try:
        yield settings
    finally:
        database.forget(settings)


def set_parameter(database: str, key: str, value: str) -> None:
    """Set a setting of the product, before a server is started on the database."""
    execute(
        database,
        """INSERT INTO ir_config_parameter (key, value) VALUES (%s, %s)
           ON CONFLICT (key) DO UPDATE SET value = excluded.value""",
        f"mobifone_consult.{key}",
        value,
    )


def execute(database: str, statement: str, *values: object) -> None:
    """Run a statement in no transaction."""
    connection = psycopg2.connect(dbname=database)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
    connection.close()


@contextmanager
def served(settings: Settings, name: str = "") -> Iterator[tuple]:
    """(address, process) of a server with two workers and nothing in front of it, stopped after the block."""
    node = replace(settings, port=odoo.free_port())
    log = settings.log(f"bench-{settings.database}{name}")
    with odoo.server(node, log, proxied=False) as process:
        yield f"http://127.0.0.1:{node.port}", process


@contextmanager
def private(name: str) -> Iterator[Settings]:
    """Settings of a copy of the prepared database on a PostgreSQL of its own, which may be killed.

    That server is as sandbox/postgres.py makes it: PostgreSQL's own defaults decide what is durable.
    """
    source = _prepared()
    settings = replace(
        cluster.of(source, f"bench/{name}"), database=f"{TEMPLATE}_{name}", config_name=f"odoo-{name}.conf"
    )
    postgres.stop(settings)  # left behind by a killed run
    shutil.rmtree(settings.site, ignore_errors=True)
    settings.site.mkdir(parents=True)
    try:
        with postgres.serving(settings):
            odoo.write_config(settings)
            database.fetch(settings, source)
            yield settings
    finally:
        shutil.rmtree(settings.site, ignore_errors=True)
