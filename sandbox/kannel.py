"""Kannel, the SMS gateway, on loopback: its programs, and both its boxes running beside an SMSC that is none."""

import secrets
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sandbox import kannel_conf, process
from sandbox.odoo import free_port
from sandbox.say import fail
from sandbox.settings import Settings
from sandbox.unpacked import Programs

BOXES = ("bearerbox", "smsbox")
PROGRAMS = (*BOXES, "fakesmsc")
DEBIANS = Programs(
    name="Kannel",
    programs=PROGRAMS,
    places=("usr/sbin", "usr/bin", "usr/lib/kannel/test"),
    packages=("kannel", "kannel-extras"),
    size="3 MB",
)
USER = "odoo"
LINK = "smsc"


@dataclass(frozen=True)
class Callback:
    """Where inbound messages go: Odoo's address, the gateway there and its callback password."""

    url: str
    gateway_id: int
    secret: str


@dataclass(frozen=True)
class Smpp:
    """An SMPP server on loopback to send by."""

    port: int
    user: str = "odoo"
    password: str = "smpp"


def ensure(settings: Settings) -> None:
    """See that Kannel's programs are there."""
    DEBIANS.ensure(settings)


class Kannel:
    """Kannel's two boxes, its configuration and logs in a folder of their own.

    `sendsms_url`, `username` and `password` are what Odoo sends by; `status_url` tells the state in words. Without an
    SMPP server, what is sent comes to the file `sent`, and `fake_ports` are those of the fake SMSC: out, in.
    """

    def __init__(self, settings: Settings, folder: Path, callback: Callback | None, smpp: Smpp | None = None):
        self.settings, self.folder, self.callback, self.smpp = settings, folder, callback, smpp
        self.username, self.password = USER, secrets.token_hex(12)
        self._status_password, self._admin_password = secrets.token_hex(12), secrets.token_hex(12)
        self._sendsms_port, self._admin_port, self._box_port = free_port(), free_port(), free_port()
        self.fake_ports = () if smpp else (free_port(), free_port())
        self.sendsms_url = f"http://127.0.0.1:{self._sendsms_port}/cgi-bin/sendsms"
        self.status_url = f"http://127.0.0.1:{self._admin_port}/status.txt?password={self._status_password}"
        self.sent = folder / "fakesmsc.out"
        self.bearerbox: subprocess.Popen | None = None
        self.smsbox: subprocess.Popen | None = None
        self.fakesmsc: subprocess.Popen | None = None

    def write_config(self) -> Path:
        """kannel.conf, for us alone."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (self.folder / "spool").mkdir(exist_ok=True)
        callback, smpp = self.callback, self.smpp or Smpp(0)
        host = urlsplit(callback.url).netloc
        out_port, in_port = self.fake_ports or (0, 0)
        path = self.folder / "kannel.conf"
        path.touch(0o600)
        path.write_text(
            kannel_conf.text(
                smpp=bool(self.smpp), folder=self.folder, link=LINK, username=self.username, password=self.password,
                admin_password=self._admin_password, status_password=self._status_password,
                admin_port=self._admin_port, box_port=self._box_port, sendsms_port=self._sendsms_port,
                out_port=out_port, in_port=in_port,
                smpp_port=smpp.port, smpp_user=smpp.user, smpp_password=smpp.password,
                inbound_url=f"http://kannel:{callback.secret}@{host}/sms_kannel/inbound/{callback.gateway_id}/%I",
            )
        )  # fmt: skip
        return path

    def start(self, timeout: float = 30) -> None:
        """Start what is not alive, and wait until messages can be sent."""
        config = self.write_config()
        if not _alive(self.bearerbox):
            self.stop(1)  # without their bearerbox the others are about to end
            self.bearerbox = self._program("bearerbox", "-v", 4, config)
            self._wait(lambda: "Kannel" in self.status(), "bearerbox", timeout)
        if not _alive(self.smsbox):
            self.smsbox = self._program("smsbox", "-v", 4, config)
        if not self.smpp and not _alive(self.fakesmsc):
            # It tells what it gets at this log level, wants a message to send, and sends it no times.
            self.fakesmsc = self._program(
                "fakesmsc", "-v", 0, "-H", "127.0.0.1", "-r", self.fake_ports[0], "-m", 0, "0 0 text -"
            )
        self._wait(self.is_ready, "Kannel", timeout)

    def stop(self, patience: float = 5) -> None:
        """End all that is alive, by force after so many seconds."""
        for name in ("smsbox", "bearerbox", "fakesmsc"):
            _stop(getattr(self, name), patience)
            setattr(self, name, None)

    def kill(self, name: str, number: int = signal.SIGKILL) -> None:
        """Send a signal to a box; when it is to end by it, it has.

        :param name: bearerbox (smsbox ends along with it) or smsbox
        """
        box = getattr(self, name)
        box.send_signal(number)
        if number in (signal.SIGKILL, signal.SIGTERM):
            box.wait(20)
            if box is self.bearerbox:
                _stop(self.smsbox, 1)  # it would take its time

    def status(self) -> str:
        """Kannel's own words about itself; empty when it does not answer."""
        with suppress(OSError), urllib.request.urlopen(self.status_url, timeout=3) as answer:
            return answer.read().decode(errors="replace")
        return ""

    def is_ready(self) -> bool:
        """Whether sendsms answers and the SMSC is linked."""
        try:
            urllib.request.urlopen(self.sendsms_url, timeout=3).close()
        except urllib.error.HTTPError:
            pass  # it knows nobody without a password
        except OSError:
            return False
        # Named first in the line: "    smsc[smsc]    FAKE:10001 (online 1s, …"
        return any(f"{LINK}[{LINK}]" in line and "(online" in line for line in self.status().splitlines())

    def _program(self, name: str, *arguments: object) -> subprocess.Popen:
        program, env = DEBIANS.command(self.settings, name)
        with (self.folder / f"{name}.out").open("ab") as log:
            command = [program, *arguments]
            return process.start(command, stdout=log, stderr=log, cwd=self.folder, env=env)

    def _wait(self, ready, what: str, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while not ready():
            ended = [box for name in PROGRAMS if (box := getattr(self, name)) and not _alive(box)]
            if ended or time.monotonic() > deadline:
                fail(f"{what} {'ended while starting' if ended else 'did not answer'} (its logs: {self.folder})")
            time.sleep(0.1)


@contextmanager
def started(kannel: Kannel) -> Iterator[Kannel]:
    """Kannel running inside the block."""
    try:
        kannel.start()
        yield kannel
    finally:
        kannel.stop()


@contextmanager
def running(settings: Settings, folder: Path, callback: Callback, smpp: Smpp | None = None) -> Iterator[Kannel]:
    """A Kannel with ports and passwords of its own inside the block.

    :param folder: for its configuration, logs and spool
    :param smpp: the server to send by; None: Kannel's fake SMSC, which takes everything
    """
    ensure(settings)
    with started(Kannel(settings, folder, callback, smpp)) as kannel:
        yield kannel


def _alive(box: subprocess.Popen | None) -> bool:
    return bool(box) and box.poll() is None


def _stop(box: subprocess.Popen | None, seconds: float) -> None:
    if not box:
        return
    if _alive(box):
        box.send_signal(signal.SIGTERM)
        box.send_signal(signal.SIGCONT)  # should a test have stopped it
        with suppress(subprocess.TimeoutExpired):
            box.wait(seconds)
    process.kill_group(box)
