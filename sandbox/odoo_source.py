"""Odoo 19 from Debian's `odoo-19` package, unpacked into a folder of ours; the system's apt is never touched."""

import os
import shutil
import tarfile
import tempfile
from pathlib import Path

from sandbox import apt, process
from sandbox.say import fail, say, step
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
    env = apt.prepare(settings, log, "Odoo 19", "set ODOO_SOURCE to a folder that holds it")
    with step("downloading Odoo 19 from Debian (130 MB)", lambda: f"{_megabytes(downloads):.0f} MB"):
        apt.download(PACKAGES, apt.SID, downloads, log, env)
        apt.download(OLDER_PACKAGES, apt.BOOKWORM, downloads, log, env)
    with step("unpacking it (1.2 GB)"):
        # In a new folder each time, renamed when whole: a tar of a killed try may still be writing into its own.
        for left_over in settings.home.glob("odoo-*"):
            shutil.rmtree(left_over, ignore_errors=True)
        draft = Path(tempfile.mkdtemp(prefix="odoo-", dir=settings.home))
        draft.chmod(0o755)
        apt.unpack(PACKAGES + OLDER_PACKAGES, downloads, draft, log)
        _add_blur_module(settings, draft / settings.odoo_root.relative_to(target) / BLUR_FILE, log)
        draft.rename(target)
    shutil.rmtree(downloads)


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.glob("*.deb*")) / 1e6


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
