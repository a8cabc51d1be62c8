"""Programs the tests need beside Python: a browser, wkhtmltopdf, eslint."""

import os
import shutil

from sandbox import process
from sandbox.say import fail, run, step
from sandbox.settings import ROOT, Settings

# As Odoo looks for it.
BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
# The fonts are for Vietnamese on pages and letters.
PACKAGES = ("chromium", "wkhtmltopdf", "fonts-dejavu-core", "fonts-liberation")


def browser() -> str | None:
    """Path of the Chromium to test with."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def require() -> None:
    """End with one line when the browser or wkhtmltopdf is missing and cannot be installed here."""
    if (missing := _missing()) and not _can_install():
        fail(f"the tests need {' and '.join(missing)}: install {'it' if len(missing) == 1 else 'them'} and try again")


def ensure(settings: Settings) -> None:
    """See that the browser and wkhtmltopdf are there; as root on a Debian-family system, install them."""
    require()
    if _missing():
        log = settings.log("apt")
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
        apt = ["apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=300"]
        with step(f"installing {' and '.join(_missing())} with apt-get"), log.open("ab") as out:
            # A source that cannot be reached is no matter as long as the packages are found.
            process.call([*apt, "update"], stdout=out, stderr=out, env=env, timeout=300)
            what = f"could not install {' and '.join(_missing())}"
            run([*apt, "install", "--no-install-recommends", *PACKAGES], what, log, env=env, timeout=600)
    if missing := _missing():
        fail(f"apt-get has installed no {' and '.join(missing)} here: install it by hand and try again")


def _can_install() -> bool:
    return os.geteuid() == 0 and bool(shutil.which("apt-get"))


def _missing() -> list:
    missing = [] if browser() else ["chromium"]
    return missing if shutil.which("wkhtmltopdf") else [*missing, "wkhtmltopdf"]


def eslint(settings: Settings) -> str | None:
    """Path of the eslint that understands Odoo's rules; None where there is no npm to fetch it with."""
    folder = settings.home / "eslint"
    program = folder / "node_modules" / ".bin" / "eslint"
    source = ROOT / "sandbox" / "eslint"
    stamp = folder / "lock.stamp"
    wanted = (source / "package-lock.json").read_text()
    if stamp.exists() and stamp.read_text() == wanted:
        return str(program)
    if not shutil.which("npm"):
        return None
    with step("installing eslint"):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(source, folder)
        env = {**os.environ, "npm_config_cache": str(settings.home / "cache" / "npm")}
        command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        run(command, "could not install eslint", settings.log("npm"), cwd=folder, env=env, timeout=300)
    stamp.write_text(wanted)
    return str(program)
