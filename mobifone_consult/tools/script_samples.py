"""Sample lines to run a call script on: every mix of what the rules look at, as no database holds it."""

from collections.abc import Callable
from datetime import datetime
from itertools import product
from typing import NamedTuple

NUMBER = "+84900000001"
# Facts of a line as mobifone.subscriber._fetch_facts reads them, with nothing to stop anything.
OPEN_LINE = {
    "id": 0, "msisdn": NUMBER, "payment_mode": "prepaid", "line_status": "active", "usage_class": "personal",
    "commitment_type": None, "owner_unit": None, "app_status": "not_installed", "app_installed_on": None,
    "device_class": "smartphone", "registration_state": "complete", "registration_missing": None,
    "locked_until": None, "locked_channel": None, "locked_consultation_id": None, "locked_vendor_id": None,
    "locked_user_id": None, "locked_name": None, "is_blacklisted": False, "occupation_code": None,
    "occupation_name": None, "request_state": None, "request_submitted_on": None, "request_due_on": None,
    "request_decided_on": None, "request_reason": None,
}  # fmt: skip
# Moments on Vietnam's clock: within and outside the hours in which the occupation is asked by default.
DAY, NIGHT = datetime(2026, 1, 5, 3, 0), datetime(2026, 1, 5, 16, 30)
# What does not run out while a script is checked.
FAR = datetime(2100, 1, 1)
DEVICES = {"smartphone": {}, "feature_phone": {"device_class": "feature_phone"}, "unknown": {"device_class": "unknown"}}
PAPERS = {
    "papers_complete": {},
    "papers_missing": {"registration_state": "incomplete", "registration_missing": "portrait"},
    "papers_missing_nice": {
        "registration_state": "incomplete", "registration_missing": "portrait", "commitment_type": "CK 24 tháng",
    },
}  # fmt: skip
APPS = {
    "not_installed": {},
    "installed": {"app_status": "installed", "app_installed_on": datetime(2025, 3, 15, 2, 30)},
    "app_unknown": {"app_status": "unknown"},
    "locked": {"locked_until": FAR, "locked_channel": "sms", "locked_name": "-"},
    "blacklisted": {"is_blacklisted": True},
}
REQUESTS = {
    "request_draft": {"request_state": "draft"},
    "request_pending": {"request_state": "submitted", "request_due_on": FAR},
    "request_overdue": {"request_state": "escalated", "request_due_on": DAY},
    "request_approved": {"request_state": "approved", "request_due_on": DAY},
    "request_rejected": {"request_state": "rejected", "request_due_on": DAY, "request_reason": "-"},
}
OCCUPATIONS = {
    "occupation_open": {},
    "occupation_recorded": {"occupation_code": 4, "occupation_name": "-"},
    "official_line": {"usage_class": "official"},
    "at_night": {},
}

# The sample line on which somebody else is a moment faster.
TAKEN = "taken_meanwhile"
# The one whose caller has not all of his papers at hand.
NOT_AT_HAND = "papers_not_at_hand"


class Run(NamedTuple):
    """A sample line somewhere in a call."""

    samples: object  # Samples
    key: str
    exclusion: str | None = None
    device: str | None = None
    done: frozenset = frozenset()

    @property
    def line(self):
        """The facts of the line as the call has changed them."""
        line = self.samples.lines[self.key]
        if line is None:
            return None
        line = {**line, "device_class": self.device} if self.device else dict(line)
        if self.done & {"consult", "taken"}:
            line |= {"locked_until": FAR, "locked_channel": "web", "locked_name": "-"}
        if "draft" in self.done:
            line |= {"request_state": "draft"}
        if "registration" in self.done:
            line |= {"request_state": "submitted", "request_submitted_on": DAY, "request_due_on": FAR}
        if "occupation" in self.done:
            line |= {"occupation_code": 18, "occupation_name": "-"}
        return line

    @property
    def moment(self):
        """When the call starts (UTC)."""
        return NIGHT if self.key.endswith("at_night") else DAY

    @property
    def facts(self):
        """Fact → value, for the branches."""
        return self.samples.facts(self)

    def give(self, step, answer):
        """The run after that answer."""
        run = self
        if answer.get("exclusion"):
            run = run._replace(exclusion=answer["exclusion"])
        if answer.get("device") and self.line is not None:
            run = run._replace(device=answer["device"])
        deed = (step.get("act") or step.get("form")) if answer.get("submits") else None
        if deed and self.samples.succeeds(run, deed):
            run = run._replace(done=run.done | {deed})
        elif deed == "registration" and self.key == NOT_AT_HAND:
            run = run._replace(done=run.done | {"draft"})
        elif deed == "consult" and self.key == TAKEN:
            run = run._replace(done=run.done | {"taken"})
        return run


class Samples:
    """The sample lines of one check, with what was worked out about them."""

    def __init__(self, lines: dict, work_out: Callable, hotline: str):
        """
        :param lines: key → facts of the line, None for a number of another network
        :param work_out: makes the facts of a Run for its branches
        """
        self.lines, self.work_out, self.hotline = lines, work_out, hotline
        self._facts = {}

    def runs(self) -> list:
        """Every line at the start of a call."""
        return [Run(self, key) for key in self.lines]

    def facts(self, run: Run) -> dict:
        """Fact → value, worked out once for all runs that stand alike."""
        place = run[1:]
        if place not in self._facts:
            self._facts[place] = self.work_out(run)
        return self._facts[place]

    def succeeds(self, run: Run, deed: str) -> bool:
        """Would the desk do it?"""
        facts = self.facts(run)
        if deed == "consult":
            return facts["consult"] == "ok" and run.key != TAKEN
        if deed == "registration":
            return facts["registration"] == "ok" and run.key != NOT_AT_HAND
        return deed != "occupation" or facts["occupation"] in ("ok", "recorded")


def lines(nice_commitment: str) -> dict:
    """The sample lines: key → facts.

    :param nice_commitment: a commitment that makes a number a nice number
    """
    found = {"other_network": None, "terminated": {**OPEN_LINE, "line_status": "terminated"}}
    for (device, papers, app, occupation), values in _combined(DEVICES, PAPERS, APPS, OCCUPATIONS):
        if papers == "papers_missing_nice":
            values["commitment_type"] = nice_commitment
        found[f"{device}/{papers}/{app}/{occupation}"] = {**OPEN_LINE, **values}
    found["postpaid"] = {**OPEN_LINE, "payment_mode": "postpaid"}
    for status in ("one_way", "two_way"):
        found[status] = {**OPEN_LINE, "line_status": status}
    for usage in ("operations", "test"):
        found[usage] = {**OPEN_LINE, "usage_class": usage}
    found[TAKEN] = OPEN_LINE
    missing = {**OPEN_LINE, **PAPERS["papers_missing"]}
    found[NOT_AT_HAND] = missing
    for name, values in REQUESTS.items():
        found[name] = {**missing, "request_submitted_on": DAY, "request_decided_on": DAY, **values}
    found["papers_unknown"] = {**OPEN_LINE, "registration_state": "unknown"}
    return found


def _combined(*tables):
    for choice in product(*(table.items() for table in tables)):
        values = {}
        for _name, part in choice:
            values |= part
        yield tuple(name for name, _part in choice), values
