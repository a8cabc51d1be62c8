import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, hmac

from ..tools import sms_text

# The same words of the same sender, so soon: the SMSC delivered the message twice, or its sender lost patience.
SAME_MESSAGE = timedelta(minutes=5)
LONGEST_TEXT = 1000


class SmsKannelInbound(models.Model):
    """Messages that people sent to us, and what we answered. The text itself is not kept.

    A new use extends `_answer`.
    """

    _name = "sms.kannel.inbound"
    _description = "Inbound SMS"
    _log_access = False
    _order = "id desc"
    _rec_name = "sender"

    STATES = [
        ("answered", "Done"),
        ("courtesy", "Not Understood or Not Allowed"),
        ("silent", "Not Understood, No Answer"),
        ("limited", "Too Many"),
        ("repeated", "Repeated"),
    ]

    gateway_id = fields.Many2one("sms.kannel.gateway", required=True, ondelete="cascade", index=True)
    key = fields.Char(required=True, readonly=True, help="The gateway's own for this message.")
    sender = fields.Char(required=True, readonly=True)
    recipient = fields.Char(string="Sent To", readonly=True)
    digest = fields.Char(readonly=True)
    keyword = fields.Char(readonly=True)
    received_on = fields.Datetime(required=True, readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True)
    reply = fields.Char(readonly=True)

    _once = models.Constraint("unique(gateway_id, key)", "This message was read already.")
    _sender_idx = models.Index("(sender, received_on)")
    _received_on_idx = models.Index("(received_on)")

    @api.model
    def _receive(self, gateway, key, sender, recipient, text):
        """Read one message, once, however often the gateway delivers it.

        :param gateway: sms.kannel.gateway
        :param key: the gateway's own for this message
        :param sender: as the gateway gives it, with or without a +
        :param recipient: the number it was sent to
        :param text: at most LONGEST_TEXT characters of it are read
        :return: the reply, fit for one SMS; "" for none
        """
        if known := self.search([("gateway_id", "=", gateway.id), ("key", "=", key)]):
            return known.reply or ""
        sender, words = self._sender(gateway, sender), " ".join(text[:LONGEST_TEXT].split())
        now = fields.Datetime.now()
        digest = hmac(self.env(su=True), "sms_kannel.inbound", (gateway.id, sender, recipient, words.lower()))[:32]
        row = {
            "gateway_id": gateway.id,
            "key": key,
            "sender": sender,
            "recipient": recipient,
            "digest": digest,
            "keyword": words.split(" ")[0][:20].upper(),
            "received_on": now,
        }
        # One after the other: two deliveries of the same words at once are one message.
        self.env.cr.execute(SQL("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", digest))
        recent = [("sender", "=", sender), ("received_on", ">", now - SAME_MESSAGE)]
        if self._is_over(gateway, sender, now):
            state, reply = "limited", ""
        elif before := self.search([*recent, ("digest", "=", digest), ("state", "!=", "limited")], limit=1):
            # What was said out of courtesy is not said again.
            state, reply = "repeated", before.state != "courtesy" and before.reply
        else:
            state, reply = self._answer(gateway, sender, words)
        if state == "courtesy" and not self._may_answer_courteously(gateway, sender, now):
            state, reply = "silent", ""
        reply = sms_text.one_segment(reply or "")
        self.create({**row, "state": state, "reply": reply})
        return reply

    @api.model
    def _answer(self, gateway, sender, text):
        """What is to be done about a message, done; and the answer.

        :param sender: E.164, or as it came where it is no telephone number
        :param text: in one line, single spaces
        :return: (state, reply): "answered", "courtesy" (of which a sender gets a few a day) or "silent"
        """
        words = [word for word in re.split(r"[,;\s]+", (gateway.optout_words or "").upper()) if word]
        if text.upper().rstrip(".!") in words and sender.startswith("+"):
            return "answered", self._opt_out(gateway, sender)
        return "silent", ""

    @api.model
    def _opt_out(self, gateway, sender):
        # sudo: whoever asks not to be written to is heard
        self.env["phone.blacklist"].sudo()._add([sender], message=self.env._("Asked for by SMS."))
        return gateway.optout_reply

    @api.model
    def _sender(self, gateway, sender):
        country = gateway.company_id.country_id
        number = sender if sender.startswith(("+", "0")) or not sender.isdigit() else f"+{sender}"
        return gateway._phone_format(number=number, country=country) or sender

    @api.model
    def _is_over(self, gateway, sender, now):
        limit = gateway.inbound_per_hour
        recent = [("sender", "=", sender), ("received_on", ">", now - timedelta(hours=1)), ("state", "!=", "limited")]
        return bool(limit) and self.search_count(recent, limit=limit) >= limit

    @api.model
    def _may_answer_courteously(self, gateway, sender, now):
        today = [("sender", "=", sender), ("received_on", ">", now - timedelta(days=1)), ("state", "=", "courtesy")]
        return self.search_count(today) < gateway.courtesy_per_day
