import logging
from pathlib import Path

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.misc import file_path

from ..tools import script_compiled, script_package

_logger = logging.getLogger(__name__)
SHIPPED = "mobifone_consult/data/script"


class MobifoneScriptPackage(models.AbstractModel):
    """Scripts in files: the shipped ones, and what admins export and import."""

    _name = "mobifone.script.package"
    _description = "Script File"

    @api.model
    def _load_shipped(self):
        """Load what the files of the add-on have that was not loaded before; run by each installation and update.

        New content becomes a new version, live only if its script has no live version. Nothing that is there is
        touched.
        """
        for data in script_package.shipped(Path(file_path(SHIPPED))):
            content = script_package.read(data)
            try:
                with self.env.cr.savepoint():
                    version = self._add(content)
                    if version and not version.script_id.live_version_id:
                        version.action_check()
                        version.action_publish()
            except UserError as error:
                # An admin's own script serves the hotline, or its reasons are archived: an update goes on.
                _logger.warning("Script %s was not loaded: %s", content["key"], error)

    @api.model
    def _import(self, data):
        """A new draft from a file.

        :param bytes data: the file
        :raise UserError: saying what is wrong with the file, or that this content is there already
        """
        try:
            content = script_package.read(data)
        except script_package.BadPackageError as error:
            raise UserError(self._message(error)) from error
        version = self._add(content)
        if not version:
            raise UserError(self.env._("A version with exactly these steps is there already."))
        return version

    @api.model
    def _add(self, content):
        """A draft of the content, in the script of its key; None when the same was loaded before."""
        scripts = self.env["mobifone.script"].with_context(active_test=False)
        script = scripts.search([("key", "=", content["key"])]) or self._add_script(content)
        checksum = script_compiled.checksum(content["steps"])
        versions = self.env["mobifone.script.version"]
        if versions.search_count([("script_id", "=", script.id), ("source_checksum", "=", checksum)], limit=1):
            return None
        version = self._add_version(script, content)
        version._set_state("draft", source_checksum=checksum)
        return version

    @api.model
    def _add_script(self, content):
        scripts = self.env["mobifone.script"]
        if other := scripts.search([("hotline", "=", content["hotline"])], limit=1):
            hotline = content["hotline"]
            raise UserError(self.env._("Hotline %(hotline)s has the script “%(key)s”.", hotline=hotline, key=other.key))
        return scripts.create({name: content[name] for name in ("key", "name", "hotline")})

    @api.model
    def _add_version(self, script, content, values=None):
        """A draft with the steps of the content.

        :param dict content: as tools.script_graph describes it
        :param dict values: of the version, more
        """
        step_model, answer_model = self.env["mobifone.script.step"], self.env["mobifone.script.answer"]
        version = self.env["mobifone.script.version"].create(
            {"script_id": script.id, "name": content["version"], **(values or {})}
        )
        steps = step_model.create(
            [
                {
                    **step_model._values(step),
                    "version_id": version.id,
                    "sequence": 10 * place,
                    "answer_ids": [
                        Command.create({**answer_model._values(answer), "sequence": 10 * number})
                        for number, answer in enumerate(step.get("answers") or (), 1)
                    ],
                }
                for place, step in enumerate(content["steps"], 1)
            ]
        )
        by_key = {step.key: step for step in steps}
        answers = {(step.key, answer.key): answer for step in steps for answer in step.answer_ids}
        for step in content["steps"]:
            for answer in step.get("answers") or ():
                after = tuple((answer.get("after") or ".").split(".", 1))
                links = {
                    "next_step_id": by_key[answer["next"]].id if answer.get("next") in by_key else False,
                    "after_answer_id": answers[after].id if after in answers else False,
                }
                answers[step["key"], answer["key"]].write({name: link for name, link in links.items() if link})
        return version

    @api.model
    def _message(self, error):
        text = {
            "too_big": self.env._("The file is too big for a script."),
            "not_json": self.env._("The file is no JSON in UTF-8."),
            "not_a_script": self.env._("The file holds no script."),
            "wrong_format": self.env._("The file is of another format than this version of the add-on reads."),
            "missing": self.env._("Something is missing in the file:"),
            "unknown": self.env._("The file has something that no script has:"),
            "wrong_value": self.env._("The file has a value that cannot be:"),
            "key_twice": self.env._("The file uses a key twice:"),
        }[error.code]
        return f"{text} {error.place}".strip()
