"""Papers over HTTP: what is kept and how, decided once, nothing half done; keys changed while the server runs."""

import base64
import configparser
import io
import os
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import psycopg2
import pytest
from conftest import ODOO, RefusedError
from PIL import Image, UnidentifiedImageError

NUMBER = "001190765432"
NAME = "Khách Hàng Đen Trắng"


def photo(size=(900, 600)):
    content = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(content, "JPEG", quality=90)
    return base64.b64encode(content.getvalue()).decode()


def form(**changes):
    """A complete form of an update request."""
    return {
        "full_name": NAME, "birth_date": "15/03/1990", "gender": "female", "nationality": "Việt Nam",
        "province": "Hà Nội", "ward": "Phường Mẫu", "street": "Số 7 ngõ Mẫu", "document_type": "cccd",
        "document_number": NUMBER, "document_date": "20/05/2021", "document_place": "Cục Mẫu", "id_front": photo(),
        "id_back": photo(), "portrait": photo(), "consent": True, **changes,
    }  # fmt: skip


@pytest.fixture
def line(new_line):
    """A line whose papers are missing."""
    return new_line(registration_state="incomplete", registration_missing="portrait;id_front")


def submit(agent, number, **changes):
    """An agent's update request for the line; the answer."""
    lookup_id = agent.opened(number)["lookup_id"]
    return agent.desk("submit_registration", lookup_id=lookup_id, values=form(**changes))


def state_of(database, request_id):
    database.execute("SELECT state FROM mobifone_registration WHERE id = %s", [request_id])
    return database.fetchone()[0]


def configuration():
    parser = configparser.RawConfigParser()
    parser.read(os.environ["ODOO_RC"])
    return parser


def test_a_request_from_the_call_to_the_approval(people, line):
    agent, care = people["agent_a1"], people["care"]
    answer = submit(agent, line)
    assert answer["ok"] and answer["state"] == "submitted" and answer["due_on"]
    waiting = people["agent_b1"].opened(line)["registration"]
    assert waiting["request"]["state"] == "submitted" and not waiting["request"]["is_overdue"]
    again = submit(people["agent_b1"], line)
    assert not again["ok"] and again["verdict"]["code"] == "pending"
    request_id = answer["registration_id"]
    queue = care.call("mobifone.registration", "web_search_read", [("state", "=", "submitted")],
                      {"number_masked": {}, "identity_document_number": {}, "due_on": {}})  # fmt: skip
    assert NUMBER not in str(queue) and line not in str(queue)
    shown = care.call("mobifone.registration", "identity_reveal", [request_id], reason="Duyệt yêu cầu")
    assert shown["number"] == line and len(shown["photos"]) == 3 and NUMBER in str(shown["fields"])
    with pytest.raises(RefusedError):
        people["leader_a"].call("mobifone.registration", "identity_reveal", [request_id], reason="Xem")
    care.call("mobifone.registration", "action_approve", [request_id])
    assert people["agent_b1"].desk("lookup", number=line)["registration"]["state"] == "complete"
    with pytest.raises(RefusedError):
        care.call("mobifone.registration", "action_approve", [request_id])


def test_nothing_readable_in_the_database_or_the_filestore(people, database, line, new_line):
    begin, name = time.time() - 1, "Khách Hàng Chưa Duyệt"
    assert submit(people["agent_a1"], line, full_name=name)["ok"]
    draft = submit(people["agent_a1"], new_line(registration_state="incomplete"), full_name=name, portrait=None)
    assert draft["state"] == "draft"
    secrets = [text.encode() for text in (NUMBER, name, "1990-03-15", "Số 7 ngõ Mẫu")]
    secrets += [base64.b64encode(secret).rstrip(b"=") for secret in secrets]
    database.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
    tables = [row[0] for row in database.fetchall()]
    assert "mobifone_identity" in tables
    found = 0
    for table in tables:
        dump = io.BytesIO()
        database.copy_expert(f"COPY {table} TO STDOUT", dump)
        content = dump.getvalue()
        # Columns of bytes are dumped in hexadecimal.
        for secret in [*secrets, *(secret.hex().encode() for secret in secrets)]:
            assert secret not in content, table
        found += len(content)
    assert found > 1_000_000
    files = Path(configuration()["options"]["data_dir"]) / "filestore" / os.environ["MOBIFONE_DB"]
    young = [path for path in files.rglob("*") if path.is_file() and path.stat().st_mtime >= begin]
    assert len(young) >= 5, "the photos are there"
    for path in young:
        content = path.read_bytes()
        assert not any(secret in content for secret in secrets)
        assert b"JFIF" not in content
        with pytest.raises(UnidentifiedImageError):
            Image.open(io.BytesIO(content))


def test_two_reviewers_at_once_decide_once(people, database, new_line):
    care, manager = people["care"], people["manager"]
    for _round in range(4):
        number = new_line(registration_state="incomplete", registration_missing="portrait")
        request_id = submit(people["agent_a1"], number)["registration_id"]

        with ThreadPoolExecutor(4) as pool:
            outcomes = list(pool.map(attempt, (care, manager, care, manager), [request_id] * 4))
        assert outcomes.count("approved") == 1, outcomes
        assert set(outcomes) - {"approved"} <= {"UserError"}
        assert state_of(database, request_id) == "approved"
        database.execute(
            "SELECT count(*) FROM mobifone_identity_log WHERE registration_ref = %s AND action = 'approve'",
            [request_id],
        )
        assert database.fetchone()[0] == 1


def test_agents_at_once_make_one_request(people, database, line):
    agents = [people[login] for login in ("agent_a1", "agent_a2", "agent_b1", "leader_a")]
    opened = [(agent, agent.opened(line)["lookup_id"]) for agent in agents]

    def send(job):
        agent, lookup_id = job
        try:
            return agent.desk("submit_registration", lookup_id=lookup_id, values=form())
        except RefusedError as error:
            return {"ok": False, "verdict": {"code": error.name}}

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, opened))
    assert [answer["ok"] for answer in answers].count(True) == 1, answers
    database.execute(
        """SELECT count(*) FROM mobifone_registration request
             JOIN mobifone_subscriber line ON line.id = request.subscriber_id WHERE line.msisdn = %s""",
        ["+84" + line[1:]],
    )
    assert database.fetchone()[0] == 1


def test_an_approval_killed_between_its_writes_has_done_nothing(people, database, line):
    """The server's workers are killed while the approval waits for a row, with half of its writes behind it."""
    request_id = submit(people["agent_a1"], line)["registration_id"]

    def snapshot():
        database.execute(
            """SELECT r.state, p.name, (SELECT count(*) FROM mobifone_identity i WHERE i.partner_id = p.id),
                      (SELECT count(*) FROM mobifone_subscriber_note n WHERE n.subscriber_id = r.subscriber_id),
                      (SELECT count(*) FROM mobifone_identity_log l WHERE l.registration_ref = r.id)
                 FROM mobifone_registration r JOIN res_partner p ON p.id = r.partner_id WHERE r.id = %s""",
            [request_id],
        )
        return database.fetchone()

    def waiting():
        database.execute(
            """SELECT application_name, pid FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE %s""",
            ["%INSERT INTO mobifone_subscriber_note%"],
        )
        return database.fetchone()

    def alive(backend):
        database.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", [backend])
        return database.fetchone()

    def until(condition):
        return next(found for _try in range(200) if (found := condition()) or time.sleep(0.1))

    before, outcome = snapshot(), []
    assert before[0] == "submitted"
    rival = psycopg2.connect("")
    with rival.cursor() as cursor:
        # The note is the last but one of the writes.
        cursor.execute(
            """INSERT INTO mobifone_subscriber_note (subscriber_id, topic, value, noted_on)
               SELECT subscriber_id, 'registration_state', 'incomplete', now() AT TIME ZONE 'UTC'
                 FROM mobifone_registration WHERE id = %s""",
            [request_id],
        )
        thread = threading.Thread(target=lambda: outcome.append(attempt(people["care"], request_id)))
        thread.start()
        master, backend = until(waiting)
        assert snapshot() == before, "nobody sees half of it"
        for worker in psutil.Process(int(master.removeprefix("odoo-"))).children():
            if "gevent" not in worker.cmdline():
                worker.kill()  # the server starts others in their place
        rival.rollback()
    rival.close()
    thread.join(60)
    assert outcome == ["lost"]
    until(lambda: not alive(backend))
    assert snapshot() == before
    assert attempt(people["care"], request_id) == "approved"
    assert snapshot() == ("approved", NAME, 1, 1, before[4] + 1)


def test_a_feed_that_gives_the_line_away_comes_before_an_approval(people, database, line):
    request_id = submit(people["agent_a1"], line)["registration_id"]
    feed = psycopg2.connect("")
    with feed.cursor() as cursor:
        cursor.execute("UPDATE mobifone_subscriber SET partner_id = NULL WHERE msisdn = %s", ["+84" + line[1:]])
        assert attempt(people["care"], request_id) == "UserError", "the line is being updated"
        feed.commit()
    feed.close()
    assert attempt(people["care"], request_id) == "UserError", "the line was given up"
    assert state_of(database, request_id) == "submitted"


def attempt(person, request_id):
    """Approve the request: "approved", the name of the refusal, or "lost" without an answer."""
    try:
        person.call("mobifone.registration", "action_approve", [request_id])
    except RefusedError as error:
        return error.name
    except OSError:
        return "lost"
    return "approved"


def test_the_keys_are_changed_while_the_server_runs(people, line, new_line):
    path = Path(os.environ["MOBIFONE_IDENTITY_KEY_FILE"])
    kept = path.read_bytes()
    care = people["care"]
    request_id = submit(people["agent_a1"], line)["registration_id"]

    def keys(*arguments):
        command = [ODOO, "mobifone_keys", *arguments, "-d", os.environ["MOBIFONE_DB"]]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    def revealed():
        return care.call("mobifone.registration", "identity_reveal", [request_id], reason="Đổi khóa")

    try:
        assert keys("new").returncode == 0
        assert len(path.read_text().split()) == 2 and path.stat().st_mode & 0o077 == 0
        assert NUMBER in str(revealed()["fields"])
        pruned = keys("prune")
        assert pruned.returncode == 0, pruned.stderr
        [new] = path.read_text().split()
        assert new.encode() not in kept
        assert len(revealed()["photos"]) == 3, "the old key is not needed any more"
        checked = keys("check")
        assert checked.returncode == 0 and "every identity can be opened" in checked.stdout
        path.write_bytes(kept)
        assert keys("check").returncode == 1
        with pytest.raises(RefusedError, match=r"not in the key file"):
            revealed()
        path.write_text(new + "\n")
        assert NUMBER in str(revealed()["fields"])
        path.unlink()
        with pytest.raises(RefusedError, match=r"khóa"):
            submit(people["agent_a1"], new_line())
        path.write_text(new + "\n")
    finally:
        path.with_name(f"{path.name}.old").unlink(missing_ok=True)
        if not path.exists():
            path.write_bytes(kept)
