import base64

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import clean_context

from ..tools import account_file, local_time

COLUMNS = ("employee_code", "name", "phone", "email", "status", "left_at", "reported_at", "listed_at", "user")
ASKED = {"which", "file_format", "month", "vendor_id"}
NAMES = {"working": "danh-sach-dtv-dang-lam", "left": "danh-sach-dtv-nghi-viec"}


class MobifoneAgentExport(models.TransientModel):
    """The lists of who works and who left, for the vendors' quiz program (domain 1.8, L3).

    Each is made of the accounts as they are now, so that both are current at the same time. They are in the form that
    the import reads.
    """

    _name = "mobifone.agent.export"
    _description = "Export Lists"

    which = fields.Selection([("working", "Who works"), ("left", "Who left")], required=True, default="working")
    month = fields.Date(string="Left in the Month of", help="Any day of the month; empty: all who left.")
    vendor_id = fields.Many2one("mobifone.vendor", default=lambda self: self.env.user.mobifone_vendor_id)
    file_format = fields.Selection([("xlsx", "Excel (.xlsx)"), ("csv", "CSV")], required=True, default="xlsx")
    content = fields.Binary(readonly=True, attachment=False)
    filename = fields.Char(readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        # Only what the screen asks, neither by values nor by a context default.
        wizards = self.with_context(clean_context(self.env.context))
        return super(MobifoneAgentExport, wizards).create([self._asked(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._asked(vals))

    def action_export(self):
        """Make the list. Vendors' managers get their own people, MobiFone's managers everybody's.

        Leavers who are on a list for the first time are marked so.

        :return: the action that downloads it
        """
        self.ensure_one()
        self.check_access("write")
        self.env["res.users"]._mobifone_check_accounts_keeper()
        vendor = self.env.user.mobifone_vendor_id or self.vendor_id
        columns = COLUMNS if vendor else (*COLUMNS, "vendor")
        rows = self._leavers(vendor) if self.which == "left" else self._workers(vendor)
        if not rows:
            raise UserError(self.env._("Nobody is on this list."))
        write = account_file.write_csv if self.file_format == "csv" else account_file.write_xlsx
        data = write(columns, [[row.get(name) or "" for name in columns] for row in rows])
        # sudo: what the file holds is written here only
        self.sudo().write({"content": base64.b64encode(data), "filename": f"{NAMES[self.which]}.{self.file_format}"})
        url = f"/mobifone_consult/agents/{self.id}"
        return {"type": "ir.actions.act_url", "url": url, "target": "download", "close": True}

    def _asked(self, vals):
        if self.env.su:
            return vals
        if vals.keys() - ASKED:
            raise AccessError(self.env._("A list changes by its button only."))
        own = self.env.user.mobifone_vendor_id
        return {**vals, "vendor_id": own.id} if own and "vendor_id" in vals else vals

    def _workers(self, vendor):
        domain = Domain([("state", "in", ("active", "suspended")), ("departure_id", "=", False)])
        agents = self.env["mobifone.agent"].search(domain & self._of(vendor), order="vendor_id, employee_code")
        return [{**self._person(agent, agent), "status": "working"} for agent in agents]

    def _leavers(self, vendor):
        domain = Domain("rehired_at", "=", False) & self._of(vendor)
        if self.month:
            first = fields.Datetime.to_datetime(self.month.replace(day=1))
            domain &= Domain("left_at", ">=", local_time.utc(first))
            domain &= Domain("left_at", "<", local_time.utc(first + relativedelta(months=1)))
        departures = self.env["mobifone.departure"].search(domain, order="vendor_id, employee_code, id")
        unlisted = departures.filtered(lambda departure: not departure.listed_at)
        # sudo: liability files are written by the system only
        unlisted.sudo().listed_at = fields.Datetime.now()
        self.env["mobifone.agent.event"]._record(unlisted.agent_id, "listed")
        return [
            {
                **self._person(departure, departure.agent_id),
                "status": "left",
                "left_at": _clock(departure.left_at),
                "reported_at": _clock(departure.reported_at),
                "listed_at": _clock(departure.listed_at),
            }
            for departure in departures
        ]

    def _of(self, vendor):
        return Domain("vendor_id", "=", vendor.id) if vendor else Domain.TRUE

    def _person(self, named, agent):
        # sudo: users are none of a vendor's business
        login = named.login or agent.sudo().user_id.login
        names = {"employee_code": named.employee_code, "name": named.name, "user": login}
        return {**names, "phone": agent.phone, "email": agent.email, "vendor": named.vendor_id.code}


def _clock(moment):
    """A moment (UTC) on Vietnam's clock, as the import reads it."""
    return f"{local_time.local(moment):%d/%m/%Y %H:%M}" if moment else ""
