{
    "name": "MobiFone Consult: Leads",
    "version": "19.0.1.0.0",
    "category": "Services/Call Centre",
    "summary": "A lead for a sales team when a promotion interests the customer on the line",
    "author": "MobiFone Consult",
    "license": "LGPL-3",
    "depends": ["mobifone_consult", "crm"],
    "data": [
        "security/ir.model.access.csv",
        "security/mobifone_consult_crm_rules.xml",
        "views/crm_lead_views.xml",
        "views/mobifone_promotion_views.xml",
    ],
    "assets": {
        "web.assets_backend": ["mobifone_consult_crm/static/src/**/*"],
        "web.assets_tests": ["mobifone_consult_crm/static/tests/tours/**/*"],
    },
    "auto_install": True,
}
