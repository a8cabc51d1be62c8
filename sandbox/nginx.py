"""nginx in front of Odoo nodes, on loopback: with the very configuration that docs/operations.md offers."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sandbox import process
from sandbox.odoo import require_free_port
from sandbox.say import fail
from sandbox.settings import ROOT, Settings
from sandbox.unpacked import Programs

DEBIANS = Programs(name="nginx", programs=("nginx",), places=("usr/sbin",), packages=("nginx",), size="1 MB")
SITE = ROOT / "docs" / "nginx.conf"
# What a machine's own nginx.conf says around such a file; nothing outside of our folder is touched.
MAIN = """\
daemon off;
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 2000; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


def ensure(settings: Settings) -> None:
    """See that nginx is there."""
    DEBIANS.ensure(settings)


@contextmanager
def running(settings: Settings, folder: Path, nodes: list) -> Iterator[None]:
    """nginx on `settings.port` inside the block.

    :param folder: for its configuration and logs
    :param nodes: (HTTP port, gevent port) of two Odoo nodes
    """
    require_free_port(settings.port)
    folder.mkdir(parents=True, exist_ok=True)
    user = "" if os.geteuid() else "user root;"  # else its workers would be somebody who may not enter the folder
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user))
    (folder / "site.conf").write_text(site(settings.port, folder, nodes))
    program, env = DEBIANS.command(settings, "nginx")
    command = [program, "-e", folder / "error.log", "-p", folder, "-c", folder / "nginx.conf"]
    with (folder / "nginx.out").open("w") as out:
        nginx = process.start(command, stdout=out, stderr=out, cwd=folder, env=env)
    try:
        _wait_until_ready(nginx, settings.port, folder)
        yield
    finally:
        nginx.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            nginx.wait(5)
        process.kill_group(nginx)


def site(port: int, folder: Path, nodes: list) -> str:
    """The documented file with our addresses, without TLS."""
    text = SITE.read_text()
    changes = {
        "listen 443 ssl;": f"listen 127.0.0.1:{port};",
        "    ssl_certificate     /etc/ssl/consult.example.com.pem;\n": "",
        "    ssl_certificate_key /etc/ssl/private/consult.example.com.key;\n": "",
        '    add_header Strict-Transport-Security "max-age=31536000" always;\n': "",
        " secure samesite": " samesite",
        "/var/log/nginx/odoo.log": f"{folder}/access.log",
    }
    for place, (http, bus) in enumerate(nodes):
        changes |= {f"10.0.0.1{place + 1}:8069": f"127.0.0.1:{http}", f"10.0.0.1{place + 1}:8072": f"127.0.0.1:{bus}"}
    for theirs, ours in changes.items():
        if theirs not in text:
            fail(f"{SITE} says no more {theirs.strip()!r}")
        text = text.replace(theirs, ours)
    return text


def _wait_until_ready(nginx: subprocess.Popen, port: int, folder: Path) -> None:
    for _try in range(100):
        if nginx.poll() is not None:
            break
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.1)
    fail(f"nginx did not start (its log: {folder / 'error.log'})")
