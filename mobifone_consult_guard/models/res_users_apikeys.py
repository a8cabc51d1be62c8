from odoo import models
from odoo.exceptions import AccessError


class ResUsersApikeys(models.Model):
    _inherit = "res.users.apikeys"

    def _mobifone_is_closed(self, user_id):
        # Not the browser's key that remembers a second factor, whose model is made of this one.
        return self._name == "res.users.apikeys" and bool(self.env["res.users"]._mobifone_vendor_of(user_id))

    def _generate(self, scope, name, expiration_date):
        # By the user's own hand only: what the server makes for him on purpose opens nothing either, see below.
        if not self.env.su and self._mobifone_is_closed(self.env.uid):
            self.env["mobifone.guard.event"]._log_apart("key", self.env.uid, "create")
            raise AccessError(self.env._("Vendors' accounts have no API keys."))
        return super()._generate(scope, name, expiration_date)

    def _check_credentials(self, *, scope, key):
        user_id = super()._check_credentials(scope=scope, key=key)
        if user_id and self._mobifone_is_closed(user_id):
            self.env["mobifone.guard.event"]._log_apart("key", user_id, "use")
            return None
        return user_id
