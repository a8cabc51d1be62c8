from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError


class MobifoneScriptVersion(models.Model):
    """How a version is checked, tried, published, scheduled, exported."""

    _inherit = "mobifone.script.version"

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_check(self):
        """Check the shape, the texts, and every way through on sample lines; keep the report. Managers."""
        self._check_manager()
        for version in self:
            report = self.env["mobifone.script.compiler"]._compile(version._content())
            version._set_state(
                version.state,
                checked_on=fields.Datetime.now(),
                checked_checksum=version._checksum(),
                checked_against_id=version.script_id.live_version_id.id,
                check_report=report,
                error_count=sum(finding["level"] == "error" for finding in report["findings"]),
                way_count=len(report["paths"]),
                failure=False,
            )

    def action_publish(self):
        """Make a draft, or an older version again, the live one. Managers.

        :raise UserError: when it has errors, changed since its check, or another version went live meanwhile
        """
        self._check_manager()
        self.ensure_one()
        if self.state == "live":
            raise UserError(self.env._("This version is live already."))
        self._check_ready()
        self.script_id._go_live(self, self.checked_against_id)

    def action_schedule(self, moment):
        """Freeze a checked draft and let it go live at a set time. Managers.

        :param moment: UTC
        """
        self._check_manager()
        self.ensure_one()
        self._check_draft()
        self._check_ready()
        try:
            moment = fields.Datetime.to_datetime(moment)
        except (TypeError, ValueError):
            moment = None
        now = fields.Datetime.now()
        if not moment or not now < moment < now + timedelta(days=366):
            raise UserError(self.env._("Choose a time to come."))
        self._set_state("scheduled", publish_on=moment)
        # sudo: scheduled actions are the administrators'
        self.env.ref("mobifone_consult.ir_cron_publish_scripts").sudo()._trigger(at=moment)

    def action_unschedule(self):
        """Make a scheduled version a draft again. Managers."""
        self._check_manager()
        self.filtered(lambda version: version.state == "scheduled")._set_state("draft", publish_on=False)

    def action_new_draft(self):
        """Open a new draft with the steps of this version. Managers."""
        self._check_manager()
        self.ensure_one()
        return self.copy({"name": self.env._("Changes to version %s", self.number)})._get_records_action()

    def action_try(self):
        """Open the version as agents see it, on sample lines; nothing is written. Managers."""
        self._check_manager()
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "mobifone_consult.script_trial",
            "name": self.display_name,
            "params": {"version_id": self.id},
        }

    def action_export(self):
        """Download the version as a file that can be imported elsewhere. Managers."""
        self._check_manager()
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/mobifone_consult/script/{self.id}.json", "target": "download"}

    def _check_manager(self):
        self.check_access("write")
        if not self.env.user.has_group("mobifone_consult.group_manager"):
            raise UserError(self.env._("Only MobiFone's managers keep the scripts."))

    def _check_ready(self):
        if not self.checked_checksum or self.checked_checksum != self._checksum():
            raise UserError(self.env._("Check the version first: it changed since its last check."))
        if self.error_count:
            findings = [finding for finding in self.check_report["findings"] if finding["level"] == "error"]
            first = "\n".join(f"– {finding['message']}" for finding in findings[:5])
            raise UserError(self.env._("The version has errors:\n%s", first))

    @api.model
    def try_out(self, version_id, sample, answers):
        """A version as an agent would see it, on a sample line, after some answers. Nothing is written. Managers.

        :param int version_id: any version, also a draft
        :param str sample: key of a sample line, as `samples` lists them
        :param list answers: keys of the answers given so far, in their order
        :return: {step, trail} as mobifone.desk.answer answers
        :raise UserError: when the version has errors in its shape, or an answer does not exist
        """
        version = self.browse(version_id if isinstance(version_id, int) else 0).exists()
        version._check_manager()
        if not version:
            raise UserError(self.env._("There is no such version."))
        return self.env["mobifone.script.compiler"]._try_out(version._content(), sample, answers)

    @api.model
    def samples(self):
        """The sample lines to try a script on: list of {key, label}. Managers."""
        self.browse()._check_manager()
        return self.env["mobifone.script.compiler"]._sample_labels()

    # ------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------

    @api.model
    def _cron_publish_due(self):
        """Let the scheduled versions go live whose time has come."""
        due = [("state", "=", "scheduled"), ("publish_on", "<=", fields.Datetime.now())]
        progress = self.env["ir.cron"]
        left = progress._commit_progress(remaining=self.search_count(due))
        while left and (next_one := self.search(due, limit=1, order="publish_on")):
            version = next_one.try_lock_for_update(allow_referencing=True)
            if not version:
                break
            # Why it fails is told in the language of whoever scheduled it, the last who wrote on it.
            version = version.with_context(lang=version.write_uid.lang)
            try:
                with self.env.cr.savepoint():
                    version.script_id._go_live(version, version.checked_against_id)
            except LockError:
                # An admin is just publishing: soon again.
                self.env.ref("mobifone_consult.ir_cron_publish_scripts")._trigger()
                break
            except UserError as error:
                # Nothing is lost: it is a draft again, and says why.
                version._set_state("draft", publish_on=False, failure=str(error))
            left = progress._commit_progress(1)
