from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from ..tools import row_lock
from ..tools.script_key import key_for
from .mobifone_lookup import HOTLINES


class MobifoneScript(models.Model):
    """The call script of one hotline: its versions, of which one is live (design 6)."""

    _name = "mobifone.script"
    _description = "Call Script"
    _order = "sequence, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    key = fields.Char(required=True, copy=False, help="Stays the same in exports and updates.")
    hotline = fields.Selection(HOTLINES, required=True, copy=False)
    version_ids = fields.One2many("mobifone.script.version", "script_id", string="Versions")
    live_version_id = fields.Many2one("mobifone.script.version", readonly=True, copy=False, ondelete="restrict")
    version_count = fields.Integer(compute="_compute_version_count")
    published_on = fields.Datetime(related="live_version_id.published_on", string="Live Since")
    published_by_id = fields.Many2one(related="live_version_id.published_by_id")
    draft_count = fields.Integer(string="Drafts", compute="_compute_version_count")
    scheduled_count = fields.Integer(compute="_compute_version_count")

    _key_uniq = models.Constraint("unique(key)", "Another script has this key.")
    _key_form = models.Constraint(
        "CHECK (key ~ '^[a-z0-9][a-z0-9_]{0,59}$')", "The key of a script is of small letters, digits and “_”."
    )
    _hotline_uniq = models.UniqueIndex("(hotline) WHERE active", "Another script serves this hotline.")

    @api.depends("version_ids")
    def _compute_version_count(self):
        counts = {}
        for script, state, count in self.env["mobifone.script.version"]._read_group(
            [("script_id", "in", self.ids)], ["script_id", "state"], ["__count"]
        ):
            counts.setdefault(script, {})[state] = count
        for script in self:
            by_state = counts.get(script._origin, {})
            script.version_count = sum(by_state.values())
            script.draft_count = by_state.get("draft", 0)
            script.scheduled_count = by_state.get("scheduled", 0)

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if any("live_version_id" in vals for vals in vals_list):
            raise UserError(self.env._("A version goes live by publishing it."))
        taken = set(self.with_context(active_test=False).search([]).mapped("key"))
        for vals in vals_list:
            vals["key"] = vals.get("key") or key_for(vals.get("name"), taken, "script")
            taken.add(vals["key"])
        # Nor may a context default say what is live.
        scripts = super().create([{**vals, "live_version_id": False} for vals in vals_list])
        self.env.registry.clear_cache()
        return scripts

    def write(self, vals):
        if "live_version_id" in vals:
            raise UserError(self.env._("A version goes live by publishing it."))
        if "key" in vals and any(script.key != vals["key"] for script in self):
            raise UserError(self.env._("The key of a script never changes: updates and imports know it by that."))
        if "hotline" in vals and any(script.live_version_id and script.hotline != vals["hotline"] for script in self):
            raise UserError(self.env._("The live version was checked for its hotline: make another script."))
        result = super().write(vals)
        if vals.keys() & {"active", "hotline"}:
            self.env.registry.clear_cache()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if self.live_version_id:
            raise UserError(self.env._("A script with a live version is archived, never deleted."))

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_versions(self):
        """Open the versions of this script. Managers."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("mobifone_consult.mobifone_script_version_action")
        return {**action, "domain": [("script_id", "=", self.id)], "context": {"default_script_id": self.id}}

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    @tools.ormcache("hotline")
    def _live(self, hotline):
        """(id of the script, id of its live version) that serves a hotline, (False, False) when there is none.

        A call whose hotline nobody told is guided by the script of the setting default_hotline.
        """
        # sudo: settings are readable to administrators only, scripts to managers
        hotline = hotline or self.env["ir.config_parameter"].sudo()._mobifone_text("default_hotline")
        script_sudo = self.sudo().search([("hotline", "=", hotline), ("live_version_id.state", "=", "live")], limit=1)
        return script_sudo.id, script_sudo.live_version_id.id

    def _go_live(self, version, expected):
        """Make `version` the live one, if `expected` still is: of two admins at once one is refused.

        :param version: the version, checked
        :param expected: the version it was compared with when it was checked (may be empty)
        :raise UserError: when another version went live since then
        """
        self.ensure_one()
        # Calls that begin refer to the script all the time: they do not stand in the way.
        row_lock.held(self)
        self.invalidate_recordset(["live_version_id"])
        if self.live_version_id != expected:
            raise UserError(self.env._("Another version went live since this one was checked: check it again."))
        now = fields.Datetime.now()
        self.live_version_id._set_state("retired", retired_on=now)
        self.env.flush_all()  # first: the database allows one live version at a time
        version._set_state("live", published_on=now, published_by_id=self.env.uid, publish_on=False, retired_on=False)
        super().write({"live_version_id": version.id})
        self.env.flush_all()
        self.env.registry.clear_cache()
