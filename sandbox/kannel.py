"""A Kannel of our own: the machine's programs, or Debian's unpacked into the sandbox; all of it on loopback."""

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sandbox import odoo_source, process
from sandbox.odoo import free_port
from sandbox.say import fail, run, step
from sandbox.settings import Settings

PACKAGES = ("kannel", "kannel-extras", "libct4", "libhiredis0.14", "libmariadb3", "libpcre3")
# Where the machine's own libraries are other ones than those it was built with.
LIBRARIES = {
    "libpq.so.5": "libpq5",
    "libxml2.so.2": "libxml2",
    "libsqlite3.so.0": "libsqlite3-0",
    "libssl.so.3": "libssl3",
}
PROGRAMS = {
    "bearerbox": "usr/sbin/bearerbox",
    "smsbox": "usr/sbin/smsbox",
    "fakesmsc": "usr/lib/kannel/test/fakesmsc",
}
START_LIMIT = 30  # seconds


@dataclass(frozen=True)
class Callback:
    """The Odoo that inbound messages go to; reports bring their address with them."""

    url: str
    gateway_id: int
    secret: str

    @property
    def inbound(self) -> str:
        """The address for inbound messages, with its credentials."""
        return self.url.replace("://", f"://kannel:{self.secret}@") + f"/sms_kannel/inbound/{self.gateway_id}/%I"


@dataclass(frozen=True)
class Smpp:
    """An SMSC on this machine that speaks SMPP."""

    port: int
    user: str = "odoo"
    password: str = "smpp"


def ensure(settings: Settings) -> None:
    """See that Kannel's programs are there."""
    if all(_installed(name) for name in PROGRAMS):
        return
    target = settings.home / "kannel"
    if target.exists():
        return
    log, downloads = settings.log("kannel-fetch"), settings.home / "downloads"
    downloads.mkdir(parents=True, exist_ok=True)
    apt = odoo_source.private_apt(settings, log)
    draft = settings.home / f"kannel-{os.getpid()}"
    with step("downloading and unpacking Kannel from Debian (3 MB)"):
        wanted = PACKAGES
        for _round in range(2):
            odoo_source.download(wanted, odoo_source.OLDER_SUITE, downloads, log, apt)
            for package in wanted:
                run(["dpkg", "-x", next(downloads.glob(f"{package}_*.deb")), draft], f"could not unpack {package}", log)
            missing = _missing(draft)
            wanted = [LIBRARIES[name] for name in missing if name in LIBRARIES]
            if not wanted:
                break
    shutil.rmtree(downloads)
    if missing:
        shutil.rmtree(draft)
        fail(f"Kannel needs {', '.join(sorted(missing))}, which this machine has not: install Kannel by hand")
    draft.rename(target)


def _installed(name: str) -> str | None:
    return shutil.which(name) or next(filter(os.path.exists, [f"/{PROGRAMS[name]}"]), None)


def _library_path(root: Path) -> str:
    """Where the unpacked packages keep their libraries: usr/lib/<machine>, lib/<machine>."""
    folders = {path.parent for pattern in ("usr/lib/*/*.so*", "lib/*/*.so*") for path in root.glob(pattern)}
    return os.pathsep.join(sorted(map(str, folders)))


def _missing(root: Path) -> set:
    env = {**os.environ, "LD_LIBRARY_PATH": _library_path(root)}
    answers = (
        subprocess.run(["ldd", root / path], capture_output=True, text=True, env=env, check=False).stdout
        for path in PROGRAMS.values()
    )
    return {name for answer in answers for name in re.findall(r"(\S+) => not found", answer)}


class Kannel:
    """bearerbox and smsbox, started and stopped apart, and what is needed to speak to them."""

    def __init__(self, settings: Settings, folder: Path, callback: Callback, smpp: Smpp | None):
        self.folder, self._settings = folder, settings
        self.username, self.password = "odoo", secrets.token_hex(8)
        self.sendsms_port, self._status_port, self._box_port, self.fake_port = (free_port() for _n in range(4))
        self._status_password = secrets.token_hex(8)
        self._boxes: dict = {}
        (folder / "spool").mkdir(parents=True, exist_ok=True)
        self._config = folder / "kannel.conf"
        self._config.unlink(missing_ok=True)
        self._config.touch(0o600)
        self._config.write_text(self._configuration(callback, smpp))

    @property
    def sendsms_url(self) -> str:
        return f"http://127.0.0.1:{self.sendsms_port}/cgi-bin/sendsms"

    def start(self) -> None:
        """Start what is not running, and wait until it answers. A box that ends meanwhile is started again, as systemd
        would: smsbox ends by itself when it loses its bearerbox."""
        for name, port in (("bearerbox", self._box_port), ("smsbox", self.sendsms_port)):
            self._keep(name)
            self._wait(name, lambda port=port: _answers(port))

    def _keep(self, name):
        box = self._boxes.get(name)
        if not box or box.poll() is not None:
            self._boxes[name] = self.program(name, "-v", "4", self._config)

    def wait_online(self) -> None:
        """Wait until the SMSC's link is up."""
        self._wait("bearerbox", lambda: "online" in self._status())

    def program(self, name: str, *arguments: object) -> subprocess.Popen:
        """Start one of Kannel's programs; what it says goes to <name>.out in the folder."""
        path = _installed(name) or self._settings.home / "kannel" / PROGRAMS[name]
        env = {**os.environ, "LD_LIBRARY_PATH": _library_path(self._settings.home / "kannel")}
        with (self.folder / f"{name}.out").open("ab") as out:
            return process.start([path, *arguments], cwd=self.folder, stdout=out, stderr=out, env=env)

    def kill(self, name: str, number: int = signal.SIGKILL) -> None:
        """Send a signal to a box; after SIGKILL it is gone."""
        box = self._boxes[name]
        os.kill(box.pid, number)
        if number == signal.SIGKILL:
            box.wait()

    def stop(self) -> None:
        """End both boxes: politely, then for good."""
        for box in reversed(self._boxes.values()):
            if box.poll() is None:
                box.terminate()
            with suppress(subprocess.TimeoutExpired):
                box.wait(5)
            process.kill_group(box)

    def _status(self):
        url = f"http://127.0.0.1:{self._status_port}/status.txt?password={self._status_password}"
        with suppress(OSError), urllib.request.urlopen(url, timeout=5) as answer:
            return answer.read().decode(errors="replace")
        return ""

    def _wait(self, name, is_ready):
        deadline = time.monotonic() + START_LIMIT
        while not is_ready():
            if time.monotonic() > deadline:
                fail(f"Kannel's {name} did not start (its words: {self.folder / name}.out)")
            time.sleep(0.3)
            self._keep(name)

    def _configuration(self, callback, smpp):
        link = {
            "smsc": "smpp", "smsc-id": "SIM", "host": "127.0.0.1", "port": smpp.port, "transceiver-mode": "true",
            "smsc-username": smpp.user, "smsc-password": smpp.password, "system-type": '""', "interface-version": 34,
            "throughput": 0, "max-pending-submits": 50, "enquire-link-interval": 30, "reconnect-delay": 2,
            "wait-ack": 10, "source-addr-autodetect": "true", "dest-addr-ton": 1, "dest-addr-npi": 1,
        } if smpp else {
            "smsc": "fake", "smsc-id": "SIM", "port": self.fake_port, "connect-allow-ip": "127.0.0.1",
        }  # fmt: skip
        groups = [
            ("core", {
                "admin-port": self._status_port, "admin-interface": "127.0.0.1", "admin-password": secrets.token_hex(8),
                "status-password": self._status_password, "smsbox-port": self._box_port,
                "smsbox-interface": "127.0.0.1", "box-deny-ip": "*.*.*.*", "box-allow-ip": "127.0.0.1",
                "log-file": self.folder / "bearerbox.log", "log-level": 2, "store-type": "spool",
                "store-location": self.folder / "spool", "sms-resend-freq": 2, "sms-resend-retry": 20,
            }),
            ("smsc", link),
            ("smsbox", {
                "bearerbox-host": "127.0.0.1", "smsbox-id": "odoo", "sendsms-interface": "127.0.0.1",
                "sendsms-port": self.sendsms_port, "sendsms-chars": '"0123456789+"',
                "log-file": self.folder / "smsbox.log", "log-level": 2,
                # Reports and inbound messages wait half a day for an Odoo that is away.
                "http-request-retry": 21600, "http-queue-delay": 2, "http-timeout": 20, "max-pending-requests": 4,
                "reply-couldnotfetch": '"He thong ban, vui long thu lai sau."',
                "reply-requestfailed": '"He thong ban, vui long thu lai sau."', "mo-recode": "true",
            }),
            ("sendsms-user", {
                "username": self.username, "password": self.password, "user-deny-ip": "*.*.*.*",
                "user-allow-ip": "127.0.0.1", "max-messages": 6, "concatenation": "true",
                "default-sender": "MobiFone", "forced-smsc": "SIM",
            }),
            ("sms-service", {
                "keyword": "default", "catch-all": "true", "post-url": f'"{callback.inbound}"', "send-sender": "true",
                "max-messages": 1, "assume-plain-text": "true", "accept-x-kannel-headers": "true",
                "omit-empty": "true",
            }),
            ("smsbox-route", {"smsbox-id": "odoo", "smsc-id": "SIM"}),
        ]  # fmt: skip
        return "\n".join(
            "\n".join([f"group = {name}", *(f"{key} = {value}" for key, value in values.items())]) + "\n"
            for name, values in groups
        )


@contextmanager
def running(settings: Settings, folder: Path, callback: Callback, smpp: Smpp | None = None) -> Iterator[Kannel]:
    """A Kannel that answers; with an SMPP link when `smpp` is given, else with Kannel's own fake SMSC."""
    kannel = Kannel(settings, folder, callback, smpp)
    try:
        kannel.start()
        yield kannel
    finally:
        kannel.stop()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
