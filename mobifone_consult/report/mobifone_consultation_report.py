from odoo import fields, models
from odoo.tools import SQL

from ..models.mobifone_consultation import LINKED, SMS_STATES
from ..tools import local_time


class MobifoneConsultationReport(models.Model):
    """One row for each consult that stands, with what came of it: did the link go out, was the app installed, how soon.

    The rate counts installs on consults whose link went out: of others nobody can say what they led to.
    """

    _name = "mobifone.consultation.report"
    _inherit = "mobifone.history"
    _description = "Consult Analysis"
    _auto = False
    _order = "saved_on desc, id desc"
    _mobifone_sorted = ("saved_on",)
    _rec_name = "saved_on"

    saved_on = fields.Datetime(string="Time", readonly=True)
    hour = fields.Char(string="Hour of the Day", readonly=True)
    channel = fields.Selection([("web", "Web"), ("sms", "SMS")], readonly=True)
    call_id = fields.Many2one("mobifone.call", readonly=True)
    user_id = fields.Many2one("res.users", readonly=True)
    agent_id = fields.Many2one("mobifone.agent", readonly=True)
    vendor_id = fields.Many2one("mobifone.vendor", readonly=True)
    state = fields.Selection([("open", "Open"), ("converted", "App installed"), ("expired", "Expired")], readonly=True)
    sms_state = fields.Selection(SMS_STATES, string="SMS", readonly=True)
    consults = fields.Integer(readonly=True)
    links = fields.Integer(string="Links Sent", readonly=True)
    installs = fields.Integer(string="Installs after the Link", readonly=True)
    install_rate = fields.Float(string="Install Rate (%)", aggregator="avg", readonly=True, digits=(16, 1))
    hours_to_install = fields.Float(string="Hours to the Install", aggregator="avg", readonly=True, digits=(16, 1))

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT id, saved_on, to_char(saved_on AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s, 'HH24"h"') AS hour,
                   channel, call_id, user_id, agent_id, vendor_id, state, sms_state,
                   1 AS consults,
                   (sms_state IN %(linked)s)::int AS links,
                   (sms_state IN %(linked)s AND state = 'converted')::int AS installs,
                   CASE WHEN sms_state IN %(linked)s THEN (state = 'converted')::int * 100.0 END AS install_rate,
                   CASE WHEN sms_state IN %(linked)s AND state = 'converted'
                        THEN greatest(extract(epoch FROM installed_on - saved_on) / 3600, 0) END AS hours_to_install
              FROM mobifone_consultation
             WHERE state != 'cancelled'
            """,
            zone=str(local_time.VIETNAM),
            linked=LINKED,
        )
