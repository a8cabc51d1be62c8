import re
import secrets
from datetime import timedelta
from urllib.parse import urlsplit

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.tools import SQL, hmac

# What Kannel logs in as when it calls us.
CALLBACK_USER = "kannel"
SECRET = re.compile(r"[A-Za-z0-9]{16,64}")


class SmsKannelGateway(models.Model):
    """What Kannel calls this Odoo by, and how long what it brought is kept."""

    _inherit = "sms.kannel.gateway"

    callback_url = fields.Char(
        string="Address of This Odoo", required=True,
        default=lambda self: self.env["ir.config_parameter"].sudo().get_param("web.base.url"),  # sudo: a setting
        help="By which Kannel reaches it, for delivery reports and inbound messages.",
    )  # fmt: skip
    report_secret = fields.Char(
        string="Callback Password", required=True, copy=False, default=lambda self: secrets.token_hex(16),
        help="Kannel logs in with it, as “kannel”, when it calls this Odoo. 16 to 64 letters and digits.",
    )  # fmt: skip
    inbound_url = fields.Char(string="Address for Inbound Messages", compute="_compute_inbound_url")

    @api.depends("callback_url", "report_secret")
    def _compute_inbound_url(self):
        for gateway in self:
            gateway.inbound_url = gateway.id and gateway._callback(f"inbound/{gateway.id}/%I")

    @api.constrains("report_secret")
    def _check_report_secret(self):
        if not all(SECRET.fullmatch(gateway.report_secret) for gateway in self):
            raise ValidationError(self.env._("The callback password has 16 to 64 plain letters and digits."))

    @api.model_create_multi
    def create(self, vals_list):
        gateways = super().create(vals_list)
        self.env.registry.clear_cache()
        return gateways

    def write(self, vals):
        result = super().write(vals)
        if "report_secret" in vals:
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _callback(self, path):
        """Address of ours with Kannel's credentials in it, as Kannel sends no others."""
        address = urlsplit(self.callback_url)
        credentials = f"{CALLBACK_USER}:{self.report_secret}"
        return f"{address.scheme}://{credentials}@{address.netloc}{address.path.rstrip('/')}/sms_kannel/{path}"

    def _report_url(self, uuid):
        """Where Kannel reports what became of this message; it puts the code in the place of %d."""
        return self._callback(f"report/{self.id}/{uuid}/{self._signature(uuid)}?d=%d")

    def _signature(self, uuid):
        """Of a message's key: whoever knows the callback password alone reports nothing."""
        # sudo: the database's secret is nobody's to read
        return hmac(self.env(su=True), "sms_kannel.report", (self.id, uuid))[:32]

    @api.model
    @tools.ormcache("gateway_id")
    def _callback_secret(self, gateway_id):
        """The password that Kannel calls us with, None when there is no such gateway."""
        return self.browse(gateway_id).exists().report_secret or None

    # ------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------

    @api.autovacuum
    def _gc_callbacks(self):
        for gateway in self.search([]):
            before = fields.Datetime.now() - timedelta(days=gateway.keep_days)
            for model in ("sms.kannel.report", "sms.kannel.inbound"):
                # There may be many: not one by one.
                self.env.cr.execute(
                    SQL(
                        "DELETE FROM %s WHERE gateway_id = %s AND received_on < %s",
                        SQL.identifier(self.env[model]._table),
                        gateway.id,
                        before,
                    )
                )
