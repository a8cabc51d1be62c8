import base64
import hashlib
import re

from psycopg2.errors import UniqueViolation

from odoo import fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import SQL, html2plaintext

from odoo.addons.base.models.ir_actions_report import _wkhtml

from ..tools import letter_pages, local_time, row_lock

FONT_SIZE = 13
# What an unpatched wkhtmltopdf, which knows neither --dpi nor --zoom, makes of a size.
UNPATCHED_SCALE = 0.7535
BOLD = re.compile(r"</?[bi]\b[^>]*>")


class MobifoneRemovalLetter(models.Model):
    """How a letter becomes one: numbered, printed once, sent, recalled."""

    _inherit = "mobifone.removal.letter"

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_confirm(self):
        """Number and print the letter. From here on it stays as it is.

        :raise UserError: when it was confirmed before, or nobody is left on it
        :raise AccessError: for anybody but the vendor's managers and MobiFone's
        """
        self._check_clerk()
        for letter in self:
            letter._system()._confirm()

    def action_send(self):
        """Mail the letter to the addresses of the settings, with a copy to the vendor.

        :raise UserError: when it is not confirmed, was sent before, or no recipient is set up
        :raise AccessError: for anybody but the vendor's managers and MobiFone's
        """
        self._check_clerk()
        for letter in self:
            letter._system()._send()

    def action_recall(self, why):
        """Take a confirmed or sent letter out of force; it stays on file, with its number.

        :param str why: kept with the letter
        :raise UserError: without a reason, or when it is not in force
        :raise AccessError: for anybody but the vendor's managers and MobiFone's
        """
        self._check_clerk()
        why = why.replace("\0", "").strip() if isinstance(why, str) else ""
        if not why or len(why) > 200:
            raise UserError(self.env._("Say in at most 200 letters why the letter is recalled."))
        for letter in row_lock.held(self._system()):
            if letter.state not in ("confirmed", "sent"):
                raise UserError(self.env._("Only a confirmed or sent letter is recalled."))
            values = {"recalled_on": fields.Datetime.now(), "recalled_by_id": self.env.uid, "recalled_why": why}
            letter.write({"state": "recalled", **values})

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _confirm(self):
        # One letter of a vendor at a time: numbers have no gaps.
        row_lock.held(self.vendor_id)
        letter = row_lock.held(self)
        if letter.state != "draft":
            raise UserError(self.env._("This letter is confirmed already."))
        letter._refresh()
        if letter.state != "draft":
            raise UserError(self.env._("Nobody is left on this letter: leave dates were corrected."))
        now, vendor = fields.Datetime.now(), letter.vendor_id
        day = local_time.local(now).date()
        number = letter._draw_number(day.year)
        unit = f"-{vendor.letter_unit}" if vendor.letter_unit else ""
        parameters = self.env["ir.config_parameter"]
        letter.write(
            {
                "state": "confirmed",
                "symbol": f"{number:02d}/{vendor.code}{unit}",
                "letter_date": day,
                "company_name": vendor.partner_id.name or vendor.name,
                "place": vendor.letter_place,
                "unit": vendor.letter_unit,
                "addressee": vendor.letter_addressee or parameters._mobifone_text("letter_addressee"),
                "head_title": vendor.head_title,
                "head_name": vendor.head_name,
                "confirmed_on": now,
                "confirmed_by_id": self.env.uid,
            }
        )
        page = letter._page()
        pdf = letter._print(page)
        letter.write(
            {
                "pdf": base64.b64encode(pdf),
                "pdf_sha256": hashlib.sha256(pdf).hexdigest(),
                "text": html2plaintext(BOLD.sub("", page.split("<body>")[-1]), include_references=False),
            }
        )

    def _draw_number(self, year):
        """The vendor's next number of a year; the database lets nobody else have it."""
        self.flush_model()
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(
                    SQL(
                        """
                        UPDATE mobifone_removal_letter SET year = %(year)s, number = 1 + (
                            SELECT COALESCE(max(number), 0) FROM mobifone_removal_letter
                             WHERE vendor_id = %(vendor)s AND year = %(year)s)
                         WHERE id = %(letter)s RETURNING number
                        """,
                        year=year,
                        vendor=self.vendor_id.id,
                        letter=self.id,
                    ),
                    log_exceptions=False,
                )
                [number] = self.env.cr.fetchone()
        except UniqueViolation as error:
            # Drawn since this transaction began: the request is run again and sees it.
            raise ConcurrencyError(
                self.env._("Somebody else is working on this at the same moment: try again.")
            ) from error
        self.invalidate_recordset(["year", "number"])
        return number

    def _page(self):
        """The letter as a page that stands alone."""
        self.ensure_one()

        def day(moment):
            return local_time.local(moment).strftime("%d/%m/%Y")

        rows = [
            (
                str(line.sequence),
                line.name,
                line.employee_code,
                line.login or "",
                day(line.left_at),
                day(line.reported_at),
                line.note or "",
            )
            for line in self.line_ids
        ]
        # Points above the list: more with long names and with what a supplementary letter says more.
        above = 210 + 16 * (
            len(self.company_name) // 22 + len(self.company_name) // 75 + len(self.addressee or "") // 60
        )
        above += 32 if self.kind == "supplementary" else 0
        values = {
            "letter": self,
            "main": self._main_of(self.vendor_id, self.month),
            "replaced": self.replaces_id,
            "company": self.company_name,
            "month": f"{self.month:%m/%Y}",
            "spoken_date": local_time.letter_date(self.letter_date),
            "size": f"{FONT_SIZE if _wkhtml().is_patched_qt else FONT_SIZE / UNPATCHED_SCALE:.2f}pt",
            "pages": letter_pages.cut(rows, above),
        }
        page = self.env["ir.qweb"]._render("mobifone_consult.removal_letter_page", values)
        # Without a doctype tables do not take on the size of the text.
        return f"<!DOCTYPE html>\n{page}"

    def _print(self, page):
        """The page as PDF: by wkhtmltopdf as Odoo calls it, without running header and footer, which only a patched one
        knows."""
        paper = self.env.ref("mobifone_consult.paperformat_letter")
        return self.env["ir.actions.report"].new({"paperformat_id": paper.id})._run_wkhtmltopdf([page])

    def _send(self):
        letter = row_lock.held(self)
        if letter.state != "confirmed":
            raise UserError(self.env._("Only a confirmed letter is sent, and once."))
        recipients = self.env["ir.config_parameter"]._mobifone_text("letter_recipients")
        if not recipients:
            raise UserError(self.env._("No recipient of letters is set up: ask an administrator to enter one."))
        pdf = base64.b64decode(letter.pdf or b"")
        if hashlib.sha256(pdf).hexdigest() != letter.pdf_sha256:
            raise UserError(self.env._("The stored file is not the one that was confirmed: recall the letter."))
        now = fields.Datetime.now()
        # A letter issued again was in time when the one that it replaces was.
        was_in_time = letter.replaces_id.sent_on and not letter.replaces_id.is_late
        letter.write(
            {
                "state": "sent",
                "sent_on": now,
                "sent_by_id": self.env.uid,
                "sent_to": recipients,
                "is_late": now > letter.due_on and not was_in_time,
            }
        )
        self.env["mail.template"]._mobifone_send(
            "letter",
            letter,
            recipients,
            email_cc=letter.vendor_id.mail_recipients,
            attachments=[(letter.pdf_filename, letter.pdf)],
        )
