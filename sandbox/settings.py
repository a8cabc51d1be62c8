"""Where everything made by the sandbox lives, and the overrides a user may give by environment."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.say import fail

ROOT = Path(__file__).resolve().parent.parent
# A folder that holds this file was made by the sandbox: only there may it make and remove things.
MARKER = ".made-by-mobifone-sandbox"


@dataclass(frozen=True)
class Settings:
    """Read once from the environment; every path hangs under `home`."""

    home: Path = field(default_factory=lambda: _folder("SANDBOX", ROOT / ".sandbox"))
    port: int = field(default_factory=lambda: _number("PORT", 8069, 1, 65535))
    workers: int = field(default_factory=lambda: _number("WORKERS", 0, 0, 64))
    database: str = field(default_factory=lambda: _database_name())
    odoo_source: str = field(default_factory=lambda: os.environ.get("ODOO_SOURCE", ""))
    # The add-on that locks vendors' staff in; without it the plain product is tried.
    guard: bool = field(default_factory=lambda: bool(_number("GUARD", 1, 0, 1)))
    # Whether messages are sent by Kannel, to its fake SMSC, rather than kept in the local outbox.
    kannel: bool = field(default_factory=lambda: bool(_number("KANNEL", 0, 0, 1)))
    own_postgres: bool = field(
        default_factory=lambda: not any(os.environ.get(name) for name in ("PGHOST", "PGHOSTADDR", "PGSERVICE"))
    )

    # Tests that change the keys get a file of their own.
    identity_key_name: str = "identity.key"
    # Where our add-ons lie: in this checkout, or where their packages were installed.
    addons: Path = ROOT
    config_name: str = "odoo.conf"
    # The folder under `home` of an embedded PostgreSQL and of Odoo's files; "" for those of `make run`.
    place: str = ""

    @property
    def identity_key(self) -> Path:
        """The file with the keys that encrypt identity papers."""
        return self.home / self.identity_key_name

    @property
    def python(self) -> Path:
        return self.home / "venv" / "bin" / "python"

    @property
    def odoo_root(self) -> Path:
        """The folder that holds the `odoo` package."""
        if self.odoo_source:
            return Path(self.odoo_source).expanduser().resolve()
        return self.home / "odoo" / "usr" / "lib" / "python3" / "dist-packages"

    @property
    def addons_path(self) -> str:
        return ",".join(map(str, [self.addons, self.others_addons, *self.odoo_addons]))

    @property
    def odoo_addons(self) -> list:
        """The folders with Odoo's own add-ons."""
        inside = self.odoo_root / "odoo" / "addons"
        # A source checkout keeps most add-ons beside the package; where a package keeps all of them inside,
        # such a sibling is a partial duplicate.
        return [inside] if (inside / "web").is_dir() else [inside, self.odoo_root / "addons"]

    @property
    def others_addons(self) -> Path:
        """The folder with add-ons that are neither Odoo's nor ours."""
        return self.home / "addons" / "odoo" / "addons"

    @property
    def config_file(self) -> Path:
        return self.home / self.config_name

    @property
    def site(self) -> Path:
        """Where the embedded PostgreSQL and Odoo's files are."""
        return self.home / self.place

    @property
    def data_dir(self) -> Path:
        """Odoo's files: attachments and sessions."""
        return self.site / "data"

    @property
    def feed_key(self) -> Path:
        return self.site / "feed.key"

    def log(self, name: str) -> Path:
        """The file `log/<name>.log`; its folder is there."""
        folder = self.home / "log"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{name}.log"

    def claim(self) -> None:
        """Make `home`, or see that it is ours: a folder with other people's files in it is refused."""
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            if not (self.home / MARKER).exists():
                if any(self.home.iterdir()):
                    fail(f"SANDBOX={self.home} holds other files: name a new or an empty folder")
                (self.home / MARKER).touch()
        except OSError as error:
            fail(f"cannot write in SANDBOX={self.home} ({error.strerror})")


def _folder(name: str, default: Path) -> Path:
    return Path(os.environ.get(name) or default).expanduser().resolve()


def _number(name: str, default: int, low: int, high: int) -> int:
    text = os.environ.get(name, "").strip() or str(default)
    # ASCII digits only, and few of them: int() would take far more for a number.
    if not re.fullmatch(r"[0-9]{1,6}", text) or not low <= int(text) <= high:
        fail(f"{name} must be a number from {low} to {high}, not {text!r}")
    return int(text)


def _database_name() -> str:
    name = os.environ.get("DB") or "mobifone_consult"
    # Room is left in PostgreSQL's 63 characters for the names derived from it (…_blackbox).
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,49}", name):
        fail(f"DB must be a plain database name (letters, digits, _ and -, at most 50), not {name!r}")
    return name
