from odoo import api, models

READ = frozenset(
    {
        "helpdesk.ticket",
        "helpdesk.ticket.category",
        "helpdesk.ticket.stage",
        "helpdesk.ticket.team",
        "mobifone.ticket.route",
    }
)
# Not the others of the ticket: who may read one may post on it, share it, copy it.
METHODS = frozenset(
    {
        "action_mobifone_desk",
        "fields_get",
        "get_views",
        "name_search",
        "read",
        "search_count",
        "web_name_search",
        "web_read",
        "web_read_group",
        "web_search_read",
    }
)


class IrModelAccess(models.Model):
    """What vendors' people need of tickets, where mobifone_consult_guard is installed."""

    _inherit = "ir.model.access"

    @api.model
    def _mobifone_allowed(self):
        allowed = super()._mobifone_allowed()
        return {**allowed, "read": allowed["read"] | READ}

    @api.model
    def _mobifone_callable(self):
        return {**super()._mobifone_callable(), "helpdesk.ticket": METHODS, "helpdesk.ticket.stage": {"search_read"}}
