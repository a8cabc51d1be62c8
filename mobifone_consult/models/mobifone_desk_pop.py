from odoo import api, models


class MobifoneDesk(models.AbstractModel):
    """Screen pop: the call that was announced to an agent becomes a look-up of his."""

    _inherit = "mobifone.desk"

    @api.model
    def take_pop(self, pop_id=None):
        """Look up the line of a call that was announced to this user (mobifone.call.pop).

        Taken again, in another window, it is the same look-up: nothing is counted or logged twice.

        :param str pop_id: the opaque id of the announcement
        :return: as `lookup`, with `hotline`, the number that was dialled
        :raise UserError: when it is no such id, and as `lookup`
        :raise AccessError: when it was announced to somebody else, or is over; logged
        """
        desk = self._enter()
        # sudo: nobody reads announced calls; this is the user's own
        ring_sudo = desk.env["mobifone.call.pop"].sudo()._own(pop_id)
        hotline = ring_sudo.hotline or None
        if not ring_sudo.lookup_id:
            answer = desk.lookup(ring_sudo.number, hotline=hotline, purpose=desk.env._("Incoming call"))
            ring_sudo._take(answer["lookup_id"])
        elif desk._must_acknowledge(*(looked_up := desk._looked_up(ring_sudo))):
            answer = desk.notice(looked_up[0]["id"])
        else:
            lookup, facts = looked_up
            answer = desk._answer(
                ring_sudo.number, facts, lookup["exclusion"], hotline, is_acknowledged=lookup["is_acknowledged"]
            )
            answer["lookup_id"] = lookup["id"]
        return {**answer, "hotline": ring_sudo.hotline}

    @api.model
    def _looked_up(self, ring_sudo):
        """(row, facts) of the look-up that a ring was taken by."""
        lookup = self.env["mobifone.lookup"]._open(ring_sudo.lookup_id.id)
        return lookup, self._facts_of(lookup)
