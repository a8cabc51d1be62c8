from odoo import api, models


class MailTemplate(models.Model):
    _inherit = "mail.template"

    @api.model
    def _mobifone_send(self, name, record, email_to, *, email_cc=None, attachments=(), **context):
        """Queue a mail to addresses of the settings or of a vendor, and to nobody else.

        :param name: what follows `mobifone_consult.mail_template_`
        :param record: what the template is about
        :param attachments: (file name, content in base64)
        :param context: what else the template shows
        """
        # sudo: templates, and what they show, are not readable to everybody whose act sends a mail
        template_sudo = self.env.ref(f"mobifone_consult.mail_template_{name}").sudo().with_context(**context)
        values = {"email_to": email_to, "email_cc": email_cc or False, "recipient_ids": []}
        if attachments:
            values["attachments"] = list(attachments)
        template_sudo.send_mail(record.id, email_values=values)
