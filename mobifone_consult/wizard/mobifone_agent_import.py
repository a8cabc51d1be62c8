import base64
import binascii
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import clean_context

from ..tools import account_file
from .mobifone_agent_import_line import KINDS

ASKED = {"file", "filename", "vendor_id"}


class MobifoneAgentImport(models.TransientModel):
    """Takes a vendor's list of accounts: who is new, who changed, who left.

    First the file is read and each row shows what will happen; nothing happens before that is confirmed. What a row
    means is in mobifone_agent_import_apply.py.
    """

    _name = "mobifone.agent.import"
    _description = "Import Accounts"

    vendor_id = fields.Many2one("mobifone.vendor", default=lambda self: self.env.user.mobifone_vendor_id)
    file = fields.Binary(attachment=False)
    filename = fields.Char()
    state = fields.Selection(
        [("upload", "File"), ("preview", "Preview"), ("done", "Done")], required=True, default="upload", readonly=True
    )
    line_ids = fields.One2many("mobifone.agent.import.line", "import_id", string="Rows", readonly=True)
    summary = fields.Char(compute="_compute_summary")
    ready_count = fields.Integer(compute="_compute_summary")
    error_count = fields.Integer(compute="_compute_summary")

    @api.depends("line_ids.kind")
    def _compute_summary(self):
        names = dict(self.env["mobifone.agent.import.line"]._fields["kind"]._description_selection(self.env))
        for wizard in self:
            counts = Counter(wizard.line_ids.mapped("kind"))
            wizard.error_count = counts["error"]
            wizard.ready_count = sum(counts[kind] for kind in ("new", "changed", "left"))
            wizard.summary = " · ".join(f"{names[kind]}: {counts[kind]}" for kind, _name in KINDS if counts[kind])

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        # Only what the screen asks: a context default sets neither the state nor rows.
        wizards = self.with_context(clean_context(self.env.context))
        return super(MobifoneAgentImport, wizards).create([self._asked(vals) for vals in vals_list])

    def write(self, vals):
        if not self.env.su:
            vals = self._asked(vals)
            if vals.keys() & {"file", "vendor_id"}:
                # What was shown was another file's, or of another vendor.
                self.sudo().line_ids.unlink()  # sudo: rows are written by the system only
                vals = {**vals, "state": "upload"}
        return super().write(vals)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_preview(self):
        """Read the file and show what each row will do. Vendors' managers, for their own vendor; MobiFone's managers.

        :return: the action that shows it
        :raise UserError: saying what is wrong with the file, or that none is given
        """
        self._check_own()
        if not self._vendor():
            raise UserError(self.env._("Choose the vendor whose accounts these are."))
        rows = self._rows()
        # sudo: rows are written by the system only
        wizard_sudo = self.with_context(clean_context(self.env.context)).sudo()
        wizard_sudo.line_ids.unlink()
        wizard_sudo.line_ids.create([{**values, "import_id": self.id} for values in self._plan(rows)])
        wizard_sudo.state = "preview"
        return self._screen()

    def action_apply(self):
        """Do what the preview shows; a row that fails says why and holds nobody up.

        :return: the action that shows what was done
        :raise UserError: before the preview, or a second time
        """
        self._check_own()
        if self.state != "preview":
            raise UserError(self.env._("Look at the preview first."))
        self.sudo().state = "done"  # sudo: the state changes by the buttons only
        self._apply()
        return self._screen()

    def action_back(self):
        """Back to choosing a file.

        :return: the action that shows it
        """
        self._check_own()
        self.write({"file": False})
        return self._screen()

    def action_template(self):
        """An empty list to fill in.

        :return: the action that downloads it
        """
        self._check_own()
        return {"type": "ir.actions.act_url", "url": "/mobifone_consult/agents/template.xlsx", "target": "download"}

    # ------------------------------------------------------------
    # HELPERS
    # ------------------------------------------------------------

    def _asked(self, vals):
        if not self.env.su and vals.keys() - ASKED:
            raise AccessError(self.env._("An import changes by its buttons only."))
        own = self.env.user.mobifone_vendor_id
        return {**vals, "vendor_id": own.id} if own and "vendor_id" in vals else vals

    def _check_own(self):
        self.ensure_one()
        self.check_access("write")
        self.env["res.users"]._mobifone_check_accounts_keeper()

    def _vendor(self):
        return self.env.user.mobifone_vendor_id or self.vendor_id

    def _screen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import Accounts"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def _rows(self):
        """The rows of the file, as account_file.read gives them."""
        try:
            data = base64.b64decode(self.with_context(bin_size=False).file or b"", validate=True)
        except (binascii.Error, ValueError) as error:
            raise UserError(self.env._("The file could not be read.")) from error
        try:
            return account_file.read(data)
        except account_file.BadFileError as error:
            raise UserError(self._file_reasons(error.place)[error.code]) from error

    def _file_reasons(self, place):
        return {
            "empty": self.env._("The file is empty."),
            "too_big": self.env._("The file is larger than 2 MB."),
            "old_excel": self.env._("This is a file of an old Excel: save it as .xlsx or as CSV."),
            "not_xlsx": self.env._("This is no .xlsx file that can be read: save it again, or as CSV."),
            "bomb": self.env._("This .xlsx file unpacks to too much: save the list alone, or as CSV."),
            "not_utf8": self.env._("The file is not in UTF-8: save it as “CSV UTF-8” or as .xlsx."),
            "not_csv": self.env._("Row %s cannot be read: a quotation mark or a value is wrong.", place),
            "binary": self.env._("This is no list: a CSV or .xlsx file is needed."),
            "no_rows": self.env._("There is no row below the headings."),
            "too_many_rows": self.env._("The list has more than %s rows: divide it.", account_file.MAX_ROWS),
            "too_many_columns": self.env._("The list has more than %s columns.", account_file.MAX_COLUMNS),
            "too_many_cells": self.env._("Row %s has more values than there are headings.", place),
            "unknown_column": self.env._(
                "The column “%(column)s” is not known. Known are: %(known)s.",
                column=place,
                known=", ".join(account_file.TEMPLATE),
            ),
            "column_twice": self.env._("The column “%s” is there twice.", place),
            "no_code_column": self.env._("The column “mã ĐTV” (employee_code) is missing."),
        }
