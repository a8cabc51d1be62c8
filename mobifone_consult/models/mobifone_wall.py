from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..tools import local_time
from .mobifone_lookup import MAX_ID

# Days of Vietnam that are counted, today included → seconds after which a screen asks again: the more, the less often.
PERIODS = {1: 20, 7: 120, 30: 300}
MODES = ("list", "graph", "pivot")
# What a tile may have below its figures.
DRAWN = ("chart", "bars", "rows")


class Scope(NamedTuple):
    """What is counted: since when (UTC), until now, of which vendor."""

    days: int
    since: object
    now: object
    vendor_id: int | None

    def of(self, *conditions):
        """Domain of conditions, of the chosen vendor."""
        domain = Domain.AND([[condition] for condition in conditions])
        return domain & Domain("vendor_id", "=", self.vendor_id) if self.vendor_id else domain


class Figure(NamedTuple):
    """A number on the wall: the records that it counts, and the action that shows them."""

    name: str
    model: str
    action: str
    domain: Domain
    by: str | None = None  # the field that its parts are told by
    analysis: str | None = None  # the action of its graph and pivot, when that is another one


class MobifoneWall(models.AbstractModel):
    """The supervisor's wall: what goes on now, and what waits.

    Everything is read as the user who asks: his groups, his record rules. A number and the list behind it come of one
    domain, `_figures`. The tiles are in mobifone_wall_desk.py and mobifone_wall_waiting.py; add-ons add theirs to both.
    """

    _name = "mobifone.wall"
    _description = "Supervisor's Wall"

    # ------------------------------------------------------------
    # CALLED BY THE SCREEN
    # ------------------------------------------------------------

    @api.model
    def overview(self, days=1, vendor_id=None):
        """Everything on the wall, in some twenty statements by indexes.

        :param int days: days of Vietnam, today included: 1, 7 or 30
        :param int vendor_id: one vendor alone, for those who may read several
        :return: {as_of: UTC, days, periods: [{days, label}], refresh: seconds, vendor_id, vendors: [{id, name}], tiles:
            [{key, title, hint, size, figures, bars, rows, chart, empty}]}
        :raise AccessError: when the user supervises nothing, or may not read that vendor
        :raise UserError: when a parameter is malformed
        """
        wall, scope = self._enter(days, vendor_id)
        vendors = wall._vendors()
        return {
            "as_of": fields.Datetime.to_string(scope.now),
            "days": scope.days,
            "periods": wall._periods(),
            "refresh": PERIODS[scope.days],
            "vendor_id": scope.vendor_id or False,
            "vendors": vendors,
            "tiles": wall._tiles(scope),
        }

    @api.model
    def records(self, figure, value=None, mode="list", days=1, vendor_id=None):
        """The records that a figure counts, as far as the user may read them.

        :param str figure: key of `_figures`
        :param value: the part that is meant, by the figure's field; None for all of it
        :param str mode: the view that will be opened: list, graph or pivot
        :return: an action
        :raise AccessError: when the user supervises nothing, or may not read such records
        :raise UserError: when a parameter is malformed
        """
        wall, scope = self._enter(days, vendor_id)
        meant = wall._figures(scope).get(figure) if isinstance(figure, str) else None
        if meant is None or mode not in MODES or not isinstance(value, str | int | None):
            raise UserError(self.env._("There is no such figure on the wall."))
        wall.env[meant.model].check_access("read")
        domain = meant.domain
        if value is not None and meant.by:
            domain &= Domain(meant.by, "=", value)
        # sudo: the action is open to whoever reads the records
        actions_sudo = self.env["ir.actions.act_window"].sudo()
        action = actions_sudo._for_xml_id(meant.analysis if meant.analysis and mode != "list" else meant.action)
        return {**action, "name": meant.name, "display_name": meant.name, "domain": list(domain), "context": {}}

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _enter(self, days, vendor_id):
        """The wall without the caller's context, on Vietnam's clock, and what it is to count."""
        groups = ("team_leader", "vendor_manager", "care")
        if not any(self.env.user.has_group(f"mobifone_consult.group_{group}") for group in groups):
            raise AccessError(self.env._("You have no access to the supervisor's wall."))
        if isinstance(days, bool) or not isinstance(days, int) or days not in PERIODS:
            raise UserError(self.env._("The wall shows today, the last 7 days or the last 30."))
        wall = self.with_env(self.env(context={"lang": self.env.lang, "tz": str(local_time.VIETNAM)}))
        if vendor_id is not None and vendor_id is not False:
            if isinstance(vendor_id, bool) or not isinstance(vendor_id, int) or not 0 < vendor_id <= MAX_ID:
                raise UserError(self.env._("“vendor_id” must be the number of a vendor."))
            if not wall.env["mobifone.vendor"].search_count([("id", "=", vendor_id)]):
                raise AccessError(self.env._("There is no such vendor, or it is not yours to see."))
        now = fields.Datetime.now()
        since = local_time.begin_of_day(local_time.local(now).date() - timedelta(days=days - 1))
        return wall, Scope(days, since, now, vendor_id or None)

    @api.model
    def _period_labels(self):
        return {1: self.env._("Today"), 7: self.env._("Last 7 days"), 30: self.env._("Last 30 days")}

    @api.model
    def _periods(self):
        """The periods to choose from; none for those whose tiles show what waits, whatever the period."""
        if not self.env["mobifone.consultation"].has_access("read"):
            return []
        return [{"days": days, "label": label} for days, label in self._period_labels().items()]

    @api.model
    def _vendors(self):
        """The vendors to choose from; none for those who have no choice."""
        vendors = self.env["mobifone.vendor"]
        if self.env["res.users"]._mobifone_account()[1] or not vendors.has_access("read"):
            return []
        return [{"id": vendor.id, "name": vendor.name} for vendor in vendors.search_fetch([], ["name"])]

    @api.model
    def _figures(self, scope):
        """Key → `Figure` of every number that the wall may show, whether or not this user may.

        Add-ons add their own: `{**super()._figures(scope), "my_key": Figure(…)}`.
        """
        return {}

    @api.model
    def _tiles(self, scope):
        """The tiles that the user may see, in their order: list of dicts made by `_tile`.

        Add-ons add theirs, behind `has_access("read")` of what they count: `[*super()._tiles(scope), self._tile(…)]`.
        """
        return []

    @api.model
    def _tile(self, key, title, figures, **more):
        """A tile as the screen draws it.

        :param figures: of `_shown`; the first one is the large one
        :param str size: small, wide or tall
        :param str hint: told when the title is pointed at
        :param str lead: the figure that the tile's list, graph and pivot are of; default the first one
        :param dict bars: {items: [{figure, label, value, part, tone}]}, figures or parts of one
        :param dict rows: {model, items: [{id, title, detail, note, since, step_since, due, on, tone}]}, to be opened
        :param dict chart: {labels, series: [{label, values, style}], summary}
        :param str empty: said when there is nothing to show
        """
        default = {"size": "small", "hint": "", "lead": figures[0]["key"], "empty": ""}
        return {"key": key, "title": title, "figures": figures, **default, **dict.fromkeys(DRAWN), **more}

    @api.model
    def _shown(self, key, label, value, *, tone="", note="", text=None):
        """A figure as a tile shows it.

        :param str key: of `_figures`
        :param str tone: danger or warning, while the value is not 0
        :param str text: shown instead of the value
        """
        tone = tone if value else ""
        return {"key": key, "label": label, "value": value, "text": text or False, "tone": tone, "note": note}

    @api.model
    def _count(self, scope, key):
        figure = self._figures(scope)[key]
        return self.env[figure.model].search_count(figure.domain)

    @api.model
    def _parts(self, scope, key):
        """The parts of a figure: [(value of its field, count)], largest first; records by their ids."""
        figure = self._figures(scope)[key]
        groups = self.env[figure.model]._read_group(figure.domain, [figure.by], ["__count"])
        return sorted(groups, key=lambda group: -group[1])
