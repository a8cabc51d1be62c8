"""A link of a log's row that no foreign key holds: the row stays as it was sealed, whatever becomes of the other."""

from odoo import fields


class BareLink(fields.Many2one):
    def update_db_foreign_key(self, model, column):
        """No key, and none left of an older version."""
        model.env.cr.execute(
            f'ALTER TABLE "{model._table}" DROP CONSTRAINT IF EXISTS "{model._table}_{self.name}_fkey"'
        )
