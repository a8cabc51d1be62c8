from odoo import api, models
from odoo.fields import Command


class Base(models.AbstractModel):
    _inherit = "base"

    def onchange(self, values, field_names, fields_spec):
        """As core; vendors' people and feeds link what they may read.

        Core shows of any record that a form links its name, and by related fields what is in it, as superuser.

        :raise AccessError: when the form links a record that the user may not read
        """
        if self._mobifone_is_walled():
            names = self._fields.keys()
            defaults = {
                key.removeprefix("default_"): value
                for key, value in self.env.context.items()
                if key.startswith("default_") and key.removeprefix("default_") in names
            }
            self._mobifone_check_links(defaults)
            self._mobifone_check_links(values)
        return super().onchange(values, field_names, fields_spec)

    @api.model
    def _mobifone_is_walled(self):
        """True for those who do not see all people and customers: vendors' people, and feeds."""
        users = self.env["res.users"]
        return not self.env.su and (
            users._mobifone_account()[1] or self.env.user.has_group("mobifone_consult.group_integration")
        )

    def _mobifone_check_links(self, values):
        """:raise AccessError: when values of a form link a record that is not linked yet and may not be read"""
        for name, value in values.items():
            field = self._fields.get(name)
            if (
                field is None
                or not value
                or not (field.relational or field.type in ("reference", "many2one_reference"))
            ):
                continue
            if not field.relational:
                # Nothing of ours has such a link that its people fill in.
                raise self.env["ir.model.access"]._make_access_error(self._name, "write")
            comodel = self.env[field.comodel_name]
            # sudo: what is linked is shown already
            linked = self.sudo()[name].ids if len(self) == 1 else []
            for link in [value] if field.type == "many2one" or not isinstance(value, list | tuple) else value:
                command, ids, line = self._mobifone_link(link)
                comodel.browse(id_ for id_ in ids if id_ not in linked).check_access("read")
                if command in (Command.CREATE, Command.UPDATE) and isinstance(line, dict):
                    comodel.browse(ids)._mobifone_check_links(line)

    @api.model
    def _mobifone_link(self, link):
        """(command, ids, values) of a link in a form: an id, a record as the client has it, or a command."""
        if isinstance(link, list | tuple):
            command, id_, value = (*link, None, None, None)[:3]
            ids = [*value] if command == Command.SET and isinstance(value, list | tuple) else [id_]
        elif isinstance(link, dict):
            # A record not saved yet, or one with other values on it.
            command, ids, value = Command.UPDATE, [link.get("id")], {**link, "id": None}
        else:
            command, ids, value = None, [link], None
        return command, [id_ for id_ in ids if type(id_) is int and id_], value
