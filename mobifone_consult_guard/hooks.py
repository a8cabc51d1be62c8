from odoo import fields


def post_init_hook(env):
    """Passwords that are there already start to age now: nobody knows since when they are used."""
    env.cr.execute(
        "UPDATE res_users SET mobifone_password_set_on = %s WHERE mobifone_password_set_on IS NULL",
        [fields.Datetime.now()],
    )
