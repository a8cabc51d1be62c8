{
    "name": "MobiFone Consult: SMS Channel",
    "version": "19.0.1.0.1",
    "category": "Services/Call Centre",
    "summary": "Consult by SMS: an agent sends TV and a number to the short code",
    "author": "MobiFone Consult",
    "license": "LGPL-3",
    "depends": ["mobifone_consult", "sms_kannel"],
    "data": [
        "data/ir_config_parameter.xml",
        "views/res_config_settings_views.xml",
        "views/mobifone_agent_views.xml",
    ],
    "auto_install": True,
}
