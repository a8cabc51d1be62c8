from odoo import api, models
from odoo.exceptions import UserError

from ..tools import append_only


class MobifoneAppendOnly(models.AbstractModel):
    """A log: rows are appended by SQL, and nobody changes or deletes them through the ORM, whatever his rights.

    Triggers refuse the same to SQL; the one exception is tools/log_remove.py.
    """

    _name = "mobifone.append.only"
    _description = "Append-Only Log"
    # The column with the moment of a row, where old rows may be removed. Without: kept for ever.
    _mobifone_time = None

    def init(self):
        if not self._abstract:
            append_only.guard(self.env.cr, self._table, self._mobifone_time)

    @api.model_create_multi
    def create(self, vals_list):
        raise self._refused()

    def write(self, vals):
        raise self._refused()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise self._refused()

    def _refused(self):
        name = self.env["ir.model"]._get(self._name).name
        return UserError(self.env._("%s: written by the system only, never changed or deleted.", name))
