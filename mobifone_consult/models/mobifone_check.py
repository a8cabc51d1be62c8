from odoo import api, models
from odoo.tools import SQL

from ..tools.invariants import INVARIANTS
from ..tools.login_keys import KEYS


class MobifoneCheck(models.AbstractModel):
    """Does the database keep what the product promises (design 5)? For the command mobifone_check, after a crash or a
    restored backup. It reads whole tables and changes nothing."""

    _name = "mobifone.check"
    _description = "Check of the Invariants"

    @api.model
    def _invariants(self):
        """{rule: (table, SQL that answers the ids of its rows that break it)}; add-ons add their own."""
        leavers = """SELECT agent.id FROM mobifone_agent agent JOIN %s key ON key.%s = agent.user_id
                      WHERE agent.state IN ('left', 'closed')"""
        return INVARIANTS | {
            f"who left has none of {model}": ("mobifone_agent", leavers % (self.env[model]._table, owner))
            for model, owner in KEYS.items()
            if model in self.env
        }

    @api.model
    def _broken(self):
        """What does not hold, one by one: (rule, table, ids of the rows that break it)."""
        self.env.flush_all()
        for rule, (table, query) in self._invariants().items():
            self.env.cr.execute(SQL(query))
            if ids := sorted({row_id for (row_id,) in self.env.cr.fetchall()}):
                yield rule, table, ids
        yield from self._changed_scripts()
        yield from self._false_seals()

    @api.model
    def _changed_scripts(self):
        frozen = self.env["mobifone.script.version"].search([("state", "in", ("scheduled", "live"))])
        if ids := frozen.filtered(lambda version: version._checksum() != version.checked_checksum).ids:
            yield "a version that is live, or will be, is the one that was checked", "mobifone_script_version", ids

    @api.model
    def _false_seals(self):
        false = {}
        for fault in self.env["mobifone.log.seal"]._faults():
            false.setdefault(fault["table"], set()).add(fault["first_id"])
        for model, ids in false.items():
            # Where the sealed ranges begin; mobifone_seal tells more of them.
            yield "what was sealed is what was written", model.replace(".", "_"), sorted(ids)
