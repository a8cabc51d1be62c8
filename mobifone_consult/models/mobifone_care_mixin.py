from odoo import api, models
from odoo.exceptions import AccessError

CARE = "mobifone_consult.group_care"


class MobifoneCareMixin(models.AbstractModel):
    """What only customer care and managers work on, by actions: they write no field but those of `_care_writes`."""

    _name = "mobifone.care.mixin"
    _description = "Customer Care's Work"

    _care_writes = ()

    @api.model
    def _check_care(self):
        """The test that every public method starts with.

        :raise AccessError: for anybody else
        """
        self.check_access("read")
        if not self.env.user.has_group(CARE):
            raise AccessError(self.env._("Only customer care and managers do this."))

    def _check_care_writes(self, vals, closed):
        """Refuse to write anything else, or on a row that is closed; what the actions do is done with sudo.

        :param closed: domain of the closed rows
        """
        if not self.env.su and (set(vals) - set(self._care_writes) or self.filtered_domain(closed)):
            raise AccessError(self.env._("Only the answer is written here, until it is given."))
