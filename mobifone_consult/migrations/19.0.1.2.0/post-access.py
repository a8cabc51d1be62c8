from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Roles that were given before they were kept."""
    api.Environment(cr, SUPERUSER_ID, {})["mobifone.access"]._repair()
