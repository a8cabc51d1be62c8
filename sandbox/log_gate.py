"""No warning in Odoo's log: a run whose server logs hold a WARNING or worse, or a bare traceback, has failed."""

import re
from dataclasses import dataclass
from pathlib import Path

from sandbox.say import say

RECORD = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ (?P<level>[A-Z]+) \S+ (?P<logger>\S+?): (?P<message>.*)")
BAD = {"WARNING", "ERROR", "CRITICAL"}
SHOWN_LINES = 40  # of each record; a traceback can be long


@dataclass(frozen=True)
class Allowed:
    """Records that are no fault of the add-ons."""

    logger: str
    message: str
    reason: str
    # What a line of its traceback begins with; without it the record may have none.
    error: str = ""

    def covers(self, match: re.Match, rest: list) -> bool:
        """Both patterns match the whole first line of the record, and its traceback is the one that is meant."""
        if not re.fullmatch(self.logger, match["logger"]) or not re.fullmatch(self.message, match["message"]):
            return False
        if self.error:
            return any(line.startswith(self.error) for line in rest)
        return not any(line.startswith("Traceback") for line in rest)


ALWAYS = (
    Allowed(
        r"py\.warnings", r".*/odoo/addons/bus/\S+ DeprecationWarning: Queue\(0\) .*", "Odoo's bus with a newer gevent"
    ),
)
# Tests over HTTP ask for refusals on purpose, and Odoo logs each UserError and AccessError as a one-line warning. The
# same logger complains of badly written routes: those are not meant.
ROUTES = r"The endpoint|.*CSRF|.* (called ignoring args|returns an HTTPException|is a controller|defined with)"
REFUSALS = (Allowed(r"odoo\.http", rf"(?!{ROUTES}).*", "a refusal that was told to the user"),)


def offences(log: Path, allowed: tuple = ()) -> list:
    """The records of a log that must not be there, each with its traceback."""
    found = []
    lines = log.read_text(errors="replace").splitlines() if log.exists() else [f"no log {log}: nothing was run"]
    starts = [number for number, line in enumerate(lines) if RECORD.match(line)]
    for number, end in zip([None, *starts], [*starts, len(lines)], strict=True):
        record = lines[number or 0 : end]
        if number is None:  # whatever was printed before the first record
            bad = any(line.startswith(("Traceback", "no log")) for line in record)
        else:
            bad = _is_bad(record, (*ALWAYS, *allowed))
        if bad:
            found.append("\n".join(record[:SHOWN_LINES]))
    return found


def clean(log: Path, allowed: tuple = ()) -> bool:
    """Say what is wrong in a log; answer whether nothing is."""
    found = offences(log, allowed)
    if found:
        say(f"{log} must hold no warning, but has {len(found)}:")
        for record in found[:20]:
            say(record)
    return not found


def _is_bad(record: list, allowed: tuple) -> bool:
    match = RECORD.match(record[0])
    if match["level"] not in BAD:
        return any(line.startswith("Traceback") for line in record[1:])
    return not any(rule.covers(match, record[1:]) for rule in allowed)
