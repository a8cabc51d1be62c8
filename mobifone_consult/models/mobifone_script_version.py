from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from ..tools import script_compiled, script_graph

# What the buttons and the loader write, and nobody else.
BY_BUTTONS = {
    "source_checksum", "publish_on", "published_on", "published_by_id", "retired_on", "failure", "checked_on",
    "checked_checksum", "checked_against_id", "check_report", "error_count", "way_count",
}  # fmt: skip


class MobifoneScriptVersion(models.Model):
    """One version of a script. A draft is edited; what is scheduled, live or retired never changes again.

    Refused by the ORM below, for everybody, and by triggers in the database (mobifone_script_version_freeze.py). How a
    version is checked and goes live: mobifone_script_version_publish.py.
    """

    _name = "mobifone.script.version"
    _description = "Script Version"
    _order = "script_id, number desc"

    script_id = fields.Many2one("mobifone.script", required=True, index=True, ondelete="restrict")
    hotline = fields.Selection(related="script_id.hotline")
    live_version_id = fields.Many2one(related="script_id.live_version_id")
    number = fields.Integer(string="Version No.", readonly=True, copy=False)
    name = fields.Char(string="What Is New", required=True)
    state = fields.Selection(
        [("draft", "Draft"), ("scheduled", "Scheduled"), ("live", "Live"), ("retired", "Retired")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
    )
    step_ids = fields.One2many("mobifone.script.step", "version_id", string="Steps", copy=False)
    source_checksum = fields.Char(readonly=True, copy=False, help="Checksum of the file it was loaded from.")
    publish_on = fields.Datetime(string="Goes Live On", readonly=True, copy=False)
    published_on = fields.Datetime(readonly=True, copy=False)
    published_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    retired_on = fields.Datetime(readonly=True, copy=False)
    failure = fields.Char(string="Why It Did Not Go Live", readonly=True, copy=False)
    # What the last check found, and of what: a draft that changed since then has to be checked again.
    checked_on = fields.Datetime(readonly=True, copy=False)
    checked_checksum = fields.Char(readonly=True, copy=False)
    checked_against_id = fields.Many2one("mobifone.script.version", readonly=True, copy=False)
    check_report = fields.Json(readonly=True, copy=False, prefetch=False)
    check_state = fields.Selection(
        [("none", "Not checked"), ("stale", "Changed since"), ("errors", "Errors"), ("passed", "Passed")],
        compute="_compute_check_state",
    )
    # Counted at the check: lists do not read whole reports.
    error_count = fields.Integer(string="Errors", readonly=True, copy=False)
    way_count = fields.Integer(string="Ways Through", readonly=True, copy=False)
    is_outdated = fields.Boolean(
        compute="_compute_is_outdated", help="Another version went live since this one was checked."
    )
    is_ready = fields.Boolean(compute="_compute_is_outdated", help="It may go live.")
    graph = fields.Json(compute="_compute_graph")
    difference = fields.Json(compute="_compute_difference")

    _number_uniq = models.Constraint("unique(script_id, number)", "Another version has this number.")
    _live_uniq = models.UniqueIndex("(script_id) WHERE state = 'live'", "A script has one live version.")
    _source_uniq = models.UniqueIndex(
        "(script_id, source_checksum) WHERE source_checksum IS NOT NULL", "This content was loaded already."
    )

    @api.depends("script_id.name", "number", "name")
    def _compute_display_name(self):
        for version in self:
            script, number = version.script_id.name, version.number
            version.display_name = self.env._("%(script)s, version %(number)s", script=script, number=number)

    @api.depends("error_count", "checked_checksum", "step_ids", "checked_against_id", "script_id.live_version_id")
    def _compute_check_state(self):
        for version in self:
            if not version.checked_checksum:
                version.check_state = "none"
            elif version.state == "draft" and version.checked_checksum != version._checksum():
                version.check_state = "stale"
            else:
                version.check_state = "errors" if version.error_count else "passed"

    @api.depends("state", "check_state", "checked_against_id", "script_id.live_version_id")
    def _compute_is_outdated(self):
        for version in self:
            version.is_outdated = (
                version.state != "live"
                and version.check_state not in ("none", "stale")
                and version.checked_against_id != version.script_id.live_version_id
            )
            version.is_ready = (
                version.state in ("draft", "retired") and version.check_state == "passed" and not version.is_outdated
            )

    @api.depends("step_ids")
    def _compute_graph(self):
        for version in self:
            levels = version._levels_by_step()
            version.graph = {
                "nodes": [
                    {
                        "id": step.id,
                        "key": step.key,
                        "title": step.title,
                        "kind": step.kind,
                        "section": step.section,
                        "level": levels.get(step.key, False),
                    }
                    for step in version.step_ids
                ],
                "edges": [
                    {
                        "source": step.key,
                        "target": answer.next_step_id.key,
                        "key": answer.key,
                        "label": answer._edge_label(),
                    }
                    for step in version.step_ids
                    for answer in step.answer_ids
                    if answer.next_step_id.version_id == version
                ],
            }

    @api.depends("step_ids", "script_id.live_version_id")
    def _compute_difference(self):
        for version in self:
            live = version.script_id.live_version_id
            version.difference = version._difference_from(live) if live and live != version else []

    def _difference_from(self, other):
        """What this version changes of another one, in people's words (script_graph.difference)."""
        before, after = (version.step_ids._worded(version._content()["steps"]) for version in (other, self))
        names = self.env["mobifone.script.compiler"]._names({"steps": [*before, *after]})
        found = script_graph.difference(before, after, self.env["mobifone.script.answer"]._teller(names))
        for change in found:
            _answer, _dot, key = change["field"].partition(".")
            change["answer"] = key and names.get((change["step"], key), key)
        return found

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        prepared = []
        for vals in vals_list:
            script = self.env["mobifone.script"].browse(vals.get("script_id"))
            taken = [other["number"] for other in prepared if other.get("script_id") == script.id]
            newest = self.search([("script_id", "=", script.id)], order="number desc", limit=1).number
            # Neither values nor a context default may say what was not done.
            number = max([newest, *taken]) + 1
            prepared.append({**vals, **dict.fromkeys(BY_BUTTONS, False), "state": "draft", "number": number})
        return super().create(prepared)

    def write(self, vals):
        self._check_draft()
        if vals.keys() & (BY_BUTTONS | {"state", "number", "script_id"}):
            raise UserError(self.env._("A version changes its state by its buttons only."))
        return super().write(vals)

    def copy(self, default=None):
        """A new draft with the same steps."""
        return self.browse(
            self.env["mobifone.script.package"]._add_version(version.script_id, version._content(), default).id
            for version in self
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        self._check_draft()
        if any(version.source_checksum for version in self):
            raise UserError(self.env._("A version that came from a file stays: the next update would load it again."))

    def _check_draft(self):
        """Refuse to change what was published; whoever asks."""
        for version in self.sudo():  # sudo: the state only
            if version.state != "draft":
                raise UserError(
                    self.env._("%s was published and never changes: make a new draft from it.", version.display_name)
                )

    def _set_state(self, state, **values):
        super().write({"state": state, **values})

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _content(self):
        """The version as plain data (tools.script_graph)."""
        self.ensure_one()
        return {
            "format": script_graph.FORMAT,
            "key": self.script_id.key,
            "name": self.script_id.name,
            "hotline": self.script_id.hotline,
            "version": self.name,
            "steps": self.step_ids.sorted(lambda step: (step.sequence, step.id))._content(),
        }

    def _checksum(self):
        """Checksum of the steps."""
        return script_compiled.checksum(self._content()["steps"])

    @tools.ormcache("self.id")
    def _compiled(self):
        """The published version ready to run: it never changes, so it is read once. Not to be changed.

        :return: tools.script_compiled.Compiled
        """
        return script_compiled.Compiled(self.sudo())  # sudo: agents are led through scripts that they may not list

    def _findings_by_step(self):
        """{key of a step: [(level, message)]} of the shape as it is now, and of the ways found by the last check."""
        self.ensure_one()
        return self.env["mobifone.script.compiler"]._findings_by_step(self._content(), self.check_report)

    def _levels_by_step(self):
        order = ("error", "warning", "info")
        return {
            key: min((level for level, _message in found), key=order.index)
            for key, found in self._findings_by_step().items()
            if found
        }
