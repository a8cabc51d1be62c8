from odoo import fields


def post_init_hook(env):
    """Passwords that are there already start to age now: nobody knows since when they are used. And nobody signs up by
    himself, which core allows as it comes."""
    env["ir.config_parameter"].set_param("auth_signup.invitation_scope", "b2b")
    env.cr.execute(
        "UPDATE res_users SET mobifone_password_set_on = %s WHERE mobifone_password_set_on IS NULL",
        [fields.Datetime.now()],
    )


def uninstall_hook(env):
    """Take out the settings; those chosen later are no records of the add-on."""
    env["ir.config_parameter"].search([("key", "=like", r"mobifone\_consult.guard\_%")]).unlink()
