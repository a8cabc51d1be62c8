"""What the manifests of add-ons say."""

import ast
from pathlib import Path

CORE = "mobifone_consult"


def manifests(folder: Path) -> dict:
    """Name → manifest of every add-on in a folder, by name."""
    paths = sorted(folder.glob("*/__manifest__.py"))
    return {path.parent.name: ast.literal_eval(path.read_text()) for path in paths}


def comes_by_itself(manifest: dict) -> bool:
    """Odoo installs it as soon as all that it depends on is there."""
    return bool(manifest.get("auto_install"))


def others(name: str, known: dict) -> tuple:
    """Add-ons that one of ours depends on and that are not ours, sorted."""
    return tuple(sorted(set(known[name].get("depends", ())) - set(known)))
