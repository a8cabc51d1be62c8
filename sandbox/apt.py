"""An apt of our own, which works without root: packages of Debian go into folders of ours, the system's apt is never
touched."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from sandbox.say import fail, run, step
from sandbox.settings import Settings

SID, BOOKWORM = "sid", "bookworm"
KEYRINGS = ("debian-archive-keyring.gpg", "debian-archive-keyring.pgp")


def prepare(settings: Settings, log: Path, what: str, instead: str) -> dict:
    """Read the lists of Debian's sid and bookworm at this machine's own mirror.

    :param what: what is wanted of Debian, in words
    :param instead: what the user can do where there is no Debian to fetch it from
    :return: the environment in which apt-get works on those lists
    """
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        fail(f"no apt-get here to fetch {what} with: {instead}")
    keyring = next((path for name in KEYRINGS if (path := Path("/usr/share/keyrings") / name).exists()), None)
    mirror = os.environ.get("DEBIAN_MIRROR") or _mirror()
    if not keyring or not mirror:
        fail(f"no Debian mirror and keyring here: {instead}, or set DEBIAN_MIRROR and install debian-archive-keyring")
    home = settings.home / "downloads" / "apt"
    for folder in ("lists/partial", "cache/archives/partial"):
        (home / folder).mkdir(parents=True, exist_ok=True)
    (home / "status").touch()
    (home / "sources.list").write_text(
        "".join(f"deb [signed-by={keyring}] {mirror} {suite} main\n" for suite in (SID, BOOKWORM))
    )
    (home / "apt.conf").write_text(
        f'Dir::State "{home}";\nDir::State::Lists "{home}/lists";\nDir::State::status "{home}/status";\n'
        f'Dir::Cache "{home}/cache";\nDir::Etc::SourceList "{home}/sources.list";\nDir::Etc::SourceParts "/dev/null";\n'
        # As root, apt would fetch as another user, who may not enter a private folder.
        f'APT::Sandbox::User "root";\nAcquire::Retries "3";\nAcquire::Languages "none";\n'
    )
    env = {**os.environ, "APT_CONFIG": str(home / "apt.conf"), "LC_ALL": "C"}
    with step("reading Debian's package lists"):
        run(["apt-get", "-q", "update", "--error-on=any"], "could not read Debian's package lists", log, env=env)
    return env


def download(packages: tuple, suite: str, folder: Path, log: Path, env: dict) -> None:
    """Fetch packages into `folder`; what is there already and whole is not fetched again."""
    names = [f"{name}/{suite}" for name in packages]
    run(["apt-get", "-q", "download", *names], f"could not download {packages[0]}", log, cwd=folder, env=env)


def unpack(packages: tuple, folder: Path, target: Path, log: Path) -> None:
    """Unpack the packages fetched into `folder`."""
    for package in packages:
        # The newest of a package, should an earlier try have left an older one.
        deb = max(folder.glob(f"{package}_*.deb"), key=lambda path: path.stat().st_mtime)
        run(["dpkg", "-x", deb, target], f"could not unpack {deb.name}", log)


def _mirror() -> str | None:
    """The address of the Debian archive in the machine's own apt sources."""
    answer = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI) $(LABEL)"], capture_output=True, text=True, check=False
    )
    targets = [line.split(" ", 1) for line in answer.stdout.splitlines()]
    # The label is known once the lists were read on this machine; an address that ends so needs no label.
    return next((uri for uri, label in targets if label == "Debian" or re.search(r"/debian/?$", uri)), None)
