import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.address import is_address
from ..tools.kannel_client import Connection, KannelClient, Outcome
from ..tools.sms_api import SmsApiKannel
from ..tools.sms_text import is_gsm, segments

# After trouble the pause grows from `retry_delay` up to so many seconds.
LONGEST_PAUSE = 900
LIMITS = {
    "connect_timeout": (0.1, 60),
    "read_timeout": (0.1, 60),
    "threads": (1, 32),
    "batch_size": (1, 500),
    "rate": (0, 10_000),
    "validity": (1, 10_080),
    "retry_delay": (1, 3600),
    "wait_minutes": (0.02, 10_080),
    "queue_hours": (0.01, 24 * 30),
    "inbound_per_hour": (0, 10_000),
    "courtesy_per_day": (0, 1000),
    "keep_days": (1, 3650),
}


class SmsKannelGateway(models.Model):
    """How a company's SMS reach its Kannel gateway, and what it may do with them. Administrators only.

    What Kannel calls back by is in sms_kannel_gateway_callback.py.
    """

    _name = "sms.kannel.gateway"
    _description = "Kannel Gateway"
    _rec_name = "company_id"
    _order = "company_id"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
        readonly=True,
    )
    url = fields.Char(
        string="Address of sendsms", required=True, default="http://127.0.0.1:13013/cgi-bin/sendsms",
        help="Of Kannel's smsbox. Use plain HTTP on this machine or a private network only.",
    )  # fmt: skip
    username = fields.Char(required=True, help="Of the group sendsms-user in kannel.conf.")
    password = fields.Char(copy=False)
    sender = fields.Char(help="A brand name of up to 11 letters and digits, or a number. Empty: the gateway's own.")
    smsc = fields.Char(string="SMSC", help="Which of Kannel's SMSCs sends (smsc-id). Empty: as Kannel routes.")
    connect_timeout = fields.Float(default=3)
    read_timeout = fields.Float(default=10)
    threads = fields.Integer(default=8, help="Requests at once.")
    batch_size = fields.Integer(
        default=32, help="Most messages that are on their way at once, and whose fate a broken server leaves unknown."
    )
    rate = fields.Float(string="Messages per Second", help="Most that are sent. 0: no limit.")
    validity = fields.Integer(default=1440, help="How long the SMSC tries to deliver.")
    strip_accents = fields.Boolean(help="“Cảm ơn” is sent as “Cam on”: 160 characters fit one SMS instead of 70.")
    retry_delay = fields.Float(default=60, help="Nothing is sent so long after trouble; twice as long after the next.")
    wait_minutes = fields.Float(
        string="Wait for a Report",
        default=10,
        help="A message is “unknown” when it may have been taken and no report of it came so long.",
    )
    queue_hours = fields.Float(
        string="Time in the Queue", default=24, help="What could not be sent in that time has failed."
    )
    stop_blacklisted = fields.Boolean(
        default=True, string="Nothing to Blacklisted Numbers", help="Messages to them are cancelled."
    )
    optout_words = fields.Char(default="TC, STOP", help="Who sends one of them is put on the phone blacklist.")
    optout_reply = fields.Char(
        default=lambda self: self.env._("You will get no more messages from us."), help="Empty: no answer."
    )
    inbound_per_hour = fields.Integer(
        default=60, help="Messages of one sender that are read in an hour; 0: no limit. Others get no answer."
    )
    courtesy_per_day = fields.Integer(
        default=3, help="How often a day one sender is told that his message was not understood or not allowed."
    )
    keep_days = fields.Integer(
        string="Kept For", default=30, help="How long delivery reports and inbound messages are kept."
    )

    failures = fields.Integer(readonly=True, copy=False)  # in a row
    paused_until = fields.Datetime(readonly=True, copy=False)
    last_error = fields.Char(readonly=True, copy=False)
    queue_count = fields.Integer(string="Waiting", compute="_compute_counts")
    unknown_count = fields.Integer(string="Fate Unknown", compute="_compute_counts")
    stray_report_count = fields.Integer(string="Reports Without a Message", compute="_compute_counts")

    _company_uniq = models.Constraint("unique(company_id)", "This company has its gateway already.")

    def _compute_counts(self):
        messages, reports = self.env["sms.sms"], self.env["sms.kannel.report"]
        for gateway in self:
            of_company = gateway._message_domain()
            gateway.queue_count = messages.search_count([*of_company, ("state", "=", "outgoing")])
            gateway.unknown_count = messages.search_count([*of_company, ("failure_type", "=", "kannel_unknown")])
            gateway.stray_report_count = reports.search_count(
                [("gateway_id", "=", gateway.id), ("state", "=", "unknown")]
            )

    @api.constrains("url", "callback_url")
    def _check_addresses(self):
        for address in {*self.mapped("url"), *self.mapped("callback_url")}:
            if not is_address(address):
                raise ValidationError(
                    self.env._("“%s” is no address such as http://127.0.0.1:13013/cgi-bin/sendsms.", address[:100])
                )

    @api.constrains("username", "password", "smsc", "sender")
    def _check_words(self):
        for gateway in self:
            words = (gateway.username, gateway.password, gateway.smsc)
            if any(word and not re.fullmatch(r"[\x21-\x7e]{1,100}", word) for word in words):
                raise ValidationError(
                    self.env._("User, password and SMSC are plain letters, digits and signs, without spaces.")
                )
            if gateway.sender and not re.fullmatch(r"[A-Za-z0-9 ._&-]{1,11}|\+?\d{1,15}", gateway.sender):
                raise ValidationError(
                    self.env._("The sender is a number, or a brand name of at most 11 plain letters and digits.")
                )

    @api.constrains("optout_reply", "optout_words")
    def _check_optout(self):
        for gateway in self:
            reply = gateway.optout_reply or ""
            if not is_gsm(reply) or segments(reply) > 1:
                raise ValidationError(self.env._("The answer fits one SMS: 160 characters without accents."))

    @api.constrains(*LIMITS)
    def _check_limits(self):
        for gateway in self:
            for name, (lowest, highest) in LIMITS.items():
                if not lowest <= gateway[name] <= highest:
                    raise ValidationError(
                        self.env._(
                            "%(label)s must be from %(lowest)s to %(highest)s.",
                            label=gateway._fields[name]._description_string(self.env),
                            lowest=lowest,
                            highest=highest,
                        )
                    )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_test(self):
        """Ask the gateway whether it is there and knows our user; no message is sent. Administrators.

        :return: a notification
        :raise UserError: what is wrong, in the user's language
        """
        self.ensure_one()
        self.check_access("write")
        with KannelClient(self._connection()) as client:
            answer = client.check()
        if answer.outcome is not Outcome.ACCEPTED:
            raise UserError(self._explain(answer))
        self._resume()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The gateway answers and knows the user “%s”.", self.username),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_resume(self):
        """End the pause after trouble: the queue goes on at once. Administrators."""
        self.ensure_one()
        self.check_access("write")
        self._resume()

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _in_use(self):
        """The gateways of the companies that send by them."""
        return self.search([]).filtered(lambda gateway: gateway.company_id._get_sms_api_class() is SmsApiKannel)

    def _message_domain(self):
        """Whose company's messages are sent here (sms.sms._get_sms_company)."""
        ids = self.company_id.ids
        # Those of before a company was noted on messages are the main one's.
        own = [*ids, False] if self.env.company in self.company_id else ids
        return [
            "|",
            ("mail_message_id.record_company_id", "in", ids),
            "&",
            "|",
            ("mail_message_id", "=", False),
            ("mail_message_id.record_company_id", "=", False),
            ("record_company_id", "in", own),
        ]

    def _connection(self):
        """What the client needs to know of the gateway."""
        return Connection(
            url=self.url,
            username=self.username,
            password=self.password or "",
            sender=self.sender or "",
            smsc=self.smsc or "",
            connect_timeout=self.connect_timeout,
            read_timeout=self.read_timeout,
            threads=min(self.threads, self.batch_size),
            rate=self.rate,
            validity=self.validity,
        )

    def _pause(self, answer):
        """Nothing is asked of the gateway for a while, which doubles each time."""
        seconds = min(self.retry_delay * 2 ** min(self.failures, 10), max(LONGEST_PAUSE, self.retry_delay))
        until = fields.Datetime.now() + timedelta(seconds=seconds)
        # Who reads it is not who sends: the scheduled action speaks no language.
        error = self.with_context(lang=self.company_id.partner_id.lang)._explain(answer)
        self.write({"failures": self.failures + 1, "paused_until": until, "last_error": error})
        self.env.ref("sms.ir_cron_sms_scheduler_action")._trigger(at=until)

    def _resume(self):
        if self.failures or self.paused_until:
            self.write({"failures": 0, "paused_until": False, "last_error": False})
            self.env.ref("sms.ir_cron_sms_scheduler_action")._trigger()

    def _explain(self, answer):
        """What is wrong, for the administrator."""
        said = answer.detail or "-"
        if answer.status == 403:
            return self.env._("The gateway refuses the user, the password, or the address of this server: %s", said)
        if answer.status == 404:
            return self.env._("There is no sendsms at this address: %s", self.url)
        if answer.status:
            return self.env._("The gateway answered %(status)s: %(said)s", status=answer.status, said=said)
        if answer.outcome is Outcome.NOT_REACHED:
            return self.env._("Nobody answers at %(url)s: %(said)s", url=self.url, said=said)
        return self.env._("The gateway did not answer in time: %s", said)
