from odoo import api, fields, models
from odoo.tools import email_normalize, escape_psql, html2plaintext

from ..tools import local_time


class MobifoneLeaveNotice(models.Model):
    """What an agent himself tells Đài 1090 about his leaving, by mail or on the phone (domain 1.8, contacts).

    It opens a to-do for the supervisors (mobifone.finding) and nothing more: it disables nobody, as anybody can write
    a mail, and does not stop the vendor's clock.
    """

    _name = "mobifone.leave.notice"
    _inherit = ["mail.thread"]
    _description = "Agent's Own Notice of Leaving"
    _order = "id desc"
    _mail_post_access = "read"

    name = fields.Char(string="Subject", required=True)
    email_from = fields.Char(string="From")
    agent_id = fields.Many2one("mobifone.agent", string="Account", index="btree_not_null", ondelete="restrict")
    received_on = fields.Datetime(default=fields.Datetime.now, required=True, readonly=True)
    text = fields.Text(string="What He Says")

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        sender = email_normalize(msg_dict.get("email_from")) or False
        # Only an address that one account has tells whose mail it is.
        known = [("email", "=ilike", escape_psql(sender or "")), ("state", "!=", "draft")]
        agents = self.env["mobifone.agent"].search(known, limit=2)
        values = {
            "email_from": sender,
            "agent_id": agents.id if sender and len(agents) == 1 else False,
            "text": html2plaintext(msg_dict.get("body") or "")[:2000],
        }
        return super().message_new(msg_dict, {**(custom_values or {}), **values})

    @api.model_create_multi
    def create(self, vals_list):
        notices = super().create(vals_list)
        for notice in notices:
            # One to-do for all that the same sender writes on one day.
            day = local_time.local(notice.received_on).date()
            key = f"{notice.agent_id.id or notice.email_from or notice.id} {day}"
            self.env["mobifone.finding"]._find(
                "own_notice",
                key,
                agent=notice.agent_id,
                text=" · ".join(filter(None, [notice.email_from, notice.name[:100]])),
                since=notice.received_on,
            )
        return notices
