from odoo.http import Controller, content_disposition, request, route

from ..tools import script_package


class ScriptFileController(Controller):
    @route("/mobifone_consult/script/<int:version_id>.json", type="http", auth="user", methods=["GET"], readonly=True)
    def script_file(self, version_id):
        """A script version as a file, for those who may read scripts; anybody else gets a 404."""
        versions = request.env["mobifone.script.version"]
        version = versions.browse(version_id).exists() if versions.has_access("read") else versions
        if not version:
            raise request.not_found()
        name = f"{version.script_id.key}-{version.number}.json"
        return request.make_response(
            script_package.write(version._content()),
            headers=[
                ("Content-Type", "application/json; charset=utf-8"),
                ("Content-Disposition", content_disposition(name)),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
