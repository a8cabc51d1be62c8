"""`make run KANNEL=1` and `make sms`: messages go by Kannel to its fake SMSC, and come in from there."""

import json
import os
import re
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote_to_bytes

from sandbox import kannel, odoo, postgres
from sandbox.say import fail, say, step
from sandbox.settings import Settings

# Set by scripts/gateway.py in a database that sends by Kannel.
MARK = "mobifone_consult.sandbox_kannel"
SHORT_CODE = "1090"
# Seconds in which an answer comes, if one does.
PATIENCE = 15
RECEIVED = re.compile(r"Got message \d+: <(\S+) (\S+) (\S+) (.*)>$")


@contextmanager
def gateway(settings: Settings) -> Iterator[list]:
    """Kannel runs inside the block and the database sends by it, when KANNEL=1 says so; else it does so no more.

    :return: what the user should be told
    """
    folder = _folder(settings)
    if not settings.kannel:
        if postgres.psql(settings, f"SELECT 1 FROM ir_config_parameter WHERE key = '{MARK}'", settings.database):
            with step("switching the local outbox on again"):
                _script(settings, folder, None)
        yield []
        return
    kannel.ensure(settings)
    _require_silence(folder)
    box = kannel.Kannel(settings, folder, None)
    with step("switching the database to Kannel"):
        box.callback = _script(settings, folder, box)
    box.sent.unlink(missing_ok=True)
    with kannel.started(box):
        _ports(folder).write_text(json.dumps({"inbound": box.fake_ports[1], "sent": str(box.sent)}))
        try:
            yield [
                f"SMS go by Kannel to nobody; what was sent can be read in {box.sent}",
                'one comes in by: make sms FROM=0900000901 TEXT="TV 0900000002"',
            ]
        finally:
            _ports(folder).unlink(missing_ok=True)


def send(settings: Settings) -> None:
    """`make sms FROM=… TEXT=… [TO=…]`: let a message come in and show what its sender is answered."""
    sender, text = os.environ.get("FROM", ""), os.environ.get("TEXT", "").strip()
    recipient = os.environ.get("TO") or SHORT_CODE
    for name, number in (("FROM", sender), ("TO", recipient)):
        if not re.fullmatch(r"\+?[0-9]{3,15}", number):
            fail(f"{name} must be a number of 3 to 15 digits, not {number!r}")
    if not text or len(text) > 1000 or not text.isprintable():
        fail("TEXT must be one line, of at most 1000 characters")
    try:
        place = json.loads(_ports(_folder(settings)).read_text())
        sent = Path(place["sent"])
        begin = sent.stat().st_size
        with socket.create_connection(("127.0.0.1", place["inbound"]), timeout=5) as link:
            # As Kannel's own simulator puts it.
            link.sendall(f"{sender} {recipient} text {text}\n".encode())
            answer = _answer(sent, begin, sender)
    except OSError:
        fail("no Kannel runs here: make run KANNEL=1 first, in another terminal")
    say(f"answer from {recipient} to {sender}: {answer}" if answer else f"no answer within {PATIENCE} s")


def received(line: str) -> tuple | None:
    """Sender, recipient and text of a line in which the fake SMSC tells what it got; None for any other line."""
    found = RECEIVED.search(line)
    if not found:
        return None
    sender, recipient, kind, text = found.groups()
    if kind == "udh":  # part of a long message
        _header, kind, text = text.split(" ", 2)
    if kind != "text":
        coding = "utf-16-be" if kind == "ucs-2" else "utf-8"
        text = unquote_to_bytes(text.replace("+", " ")).decode(coding, "replace")
    return sender, recipient, text


def _answer(sent: Path, begin: int, number: str) -> str:
    """The first text that goes to the number from that place of the log on; empty when none does."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with sent.open("rb") as log:
            log.seek(begin)
            lines = log.read().decode(errors="replace").splitlines(keepends=True)
        whole = [message for line in lines if line.endswith("\n") and (message := received(line.rstrip("\n")))]
        for _sender, recipient, text in whole:
            if recipient.lstrip("+") == number.lstrip("+"):
                return text
        time.sleep(0.2)
    return ""


def _script(settings: Settings, folder: Path, box: kannel.Kannel | None) -> kannel.Callback | None:
    """Tell the database of the gateway, or with None that there is no more; what Kannel calls back by comes back."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    url = f"http://127.0.0.1:{settings.port}"
    wanted = box and {"url": box.sendsms_url, "username": box.username, "password": box.password, "callback_url": url}
    order, callback = folder / "gateway.json", folder / "callback.json"
    try:
        order.touch(0o600)
        order.write_text(json.dumps(wanted))
        odoo.script(settings, "gateway", folder)
        return box and kannel.Callback(url, **json.loads(callback.read_text()))
    finally:
        order.unlink(missing_ok=True)
        callback.unlink(missing_ok=True)


def _require_silence(folder: Path) -> None:
    """End with one line when another `make run` already has its Kannel here; what a killed one left is removed."""
    if not _ports(folder).exists():
        return
    try:
        port = json.loads(_ports(folder).read_text())["inbound"]
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except (OSError, ValueError, KeyError):
        shutil.rmtree(folder)
    else:
        fail(f"another make run has its Kannel in {folder}: stop it first, or choose another SANDBOX")


def _folder(settings: Settings) -> Path:
    return settings.home / "sms" / "run"


def _ports(folder: Path) -> Path:
    return folder / "ports.json"
