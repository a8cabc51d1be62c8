from odoo import api, models


class MobifoneHistory(models.AbstractModel):
    """A table of millions of rows: lists sort it by the columns that an index puts in order, and by no other.

    A click on another column's header would sort all of its rows to show eighty.
    """

    _name = "mobifone.history"
    _description = "History of Years"
    _mobifone_sorted = ()

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        """As in core; all fields but those of `_mobifone_sorted` are not sortable."""
        found = super().fields_get(allfields, attributes)
        for name, description in found.items():
            if "sortable" in description and name not in self._mobifone_sorted:
                description["sortable"] = False
        return found
