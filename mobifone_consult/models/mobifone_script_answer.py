from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import script_graph
from ..tools.script_key import key_for

CONDITIONS = [
    ("otherwise", "Otherwise"),
    ("answered", "An earlier answer was…"),
    ("hotline.1090", "Hotline · 1090"),
    ("hotline.9090", "Hotline · 9090"),
    ("hotline.18001090", "Hotline · 18001090"),
    ("line.active", "Line · active"),
    ("line.one_way", "Line · locked one way"),
    ("line.two_way", "Line · locked both ways"),
    ("line.terminated", "Line · terminated"),
    ("line.not_found", "Line · not MobiFone's"),
    ("usage.personal", "Use · personal"),
    ("usage.official", "Use · official"),
    ("usage.operations", "Use · operations"),
    ("usage.test", "Use · test SIM"),
    ("payment.prepaid", "Payment · prepaid"),
    ("payment.postpaid", "Payment · postpaid"),
    ("device.smartphone", "Handset · smartphone"),
    ("device.feature_phone", "Handset · feature phone"),
    ("device.unknown", "Handset · unknown"),
    ("app.installed", "App · installed"),
    ("app.not_installed", "App · not installed"),
    ("app.unknown", "App · unknown"),
    ("papers.complete", "Papers · complete"),
    ("papers.incomplete", "Papers · incomplete"),
    ("papers.unknown", "Papers · unknown"),
    ("route.none", "Papers · nothing to complete"),
    ("route.online", "Papers · to complete online"),
    ("route.main_store", "Papers · to complete at a main store"),
    ("route.transaction_point", "Papers · to complete at a transaction point"),
    ("route.ask_device", "Papers · ask for the handset"),
    ("nice.yes", "Nice number · yes"),
    ("nice.no", "Nice number · no"),
    ("consult.ok", "Consult · allowed"),
    ("consult.other_network", "Consult · other network"),
    ("consult.line_terminated", "Consult · line terminated"),
    ("consult.excluded", "Consult · excluded"),
    ("consult.no_smartphone", "Consult · no smartphone"),
    ("consult.app_installed", "Consult · app installed"),
    ("consult.app_unknown", "Consult · app unknown"),
    ("consult.blacklisted", "Consult · wants no messages"),
    ("consult.locked", "Consult · locked"),
    ("occupation.ok", "Occupation · may be asked"),
    ("occupation.other_network", "Occupation · other network"),
    ("occupation.line_class", "Occupation · official, operations or test line"),
    ("occupation.lost_phone", "Occupation · not on this call"),
    ("occupation.outside_hours", "Occupation · outside hours"),
    ("occupation.recorded", "Occupation · on record"),
    ("registration.ok", "Update request · may be made"),
    ("registration.other_network", "Update request · other network"),
    ("registration.line_terminated", "Update request · line terminated"),
    ("registration.main_store", "Update request · at a main store only"),
    ("registration.pending", "Update request · one waits already"),
    ("request.none", "Last update request · none"),
    ("request.draft", "Last update request · draft"),
    ("request.pending", "Last update request · waits for its approval"),
    ("request.overdue", "Last update request · overdue"),
    ("request.approved", "Last update request · approved"),
    ("request.rejected", "Last update request · rejected"),
    ("promotion.yes", "Promotion · in force"),
    ("promotion.no", "Promotion · none"),
    ("excluded.yes", "In this call · excluded"),
    ("excluded.no", "In this call · not excluded"),
    ("consulted.yes", "In this call · consult saved"),
    ("consulted.no", "In this call · no consult saved"),
    ("told_occupation.yes", "In this call · occupation recorded"),
    ("told_occupation.no", "In this call · occupation not recorded"),
    ("registered.yes", "In this call · update request submitted"),
    ("registered.no", "In this call · no update request submitted"),
    ("transferred.yes", "In this call · transferred"),
    ("transferred.no", "In this call · not transferred"),
]


class MobifoneScriptAnswer(models.Model):
    """One answer of a step, or one branch of a decision; it points forward to the next step."""

    _name = "mobifone.script.answer"
    _description = "Script Answer"
    _order = "step_id, sequence, id"
    _rec_name = "label"

    step_id = fields.Many2one("mobifone.script.step", required=True, index=True, ondelete="cascade")
    version_id = fields.Many2one(related="step_id.version_id", string="Version")
    kind = fields.Selection(related="step_id.kind", string="Kind of Step")
    sequence = fields.Integer(default=10)
    key = fields.Char(required=True, help="Small letters, digits and “_”; stays the same from version to version.")
    label = fields.Char()
    hotkey = fields.Char(string="Key on the Keyboard", size=1, help="A digit from 1, or a small letter.")
    is_main = fields.Boolean(string="Enter", help="Given by the key Enter.")
    submits = fields.Boolean(
        string="Carries It Out", help="This answer carries the step out: saves the consult, transfers, saves the form."
    )
    next_step_id = fields.Many2one(
        "mobifone.script.step",
        string="Goes on to",
        index="btree_not_null",
        ondelete="set null",
        domain="[('version_id', '=', version_id)]",
    )
    exclusion_id = fields.Many2one("mobifone.exclusion.reason", string="Records the Exclusion", ondelete="restrict")
    device_class = fields.Selection(
        [("smartphone", "Smartphone"), ("feature_phone", "Feature phone")],
        string="Tells the Handset",
        help="What the customer said about his handset is kept as a note on the line.",
    )
    condition = fields.Selection(CONDITIONS, help="For branches of a decision.")
    after_answer_id = fields.Many2one(
        "mobifone.script.answer",
        string="Earlier Answer",
        index="btree_not_null",
        ondelete="set null",
        domain="[('version_id', '=', version_id)]",
    )

    _key_uniq = models.Constraint("unique(step_id, key)", "Another answer of this step has this key.")

    @api.depends("label", "key", "condition", "after_answer_id.label", "step_id.title", "step_id.kind")
    def _compute_display_name(self):
        for answer in self:
            answer.display_name = f"{answer.step_id.title} › {answer._short_name()}"

    @api.constrains("next_step_id", "after_answer_id", "step_id")
    def _check_same_version(self):
        for answer in self:
            others = answer.next_step_id.version_id | answer.after_answer_id.step_id.version_id
            if others - answer.step_id.version_id:
                raise ValidationError(
                    self.env._(
                        "Step “%(step)s”: its answer “%(answer)s” names a step of another version.",
                        step=answer.step_id.title,
                        answer=answer.label or answer.key,
                    )
                )

    @api.onchange("step_id")
    def _onchange_step_id(self):
        """Propose a key for a new answer: Enter where there is one way on, else the first digit that is free."""
        kind, others = self.step_id.kind, self.step_id.answer_ids - self
        if self._origin or self.hotkey or self.is_main or kind in ("decide", "end"):
            return
        if kind != "ask" and not any(others.mapped("is_main")):
            self.is_main = True
            self.submits = kind in ("act", "form")
            self.label = self.label or (self.env._("Continue") if kind == "say" else False)
            return
        taken = set(others.mapped("hotkey"))
        self.hotkey = next((digit for digit in script_graph.HOTKEYS[:9] if digit not in taken), False)

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        of_context = self.env.context.get("default_step_id")
        vals_list = [{**vals, "step_id": vals.get("step_id") or of_context} for vals in vals_list]
        steps = self.env["mobifone.script.step"].browse({vals["step_id"] for vals in vals_list} - {None})
        steps.version_id._check_draft()
        return super().create(self._with_keys(vals_list))

    def write(self, vals):
        self.step_id.version_id._check_draft()
        if "step_id" in vals:
            self.env["mobifone.script.step"].browse(vals["step_id"]).version_id._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        self.step_id.version_id._check_draft()

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _with_keys(self, vals_list):
        """Give each answer a key where it has none: nobody has to think of them."""
        taken = {}
        for answer in self.search([("step_id", "in", [vals["step_id"] for vals in vals_list])]):
            taken.setdefault(answer.step_id.id, set()).add(answer.key)
        prepared = []
        for vals in vals_list:
            keys = taken.setdefault(vals["step_id"], set())
            key = vals.get("key") or key_for(vals.get("label") or vals.get("condition"), keys, "answer")
            keys.add(key)
            prepared.append({**vals, "key": key})
        return prepared

    def _content(self):
        """The answers as plain data (tools.script_graph), empty values left out."""
        return [
            {
                name: value
                for name, value in {
                    "key": answer.key,
                    "label": answer.label,
                    "hotkey": answer.hotkey,
                    "main": answer.is_main,
                    "submits": answer.submits,
                    "next": answer._target_key(),
                    "exclusion": answer.exclusion_id.code,
                    "device": answer.device_class,
                    "when": (answer.condition or "otherwise") if answer.kind == "decide" else None,
                    "after": answer.after_answer_id
                    and f"{answer.after_answer_id.step_id.key}.{answer.after_answer_id.key}",
                }.items()
                if value
            }
            for answer in self
        ]

    @api.model
    def _exclusion_names(self):
        """{code of an exclusion reason: its name}"""
        reasons = self.env["mobifone.exclusion.reason"].with_context(active_test=False).search([])
        return {reason.code: reason.name for reason in reasons}

    @api.model
    def _teller(self, names):
        """A function that tells an answer, as plain data, in people's words.

        :param dict names: of steps and answers, as mobifone.script.compiler._names returns them
        """
        words = {
            name: dict(self._fields[name]._description_selection(self.env)) for name in ("condition", "device_class")
        }
        words["exclusion"] = self._exclusion_names()
        labels = {name: self._fields[name]._description_string(self.env) for name in self._fields}

        def tell(answer):
            label = answer.get("label") or words["condition"].get(answer.get("when")) or answer["key"]
            if answer.get("when") == "answered" and answer.get("after"):
                label = self.env["mobifone.script.compiler"]._place(answer["after"], names)
            target = names.get(answer.get("next"), answer.get("next")) or "?"
            marks = [
                answer.get("hotkey"),
                labels["is_main"] if answer.get("main") else None,
                labels["submits"] if answer.get("submits") else None,
                answer.get("device")
                and f"{labels['device_class']}: {words['device_class'].get(answer['device'], answer['device'])}",
                answer.get("exclusion")
                and f"{labels['exclusion_id']}: {words['exclusion'].get(answer['exclusion'], answer['exclusion'])}",
            ]
            shown = ", ".join(mark for mark in marks if mark)
            return f"{label} → {target}" + (f" ({shown})" if shown else "")

        return tell

    def _edge_label(self):
        """What stands beside the arrow of this answer in the drawing."""
        if self.kind == "decide" and self.condition == "answered":
            return self.after_answer_id.display_name or ""
        return self._short_name()

    def _short_name(self):
        """The answer, or the condition of a branch, without its step."""
        if self.kind != "decide":
            return self.label or self.key
        if self.condition == "answered":
            return self.after_answer_id.label or self.after_answer_id.key or self.key
        return dict(self._fields["condition"]._description_selection(self.env)).get(self.condition or "otherwise")

    def _target_key(self):
        # A step of another version has no key here: the check names it.
        target = self.next_step_id
        return target.key if target.version_id == self.step_id.version_id else target.display_name

    @api.model
    def _values(self, answer):
        """Values of a record from the plain data of an answer; what it points to is set afterwards.

        :param dict answer: as tools.script_graph describes it
        """
        reasons = self.env["mobifone.exclusion.reason"].with_context(active_test=False)
        return {
            "key": answer["key"],
            "label": answer.get("label") or False,
            "hotkey": answer.get("hotkey") or False,
            "is_main": bool(answer.get("main")),
            "submits": bool(answer.get("submits")),
            "device_class": answer.get("device") or False,
            "condition": answer.get("when") or False,
            "exclusion_id": reasons.search([("code", "=", answer.get("exclusion"))], limit=1).id
            if answer.get("exclusion")
            else False,
        }
