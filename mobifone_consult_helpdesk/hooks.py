from odoo.fields import Command

# Roles of MobiFone's own people → what they are given of the helpdesk.
ROLES = {
    "mobifone_consult.group_care": "helpdesk_mgmt.group_helpdesk_user_team",
    "mobifone_consult.group_manager": "helpdesk_mgmt.group_helpdesk_user",
}


def post_init_hook(env):
    """Open a ticket for each feedback that waits for its answer already."""
    env["mobifone.feedback"].search([("state", "!=", "closed"), ("ticket_ids", "=", False)])._open_ticket()


def uninstall_hook(env):
    """Take back what this add-on gave to MobiFone's roles; tickets stay, with their teams and categories."""
    for role, group in ROLES.items():
        env.ref(role).implied_ids = [Command.unlink(env.ref(group).id)]
    env["ir.model.data"].search(
        [
            ("module", "=", "mobifone_consult_helpdesk"),
            ("model", "in", ("helpdesk.ticket.team", "helpdesk.ticket.category", "mail.alias")),
        ]
    ).unlink()
    env.flush_all()
    # What holds our routing back goes anyway; Odoo would log an error for each.
    env.cr.execute("ALTER TABLE helpdesk_ticket DROP CONSTRAINT IF EXISTS helpdesk_ticket_mobifone_route_id_fkey")
