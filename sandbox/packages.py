"""Our add-ons as Python packages: wheels made by whool, and a folder they are installed into, as users have them."""

import os
import shutil
import zipfile
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path

from sandbox.manifests import CORE, manifests
from sandbox.say import fail, run, step
from sandbox.settings import ROOT, Settings

NOT_SOURCE = shutil.ignore_patterns("__pycache__", "*.pyc", "build")
NOT_PACKED = {"pyproject.toml"}
PIP = ["--no-input", "--disable-pip-version-check", "--no-deps"]


def install(settings: Settings) -> Path:
    """Build the wheel of every add-on and install them all anew; the folder that is an addons_path now."""
    folder = settings.home / "matrix"
    for name in ("source", "wheels", "packages"):
        shutil.rmtree(folder / name, ignore_errors=True)
    known, log = manifests(ROOT), settings.log("packages")
    if bare := [name for name in known if not (ROOT / name / "pyproject.toml").exists()]:
        fail(f"no package without a pyproject.toml, as {CORE} has one: {', '.join(bare)}")
    with step(f"packing {', '.join(known)}"):
        sources = [_source(ROOT / name, folder / "source" / name) for name in known]
        pip = [settings.python, "-m", "pip"]
        build = [*pip, "wheel", *PIP, "--no-build-isolation", "-w", folder / "wheels", *sources]
        # whool takes what git lists, which depends on whose checkout it is and what was added: here it is to see no
        # git, and packs what it is given.
        run(build, "could not build the packages", log, env={**os.environ, "GIT_DIR": os.devnull}, cwd=folder)
        wheels = sorted((folder / "wheels").glob("*.whl"))
        run([*pip, "install", *PIP, "--no-compile", "--target", folder / "packages", *wheels], "could not install", log)
    faults = [fault for name in known for fault in _faults(settings, folder, name)]
    if faults:
        fail(f"packages: {'; '.join(faults)}")
    return folder / "packages" / "odoo" / "addons"


def _source(addon: Path, target: Path) -> Path:
    shutil.copytree(addon, target, ignore=NOT_SOURCE)
    return target


def _faults(settings: Settings, folder: Path, name: str) -> list:
    """What is wrong with the wheel of one add-on: its version, what it lacks, what it does not ask for."""
    known = manifests(ROOT)
    [wheel] = (folder / "wheels").glob(f"odoo_addon_{name}-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
        [about] = (path for path in packed if path.endswith(".dist-info/METADATA"))
        metadata = HeaderParser().parsestr(archive.read(about).decode())
    source = folder / "source" / name
    files = {str(path.relative_to(source)) for path in source.rglob("*") if path.is_file()} - NOT_PACKED
    faults = [f"{wheel.name} lacks {path}" for path in files if f"odoo/addons/{name}/{path}" not in packed]
    if metadata["Version"] != known[name]["version"]:
        faults.append(f"{wheel.name} is not {known[name]['version']}")
    missing = _wanted(settings, known[name]) - _asked(metadata)
    return faults + [f"{wheel.name} does not ask for {package}" for package in sorted(missing)]


def _wanted(settings: Settings, manifest: dict) -> set:
    """The packages that an add-on needs beside Odoo with its own add-ons."""
    python = manifest.get("external_dependencies", {}).get("python", [])
    odoo = [folder for folder in settings.odoo_addons if folder.is_dir()]
    depends = (name for name in manifest["depends"] if not any((folder / name).is_dir() for folder in odoo))
    return {"odoo", *python, *(f"odoo-addon-{name}" for name in depends)}


def _asked(metadata: Message) -> set:
    return {line.partition("=")[0].strip() for line in metadata.get_all("Requires-Dist", [])}
