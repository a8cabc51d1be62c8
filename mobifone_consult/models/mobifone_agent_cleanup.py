from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import local_time


class MobifoneAgent(models.Model):
    """The scheduled actions on accounts (design 7). Each has a dry run and a record (mobifone.job.run); nobody is ever
    deleted."""

    _inherit = "mobifone.agent"

    # ------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------

    @api.model
    def _cron_dormant(self):
        """Warn, suspend and close accounts that nobody used for long."""
        agents = self._in_company_language()
        agents._job_dormant()
        agents._warn_dormant()

    @api.model
    def _cron_commitments(self):
        """Suspend accounts whose commitment ran out, or whose people did not sign or accept the new one in time."""
        self._in_company_language()._job_commitments()

    @api.model
    def _cron_leavers(self):
        """Take the access of leavers whose day has come or whose account still lives, and prove that it is gone."""
        agents = self._in_company_language()
        agents._job_leavers()
        unproven = agents.env["mobifone.departure"].search([("disabled_at", "!=", False), ("verified_at", "=", False)])
        cron = self.env["ir.cron"]
        left = cron._commit_progress(remaining=len(unproven))
        for departure in unproven:
            if not left:
                return
            departure._verify()._find_alive()
            left = cron._commit_progress(1)

    # ------------------------------------------------------------
    # JOBS
    # ------------------------------------------------------------

    @api.model
    def _job_dormant(self, *, is_dry=False):
        number = self.env["ir.config_parameter"].sudo()._mobifone_number  # sudo: settings are administrators'
        suspend_days, close_days = number("suspend_days"), number("close_days")
        candidates, closing = {}, set()
        now = fields.Datetime.now()
        for agent_id, state, last in self._last_used(min(suspend_days, close_days)):
            days = (now - last).total_seconds() / 86400
            if days >= close_days:
                closing.add(agent_id)
            elif state != "active" or days < suspend_days:
                continue
            candidates[agent_id] = self.env._("not used since %s", local_time.spoken(last))

        def act(agents, reasons):
            # Looked at again: somebody may have come back to work in this very moment.
            idle = {row[0] for row in agents._last_used(min(suspend_days, close_days))}
            agents = agents.filtered(lambda agent: agent.id in idle)
            for reason, group in agents.grouped(lambda agent: reasons[agent.id]).items():
                to_close = group.filtered(lambda agent: agent.id in closing)
                to_close._close(reason)
                (group - to_close).filtered(lambda agent: agent.state == "active")._suspend(reason)
            return agents

        return self.env["mobifone.job.run"]._carry_out("dormant", candidates, act, is_dry=is_dry)

    @api.model
    def _job_commitments(self, *, is_dry=False):
        today = local_time.local(fields.Datetime.now()).date()
        current = self.env["mobifone.commitment"]._in_force()
        number = self.env["ir.config_parameter"].sudo()._mobifone_number  # sudo: settings are administrators'
        grace = timedelta(days=number("acceptance_days"))

        def reason(agent):
            if agent.commitment_until and agent.commitment_until < today:
                return self.env._("commitment ran out on %s", f"{agent.commitment_until:%d/%m/%Y}")
            # Whoever never logged in had no occasion to accept; the dormant accounts are another job.
            asked = agent._asked_since(current)
            if asked and fields.Datetime.now() > asked + grace:
                return self.env._("commitment %s not accepted on screen", current.version)
            return None

        active = self.search([("state", "=", "active")])
        candidates = {agent.id: why for agent in active if (why := reason(agent))}

        def act(agents, reasons):
            agents = agents.filtered(lambda agent: agent.state == "active" and reason(agent))
            for why, group in agents.grouped(lambda agent: reasons[agent.id]).items():
                group._suspend(why)
            return agents

        return self.env["mobifone.job.run"]._carry_out("commitments", candidates, act, is_dry=is_dry)

    @api.model
    def _job_leavers(self, *, is_dry=False):
        now = fields.Datetime.now()
        due = Domain("departure_id.left_at", "<=", now)
        due &= Domain("departure_id.disabled_at", "=", False) | Domain("state", "!=", "left")
        revived = Domain("state", "in", ("left", "closed")) & Domain("user_id.active", "=", True)
        # sudo: users are administrators' to read
        agents = self.sudo().search(due | revived).with_env(self.env)
        candidates = {
            agent.id: self.env._("left at %s", local_time.spoken(agent.left_at))
            if agent.departure_id
            else self.env._("account closed")
            for agent in agents
        }

        def act(agents, _reasons):
            for agent in agents:
                if agent.departure_id:
                    agent.departure_id._take_access()
                else:
                    agent._shut(agent.state)
            return agents

        # Not limited and nobody spared: they were reported, and their vendor is liable.
        run = self.env["mobifone.job.run"]
        if not candidates and not is_dry:
            return run
        return run._carry_out("leavers", candidates, act, is_dry=is_dry, protect=False, limit=False)

    # ------------------------------------------------------------
    # HELPERS
    # ------------------------------------------------------------

    @api.model
    def _in_company_language(self):
        """What a scheduled action writes down is read by MobiFone's people, not by the robot that writes it."""
        return self.with_context(lang=self.env.company.partner_id.lang or self.env.lang)

    @api.model
    def _last_used(self, days):
        """Accounts that were not used for so many days: list of (id, state, last use).

        Used means: activated, logged in, seen on a device, or a look-up of his.

        :param days: at least so many; among `self`, or among all accounts when that is empty
        """
        self.flush_model()
        # BETWEEN and the order by both columns keep PostgreSQL on the log's index by user: by a plain equality it may
        # walk the whole log backwards for each account that never looked anything up.
        self.env.cr.execute(
            SQL(
                """
                SELECT id, state, last_used FROM (
                    SELECT agent.id, agent.state, GREATEST(
                               agent.activated_on,
                               (SELECT max(log.create_date) FROM res_users_log log
                                 WHERE log.create_uid = agent.user_id),
                               (SELECT max(seen.last_activity) FROM res_device_log seen
                                 WHERE seen.user_id = agent.user_id),
                               (SELECT lookup.looked_up_on FROM mobifone_lookup lookup
                                 WHERE lookup.user_id BETWEEN agent.user_id AND agent.user_id
                              ORDER BY lookup.user_id, lookup.looked_up_on DESC LIMIT 1)) AS last_used
                      FROM mobifone_agent agent
                     WHERE agent.state IN ('active', 'suspended') AND agent.user_id IS NOT NULL %s
                ) used WHERE last_used <= %s ORDER BY id
                """,
                SQL("AND agent.id IN %s", tuple(self.ids)) if self else SQL(),
                fields.Datetime.now() - timedelta(days=days),
            )
        )
        return self.env.cr.fetchall()

    def _last_managers(self):
        """{account id: why} of those who are the only ones that can report their vendor's leavers."""
        spared = {}
        managers = [("state", "=", "active"), ("role", "=", "vendor_manager")]
        for vendor in self.vendor_id:
            mine = self.search([*managers, ("vendor_id", "=", vendor.id)])
            if mine and mine <= self:
                # The one who was there first stays.
                spared[mine.sorted("id")[0].id] = self.env._("the vendor's last manager")
        return spared

    @api.model
    def _warn_dormant(self):
        """Mail each vendor once about its accounts that will be suspended soon."""
        warn_days = self.env["ir.config_parameter"].sudo()._mobifone_number("warn_days")  # sudo: as above
        used = {row[0]: row[2] for row in self._last_used(warn_days) if row[1] == "active"}
        # Once for each time of not being used.
        idle = self.browse(used).filtered(lambda agent: not agent.warned_on or agent.warned_on < used[agent.id])
        for vendor, agents in idle.grouped("vendor_id").items():
            agents.write({"warned_on": fields.Datetime.now()})
            self.env["mobifone.agent.event"]._record(agents, "warned")
            if vendor.mail_recipients:
                self.env["mail.template"]._mobifone_send("dormant", vendor, vendor.mail_recipients, dormant=agents)
