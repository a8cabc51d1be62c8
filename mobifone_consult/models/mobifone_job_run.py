import logging

from odoo import api, fields, models
from odoo.tools import split_every

from ..tools import local_time

_logger = logging.getLogger(__name__)

JOBS = [
    ("dormant", "Accounts not used for long"),
    ("commitments", "Commitments that ran out"),
    ("leavers", "Leavers whose account still lives"),
    ("rosters", "Accounts not confirmed on the roster"),
]
BATCH = 200
# Names told in a run's record; the rest are counted.
DETAILS = 500


class MobifoneJobRun(models.Model):
    """What a scheduled action did to accounts and what it left alone, and why.

    A run that would take access from too many stops before it takes it from anybody: a wrong setting, a wrong clock or
    a feed that failed must not empty a call centre.
    """

    _name = "mobifone.job.run"
    _description = "Run of a Scheduled Action"
    _log_access = False
    _order = "id desc"

    job = fields.Selection(JOBS, required=True, readonly=True)
    started_on = fields.Datetime(required=True, readonly=True, index=True)
    ended_on = fields.Datetime(readonly=True)
    is_dry = fields.Boolean(string="Dry Run", readonly=True, help="Nothing was changed.")
    state = fields.Selection(
        [("running", "Running, or broken off"), ("done", "Done"), ("partial", "Goes on soon"), ("stopped", "Stopped")],
        required=True,
        readonly=True,
    )
    candidate_count = fields.Integer(string="Accounts Found", readonly=True, aggregator=None)
    done_count = fields.Integer(string="Accounts Done", readonly=True)
    skipped_count = fields.Integer(string="Left Alone", readonly=True)
    details = fields.Text(string="What and Why", readonly=True)

    @api.depends("job", "is_dry")
    def _compute_display_name(self):
        names = dict(self._fields["job"]._description_selection(self.env))
        for run in self:
            run.display_name = names.get(run.job)

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _carry_out(self, job, candidates, act, *, is_dry=False, protect=True, limit=True):
        """Do something to accounts in batches, each committed by itself; what is told in the record stays true when
        the server is killed half way.

        :param candidates: {account id: reason, in words}
        :param act: called with a batch (locked) and the reasons; returns the accounts it was done to after it looked
            again: a second server may have been faster
        :param protect: leave the last manager of a vendor alone
        :param limit: stop when too many accounts would be hit
        :return: the record of the run
        """
        agents = self.env["mobifone.agent"].browse(candidates)
        spared = agents._last_managers() if protect else {}
        todo = [agent_id for agent_id in candidates if agent_id not in spared]
        # sudo: a manager's dry run is recorded too
        run = self.sudo().create(
            {
                "job": job,
                "started_on": fields.Datetime.now(),
                "is_dry": is_dry,
                "state": "running",
                "candidate_count": len(candidates),
                "skipped_count": len(spared),
                "details": self._told(spared, self.env._("left alone"))
                if candidates
                else self.env._("No account is concerned."),
            }
        )
        if not is_dry:
            run._find_spared(agents.browse(spared), candidates)
        if limit and (reason := self._too_many(len(todo))):
            run._end("stopped", reason)
            if not is_dry:
                self.env["mobifone.finding"]._find("other", f"{job} {run._month()} stopped", text=reason)
                _logger.error("mobifone: the job %s was stopped: %s", job, reason)
            return run
        if is_dry:
            run.done_count = len(todo)
            run._tell(self._told({agent_id: candidates[agent_id] for agent_id in todo}, self.env._("would be done")))
            run._end("done")
            return run
        cron = self.env["ir.cron"]
        left = cron._commit_progress(remaining=len(todo))
        for batch in split_every(BATCH, todo):
            if not left:
                run._end("partial")
                return run
            held = agents.browse(batch).try_lock_for_update(allow_referencing=True)
            done = self._done_to(job, act, held, candidates)
            run.done_count += len(done)
            run.skipped_count += len(batch) - len(done)
            run._tell(self._told({agent.id: candidates[agent.id] for agent in done}, self.env._("done")))
            left = cron._commit_progress(len(batch))
        run._end("done")
        return run

    @api.model
    def _done_to(self, job, act, agents, reasons):
        """Those of the accounts that `act` was done to. Where it fails it is tried on each alone: one account that
        something is wrong with must not keep the others open."""
        try:
            with self.env.cr.savepoint():
                return act(agents, reasons)
        except Exception:
            if len(agents) == 1:
                _logger.exception("mobifone: the job %s failed on the account %s", job, agents.id)
                return agents.browse()
        return agents.browse().union(*(self._done_to(job, act, agent, reasons) for agent in agents))

    def _find_spared(self, agents, reasons):
        """Tell the supervisors of accounts that only a person may close."""
        for agent in agents:
            text = self.env._("%(name)s is the vendor's last manager: %(why)s", name=agent.name, why=reasons[agent.id])
            self.env["mobifone.finding"]._find(
                "other", f"{self.job} {self._month()} {agent.id}", text=text, agent=agent
            )

    def _month(self):
        # One to-do a month: the same stands in each day's run.
        return local_time.month_of(self.started_on)

    def _end(self, state, words=None):
        self.write({"state": state, "ended_on": fields.Datetime.now()})
        self._tell(words)

    def _tell(self, words):
        if words and (self.details or "").count("\n") < DETAILS:
            self.details = "\n".join(filter(None, [self.details, words]))

    @api.model
    def _told(self, reasons, what):
        agents = self.env["mobifone.agent"].browse(reasons)
        return "\n".join(
            f"{agent.vendor_id.code} {agent.employee_code}: {what} ({reasons[agent.id]})" for agent in agents[:DETAILS]
        )

    @api.model
    def _too_many(self, count):
        """Why `count` accounts are too many for one run, None when they are not: more than the share and more than
        the number of the settings, both (design 7)."""
        number = self.env["ir.config_parameter"].sudo()._mobifone_number  # sudo: settings are administrators'
        active = self.env["mobifone.agent"].search_count([("state", "=", "active")])
        if count > number("stop_count") and count > active * number("stop_percent") / 100:
            return self.env._(
                "%(count)s of %(active)s active accounts would be hit, more than %(percent)s %%: look at it first.",
                count=count,
                active=active,
                percent=f"{number('stop_percent'):g}",
            )
        return None
