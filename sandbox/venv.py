"""The virtual environment, made from requirements.lock, with Odoo on its path and the command `odoo` in its bin."""

import hashlib
import shutil
import sys

from sandbox.say import last_line, run, step
from sandbox.settings import ROOT, Settings

LAUNCHER = """#!{python}
# With workers Odoo starts itself once more by the name of its script, so it needs one that is not `-m odoo`.
from odoo.cli.command import main

main()
"""


def ensure(settings: Settings, *, tests: bool = False) -> None:
    """Make the environment hold what Odoo needs, and what the tests need when `tests`."""
    _make(settings)
    files = ["requirements.txt", "requirements-test.txt"] if tests else ["requirements.txt"]
    _install(settings, files)
    _install_addons(settings)
    _link_odoo(settings)


def _make(settings: Settings) -> None:
    folder = settings.home / "venv"
    stamp = folder / "made.stamp"
    wanted = f"{sys.version} {sys.base_prefix}"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    shutil.rmtree(folder, ignore_errors=True)  # half made, or made by another Python
    with step("making the virtual environment"):
        what = "could not make a virtual environment (on Debian: apt-get install python3-venv)"
        run([sys.executable, "-m", "venv", folder], what, settings.log("pip"))
    stamp.write_text(wanted)


def _install(settings: Settings, files: list) -> None:
    lock = ROOT / "sandbox" / "requirements.lock"
    paths = [ROOT / "sandbox" / file for file in files]
    # What each file was installed as: with the lock it was installed by.
    stamps = {
        settings.home / "venv" / f"{path.stem}.stamp": hashlib.sha256(path.read_bytes() + lock.read_bytes()).hexdigest()
        for path in paths
    }
    if all(stamp.exists() and stamp.read_text() == wanted for stamp, wanted in stamps.items()):
        return
    # Byte code is made when first needed: a fifth of what is installed is ever imported.
    options = ["--no-input", "--disable-pip-version-check", "--no-compile", "--prefer-binary", "--progress-bar", "off"]
    command = [settings.python, "-m", "pip", "install", *options, "-c", lock]
    for path in paths:
        command += ["-r", path]
    log = settings.log("pip")
    with step("installing the Python packages", last_line(log)):
        run(command, "could not install the Python packages", log)
    for stamp, wanted in stamps.items():
        stamp.write_text(wanted)


def _install_addons(settings: Settings) -> None:
    """Others' add-ons of Odoo, in a folder of their own: pip would look for Odoo itself, which is on no index."""
    wanted_file = ROOT / "sandbox" / "requirements-addons.txt"
    wanted = hashlib.sha256(wanted_file.read_bytes()).hexdigest()
    stamp = settings.home / "addons" / "made.stamp"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    shutil.rmtree(settings.home / "addons", ignore_errors=True)
    options = ["--no-input", "--disable-pip-version-check", "--no-compile", "--progress-bar", "off", "--no-deps"]
    command = [settings.python, "-m", "pip", "install", *options, "--target", settings.home / "addons"]
    with step("installing others' add-ons"):
        run([*command, "-r", wanted_file], "could not install others' add-ons", settings.log("pip-addons"))
    stamp.write_text(wanted)


def _link_odoo(settings: Settings) -> None:
    """Odoo comes after the packages of the environment: the folder it lies in may hold others of the system's."""
    packages = next((settings.home / "venv" / "lib").glob("python3*/site-packages"))
    (packages / "odoo-root.pth").write_text(f"{settings.odoo_root}\n")
    launcher = settings.home / "venv" / "bin" / "odoo"
    launcher.write_text(LAUNCHER.format(python=settings.python))
    launcher.chmod(0o755)
