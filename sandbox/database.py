"""Databases of the sandbox: made once with the add-ons, Vietnamese and the demo data, updated when code changed."""

import hashlib
import os
import shutil
import time
from pathlib import Path

from sandbox import odoo, postgres
from sandbox.say import fail, last_line, say, step
from sandbox.settings import ROOT, Settings

# Every add-on of this repository.
MODULES = tuple(sorted(path.parent.name for path in ROOT.glob("*/__manifest__.py")))
# Left out by GUARD=0.
GUARD = "mobifone_consult_guard"
SCRIPT = "demo_data"
# What needs no update: tests are read from their files.
NOT_CODE = {"tests", "__pycache__"}
UNFINISHED = "unfinished"
# Seconds after which the sample's locks have run out, or nearly, and are taken again.
SAMPLE_LIFE = 20 * 3600
# Nothing here is to call the vendor of Odoo: neither to look up our company's logo, nor with the weekly count of users,
# nor for what is known of a lead's e-mail domain.
STAY_AT_HOME = """
    UPDATE ir_cron SET active = FALSE WHERE id IN (
        SELECT res_id FROM ir_model_data
         WHERE model = 'ir.cron'
           AND ((module = 'mail' AND name = 'ir_cron_module_update_notification') OR starts_with(module, 'crm_iap_')));
    DO $$ BEGIN
        UPDATE res_company SET iap_enrich_auto_done = TRUE;
    EXCEPTION WHEN undefined_column THEN NULL; -- partner_autocomplete is not installed
    END $$"""


def ensure(settings: Settings, folder: Path | None = None) -> None:
    """Make `settings.database` hold the current add-ons and the sample lines; the data in it is kept.

    :param folder: where the script of the sample lines may write to (default: the sandbox)
    """
    stamp, before = _stamp(settings), _state(settings)
    now = checksum(modules(settings))
    if GUARD in modules(settings) and not settings.guard:
        say(f"database {settings.database} has {GUARD}: GUARD=0 takes it out of none; choose another with DB=name")
    if before == now:
        if time.time() - stamp.stat().st_mtime > SAMPLE_LIFE:
            load_samples(settings, folder or settings.home)
            stamp.touch()
        return
    if before == UNFINISHED:
        create(settings, stamp)
    else:
        with step(f"updating the add-ons in database {settings.database}", last_line(odoo.setup_log(settings))):
            # -i too, for add-ons that are new since.
            names = ",".join(modules(settings))
            odoo.run(settings, "-i", names, "-u", names, "--with-demo", "--i18n-overwrite")
        # Add-ons that are new since may have brought others of Odoo's with them.
        postgres.psql(settings, STAY_AT_HOME, settings.database)
    load_samples(settings, folder or settings.home)
    stamp.write_text(checksum(modules(settings)))


def ensure_pristine(settings: Settings, *more_modules: str) -> None:
    """Make `settings.database` a fresh one of the current add-ons; nothing in it is kept when their code changed."""
    stamp = _stamp(settings)
    if _state(settings) == checksum(modules(settings)):
        return
    create(settings, stamp, *more_modules)
    stamp.write_text(checksum(modules(settings)))


def create(settings: Settings, stamp: Path, *more_modules: str) -> None:
    """A fresh database with the add-ons, their demo data and Vietnamese, in the place of the one made before."""
    empty(settings, stamp)
    names = ",".join((*modules(settings), *more_modules))
    with step(f"installing Odoo with {names} into database {settings.database}", last_line(odoo.setup_log(settings))):
        odoo.run(settings, "-i", names, "--with-demo", "--load-language=vi_VN")
    postgres.psql(settings, STAY_AT_HOME, settings.database)
    with step("compiling the pages' scripts and styles"):
        odoo.script(settings, "warm_up", settings.home)


def empty(settings: Settings, stamp: Path | None = None) -> None:
    """A fresh database with nothing in it, in the place of the one made before."""
    if not stamp:
        stamp = _stamp(settings)
        _state(settings)
    stamp.write_text(UNFINISHED)
    drop(settings, settings.database)
    # Not left to Odoo, which logs an error where an extension is missing: the embedded server has none of them.
    # A user's own server gets the same order of bytes as the embedded one has.
    collation = "" if settings.own_postgres else "LC_COLLATE 'C'"
    postgres.psql(settings, f"CREATE DATABASE \"{settings.database}\" TEMPLATE template0 ENCODING 'UTF8' {collation}")
    if postgres.psql(settings, "SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'"):
        postgres.psql(settings, "CREATE EXTENSION IF NOT EXISTS pg_trgm", settings.database)


def load_samples(settings: Settings, folder: Path) -> None:
    """Run the script that makes the demo accounts and the sample lines; what it writes goes to `folder`."""
    with step("loading the sample lines and the demo accounts"):
        odoo.script(settings, SCRIPT, folder)


def copy(settings: Settings, source: str) -> None:
    """Make `settings.database` a copy of the database `source`, its files included."""
    stamp = _stamp(settings)
    _state(settings)
    stamp.write_text(UNFINISHED)
    drop(settings, settings.database)
    postgres.psql(settings, f'CREATE DATABASE "{settings.database}" TEMPLATE "{source}"')
    files = settings.data_dir / "filestore"
    if (files / source).is_dir():
        shutil.copytree(files / source, files / settings.database)


def fetch(settings: Settings, source: Settings) -> None:
    """Make `settings.database` a copy of the database of another server, its files included."""
    with step(f"copying database {source.database} to another server"):
        empty(settings)
        dump = settings.site / "database.dump"
        dump.unlink(missing_ok=True)
        postgres.client(source, "pg_dump", "-Fc", "-Z0", "-f", dump, source.database)
        postgres.client(settings, "pg_restore", "--exit-on-error", "-d", settings.database, "-j2", dump)
        dump.unlink()
    files = source.data_dir / "filestore" / source.database
    if files.is_dir():
        shutil.copytree(files, settings.data_dir / "filestore" / settings.database, dirs_exist_ok=True)


def drop(settings: Settings, name: str) -> None:
    """Remove a database made here, and its files."""
    postgres.psql(settings, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    shutil.rmtree(settings.data_dir / "filestore" / name, ignore_errors=True)


def forget(settings: Settings) -> None:
    """Remove `settings.database`; whoever makes one of that name later is not asked whose it is."""
    _state(settings)
    drop(settings, settings.database)
    _stamp(settings).unlink(missing_ok=True)


def made_here(settings: Settings) -> list:
    """Names of the databases made on the current server."""
    folder = _stamp(settings).parent
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def modules(settings: Settings) -> tuple:
    """The add-ons of that database: all of this repository; without the guard when GUARD=0 says so, unless the
    database has it: what is in a database is not taken out again in silence."""
    if settings.guard or _has_guard(settings):
        return MODULES
    return tuple(module for module in MODULES if module != GUARD)


def _has_guard(settings: Settings) -> bool:
    if not postgres.psql(settings, f"SELECT 1 FROM pg_database WHERE datname = '{settings.database}'"):
        return False
    # A database that was not finished may have no tables yet.
    if not postgres.psql(settings, "SELECT to_regclass('ir_module_module')", settings.database):
        return False
    state = "SELECT 1 FROM ir_module_module WHERE name = '{}' AND state NOT IN ('uninstalled', 'uninstallable')"
    return bool(postgres.psql(settings, state.format(GUARD), settings.database))


def checksum(names: tuple = MODULES) -> str:
    """Changes whenever a file does that Odoo would have to load anew."""
    digest = hashlib.sha256()
    scripts = [
        ROOT / "sandbox" / "scripts" / f"{SCRIPT}.py",
        *(ROOT / "sandbox" / name for name in ("sample.py", "sample_papers.py")),
    ]
    for top in (*(ROOT / module for module in names), *scripts):
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and not NOT_CODE & set(path.relative_to(ROOT).parts):
                digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()


def _state(settings: Settings) -> str:
    """What the stamp of the database says, if that is still there; one that others made is refused."""
    stamp = _stamp(settings)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    exists = bool(postgres.psql(settings, f"SELECT 1 FROM pg_database WHERE datname = '{settings.database}'"))
    if exists and not stamp.exists():
        fail(f"database {settings.database} exists and was not made here: choose another with DB=name")
    return stamp.read_text() if exists else UNFINISHED


def _stamp(settings: Settings) -> Path:
    """One file for each database, by the server it is on."""
    server = "embedded"
    if not settings.own_postgres:
        names = "PGSERVICE", "PGHOST", "PGHOSTADDR", "PGPORT"
        server = hashlib.sha256("|".join(os.environ.get(name, "") for name in names).encode()).hexdigest()[:12]
    return settings.site / "databases" / server / settings.database
