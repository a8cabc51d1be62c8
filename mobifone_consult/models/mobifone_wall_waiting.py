from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .mobifone_registration import TO_DECIDE
from .mobifone_removal_letter import UNSENT
from .mobifone_wall import Figure

# Hours ahead in which a request that is due is told of.
SOON = 12
# Requests and letters named on the wall: those that are due first.
NAMED = 6


class MobifoneWall(models.AbstractModel):
    """What waits for somebody: papers, feedback, findings, letters. It waits whatever the period."""

    _inherit = "mobifone.wall"

    @api.model
    def _figures(self, scope):
        waiting = scope.of(("state", "in", TO_DECIDE))
        soon = scope.now + timedelta(hours=SOON)
        letters = scope.of(("state", "in", UNSENT))
        overdue = Domain("due_on", "<", scope.now)
        papers = ("mobifone.registration", "mobifone_consult.mobifone_registration_action")
        letter = ("mobifone.removal.letter", "mobifone_consult.mobifone_removal_letter_action")
        return {
            **super()._figures(scope),
            "papers": Figure(self.env._("Requests to Decide"), *papers, waiting),
            "papers_overdue": Figure(self.env._("Overdue Requests"), *papers, waiting & overdue),
            "papers_soon": Figure(
                self.env._("Requests Due Soon"), *papers, waiting & ~overdue & Domain("due_on", "<=", soon)
            ),
            "feedback": Figure(
                self.env._("Feedback Not Closed"),
                "mobifone.feedback",
                "mobifone_consult.mobifone_feedback_action",
                scope.of(("state", "!=", "closed")),
            ),
            # A person's request is nobody's but MobiFone's: it knows no vendor.
            "persons_overdue": Figure(
                self.env._("Overdue Requests of Persons"),
                "mobifone.person.request",
                "mobifone_consult.mobifone_person_request_action",
                Domain("state", "=", "open") & overdue,
            ),
            "findings": Figure(
                self.env._("Unusual Use to Look Into"),
                "mobifone.finding",
                "mobifone_consult.mobifone_finding_action",
                scope.of(("state", "=", "open")),
                by="kind",
            ),
            "letters": Figure(self.env._("Letters to Send"), *letter, letters),
            "letters_overdue": Figure(self.env._("Overdue Letters"), *letter, letters & overdue),
        }

    @api.model
    def _tiles(self, scope):
        tiles = super()._tiles(scope)
        if self.env["mobifone.registration"].has_access("read"):
            tiles.append(self._papers_tile(scope))
        if self.env["mobifone.feedback"].has_access("read"):
            tiles.append(self._complaints_tile(scope))
        if self.env["mobifone.finding"].has_access("read"):
            tiles.append(self._findings_tile(scope))
        if self.env["mobifone.removal.letter"].has_access("read"):
            tiles.append(self._letters_tile(scope))
        return tiles

    @api.model
    def _papers_tile(self, scope):
        requests = self.env["mobifone.registration"]
        domain = self._figures(scope)["papers"].domain
        first = requests.search_fetch(domain, ["number_masked", "state", "due_on"], limit=NAMED, order="due_on, id")
        states = dict(requests._fields["state"]._description_selection(self.env))
        return self._tile(
            "papers",
            self.env._("Papers to Decide"),
            figures=[
                self._shown(
                    "papers_overdue", self.env._("overdue"), self._count(scope, "papers_overdue"), tone="danger"
                ),
                self._shown(
                    "papers_soon",
                    self.env._("due within %s hours", SOON),
                    self._count(scope, "papers_soon"),
                    tone="warning",
                ),
                self._shown("papers", self.env._("to decide"), self._count(scope, "papers")),
            ],
            rows={
                "model": "mobifone.registration",
                "items": [self._due_row(row, row.number_masked, states[row.state], scope) for row in first],
            },
            empty=self.env._("No request waits for a decision."),
        )

    @api.model
    def _complaints_tile(self, scope):
        figures = [self._shown("feedback", self.env._("feedback not closed"), self._count(scope, "feedback"))]
        if not scope.vendor_id and self.env["mobifone.person.request"].has_access("read"):
            count = self._count(scope, "persons_overdue")
            label = self.env._("overdue requests of persons about their data")
            figures.append(self._shown("persons_overdue", label, count, tone="danger"))
        feedback = self.env["mobifone.feedback"]
        names = ["number_masked", "state", "taken_on"]
        first = feedback.search_fetch(self._figures(scope)["feedback"].domain, names, limit=NAMED, order="taken_on, id")
        states = dict(feedback._fields["state"]._description_selection(self.env))
        return self._tile(
            "feedback",
            self.env._("Feedback"),
            figures=figures,
            rows={
                "model": "mobifone.feedback",
                "items": [
                    {
                        "id": row.id,
                        "title": row.number_masked,
                        "detail": states[row.state],
                        "note": "",
                        "on": fields.Datetime.to_string(row.taken_on),
                        "tone": "",
                    }
                    for row in first
                ],
            },
            empty=self.env._("Every complaint has its answer."),
        )

    @api.model
    def _findings_tile(self, scope):
        kinds = dict(self.env["mobifone.finding"]._fields["kind"]._description_selection(self.env))
        parts = self._parts(scope, "findings")
        return self._tile(
            "findings",
            self.env._("Unusual Look-ups"),
            hint=self.env._("Findings that nobody has closed with a word. They accuse nobody: look into them."),
            figures=[
                self._shown(
                    "findings", self.env._("to look into"), sum(count for _kind, count in parts), tone="warning"
                )
            ],
            bars={
                "items": [
                    {"figure": "findings", "part": kind, "label": kinds[kind], "value": count} for kind, count in parts
                ]
            }
            if parts
            else None,
            empty=self.env._("Nothing unusual waits to be looked into."),
        )

    @api.model
    def _letters_tile(self, scope):
        letters = self.env["mobifone.removal.letter"]
        first = letters.search_fetch(
            self._figures(scope)["letters"].domain,
            ["vendor_id", "month", "state", "due_on"],
            limit=NAMED,
            order="due_on, id",
        )
        states = dict(letters._fields["state"]._description_selection(self.env))
        names = {letter["id"]: letter["vendor_id"][1] for letter in first.read(["vendor_id"])}
        return self._tile(
            "letters",
            self.env._("Letters about Leavers"),
            figures=[
                self._shown(
                    "letters_overdue", self.env._("overdue"), self._count(scope, "letters_overdue"), tone="danger"
                ),
                self._shown("letters", self.env._("to send"), self._count(scope, "letters")),
            ],
            rows={
                "model": "mobifone.removal.letter",
                "items": [
                    self._due_row(letter, f"{names[letter.id]} · {letter.month:%m/%Y}", states[letter.state], scope)
                    for letter in first
                ],
            },
            empty=self.env._("No letter waits to be sent."),
        )

    @api.model
    def _due_row(self, record, title, detail, scope):
        return {
            "id": record.id,
            "title": title,
            "detail": detail,
            "note": "",
            "due": fields.Datetime.to_string(record.due_on),
            "tone": "danger" if record.due_on < scope.now else "",
        }
