"""Lines fed over HTTP with the feed's key, and by the command: what is taken, refused, and told."""

import csv
import gzip
import io
import os
import signal
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
import requests
from conftest import DATABASE, ODOO, URL

SYNC = f"{URL}/mobifone_consult/sync"
# The key of the product's lock of syncs.
LOCK = 0x4D4246_4C4644
# Numbers of these tests alone.
NUMBERS = [f"09002{n:05d}" for n in range(50)]


@pytest.fixture
def key():
    return Path(os.environ["MOBIFONE_FEED_KEY"]).read_text().strip()


def send(key, body, content_type="text/csv", **params):
    headers = {"Authorization": f"Bearer {key}", "Content-Type": content_type}
    return requests.post(SYNC, params=params, data=body, headers=headers, timeout=60)


def test_a_file_is_fed_once_plain_or_packed(key, people, database):
    rows = [f"{number},smartphone" for number in NUMBERS]
    body = "\n".join(["msisdn,device_class", *rows, "nonsense,smartphone", "0890123456,smartphone", ""]).encode()
    answer = send(key, body, name="lines.csv")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["counts"]["read"] == 52 and told["counts"]["inserted"] == 50
    assert (told["counts"]["rejected"], told["counts"]["quarantined"]) == (1, 1)
    assert [(row["line"], row["value"]) for row in told["rejected"]] == [("52", "nonsense"), ("53", "0890123456")]
    rejects = requests.get(URL + told["rejects_url"], headers={"Authorization": f"Bearer {key}"}, timeout=60)
    assert [row["value"] for row in csv.DictReader(io.StringIO(rejects.text))] == ["nonsense", "0890123456"]
    # An agent sees the line at once; a stranger does not see the rejects.
    assert people["agent_a1"].desk("lookup", number=NUMBERS[0])["line"]["device_class"] == "smartphone"
    assert requests.get(URL + told["rejects_url"], timeout=60, allow_redirects=False).status_code in (303, 401, 403)
    [run] = people["manager"].call("mobifone.feed.run", "read", [told["run_id"]], ["state", "name", "source"])
    assert (run["state"], run["name"], run["source"]) == ("done", "lines.csv", "http")
    again = send(key, gzip.compress(body)).json()["counts"]
    assert (again["unchanged"], again["inserted"], again["changed"]) == (50, 0, 0)


def test_a_file_in_pieces_of_unknown_length(key):
    """As a program sends what it is just making."""
    pieces = (f"{line}\n".encode() for line in ("msisdn,payment_mode", *(f"{number},prepaid" for number in NUMBERS)))
    counts = send(key, pieces).json()["counts"]
    assert counts["read"] == 50 and counts["rejected"] == 0


@pytest.mark.parametrize(
    ("body", "options", "status"),
    [
        (b"", {}, 400),
        (b"msisdn,colour\n0900200000,red\n", {}, 400),
        (b"\x1f\x8bnothing", {}, 400),
        (b"\x00\xff\xfe", {}, 400),
        (b"msisdn\n0900200000\n", {"mode": "everything"}, 400),
        (b"msisdn\n0900200000\n", {"mode": ""}, 400),
        (b"msisdn\n0900200000\n", {"mode": "full"}, 400),  # it would end nearly all lines
        (b"msisdn=0900200000", {"content_type": "application/x-www-form-urlencoded"}, 415),
    ],
)
def test_nonsense_is_refused_with_words(key, people, body, options, status):
    answer = send(key, body, name="nonsense.csv", **options)
    assert answer.status_code == status, answer.text
    assert answer.json()["error"]
    if status == 400 and options.get("mode", "full") == "full":
        domain = [("name", "=", "nonsense.csv")]
        [run] = people["manager"].call("mobifone.feed.run", "search_read", domain, ["state", "message"], limit=1)
        assert (run["state"], run["message"]) == ("failed", answer.json()["error"])


def test_a_connection_that_ends_before_the_file(key, people):
    """Told on the record, not in the server's log of errors; nothing was changed."""
    rows = b"msisdn\n" + b"".join(b"09003%05d\n" % n for n in range(2000))
    address = urlsplit(URL)
    for name, body in (("cut.csv", rows), ("cut.csv.gz", gzip.compress(rows))):
        head = (
            f"POST /mobifone_consult/sync?name={name} HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Type: text/csv\r\n"
            f"Authorization: Bearer {key}\r\nContent-Length: {len(body) + 10}\r\n\r\n"
        )
        with socket.create_connection((address.hostname, address.port), timeout=60) as connection:
            connection.sendall(head.encode() + body)
            connection.shutdown(socket.SHUT_WR)
            answer = connection.makefile("rb").read()
        assert answer.split()[1] == b"400", answer
        domain = [("name", "=", name)]
        [run] = people["manager"].call("mobifone.feed.run", "search_read", domain, ["state", "message"], limit=1)
        assert run["state"] == "failed" and run["message"]
    assert send(key, b"msisdn\n0900300000\n").json()["counts"]["inserted"] == 1


def test_who_may_feed(key, people):
    body = b"msisdn\n0900200000\n"
    assert requests.post(SYNC, data=body, headers={"Content-Type": "text/csv"}, timeout=60).status_code in (401, 403)
    assert send("no key", body).status_code in (401, 403)
    for login in ("agent_a1", "vendor_a", "manager"):
        # A session alone does not do: a page elsewhere could make a browser send this.
        assert people[login].http.post(
            SYNC, data=body, headers={"Content-Type": "text/csv"}, timeout=60
        ).status_code in (
            401,
            403,
        ), login


def test_the_second_is_refused_and_the_first_is_named(key):
    with psycopg2.connect("") as connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        answer = send(key, b"msisdn\n0900200000\n")
        assert answer.status_code == 409 and answer.json()["error"]
        connection.rollback()
    assert send(key, b"msisdn\n0900200000\n").status_code == 200


def test_of_many_at_once_one_runs(key):
    body = ("msisdn,payment_mode\n" + "".join(f"09001{n:05d},prepaid\n" for n in range(3000))).encode()
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _n: send(key, body), range(6)))
    statuses = sorted(answer.status_code for answer in answers)
    assert set(statuses) <= {200, 409} and 200 in statuses
    assert sum(answer.json()["counts"]["inserted"] for answer in answers if answer.status_code == 200) == 3000


def test_the_command(tmp_path, new_line):
    file = tmp_path / "lines.csv"
    file.write_text(f"msisdn,payment_mode\n{new_line(payment_mode='prepaid')},postpaid\nnonsense,\n")
    command = [ODOO, "mobifone_sync", "-d", DATABASE, file]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "changed 1" in done.stdout and "rejected 1" in done.stdout
    assert "nonsense" in (tmp_path / "lines.csv.rejects.csv").read_text()
    done = subprocess.run([*command, "--full"], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1 and "mobifone_sync:" in done.stderr


def test_the_command_is_interrupted(tmp_path, people):
    """While PostgreSQL takes the rows: what is said is not that the database failed."""
    command = [ODOO, "mobifone_sync", "-d", DATABASE, "/dev/stdin", "--rejects", tmp_path / "rejects.csv"]
    # Where the tests run in the background, Ctrl-C is nobody's: not so for the command.
    command = ["env", "--default-signal=INT", *command]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdin.write(b"msisdn,payment_mode\n" + b"0900200001,prepaid\n" * 200_000)  # read but for a pipe's room
        process.send_signal(signal.SIGINT)
        _out, told = process.communicate(timeout=120)
    assert process.returncode == 1 and b"interrupted, nothing was changed" in told, told
    fields = ["name", "state", "message"]
    [run] = people["manager"].call("mobifone.feed.run", "search_read", [], fields, limit=1, order="id desc")
    assert run["name"].startswith("stdin (") and run["name"].endswith(f"@{socket.gethostname()})")
    assert run["state"] == "failed"
    assert "KeyboardInterrupt" in run["message"]


def test_the_command_gives_way(tmp_path):
    """Agents on the same machine go first, also where the kernel shares out by session."""
    command = [ODOO, "mobifone_sync", "-d", DATABASE, "/dev/stdin", "--rejects", tmp_path / "rejects.csv"]
    given = (10, "10"), (10, False)
    told, deadline = (0, False), time.monotonic() + 60
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True) as process:
        session = Path(f"/proc/{process.pid}/autogroup")
        while told not in given and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
            told = os.getpriority(os.PRIO_PROCESS, process.pid), session.exists() and session.read_text().split()[-1]
        process.communicate(b"msisdn,payment_mode\n0900200001,prepaid\n", timeout=120)
    assert process.returncode == 0
    assert told in given
