import base64

from odoo.exceptions import AccessError
from odoo.http import Controller, content_disposition, request, route

from ..tools import account_file

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


class AgentListController(Controller):
    @route("/mobifone_consult/agents/<int:wizard_id>", type="http", auth="user", methods=["GET"], readonly=True)
    def agent_list(self, wizard_id):
        """A list that the user himself has just made (mobifone.agent.export); anybody else gets a 404."""
        exports = request.env["mobifone.agent.export"]
        try:
            # A wizard lives for a while after its user lost the right to make another.
            exports.check_access("write")
            export = exports.browse(wizard_id).exists()
            export.check_access("read")
        except AccessError as error:
            raise request.not_found() from error
        if not export.content:
            raise request.not_found()
        return self._file(base64.b64decode(export.content), export.filename)

    @route("/mobifone_consult/agents/template.xlsx", type="http", auth="user", methods=["GET"], readonly=True)
    def agent_template(self):
        """An empty list to import, for those who may import one; anybody else gets a 404."""
        if not request.env["mobifone.agent.import"].has_access("create"):
            raise request.not_found()
        return self._file(account_file.write_xlsx(account_file.TEMPLATE, []), "danh-sach-dtv-mau.xlsx")

    def _file(self, data, name):
        return request.make_response(
            data,
            headers=[
                ("Content-Type", TYPES[name.rpartition(".")[2]]),
                ("Content-Disposition", content_disposition(name)),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
