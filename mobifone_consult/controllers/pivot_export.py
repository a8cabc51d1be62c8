from odoo.exceptions import AccessError
from odoo.http import request, route

from odoo.addons.web.controllers.pivot import TableExporter


class PivotExportController(TableExporter):
    @route()
    def export_xlsx(self, data, **kw):
        """As core; only for those who may export lists, too. Core lets everybody take a pivot away.

        :raise AccessError: for the others
        """
        if not request.env.user.has_group("base.group_allow_export"):
            raise AccessError(request.env._("You may not export data: ask an administrator for the right to."))
        return super().export_xlsx(data, **kw)
