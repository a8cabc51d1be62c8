"""What a database with our add-ons goes through: updates, the update from the release before, and their end."""

import json
from dataclasses import replace
from pathlib import Path

from sandbox import database, log_gate, odoo, packages, postgres, release, uninstall
from sandbox.manifests import CORE, manifests
from sandbox.say import fail, say, step
from sandbox.settings import Settings

# The administrator's passwords: Odoo's, and that of the sample's script.
PLAIN, SAMPLE = "admin", "mbf-admin-demo"
NO_HISTORY = "no history"
# The database of `make test`.
LIFE = "life"


def prepare(settings: Settings, template: str) -> None:
    """Copy the database `template`, which nobody may be connected to, for `of_packages`."""
    database.copy(replace(settings, database=_database(settings, LIFE)), template)


def of_packages(settings: Settings) -> bool:
    """The part of `make matrix` that `make test` has time for: the prepared database is updated to the packages of the
    add-ons, twice, and rid of them."""
    living = from_packages(settings, packages.install(settings), LIFE)
    passed = update(living, LIFE)
    passed = uninstalled(living, LIFE, with_samples=True) and passed
    if passed:
        database.forget(living)
    return passed


def from_packages(settings: Settings, addons: Path, name: str) -> Settings:
    """Settings of a database of that name whose add-ons are the packages in this folder."""
    made = replace(settings, addons=addons, config_name=f"matrix-{name}.conf", database=_database(settings, name))
    odoo.write_config(made)
    return made


def update(settings: Settings, name: str) -> bool:
    """Update all add-ons of the database, twice."""
    return all(quiet(settings, f"{name}-update{place}", "-u", "all") for place in (1, 2))


def quiet(settings: Settings, name: str, *arguments: str) -> bool:
    """Whether Odoo installs or updates as told, and logs no warning."""
    log = settings.log(f"matrix-{name}")
    with step(f"{settings.database}: odoo {' '.join(arguments)}"):
        odoo.run(settings, *arguments, log=log)
    return log_gate.clean(log)


def uninstalled(settings: Settings, name: str, *, with_samples: bool, first: tuple = ()) -> bool:
    """Fill the database with sample data, if it has the demo's people, and take our add-ons out of it.

    :param first: add-ons that are taken out before, each alone
    """
    folder = _notes(settings, name)
    if with_samples:
        database.load_samples(settings, folder)
    return uninstall.check(settings, folder, f"matrix-{name}", SAMPLE if with_samples else PLAIN, first)


def from_previous(settings: Settings, name: str, ours: tuple, others: tuple) -> bool | str:
    """A database of the release before, with its sample data, is updated and has all of it still.

    :param ours: our add-ons as they are to be afterwards; those that the release before had are there before
    :param others: add-ons of others that were there before
    :return: NO_HISTORY where the release before is not to be had
    """
    checkout = release.previous(settings)
    if not checkout:
        say(f"NOT TRIED: no history here to take {release.PREVIOUS_VERSION} from ({release.PREVIOUS_COMMIT[:7]})")
        return NO_HISTORY
    now = replace(settings, database=f"{settings.database}_old")
    before = replace(now, addons=checkout, config_name=f"matrix-{name}_old.conf")
    _install_previous(before, (*others, *(module for module in ours if module in manifests(checkout))), checkout)
    # What is new in this release Odoo does not install by itself, not even where it is auto_install.
    new = [module for module in ours if module not in manifests(checkout)]
    had = _counts(before, name)
    clean = quiet(now, f"{name}-upgrade", "-u", "all", *(["-i", ",".join(new)] if new else []))
    has = _counts(now, name)
    for what in (what for what in had if has[what] != had[what]):
        say(f"{what}: {had[what]} before the update, {has[what]} after it")
    return clean and had == has


def _install_previous(before: Settings, modules: tuple, checkout: Path) -> None:
    odoo.write_config(before)
    database.empty(before)
    with step(f"{before.database}: version {release.PREVIOUS_VERSION} and its sample data"):
        odoo.run(before, "-i", ",".join(modules), "--with-demo", "--load-language=vi_VN")
        odoo.script(before, database.SCRIPT, _notes(before, "previous"), checkout)
    found = postgres.psql(before, f"SELECT latest_version FROM ir_module_module WHERE name = '{CORE}'", before.database)
    if found != release.PREVIOUS_VERSION:
        fail(f"the commit of release {release.PREVIOUS_VERSION} holds {found}")


def _counts(settings: Settings, name: str) -> dict:
    """What is in the database, by the ORM; a look-up is made too."""
    folder = _notes(settings, name)
    odoo.script(settings, "count_data", folder)
    counts = json.loads((folder / "counts.json").read_text())
    say(f"{settings.database}: " + ", ".join(f"{what} {count}" for what, count in counts.items()))
    return counts


def _database(settings: Settings, name: str) -> str:
    return f"{settings.database}_mx_{name}"


def _notes(settings: Settings, name: str) -> Path:
    folder = settings.home / "matrix" / f"notes-{name}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
