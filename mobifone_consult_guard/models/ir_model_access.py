from odoo import api, models, tools
from odoo.exceptions import AccessError

# Read by the web client's frame, for whoever is logged in.
FRAME = frozenset(
    {
        "discuss.channel",
        "discuss.channel.member",
        "ir.actions.act_url",
        "ir.actions.act_window",
        "ir.actions.act_window.view",
        "ir.actions.act_window_close",
        "ir.actions.actions",
        "ir.actions.client",
        "ir.actions.report",
        "ir.filters",
        "ir.model",
        "ir.ui.menu",
        "ir.ui.view",
        "report.paperformat",
        "res.company",
        "res.country",
        "res.currency",
        "res.groups",
        "res.lang",
        "res.partner",
        "res.users",
        "res.users.settings",
    }
)
# Lists on one's own preferences; record rules of core show each user his own.
OWN = frozenset({"auth.passkey.key", "auth_totp.device", "res.device", "res.users.apikeys"})
# Records of this product, and of its parts that may be installed later.
RECORDS = frozenset(
    {
        "mobifone.agent",
        "mobifone.agent.event",
        "mobifone.call",
        "mobifone.call.report",
        "mobifone.call.step",
        "mobifone.commitment",
        "mobifone.consultation",
        "mobifone.consultation.report",
        "mobifone.departure",
        "mobifone.exclusion.reason",
        "mobifone.exclusion.report",
        "mobifone.finding",
        "mobifone.lookup",
        "mobifone.occupation",
        "mobifone.removal.letter",
        "mobifone.removal.letter.line",
        "mobifone.roster",
        "mobifone.roster.line",
        "mobifone.vendor",
        "mobifone.vendor.score",
    }
)
# Of these, what a vendor manager fills in.
WRITTEN = frozenset(
    {
        "mobifone.agent",
        "mobifone.departure",
        "mobifone.finding",
        "mobifone.removal.letter",
        "mobifone.removal.letter.line",
        "mobifone.roster",
        "mobifone.roster.line",
    }
)
DIALOGS = frozenset(
    {
        "auth_totp.wizard",
        "change.password.own",
        "mobifone.agent.export",
        "mobifone.agent.import",
        "mobifone.agent.import.line",
        "mobifone.consultation.cancel",
        "mobifone.leaver.report",
        "mobifone.letter.recall",
        "mobifone.script.wizard",
        "res.users.identitycheck",
    }
)
FORM = frozenset({"fields_get", "get_views", "name_search", "onchange", "read", "web_name_search", "web_read"})
SAVED_FORM = FORM | {"create", "web_save", "write"}
# Public methods of models that are not this product's. Many of them work as superuser.
METHODS = {
    "auth_totp.wizard": SAVED_FORM | {"enable"},
    "change.password.own": SAVED_FORM | {"change_password"},
    "res.company": frozenset({"name_search", "web_name_search"}),
    "res.lang": frozenset({"get_installed"}),
    "res.partner": frozenset({"name_search", "web_name_search"}),
    "res.users": FORM
    | {
        "action_get",
        "action_totp_disable",
        "action_totp_enable_wizard",
        "change_password",
        "context_get",
        "get_password_policy",
        "has_group",
        "has_groups",
        "preference_change_password",
        "preference_save",
        "web_save",
        "write",
    },
    "res.users.identitycheck": SAVED_FORM | {"run_check"},
    # The tour of the desk is walked once; which one it is, the main add-on says.
    "web_tour.tour": frozenset({"consume"}),
}


class IrModelAccess(models.Model):
    """Vendors' people: what is not named here is closed, whatever groups they have and add-ons are installed."""

    _inherit = "ir.model.access"

    @api.model
    def _mobifone_allowed(self):
        filled_in = WRITTEN | DIALOGS
        own = {"read": FRAME | OWN | RECORDS | DIALOGS, "write": filled_in, "create": filled_in, "unlink": filled_in}
        return {mode: names | own[mode] for mode, names in super()._mobifone_allowed().items()}

    @api.model
    def _mobifone_callable(self):
        own = {"mobifone.desk": None, "mobifone.wall": None, **dict.fromkeys(RECORDS | DIALOGS), **METHODS}
        return {**super()._mobifone_callable(), **own}

    @api.model
    @tools.ormcache("self.env.uid", "mode")
    def _get_allowed_models(self, mode="read"):
        # Cached, and forgotten, as core's: writing a user's vendor clears it on all workers.
        allowed = super()._get_allowed_models(mode)
        return allowed & self._mobifone_allowed()[mode] if self.env["res.users"]._mobifone_account()[1] else allowed

    def _make_access_error(self, model, mode):
        error = super()._make_access_error(model, mode)
        if not self.env["res.users"]._mobifone_account()[1]:
            return error
        self.env["mobifone.guard.event"]._log_apart("model", self.env.uid, f"{model} {mode}")
        # Core names the groups that would have access.
        return AccessError(self.env._("You have no access to this."))

    @api.model
    def _mobifone_check_call(self, model, method):
        """:raise AccessError: when this vendor's user may not call that public method"""
        if not self.env["res.users"]._mobifone_account()[1]:
            return
        methods = self._mobifone_callable().get(model, ())
        if methods is None or method in methods:
            return
        self.env["mobifone.guard.event"]._log_apart("call", self.env.uid, f"{model}.{method}")
        raise AccessError(self.env._("You have no access to this."))
