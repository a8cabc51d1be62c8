import re
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..tools import bare_link, row_insert
from .mobifone_lookup import HOTLINES

# Refused and taken rings are counted, and no call is announced twice, for so long; numbers are gone much sooner.
KEPT = timedelta(days=1)
TOKEN = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
# No control character: what is no text is no extension.
WORD = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
LONGEST = {"extension": 30, "call": 128}
# To the browsers of the agent: a call is announced; one of them took it.
ANNOUNCED, TAKEN = "mobifone_consult/pop", "mobifone_consult/pop_taken"


class RingRefused(UserError):
    """An exchange's ring that is well formed and leads to nobody's desk."""


class TooManyRings(UserError):
    """An exchange rings more often than the settings allow."""


class MobifoneCallPop(models.Model):
    """A ring: a call that an exchange announced to the agent whose extension rings (screen pop).

    Nobody reads the table. The browser is told the opaque id alone; whoever it was sent to exchanges that for a
    look-up, at the one door (`mobifone.desk.take_pop`). The number is forgotten after minutes.
    """

    _name = "mobifone.call.pop"
    _description = "Announced Call"
    _log_access = False
    _order = "id desc"

    RESULTS = [
        ("rung", "Announced"),
        ("unknown", "Nobody has the extension"),
        ("not_working", "The agent does not work now"),
        ("ambiguous", "Several agents have the extension"),
    ]

    rung_on = fields.Datetime(required=True)
    pbx_id = fields.Many2one("mobifone.pbx", string="Exchange", required=True, ondelete="cascade")
    reference = fields.Char(string="Call of the Exchange", required=True)
    extension = fields.Char(required=True)
    hotline = fields.Selection(HOTLINES)
    result = fields.Selection(RESULTS, required=True)
    user_id = fields.Many2one("res.users", index="btree_not_null", ondelete="cascade")
    token = fields.Char(string="Opaque Id")
    number = fields.Char()
    lookup_id = bare_link.BareLink("mobifone.lookup", string="Look-up")

    # One ring per call and extension: a request sent again announces nothing.
    _call_uniq = models.Constraint("unique(pbx_id, reference, extension)", "This call was announced before.")
    _token_uniq = models.Constraint("unique(token)", "An opaque id is one ring's.")
    _time_idx = models.Index("(pbx_id, rung_on)")

    # ------------------------------------------------------------
    # THE EXCHANGE'S SIDE
    # ------------------------------------------------------------

    @api.model
    def _ring(self, pbx, values):
        """Announce a call.

        :param pbx: the exchange that signed it
        :param dict values: texts: extension, number, call (the exchange's reference), hotline (may be missing)
        :return: (the ring of this call, is it new)
        :raise UserError: for what is malformed
        :raise TooManyRings: when the exchange has used up its minute
        :raise RingRefused: when nobody's desk can be opened; counted
        """
        extension, reference = (self._word(values, name) for name in ("extension", "call"))
        hotline = None if values.get("hotline") in (None, "") else values["hotline"]
        if hotline not in (None, *dict(HOTLINES)):
            raise UserError(self.env._("The hotline must be one of %s.", ", ".join(dict(HOTLINES))))
        number = self.env["mobifone.subscriber"]._parse_number(values.get("number"))
        # In one transaction with the row below: the database says which of two equal requests was first.
        known = self.search(
            [("pbx_id", "=", pbx.id), ("reference", "=", reference), ("extension", "=", extension)], limit=1
        )
        if not known:
            self._check_rate(pbx)
            result, user = self._whom(pbx, extension)
            is_rung = result == "rung"
            ring = row_insert.inserted(
                self,
                {
                    "rung_on": fields.Datetime.now(),
                    "pbx_id": pbx.id,
                    "reference": reference,
                    "extension": extension,
                    "hotline": hotline,
                    "result": result,
                    "user_id": user.id,
                    "token": is_rung and secrets.token_urlsafe(16),
                    "number": is_rung and number,
                },
            )
            if ring and is_rung:
                return ring, True
            # The twin of this request was first: what it was told is told again.
            known = ring or self.new({"result": result, "user_id": user.id})
        if known.result != "rung":
            raise RingRefused(self._refusal(known.result, extension))
        return known, False

    @api.model
    def _word(self, values, name):
        text = values.get(name)
        text = text.strip() if isinstance(text, str) else ""
        if not WORD.fullmatch(text) or len(text) > LONGEST[name]:
            raise UserError(
                self.env._("“%(name)s” must be text of 1 to %(max)s characters.", name=name, max=LONGEST[name])
            )
        return text

    @api.model
    def _check_rate(self, pbx):
        limit = int(self.env["ir.config_parameter"]._mobifone_number("pop_per_minute"))
        since = fields.Datetime.now() - timedelta(minutes=1)
        if self.search_count([("pbx_id", "=", pbx.id), ("rung_on", ">", since)], limit=limit) >= limit:
            raise TooManyRings(self.env._("More than %s calls a minute: this exchange is stopped for a while.", limit))

    @api.model
    def _whom(self, pbx, extension):
        """(result, user) of an extension: the one working account that has it, among the exchange's people."""
        domain = [("extension", "=", extension), ("role", "!=", "vendor_manager")]
        if pbx.vendor_id:
            domain.append(("vendor_id", "=", pbx.vendor_id.id))
        files = self.env["mobifone.agent"].search(domain)
        working = files.filtered(lambda agent: agent.state == "active")
        if len(working) == 1:
            return "rung", working.user_id
        return ("ambiguous" if working else "not_working" if files else "unknown"), self.env["res.users"]

    @api.model
    def _refusal(self, result, extension):
        texts = {
            "unknown": self.env._("Nobody has the extension %s.", extension),
            "not_working": self.env._("The account with the extension %s is not active.", extension),
            "ambiguous": self.env._("Several agents have the extension %s: it must be one's own.", extension),
        }
        return texts[result]

    def _announce(self):
        """Tell the browsers of the agent, and nobody else's, the opaque id, and nothing else."""
        self.user_id._bus_send(ANNOUNCED, {"id": self.token})

    # ------------------------------------------------------------
    # THE AGENT'S SIDE
    # ------------------------------------------------------------

    @api.model
    def _own(self, token):
        """The user's own ring, still fresh, its row locked: of two windows that take it at once one is second.

        :raise UserError: when it is no opaque id
        :raise AccessError: when it is unknown, another's, or over; logged
        """
        if not isinstance(token, str) or not TOKEN.fullmatch(token):
            raise UserError(self.env._("“pop_id” must be the id that was announced."))
        lookups = self.env["mobifone.lookup"]
        self.env.cr.execute(
            SQL(
                """
                SELECT id, number IS NOT NULL
                           AND rung_on > clock_timestamp() AT TIME ZONE 'UTC' - make_interval(secs => %s)
                  FROM mobifone_call_pop WHERE token = %s AND user_id = %s FOR UPDATE
                """,
                self._life().total_seconds(),
                token,
                self.env.uid,
            ),
            log_exceptions=False,  # another window took it at this moment: the request is retried
        )
        ring_id, is_fresh = self.env.cr.fetchone() or (None, None)
        if not ring_id:
            lookups._log_apart("refusal", result="foreign_pop")
            raise AccessError(self.env._("This call was not announced to you."))
        if not is_fresh:
            lookups._log_apart("refusal", result="expired_pop")
            raise AccessError(self.env._("This call is over: enter the number if it is still on the line."))
        return self.browse(ring_id)

    def _take(self, lookup_id):
        """This look-up is the ring's. His other windows need not ask any more, nor one that connects now: the bus
        tells it again what it told in the last minute."""
        self.lookup_id = lookup_id
        self.user_id._bus_send(TAKEN, {"id": self.token})

    @api.model
    def _life(self):
        # sudo: settings are readable to administrators only
        return timedelta(minutes=self.env["ir.config_parameter"].sudo()._mobifone_number("pop_minutes"))

    # ------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------

    @api.model
    def _cron_forget(self):
        """Forget the numbers of rings that are over, and in the end the rings."""
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                "UPDATE mobifone_call_pop SET number = NULL WHERE number IS NOT NULL AND rung_on <= %s",
                now - self._life(),
            )
        )
        self.env.cr.execute(SQL("DELETE FROM mobifone_call_pop WHERE rung_on <= %s", now - KEPT))
        self.env.invalidate_all(flush=False)
