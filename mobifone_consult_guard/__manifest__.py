{
    "name": "MobiFone Consult Guard",
    "version": "19.0.1.1.1",
    "category": "Services/Call Centre",
    "summary": "Locks vendors' staff in: deny by default, one session, no keys, no RPC logins",
    "author": "MobiFone Consult",
    "license": "LGPL-3",
    "depends": ["mobifone_consult", "auth_password_policy", "auth_totp"],
    "data": [
        "security/ir.model.access.csv",
        "data/ir_config_parameter.xml",
        "views/mobifone_guard_event_views.xml",
        "views/mobifone_login_attempt_views.xml",
        "views/mobifone_vendor_views.xml",
        "views/login_password_template.xml",
        "views/res_config_settings_views.xml",
    ],
    "assets": {
        "web.assets_tests": ["mobifone_consult_guard/static/tests/tours/**/*"],
    },
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
