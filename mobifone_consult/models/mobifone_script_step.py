from odoo import api, fields, models

from ..tools import script_graph
from ..tools.script_key import key_for

KINDS = [
    ("say", "Say"),
    ("ask", "Ask"),
    ("decide", "Decide"),
    ("form", "Form"),
    ("act", "Act"),
    ("end", "End"),
]
SECTIONS = [
    ("matter", "Caller's need"),
    ("papers", "Papers"),
    ("request", "Request"),
    ("consult", "App consult"),
    ("occupation", "Occupation"),
    ("closing", "Closing"),
]
OUTCOMES = [
    ("link_sent", "Link sent"),
    ("refused", "Refused"),
    ("already_has_app", "Has the app already"),
    ("benefits_introduced", "Benefits introduced"),
    ("excluded", "Not consulted"),
    ("referred_shop", "Referred to a main store"),
    ("guided_online", "Guided to update online"),
    ("guided_point", "Guided to a transaction point"),
    ("transferred", "Transferred"),
    ("abandoned", "Abandoned"),
    ("done", "Done"),
]


class MobifoneScriptStep(models.Model):
    """One step of a script version: what is said, asked, decided or done."""

    _name = "mobifone.script.step"
    _description = "Script Step"
    _order = "version_id, sequence, id"
    _rec_name = "title"

    version_id = fields.Many2one("mobifone.script.version", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(help="A new step gets the last place.")
    key = fields.Char(required=True, help="Small letters, digits and “_”; stays the same from version to version.")
    kind = fields.Selection(KINDS, string="Kind of Step", required=True, default="say")
    section = fields.Selection(SECTIONS, required=True, default="matter", help="Where in the call the agent is.")
    title = fields.Char(required=True)
    text = fields.Text(help="Read aloud. A paragraph in parentheses is for the agent. Variables: see the list.")
    act = fields.Selection(
        [("consult", "Save the consult and send the link"), ("transfer", "Transfer the call")], string="What it does"
    )
    form = fields.Selection([("occupation", "Occupation"), ("registration", "Update request (papers)")])
    outcome = fields.Selection(OUTCOMES)
    exclusion_id = fields.Many2one(
        "mobifone.exclusion.reason", string="Reason", ondelete="restrict", help="With the outcome “Not consulted”."
    )
    answer_ids = fields.One2many("mobifone.script.answer", "step_id", string="Answers", copy=True)
    state = fields.Selection(related="version_id.state", string="State of the Version")
    excerpt = fields.Char(string="What Is Said", compute="_compute_excerpt")
    summary = fields.Char(compute="_compute_summary", string="Leads to")
    incoming = fields.Char(string="Comes from", compute="_compute_incoming")
    findings = fields.Text(compute="_compute_findings")
    finding_level = fields.Selection(
        [("error", "Error"), ("warning", "Warning"), ("info", "Note")], compute="_compute_findings"
    )

    _key_uniq = models.Constraint("unique(version_id, key)", "Another step of this version has this key.")

    @api.depends("answer_ids.label", "answer_ids.next_step_id.title", "answer_ids.condition", "outcome")
    def _compute_summary(self):
        for step in self:
            targets = [answer.next_step_id.title for answer in step.answer_ids if answer.next_step_id]
            outcome = dict(step._fields["outcome"]._description_selection(self.env)).get(step.outcome, "")
            step.summary = outcome if step.kind == "end" else " · ".join(dict.fromkeys(targets))

    @api.depends("text")
    def _compute_excerpt(self):
        for step in self:
            lines = (step.text or "").strip().splitlines()
            step.excerpt = f"{lines[0]} …" if len(lines) > 1 else next(iter(lines), False)

    @api.depends("version_id")
    def _compute_incoming(self):
        answers = self.env["mobifone.script.answer"].search([("next_step_id", "in", self.ids)])
        titles = {step: answers.mapped("step_id.title") for step, answers in answers.grouped("next_step_id").items()}
        for step in self:
            step.incoming = " · ".join(dict.fromkeys(titles.get(step._origin, ())))

    @api.depends("version_id", "title", "text", "kind", "answer_ids")
    def _compute_findings(self):
        for version, steps in self.grouped("version_id").items():
            by_step = version._findings_by_step() if version.id else {}
            for step in steps:
                found = by_step.get(step.key, [])
                step.findings = "\n".join(message for _level, message in found)
                levels = {level for level, _message in found}
                step.finding_level = next((level for level in ("error", "warning", "info") if level in levels), False)

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        of_context = self.env.context.get("default_version_id")
        vals_list = [{**vals, "version_id": vals.get("version_id") or of_context} for vals in vals_list]
        versions = self.env["mobifone.script.version"].browse({vals["version_id"] for vals in vals_list} - {None})
        versions._check_draft()
        return super().create(self._with_keys(vals_list))

    def write(self, vals):
        self.version_id._check_draft()
        if "version_id" in vals:
            self.env["mobifone.script.version"].browse(vals["version_id"])._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        self.version_id._check_draft()

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _with_keys(self, vals_list):
        """Give each step a key and a place, the last one, where it has none: nobody has to think of them."""
        taken, last = {}, {}
        for step in self.search([("version_id", "in", [vals["version_id"] for vals in vals_list])]):
            taken.setdefault(step.version_id.id, set()).add(step.key)
            last[step.version_id.id] = max(last.get(step.version_id.id, 0), step.sequence)
        prepared = []
        for vals in vals_list:
            keys = taken.setdefault(vals["version_id"], set())
            key = vals.get("key") or key_for(vals.get("title"), keys, "step")
            keys.add(key)
            place = vals.get("sequence") or self.env.context.get("default_sequence")
            place = place or last.get(vals["version_id"], 0) + 10
            last[vals["version_id"]] = max(last.get(vals["version_id"], 0), place)
            prepared.append({**vals, "key": key, "sequence": place})
        return prepared

    def _content(self):
        """The steps as plain data (tools.script_graph), empty values left out."""
        return [
            {
                name: value
                for name, value in {
                    "key": step.key,
                    "kind": step.kind,
                    "section": step.section,
                    "title": step.title,
                    "text": step.text,
                    "act": step.act if step.kind == "act" else None,
                    "form": step.form if step.kind == "form" else None,
                    "outcome": step.outcome if step.kind == "end" else None,
                    "exclusion": step.exclusion_id.code if step.kind == "end" else None,
                    "answers": step.answer_ids._content(),
                }.items()
                if value
            }
            for step in self
        ]

    @api.model
    def _worded(self, steps):
        """The plain data of steps with people's words in the place of codes."""
        words = {
            name: dict(self._fields[name]._description_selection(self.env))
            for name in ("kind", "section", "act", "form", "outcome")
        }
        words["exclusion"] = self.env["mobifone.script.answer"]._exclusion_names()
        return [
            {name: words[name].get(value, value) if name in words and value else value for name, value in step.items()}
            for step in steps
        ]

    @api.model
    def _values(self, step):
        """Values of a record from the plain data of a step, without its answers.

        :param dict step: as tools.script_graph describes it
        """
        kind = step.get("kind")
        reasons = self.env["mobifone.exclusion.reason"].with_context(active_test=False)
        return {
            "key": step["key"],
            "kind": kind if kind in script_graph.KINDS else "say",
            "section": step.get("section") or "matter",
            "title": step.get("title") or step["key"],
            "text": step.get("text") or False,
            "act": step.get("act") or False,
            "form": step.get("form") or False,
            "outcome": step.get("outcome") or False,
            "exclusion_id": reasons.search([("code", "=", step.get("exclusion"))], limit=1).id
            if step.get("exclusion")
            else False,
        }
