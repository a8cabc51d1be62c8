"""Programs of Debian: those installed here, else those of its packages, unpacked in the sandbox."""

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from sandbox import apt
from sandbox.prepare import alone
from sandbox.say import fail, step
from sandbox.settings import Settings

# Packages of the libraries that may be missing on a machine.
LIBRARIES = {
    "libmariadb.so.3": "libmariadb3",
    "libpcreposix.so.3": "libpcre3",
    "libpcre.so.3": "libpcre3",
    "libpcre2-8.so.0": "libpcre2-8-0",
    "libcrypt.so.1": "libcrypt1",
    "libz.so.1": "zlib1g",
    "libhiredis.so.0.14": "libhiredis0.14",
    "libct.so.4": "libct4",
    "libpq.so.5": "libpq5",
    "libssl.so.3": "libssl3",
    "libcrypto.so.3": "libssl3",
    "libxml2.so.2": "libxml2",
    "libsqlite3.so.0": "libsqlite3-0",
    "libicuuc.so.72": "libicu72",
    "libicudata.so.72": "libicu72",
    "libldap-2.5.so.0": "libldap-2.5-0",
    "liblber-2.5.so.0": "libldap-2.5-0",
    "libsasl2.so.2": "libsasl2-2",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libkrb5.so.3": "libkrb5-3",
    "libk5crypto.so.3": "libk5crypto3",
    "libkrb5support.so.0": "libkrb5support0",
    "libkeyutils.so.1": "libkeyutils1",
    "libgnutls.so.30": "libgnutls30",
    "libhogweed.so.6": "libhogweed6",
    "libnettle.so.8": "libnettle8",
    "libgmp.so.10": "libgmp10",
}
SYSTEM = Path("/")


@dataclass(frozen=True)
class Programs:
    """Programs of one kind.

    `places` are the folders of Debian's packages in which they lie, beside the user's own PATH; `size` is what is
    fetched, for the user to read.
    """

    name: str
    programs: tuple
    places: tuple
    packages: tuple
    size: str

    @property
    def _instead(self) -> str:
        return f"install the package{'s' if len(self.packages) > 1 else ''} {' and '.join(self.packages)}"

    def ensure(self, settings: Settings) -> None:
        """See that the programs are there."""
        if self._installed() or self._folder(settings).exists():
            return
        with alone(settings, "prepare"):
            if not self._folder(settings).exists():  # another make may have been as fast
                self._fetch(settings)

    def command(self, settings: Settings, program: str) -> tuple[str, dict]:
        """(path of a program, the environment it needs)"""
        if self._installed():
            return self._find(program, SYSTEM), dict(os.environ)
        root = self._folder(settings)
        return self._find(program, root), _environment(root)

    def _fetch(self, settings: Settings) -> None:
        log, target, downloads = settings.log("fetch"), self._folder(settings), settings.home / "downloads"
        downloads.mkdir(parents=True, exist_ok=True)
        env = apt.prepare(settings, log, self.name, self._instead)
        with step(f"fetching {self.name} from Debian ({self.size})"):
            for left_over in settings.home.glob(f"{target.name}-*"):
                shutil.rmtree(left_over, ignore_errors=True)
            draft = Path(tempfile.mkdtemp(prefix=f"{target.name}-", dir=settings.home))
            wanted, had = set(self.packages), set()
            while wanted:
                apt.download(tuple(sorted(wanted)), apt.BOOKWORM, downloads, log, env)
                apt.unpack(tuple(sorted(wanted)), downloads, draft, log)
                had |= wanted
                missing = self._missing_libraries(draft)
                wanted = {LIBRARIES.get(library) for library in missing} - had
                if None in wanted or (missing and not wanted):
                    lacking = ", ".join(sorted(missing))
                    fail(f"Debian's {self.name} does not run here ({lacking} missing): {self._instead}")
            draft.rename(target)
        shutil.rmtree(downloads)

    def _folder(self, settings: Settings) -> Path:
        return settings.home / self.name.lower()

    def _installed(self) -> bool:
        return all(self._find(program, SYSTEM) for program in self.programs)

    def _find(self, program: str, root: Path) -> str | None:
        """Path of the program under `root`."""
        places = [str(root / place) for place in self.places]
        if root == SYSTEM:
            places.insert(0, os.environ.get("PATH", ""))
        return shutil.which(program, path=os.pathsep.join(places))

    def _missing_libraries(self, root: Path) -> set:
        found = [self._find(program, root) for program in self.programs]
        if not all(found):
            fail(f"Debian's packages hold no {' '.join(self.programs)}: {self._instead}")
        answer = subprocess.run(["ldd", *found], env=_environment(root), capture_output=True, text=True, check=False)
        return {line.split()[0] for line in answer.stdout.splitlines() if "=> not found" in line}


def _environment(root: Path) -> dict:
    """With the libraries that were unpacked along."""
    folders = sorted({str(path.parent) for top in ("lib", "usr/lib") for path in root.glob(f"{top}/*/*.so.*")})
    return {**os.environ, "LD_LIBRARY_PATH": os.pathsep.join(folders), "LC_ALL": "C.UTF-8"}
