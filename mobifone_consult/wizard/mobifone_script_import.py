import base64

from odoo import fields, models
from odoo.exceptions import UserError


class MobifoneScriptImport(models.TransientModel):
    """Takes a script from a file that was exported elsewhere: a new draft."""

    _name = "mobifone.script.import"
    _description = "Import a Script"

    file = fields.Binary(required=True, attachment=False)
    filename = fields.Char()

    def action_import(self):
        """Make a draft of the file and open it. Managers.

        :raise UserError: saying what is wrong with the file
        """
        self.ensure_one()
        self.env["mobifone.script.version"].browse()._check_manager()
        try:
            data = base64.b64decode(self.file, validate=True)
        except ValueError as error:
            raise UserError(self.env._("The file could not be read.")) from error
        return self.env["mobifone.script.package"]._import(data)._get_records_action()
