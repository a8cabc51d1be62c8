from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import SQL

from ..tools import append_only, row_lock
from .mobifone_agent import ROLE_GROUPS

MANAGER = "mobifone_consult.group_manager"
# Given and taken by administrators; the others follow the account files.
GIVEN = ("mobifone_consult.group_care", MANAGER, "mobifone_consult.group_integration")
WATCHED = (*ROLE_GROUPS.values(), *GIVEN)
KEPT = ("user_id", "group_id", "since", "given_by_id", "until", "taken_by_id")


class MobifoneAccess(models.Model):
    """Who has which role, since when and given by whom, and who had it. Written by the system whenever memberships
    change (res_users_access.py, res_groups_access.py); a role that comes with another role is not told apart."""

    _name = "mobifone.access"
    _inherit = "mobifone.append.only"
    _description = "Who Has Access"
    _log_access = False
    _order = "until desc nulls first, group_id, since desc, id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one("res.users", required=True, readonly=True, index=True, ondelete="restrict")
    login = fields.Char(related="user_id.login", string="User Name")
    user_active = fields.Boolean(related="user_id.active")
    vendor_id = fields.Many2one(related="user_id.mobifone_vendor_id")
    agent_id = fields.Many2one(related="user_id.mobifone_agent_id")
    agent_state = fields.Selection(related="user_id.mobifone_agent_id.state", string="Account Now")
    group_id = fields.Many2one("res.groups", string="Role", required=True, readonly=True, ondelete="restrict")
    since = fields.Datetime(required=True, readonly=True)
    given_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict", help="Empty: before this was kept.")
    until = fields.Datetime(string="Taken Away On", readonly=True)
    taken_by_id = fields.Many2one("res.users", string="Taken Away By", readonly=True, ondelete="restrict")
    is_held = fields.Boolean(string="Has It Now", compute="_compute_is_held", search="_search_is_held")
    can_take = fields.Boolean(compute="_compute_can_take")

    _held_uniq = models.UniqueIndex("(user_id, group_id) WHERE until IS NULL", "This user has this role already.")

    def init(self):
        append_only.keep(self.env.cr, self._table, KEPT)

    @api.depends("until")
    def _compute_is_held(self):
        for access in self:
            access.is_held = not access.until

    def _search_is_held(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("until", "=" if True in value else "!=", False)] if len(value) == 1 else [(1, "=", 1)]

    @api.depends_context("uid")
    @api.depends("until")
    def _compute_can_take(self):
        given = self.env["res.users"]._mobifone_groups(GIVEN)
        for access in self:
            access.can_take = not access.until and access.group_id in given and access.user_id != self.env.user

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_take(self):
        """Take these roles away. Administrators only.

        :raise UserError: for one's own role, a vendor's role, the last manager's, or one that comes with another group
        """
        self._check_administrator()
        given = self.env["res.users"]._mobifone_groups(GIVEN)
        for access in self.filtered(lambda access: not access.until):
            user, group = access.user_id, access.group_id
            if group not in given:
                raise UserError(self.env._("Vendors' roles are taken on the account file."))
            if user == self.env.user:
                raise UserError(self.env._("Nobody takes his own role away: another administrator does it."))
            if group not in user.group_ids:
                raise UserError(self.env._("%s has this role by another group: change it there.", user.name))
            managers = self._open_of(self.env["res.users"]._mobifone_groups([MANAGER]))
            if access in managers and len(row_lock.held(managers)) == 1:
                raise UserError(self.env._("%s is the last manager: give the role to somebody else first.", user.name))
            user.write({"group_ids": [Command.unlink(group.id)]})
        return True

    def action_account(self):
        """The account file of this user, where vendors' roles are given and taken.

        :return: the action that opens it
        """
        self.ensure_one()
        self.check_access("read")
        if not self.agent_id:
            raise UserError(self.env._("%s has no account file.", self.user_id.name))
        return self.agent_id._get_records_action()

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _check_administrator(self):
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(self.env._("Only administrators give and take roles."))

    @api.model
    def _open_of(self, group):
        return self.search([("group_id", "in", group.ids), ("until", "=", False)])

    @api.model
    def _follow(self, users=None):
        """Record what became different: roles given and taken since the last time, in two statements.

        :param users: whose memberships may have changed; default everybody's
        """
        self._record(users, since=SQL("%s", fields.Datetime.now()), by=SQL("%s", self.env.uid))

    @api.model
    def _repair(self):
        """Record the roles that were given before they were kept. Repeated, it changes nothing."""
        # Of vendors' people their account's history tells who opened it.
        opened = """(SELECT event.%s FROM mobifone_agent_event event
                      JOIN mobifone_agent agent ON agent.id = event.agent_id
                     WHERE agent.user_id = held.user_id AND agent.state = 'active' AND event.kind = 'activated'
                     ORDER BY event.id DESC LIMIT 1)"""
        when, who = SQL(opened, SQL("occurred_on")), SQL(opened, SQL("user_id"))
        self._record(
            None,
            since=SQL("COALESCE(%s, date_trunc('second', res_users.create_date), %s)", when, fields.Datetime.now()),
            by=who,
        )

    @api.model
    def _record(self, users, *, since, by):
        # While this very add-on is being installed there are no groups yet.
        find = self.env["ir.model.data"]._xmlid_to_res_id
        watched = tuple(filter(None, (find(xmlid, raise_if_not_found=False) for xmlid in WATCHED)))
        if not watched or (users is not None and not users):
            return
        self.env["res.users"].flush_model(["active", "group_ids"])
        self.env["res.groups"].flush_model(["implied_ids"])
        parts = {
            "watched": watched,
            "users": SQL("AND res_users.id IN %s", tuple(users.ids)) if users is not None else SQL(),
            "accessed": SQL("AND access.user_id IN %s", tuple(users.ids)) if users is not None else SQL(),
            "now": fields.Datetime.now(),
            "uid": self.env.uid,
            "since": since,
            "by": by,
        }
        # Held: by itself or by a group outside these; not what another of these brings with it.
        held = SQL(
            """WITH RECURSIVE reached AS (
                   SELECT res_users.id AS user_id, member.gid AS group_id
                     FROM res_users JOIN res_groups_users_rel member ON member.uid = res_users.id
                    WHERE res_users.active %(users)s
                   UNION
                   SELECT reached.user_id, implied.hid
                     FROM reached JOIN res_groups_implied_rel implied ON implied.gid = reached.group_id
                    WHERE reached.group_id NOT IN %(watched)s
               ), held AS (SELECT user_id, group_id FROM reached WHERE group_id IN %(watched)s)""",
            **parts,
        )
        self.env.cr.execute(
            SQL(
                """%(held)s UPDATE mobifone_access access SET until = %(now)s, taken_by_id = %(uid)s
                    WHERE access.until IS NULL %(accessed)s AND NOT EXISTS (
                          SELECT FROM held WHERE held.user_id = access.user_id AND held.group_id = access.group_id)""",
                held=held,
                **parts,
            ),
            log_exceptions=False,  # as below
        )
        self.env.cr.execute(
            SQL(
                """%(held)s INSERT INTO mobifone_access (user_id, group_id, since, given_by_id)
                   SELECT held.user_id, held.group_id, %(since)s, %(by)s
                     FROM held JOIN res_users ON res_users.id = held.user_id
                    WHERE NOT EXISTS (SELECT FROM mobifone_access access WHERE access.user_id = held.user_id
                                         AND access.group_id = held.group_id AND access.until IS NULL)
                    ORDER BY 1, 2
                   ON CONFLICT (user_id, group_id) WHERE until IS NULL DO NOTHING""",
                held=held,
                **parts,
            ),
            log_exceptions=False,  # noted by somebody else at this moment: the request is retried
        )
        self.invalidate_model()
