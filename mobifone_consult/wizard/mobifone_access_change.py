from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

GROUPS = [("care", "Customer Care"), ("manager", "Manager"), ("integration", "Integration")]


class MobifoneAccessChange(models.TransientModel):
    """The dialog in which an administrator gives a role to one of MobiFone's own people."""

    _name = "mobifone.access.change"
    _description = "Give a Role"

    user_id = fields.Many2one(
        "res.users", string="For Whom", required=True,
        domain="[('share', '=', False), ('mobifone_agent_id', '=', False)]", ondelete="cascade",
    )  # fmt: skip
    role = fields.Selection(GROUPS, required=True)

    def action_give(self):
        """Give the role. Administrators only.

        :raise UserError: to a vendor's account, to whoever is no active internal user, or when he has the role
        """
        self.ensure_one()
        self.check_access("write")
        self.env["mobifone.access"]._check_administrator()
        user, group = self.user_id, self.env.ref(f"mobifone_consult.group_{self.role}")
        if user.mobifone_agent_id:
            raise UserError(self.env._("%s is a vendor's account: its role is in the account file.", user.name))
        if user.share or not user.active:
            raise UserError(self.env._("%s is no active internal user.", user.name))
        if group in user.all_group_ids:
            raise UserError(self.env._("%s has this role already.", user.name))
        user.write({"group_ids": [Command.link(group.id)]})
        return {"type": "ir.actions.client", "tag": "soft_reload"}
