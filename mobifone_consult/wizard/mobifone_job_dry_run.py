from odoo import fields, models

from ..models.mobifone_job_run import JOBS


class MobifoneJobDryRun(models.TransientModel):
    """Asks which scheduled action is to be tried, and shows what it would do now."""

    _name = "mobifone.job.dry.run"
    _description = "Dry Run of a Scheduled Action"

    job = fields.Selection(JOBS, string="Scheduled Action", required=True, default=JOBS[0][0])

    def action_run(self):
        """Do a dry run: nothing is changed, its record stays. Managers.

        :return: the action that shows the record
        :raise AccessError: for anybody else
        """
        self.ensure_one()
        self.env["res.users"]._mobifone_check_manager()
        run = getattr(self.env["mobifone.agent"], f"_job_{self.job}")(is_dry=True)
        return run.get_formview_action()
