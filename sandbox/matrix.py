"""`make matrix`: our add-ons' packages, alone and with each other, through everything that happens to an add-on."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sandbox import addon_tests, combos, database, life, odoo, packages, postgres, stages
from sandbox.combos import Combo
from sandbox.manifests import CORE, manifests
from sandbox.prepare import alone, prepared
from sandbox.say import fail, say
from sandbox.settings import ROOT, Settings

OK, FAILED, NOT_RUN = "ok", "FAILED", "not run"


@dataclass
class Row:
    """A line of the table: column → (how it went, seconds)."""

    combo: Combo
    cells: dict = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        return not {FAILED, NOT_RUN} & {result for result, _seconds in self.cells.values()}


def matrix(settings: Settings) -> None:
    """Every combination of the add-ons: install, update, tests, uninstall. TESTS=0 leaves the tests out, which take
    most of the time; COMBOS=core,all tries these only."""
    begin = time.monotonic()
    wanted = combos.chosen(os.environ.get("COMBOS", ""))
    settings.claim()
    with alone(settings, "test"), prepared(settings, tests=True, browser=True):
        addons = packages.install(settings)
        _forget(settings, "plain")  # of a run that was stopped
        rows = [_row(life.from_packages(settings, addons, combo.name), combo) for combo in wanted]
        for name in (row.combo.name for row in rows if row.passed):
            _forget(settings, name)
        _forget(settings, "plain")
    _table(rows)
    if not all(row.passed for row in rows):
        fail(f"the matrix failed after {time.monotonic() - begin:.0f} s")
    say(f"the matrix passed in {time.monotonic() - begin:.0f} s")


def _row(settings: Settings, combo: Combo) -> Row:
    row = Row(combo)
    if combo.missing:
        return row
    cells = {
        "install": lambda: _install(settings, combo),
        "update": lambda: _update(settings, combo),
        "tests": lambda: addon_tests.run(settings, combo.ours, f"matrix-{combo.name}-tests"),
        "uninstall": lambda: life.uninstalled(settings, combo.name, with_samples=combo.demo, first=combo.alone),
    }
    if os.environ.get("TESTS") == "0":
        del cells["tests"]
    for name, cell in cells.items():
        # Nothing can be said of a database that was not made; after an update that failed the rest is still told.
        if row.cells.get("install", (OK,))[0] != OK:
            row.cells[name] = NOT_RUN, 0
        else:
            row.cells[name] = _cell(f"{combo.name}: {name}", cell)
    return row


def _cell(title: str, cell: Callable[[], bool | str]) -> tuple:
    say(f"\n=== {title}")
    begin = time.monotonic()
    result = stages.survives(cell)
    result = result if isinstance(result, str) else OK if result else FAILED
    seconds = time.monotonic() - begin
    say(f"=== {title}: {result} ({seconds:.0f} s)")
    return result, seconds


def _install(settings: Settings, combo: Combo) -> bool:
    """The combination in a database of its own; what is to come by itself does."""
    clean = _with_demo(settings, combo) if combo.demo else _without_demo(settings, combo)
    postgres.psql(settings, database.STAY_AT_HOME, settings.database)
    query = "SELECT name FROM ir_module_module WHERE state = 'installed'"
    installed = set(postgres.psql(settings, query, settings.database).split()) & set(manifests(ROOT))
    if installed != set(combo.ours):
        say(f"installed are {sorted(installed)}, not {sorted(combo.ours)}")
        return False
    return clean


def _without_demo(settings: Settings, combo: Combo) -> bool:
    """Our main add-on is there first, and the others come later."""
    plain = replace(settings, database=settings.database.removesuffix(combo.name) + "plain")
    clean = True
    if not postgres.psql(settings, f"SELECT 1 FROM pg_database WHERE datname = '{plain.database}'"):
        database.empty(plain)
        clean = life.quiet(plain, f"{combo.name}-install", "-i", CORE, "--load-language=vi_VN")
    database.copy(settings, plain.database)
    later = ",".join((*combo.asked, *combo.others))
    return clean and (not later or life.quiet(settings, f"{combo.name}-later", "-i", later))


def _with_demo(settings: Settings, combo: Combo) -> bool:
    """The others are there first, in use by two companies where all are together, and ours come later."""
    database.empty(settings)
    first = ",".join(combo.others)
    clean = life.quiet(settings, f"{combo.name}-first", "-i", first, "--with-demo", "--load-language=vi_VN")
    if combo.is_all:
        odoo.script(settings, "second_company", settings.home / "matrix")
    ours = ",".join((CORE, *combo.asked))
    return clean and life.quiet(settings, f"{combo.name}-install", "-i", ours, "--with-demo")


def _update(settings: Settings, combo: Combo) -> bool | str:
    """Twice as it is; where there was a release before with these add-ons, also from that."""
    passed = life.update(settings, combo.name)
    if combo.is_all or combo.ours == (CORE,):
        # Tried also after a failure.
        upgraded = life.from_previous(settings, combo.name, combo.ours, combo.others)
        return passed and upgraded
    return passed


def _forget(settings: Settings, name: str) -> None:
    for suffix in ("", "_old"):
        database.forget(replace(settings, database=f"{settings.database}_mx_{name}{suffix}"))


def _table(rows: list) -> None:
    columns = next((list(row.cells) for row in rows if row.cells), [])
    say(f"\n{'':<12}" + "".join(f"{name:<18}" for name in columns))
    for row in rows:
        texts = [f"{result} {seconds:.0f} s" for result, seconds in row.cells.values()]
        if row.combo.missing:
            texts = [f"missing: there is no {' or '.join(row.combo.missing)} here"]
        say(f"{row.combo.name:<12}" + "".join(f"{text:<18}" for text in texts).rstrip())
