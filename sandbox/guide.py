"""`make docs`: the guides' pictures, taken anew from the product, and every picture that a page names looked for."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

from sandbox import blackbox, database, log_gate, odoo, stages
from sandbox.prepare import alone, prepared
from sandbox.say import fail, say
from sandbox.settings import ROOT, Settings

NAME = "docs"
LIMIT = 900  # seconds
# Bytes: a repository keeps every picture that it ever had.
MOST = 3_000_000
PAGES = ("*.md", "docs/*.md", "*/README.md", "*/static/description/index.html")
PICTURE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)\)|<img[^>]+src=[\"']([^\"']+)[\"']")


def docs(settings: Settings) -> None:
    """Serve a copy of the database, walk through it in a browser, and write docs/images."""
    with prepared(settings, tests=True, browser=True):
        with alone(settings, "database"):
            database.ensure(settings)
        # A copy: what the walk saves stays out of the sandbox, and every walk begins the same.
        served = replace(
            settings, database=f"{settings.database}_{NAME}", port=odoo.free_port(), workers=2,
            config_name=f"odoo-{NAME}.conf",
        )  # fmt: skip
        folder = settings.home / NAME
        folder.mkdir(exist_ok=True)
        odoo.write_config(served)
        database.copy(served, settings.database)
        database.load_samples(served, folder)
        log = settings.log(NAME)
        with odoo.server(served, log):
            env = blackbox.environment(served, folder, log)
            taken = stages.passes(served, [settings.python, "-m", "sandbox.pictures"], LIMIT, **env)
    lend()
    if not all([taken, log_gate.clean(log, log_gate.REFUSALS), whole()]):
        fail("the guides are not whole")


def lend() -> None:
    """The pictures of the add-ons' store pages are those of the guides, of the same names."""
    for path in ROOT.glob("*/static/description/*.png"):
        source = ROOT / "docs" / "images" / path.name
        if source.is_file():
            shutil.copyfile(source, path)


def whole() -> bool:
    """Whether each picture that a page names is there, and all of them together are small enough."""
    missing = [f"{page.relative_to(ROOT)}: {name}" for page, name in named() if not (page.parent / name).is_file()]
    for line in missing:
        say(f"no picture: {line}")
    size = sum(path.stat().st_size for path in (ROOT / "docs" / "images").glob("*.png"))
    say(f"docs/images: {size / 1e6:.1f} MB")
    if size > MOST:
        say(f"that is more than {MOST / 1e6:.0f} MB")
    return not missing and size <= MOST


def named() -> list:
    """(page, address of a picture in it) of all pages; addresses on the web apart."""
    found: list[tuple[Path, str]] = []
    for page in sorted({page for pattern in PAGES for page in ROOT.glob(pattern)}):
        for match in PICTURE.finditer(page.read_text(encoding="utf-8")):
            address = match[1] or match[2]
            if not re.match(r"[a-z]+:", address):
                found.append((page, address))
    return found
