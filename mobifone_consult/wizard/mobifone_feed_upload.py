import base64
import binascii
from io import BytesIO

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

# Bytes: more is for the command or the route, which read a file as it comes.
MAX_FILE = 25_000_000


class MobifoneFeedUpload(models.TransientModel):
    """Feeds a small file of lines from the screen. Managers."""

    _name = "mobifone.feed.upload"
    _description = "Feed Lines"

    file = fields.Binary(required=True, attachment=False)
    filename = fields.Char()
    is_full = fields.Boolean(
        string="The file has all lines", help="Lines that are absent from the file are ended. Leave it off for a part."
    )

    def action_feed(self):
        """Feed the file.

        :return: the action that shows the run
        :raise UserError: when it cannot be taken, saying why; nothing was changed then
        """
        self.ensure_one()
        runs = self.env["mobifone.feed.run"]
        if not runs._may_feed():
            raise AccessError(self.env._("Only feeds and MobiFone's managers feed lines."))
        try:
            content = base64.b64decode(self.file or b"", validate=True)
        except (binascii.Error, ValueError) as error:
            raise UserError(self.env._("The file did not arrive whole: choose it again.")) from error
        if len(content) > MAX_FILE:
            raise UserError(
                self.env._("The file is larger than %s MB: feed it by the command or over HTTP.", MAX_FILE // 10**6)
            )
        run_id, _counts = runs._feed(BytesIO(content), "screen", self.filename, is_full=self.is_full)
        return {"type": "ir.actions.act_window", "res_model": runs._name, "res_id": run_id, "views": [[False, "form"]]}
