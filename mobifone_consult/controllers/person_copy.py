from odoo.exceptions import UserError
from odoo.http import Controller, content_disposition, request, route


class PersonCopyController(Controller):
    @route("/mobifone_consult/person_request/<int:request_id>/copy", type="http", auth="user", methods=["GET"])
    def person_copy(self, request_id):
        """What is kept of a person, as a file for him; anybody but care and managers gets a 404, and so does a
        request that asks for none or is answered already. Each is logged."""
        requests = request.env["mobifone.person.request"]
        try:
            requests._check_care()
            found = requests.browse(request_id).exists()
            if not found:
                raise request.not_found()
            found._check_copy()
        except UserError as error:  # an AccessError is one
            raise request.not_found() from error
        return request.make_response(
            found._copy(),
            headers=[
                ("Content-Type", "application/zip"),
                ("Content-Disposition", content_disposition(f"du-lieu-ca-nhan-{found.id}.zip")),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
