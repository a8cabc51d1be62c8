from odoo import models
from odoo.exceptions import AccessDenied, UserError


class ResUsersIdentitycheck(models.TransientModel):
    _inherit = "res.users.identitycheck"

    def _check_identity(self):
        """Wrong passwords count here too: else a screen left open is a place to guess at."""
        attempts, login = self.env["mobifone.login.attempt"], self.env.user.login
        try:
            attempts._check_open(login)
        except AccessDenied as error:
            raise UserError(error.args[0]) from error
        try:
            super()._check_identity()
        except UserError:
            attempts._failed(login, self.env.uid)
            raise
