from odoo import api, fields, models

from ..tools import local_time


class MobifoneAgent(models.Model):
    """Accounts that their vendor did not confirm on the month's roster."""

    _inherit = "mobifone.agent"

    @api.model
    def _job_rosters(self, *, is_dry=False):
        overdue = [("state", "=", "open"), ("due_on", "<", fields.Datetime.now())]
        rosters = self.env["mobifone.roster"].search(overdue)
        candidates = {}
        for roster in rosters:
            due = local_time.spoken(roster.due_on)
            reason = self.env._(
                "not confirmed on the roster %(month)s by %(due)s", month=f"{roster.month:%m/%Y}", due=due
            )
            for agent in roster.line_ids.agent_id:
                if agent.state == "active":
                    candidates.setdefault(agent.id, reason)

        def act(agents, reasons):
            # Looked at again: the vendor may be confirming in this very moment, and then has the roster's lock.
            late = rosters.try_lock_for_update(allow_referencing=True).filtered_domain(overdue)
            agents = (agents & late.line_ids.agent_id).filtered(lambda agent: agent.state == "active")
            for reason, group in agents.grouped(lambda agent: reasons[agent.id]).items():
                group._suspend(reason)
            return agents

        run = self.env["mobifone.job.run"]
        if candidates or is_dry:
            run = run._carry_out("rosters", candidates, act, is_dry=is_dry)
        if not is_dry and (not run or run.state == "done"):
            # A run that was stopped or broken off is made again, and one that others' locks kept from an account.
            open_still = self.browse(candidates).filtered(lambda agent: agent.state == "active")
            missed = open_still - self.browse(open_still._last_managers())
            late = rosters.try_lock_for_update(allow_referencing=True).filtered_domain(overdue)
            late = late.filtered(lambda roster: not roster.line_ids.agent_id & missed)
            late.sudo().state = "overdue"  # sudo: the state changes by the system only
        return run
