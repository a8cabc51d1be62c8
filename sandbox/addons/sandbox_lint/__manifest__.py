{
    "name": "Sandbox: lint our add-ons only",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tests",
    "author": "MobiFone Consult",
    "license": "LGPL-3",
    "depends": ["base"],
    "installable": False,
}
