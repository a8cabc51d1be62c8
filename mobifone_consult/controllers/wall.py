from odoo.http import Controller, request, route


class WallController(Controller):
    # Read from a replica where there is one: a wall may be a moment late. It is asked by the screen itself, again and
    # again: this route, as against a call of a method, is nobody's activity, so that it keeps no unattended session
    # alive (mobifone_consult_guard).
    @route("/mobifone_consult/wall", type="jsonrpc", auth="user", readonly=True)
    def wall(self, days=1, vendor_id=None):
        """What the supervisor's wall shows now: `mobifone.wall.overview`."""
        return request.env["mobifone.wall"].overview(days=days, vendor_id=vendor_id)
