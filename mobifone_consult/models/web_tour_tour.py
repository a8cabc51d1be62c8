from odoo import Command, api, models

FIRST_DAY = "mobifone_consult.first_day_tour"


class WebTourTour(models.Model):
    """Vendors' people are shown the tour of the desk, once, after they first accepted the commitment; none of another
    add-on, whose screens they do not have. The guard closes the table of tours to them."""

    _inherit = "web_tour.tour"

    @api.model
    def get_current_tour(self):
        agent_id, _vendor_id = self.env["res.users"]._mobifone_account()
        if not agent_id:
            return super().get_current_tour()
        # sudo: one's own switch, and the tour of the desk
        user_sudo, tour_sudo = self.env.user.sudo(), self._mobifone_first_day()
        if not user_sudo.tour_enabled or not tour_sudo or user_sudo in tour_sudo.user_consumed_ids:
            return False
        return tour_sudo._get_tour_json()

    @api.model
    def consume(self, tourName):
        agent_id, _vendor_id = self.env["res.users"]._mobifone_account()
        if not agent_id:
            return super().consume(tourName)
        # sudo: one's own walk through the tour of the desk
        tour_sudo = self._mobifone_first_day()
        if tourName == tour_sudo.name:
            tour_sudo.user_consumed_ids = [Command.link(self.env.uid)]
        return False

    @api.model
    def _mobifone_first_day(self):
        # sudo: vendors' people do not read tours
        return self.sudo().env.ref(FIRST_DAY, raise_if_not_found=False) or self.sudo().browse()
