from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Accounts that worked before commitments had versions: what they signed is the version in force on that day, and
    they began when they were made, as nobody kept when."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    cr.execute(
        """UPDATE mobifone_agent SET started_on = date_trunc('second', create_date),
                  activated_on = date_trunc('second', now() AT TIME ZONE 'UTC')
            WHERE state != 'draft' AND started_on IS NULL"""
    )
    agents = env["mobifone.agent"].search([("commitment_date", "!=", False)])
    env.add_to_compute(agents._fields["commitment_id"], agents)
    cr.execute(
        "UPDATE mobifone_agent a SET login = u.login FROM res_users u WHERE u.id = a.user_id AND a.login IS NULL"
    )
