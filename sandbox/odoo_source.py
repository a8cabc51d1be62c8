"""Odoo 19 from Debian's `odoo-19` package, unpacked into a folder of ours; the system's apt is never touched."""

import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from sandbox import process
from sandbox.say import fail, run, say, step
from sandbox.settings import Settings

# The package and the assets it links to by relative paths (so they must lie under the same root).
PACKAGES = (
    "odoo-19",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-inconsolata",
    "fonts-ocr-b",
)
# Odoo links to the 4.7 webfonts, which newer suites no longer carry.
OLDER_PACKAGES = ("fonts-font-awesome",)
SUITE, OLDER_SUITE = "sid", "bookworm"
KEYRINGS = ("debian-archive-keyring.gpg", "debian-archive-keyring.pgp")
DISK_NEEDED = 4 << 30
BLUR_MODULE = "@mediapipe/selfie_segmentation@0.1.1675465747"
BLUR_FILE = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"


def ensure(settings: Settings) -> None:
    """Make `settings.odoo_root` hold a working Odoo 19."""
    if settings.odoo_source:
        release = settings.odoo_root / "odoo" / "release.py"
        if not release.is_file() or "version_info = (19, 0" not in release.read_text(errors="replace"):
            fail(f"ODOO_SOURCE={settings.odoo_source} holds no Odoo 19 (looked for {release})")
        return
    target = settings.home / "odoo"
    if target.exists():
        return
    if shutil.disk_usage(settings.home).free < DISK_NEEDED:
        fail(f"less than 4 GB free in {settings.home}: make room or set SANDBOX to a folder on another disk")
    downloads = settings.home / "downloads"
    downloads.mkdir(parents=True, exist_ok=True)
    log = settings.log("fetch")
    apt = private_apt(settings, log)
    with step("downloading Odoo 19 from Debian (130 MB)", lambda: f"{_megabytes(downloads):.0f} MB"):
        download(PACKAGES, SUITE, downloads, log, apt)
        download(OLDER_PACKAGES, OLDER_SUITE, downloads, log, apt)
    with step("unpacking it (1.2 GB)"):
        # In a new folder each time, renamed when whole: a tar of a killed try may still be writing into its own.
        for left_over in settings.home.glob("odoo-*"):
            shutil.rmtree(left_over, ignore_errors=True)
        draft = Path(tempfile.mkdtemp(prefix="odoo-", dir=settings.home))
        draft.chmod(0o755)
        for package in PACKAGES + OLDER_PACKAGES:
            # The newest of a package, should an earlier try have left an older one.
            deb = max(downloads.glob(f"{package}_*.deb"), key=lambda path: path.stat().st_mtime)
            run(["dpkg", "-x", deb, draft], f"could not unpack {deb.name}", log)
        _add_blur_module(settings, draft / settings.odoo_root.relative_to(target) / BLUR_FILE, log)
        draft.rename(target)
    shutil.rmtree(downloads)


def download(packages: tuple, suite: str, folder: Path, log: Path, apt: dict) -> None:
    """Fetch packages into `folder`; what is there already and whole is not fetched again."""
    names = [f"{name}/{suite}" for name in packages]
    run(["apt-get", "-q", "download", *names], f"could not download {packages[0]}", log, cwd=folder, env=apt)


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.glob("*.deb*")) / 1e6


def private_apt(settings: Settings, log: Path) -> dict:
    """An apt of our own (works without root): its lists are Debian's sid and bookworm at this machine's own mirror."""
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        fail("no apt-get here to fetch Odoo 19 with: set ODOO_SOURCE to a folder that holds it")
    keyring = next((path for name in KEYRINGS if (path := Path("/usr/share/keyrings") / name).exists()), None)
    mirror = os.environ.get("DEBIAN_MIRROR") or _mirror()
    if not keyring or not mirror:
        fail("no Debian mirror and keyring here: set ODOO_SOURCE, or DEBIAN_MIRROR and install debian-archive-keyring")
    home = settings.home / "downloads" / "apt"
    for folder in ("lists/partial", "cache/archives/partial"):
        (home / folder).mkdir(parents=True, exist_ok=True)
    (home / "status").touch()
    (home / "sources.list").write_text(
        "".join(f"deb [signed-by={keyring}] {mirror} {suite} main\n" for suite in (SUITE, OLDER_SUITE))
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


def _mirror() -> str | None:
    """The address of the Debian archive in the machine's own apt sources."""
    answer = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI) $(LABEL)"], capture_output=True, text=True, check=False
    )
    targets = [line.split(" ", 1) for line in answer.stdout.splitlines()]
    # The label is known once the lists were read on this machine; an address that ends so needs no label.
    return next((uri for uri, label in targets if label == "Debian" or re.search(r"/debian/?$", uri)), None)


def _add_blur_module(settings: Settings, target: Path, log: Path) -> None:
    """Debian's package lacks one file of Discuss (camera blur) without which no page's assets load."""
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = settings.home / "downloads" / "npm"
    folder.mkdir(parents=True, exist_ok=True)
    env = {**os.environ, "npm_config_cache": str(folder / "cache")}
    try:
        with log.open("ab") as out:
            command = ["npm", "pack", "--silent", BLUR_MODULE]
            code = process.call(command, timeout=60, cwd=folder, stdout=out, stderr=out, env=env)
        if code:
            raise OSError(f"npm ended with {code}")
        with tarfile.open(next(folder.glob("*.tgz"))) as archive:
            target.write_bytes(archive.extractfile("package/selfie_segmentation.js").read())
    except (OSError, tarfile.TarError, StopIteration, KeyError):
        target.write_text("/* camera blur for Discuss calls is left out of this sandbox */\n")
        say("  (npm could not fetch the camera blur of Discuss calls: left out)")
