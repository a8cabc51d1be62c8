from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessDenied, UserError
from odoo.tools import SQL


class ResUsers(models.Model):
    """How old a password is, and how it is changed."""

    _inherit = "res.users"

    mobifone_password_set_on = fields.Datetime(
        string="Password Set On", readonly=True, copy=False, groups="base.group_erp_manager"
    )

    def _set_password(self):
        super()._set_password()
        # By SQL, as core sets the password itself. Not where core only renews the hash of the same password.
        self.env.cr.execute(
            SQL(
                "UPDATE res_users SET mobifone_password_set_on = %s WHERE id IN %s",
                fields.Datetime.now(),
                tuple(self.ids) or (None,),
            )
        )
        self.invalidate_recordset(["mobifone_password_set_on"])

    def _mobifone_password_days(self):
        """How many days this user's password lasts; 0: for ever."""
        # sudo: settings and vendors are not readable to everybody
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        if self.sudo().mobifone_vendor_id or parameters_sudo._mobifone_flag("guard_password_all"):
            return parameters_sudo._mobifone_number("guard_password_days")
        return 0

    def _mobifone_password_is_old(self, days):
        self.env.cr.execute(
            SQL("SELECT COALESCE(mobifone_password_set_on, create_date) FROM res_users WHERE id = %s", self.id)
        )
        set_on = self.env.cr.fetchone()[0]
        return bool(set_on) and set_on + timedelta(days=days) <= fields.Datetime.now()

    def _change_password(self, new_passwd):
        if self._mobifone_password_days() and self._mobifone_is_password(new_passwd.strip()):
            raise UserError(self.env._("The new password must differ from the one before."))
        return super()._change_password(new_passwd)

    def _mobifone_is_password(self, password):
        self.env.cr.execute(SQL("SELECT COALESCE(password, '') FROM res_users WHERE id = %s", self.id))
        return self._crypt_context().verify(password, self.env.cr.fetchone()[0])

    @api.model
    def change_password(self, old_passwd, new_passwd):
        """As core, but wrong old passwords count as wrong logins do.

        :raise AccessDenied: when the old password is wrong, or was so too often
        """
        if not old_passwd:
            raise AccessDenied()
        attempts, login = self.env["mobifone.login.attempt"], self.env.user.login
        attempts._check_open(login)
        try:
            return super().change_password(old_passwd, new_passwd)
        except AccessDenied:
            attempts._failed(login, self.env.uid)
            raise

    @api.model
    def _mobifone_change_old_password(self, login, old, new, confirmation):
        """Change a password that is too old to log in with.

        :raise AccessDenied: when login or old password is wrong, or nothing is to be changed
        :raise UserError: when the new one will not do
        """
        credential = {"login": login, "password": old, "type": "password"}
        auth_info = self._login(credential, {"interactive": True})
        user = self.env(user=auth_info["uid"]).user
        days = user._mobifone_password_days()
        if not days or not user._mobifone_password_is_old(days):
            raise AccessDenied()
        if new != confirmation:
            raise UserError(self.env._("The new password and its repetition differ."))
        user._change_password(new)
