"""Which of our add-ons are tried together, by the folders that are there."""

import re
from dataclasses import dataclass

from sandbox.manifests import CORE, comes_by_itself, manifests, others
from sandbox.say import fail
from sandbox.settings import ROOT

# What goes with the main add-on; what has no folder yet is said to be missing, what has one and is not named is tried.
EXPECTED = ("guard", "helpdesk", "crm", "kannel")
WITH_DEMO = {"helpdesk", "all"}
# Others' add-ons that ours have to live beside.
BESIDE = ("queue_job",)


@dataclass(frozen=True)
class Combo:
    """Add-ons in one database."""

    name: str
    ours: tuple  # all of ours that are there in the end
    asked: tuple = ()  # those of them, beside the main one, that do not come by themselves
    others: tuple = ()  # what is installed for the rest to come by itself
    missing: tuple = ()  # folders that are not there
    demo: bool = False
    is_all: bool = False

    @property
    def alone(self) -> tuple:
        """What is taken out before the main add-on is; where all are together they go at once."""
        return () if self.is_all else self.ours[1:]


def chosen(names: str) -> list:
    """The combinations of these names, separated by commas; all when there is none."""
    known = {combo.name: combo for combo in _combos()}
    wanted = [name for name in re.split(r"[,\s]+", names) if name] or list(known)
    if unknown := set(wanted) - set(known):
        fail(f"COMBOS: no {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    return [known[name] for name in wanted]


def _combos() -> list:
    known = manifests(ROOT)
    found = tuple(name for name in known if name != CORE)
    extras = [*(f"{CORE}_{name}" for name in EXPECTED), *found]
    singles = [_single(name, known) for name in dict.fromkeys(extras)]
    # What only comes with another one is no combination of its own.
    singles = [one for place, one in enumerate(singles) if set(one.ours) not in [set(s.ours) for s in singles[:place]]]
    beside = dict.fromkeys(name for single in singles for name in single.others)
    asked = tuple(name for name in found if not comes_by_itself(known[name]))
    everything = Combo("all", tuple(known), asked, (*beside, *BESIDE), demo=True, is_all=True)
    return [Combo("core", (CORE,)), *singles, everything]


def _single(extra: str, known: dict) -> Combo:
    """The main add-on with one more: it is asked for, or what it waits for is."""
    name = extra.removeprefix(f"{CORE}_")
    demo = name in WITH_DEMO
    if extra not in known:
        return Combo(name, (CORE, extra), missing=(extra,), demo=demo)
    by_itself = comes_by_itself(known[extra])
    needed = [module for module in known[extra]["depends"] if module in known and module != CORE]
    # What Odoo then installs too, as all that it waits for is there.
    there = {CORE, extra, *needed}
    glue = [module for module in known if comes_by_itself(known[module]) and set(known[module]["depends"]) <= there]
    ours = tuple(dict.fromkeys((CORE, *glue, extra, *needed)))
    asked = (*needed, *(() if by_itself else (extra,)))
    return Combo(name, ours, asked, others(extra, known) if by_itself else (), demo=demo)
