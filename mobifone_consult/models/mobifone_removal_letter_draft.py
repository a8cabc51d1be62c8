import logging

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import local_time, row_insert, row_lock
from .mobifone_removal_letter import UNSENT

_logger = logging.getLogger(__name__)
COPIED = ("name", "employee_code", "login", "left_at", "reported_at", "note")


class MobifoneRemovalLetter(models.Model):
    """How letters are drafted from the liability files, and chased until they are sent.

    The database keeps a leaver off a second letter, and a month from a second one; whoever drafts at the same moment
    finds it done.
    """

    _inherit = "mobifone.removal.letter"

    # ------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------

    @api.model
    def _cron_letters(self):
        """Draft the letters of the months that are over and chase those not sent, vendor by vendor; on whatever day and
        however often it runs."""
        cron = self.env["ir.cron"]
        letters = self.with_env(self.env["mobifone.agent"]._in_company_language().env)
        vendors = self.env["mobifone.vendor"].with_context(active_test=False).search([], order="id")
        left = cron._commit_progress(remaining=len(vendors))
        for vendor in vendors:
            if not left:
                return
            # Another server may be at it.
            if held := vendor.try_lock_for_update(allow_referencing=True):
                try:
                    with self.env.cr.savepoint():
                        letters._draft_for(held)
                        letters._chase(held)
                except Exception:
                    _logger.exception("letters of the vendor %s are not drafted", vendor.code)
            left = cron._commit_progress(1)

    @api.model
    def _draft_for(self, vendor):
        """Bring the drafts of a vendor up to date, new ones with them."""
        letters = self.sudo()  # sudo: letters are drafted by the system
        this_month = local_time.month_of(fields.Datetime.now())
        # Whoever leaves in this month waits for its end, whoever leaves later all the more.
        unlisted = letters._leavers(vendor, until=this_month)
        months = {local_time.month_of(departure.left_at) for departure in unlisted}
        last_month = this_month - relativedelta(months=1)
        if vendor.has_nil_letters and vendor.active and not letters._main_of(vendor, last_month):
            months.add(last_month)
        for month in sorted(months):
            letters._open(vendor, month)
        # Main letters first: what a recalled one left behind is theirs.
        for draft in letters.search([("vendor_id", "=", vendor.id), ("state", "=", "draft")], order="month, kind, id"):
            draft._refresh()

    @api.model
    def _chase(self, vendor):
        """Mail a vendor, once a day, about its letters that wait to be sent; MobiFone too when one is overdue."""
        today = local_time.local(fields.Datetime.now()).date()
        if vendor.letters_chased_on and vendor.letters_chased_on >= today:
            return
        parameters = self.env["ir.config_parameter"].sudo()  # sudo: settings are administrators' to read
        days = relativedelta(months=1, days=int(parameters._mobifone_number("letter_chase_day")) - 1)
        # sudo: as above
        unsent = self.sudo().search([("vendor_id", "=", vendor.id), ("state", "in", UNSENT)], order="month, id")
        unsent = unsent.filtered(lambda letter: letter.month + days <= today)
        is_overdue = any(unsent.mapped("is_overdue"))
        recipients = [vendor.mail_recipients, is_overdue and parameters._mobifone_text("letter_recipients")]
        if not unsent or not any(recipients):
            return
        vendor.letters_chased_on = today
        to = ", ".join(filter(None, recipients))
        self.env["mail.template"]._mobifone_send("letter_chase", vendor, to, letters=unsent, is_overdue=is_overdue)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_refresh(self):
        """Read the liability files again into drafts.

        :raise UserError: when a letter is no draft any more
        :raise AccessError: for anybody but the vendor's managers and MobiFone's
        """
        self._check_clerk()
        for letter in row_lock.held(self._system()):
            if letter.state != "draft":
                raise UserError(self.env._("Only a draft is refreshed."))
            letter._refresh()

    def action_reissue(self):
        """Draft a letter that replaces this recalled one, with the leavers of its month that are still valid.

        :return: the action that opens the draft
        :raise UserError: when it was not recalled, or is replaced already
        :raise AccessError: for anybody but the vendor's managers and MobiFone's
        """
        self.ensure_one()
        self._check_clerk()
        letter = row_lock.held(self._system())
        if letter.state != "recalled" or not letter.number:
            raise UserError(self.env._("Only a recalled letter is issued again."))
        draft = letter.replacement_ids.filtered(lambda replacement: replacement.state != "recalled")
        draft = draft or letter._new(letter.vendor_id, letter.month, letter.kind, letter)
        if not draft:
            # The month has a draft of this kind, for another reason: it replaces this letter too.
            same = [("vendor_id", "=", letter.vendor_id.id), ("month", "=", letter.month), ("kind", "=", letter.kind)]
            draft = letter.search([*same, ("state", "=", "draft"), ("replaces_id", "=", False)], limit=1)
            draft.replaces_id = letter
        if draft.state != "draft":
            raise UserError(self.env._("This letter is replaced already."))
        draft._refresh()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": draft.id,
            "views": [[False, "form"]],
        }

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _main_of(self, vendor, month):
        """The month's letter that is in force."""
        domain = [("vendor_id", "=", vendor.id), ("month", "=", month), ("kind", "=", "main")]
        return self.search([*domain, ("state", "!=", "recalled")], limit=1)

    @api.model
    def _leavers(self, vendor, since=None, until=None, letter=None):
        """Liability files of a vendor that are on no letter in force but `letter`, by time of leaving.

        :param since: the first day of the months they left in, in Vietnam
        :param until: the first day of the month after
        """
        self.env.flush_all()
        conditions = [SQL("departure.vendor_id = %s", vendor.id)]
        if since:
            conditions.append(SQL("departure.left_at >= %s", local_time.begin_of_day(since)))
        conditions.append(SQL("departure.left_at < %s", local_time.begin_of_day(until)))
        self.env.cr.execute(
            SQL(
                """
                SELECT id FROM mobifone_departure departure
                 WHERE %s AND NOT EXISTS (SELECT FROM mobifone_removal_letter_line line
                                           WHERE line.departure_id = departure.id AND line.is_live
                                             AND line.letter_id != %s)
                 ORDER BY left_at, id
                """,
                SQL(" AND ").join(conditions),
                letter.id if letter else 0,
            )
        )
        return self.env["mobifone.departure"].browse(row[0] for row in self.env.cr.fetchall())

    @api.model
    def _open(self, vendor, month):
        """Have a draft for leavers of a month: of its letter, or of a supplementary one when that is out already."""
        main = self._main_of(vendor, month)
        if main.state == "draft":
            return
        kind = "supplementary" if main else "main"
        domain = [("vendor_id", "=", vendor.id), ("month", "=", month), ("kind", "=", kind), ("state", "=", "draft")]
        if not self.search_count(domain, limit=1):
            self._new(vendor, month, kind)

    @api.model
    def _new(self, vendor, month, kind, replaces=None):
        """A new draft; empty when there is one.

        :param replaces: the recalled letter; default the last one of this month and kind that nothing replaces
        """
        if not replaces:
            domain = [("vendor_id", "=", vendor.id), ("month", "=", month), ("kind", "=", kind), ("number", ">", 0)]
            domain += [("state", "=", "recalled"), ("replacement_ids", "not any", [("state", "!=", "recalled")])]
            replaces = self.search(domain, order="recalled_on desc, id desc", limit=1)
        values = {
            "vendor_id": vendor.id,
            "month": month,
            "kind": kind,
            "state": "draft",
            "drafted_on": fields.Datetime.now(),
            "due_on": self._due_on(month),
            "replaces_id": replaces.id,
        }
        replaces.invalidate_recordset(["replacement_ids"])
        return row_insert.inserted(self, values) or self.browse()

    def _refresh(self):
        """Read the liability files of the month again: who came, who was corrected, who belongs to another month."""
        self.ensure_one()
        leavers = self._leavers(self.vendor_id, self.month, self.month + relativedelta(months=1), self)
        lines = {line.departure_id: line for line in self.line_ids}
        if self.kind == "supplementary" and self._main_of(self.vendor_id, self.month).state in (False, "draft"):
            # The month's letter was recalled: its leavers go on the one that replaces it.
            leavers = leavers.filtered(lambda departure: departure in lines)
        gone = [line.id for departure, line in lines.items() if departure not in leavers]
        self.line_ids.browse(gone).unlink()
        for place, departure in enumerate(leavers, start=1):
            values = {"sequence": place, **{name: departure[name] for name in COPIED}}
            if line := lines.get(departure):
                line.write({name: value for name, value in values.items() if line[name] != value})
            else:
                values |= {"letter_id": self.id, "departure_id": departure.id, "vendor_id": self.vendor_id.id}
                # None: a letter that is made at the same moment has him.
                row_insert.inserted(self.line_ids, {**values, "is_live": True, "is_outdated": False})
        self.invalidate_recordset(["line_ids", "line_count", "is_outdated"])
        is_nil_wanted = self.kind == "main" and self.vendor_id.has_nil_letters
        if not self.line_ids and not is_nil_wanted and not self.replaces_id:
            why = self.env._("Nobody is left on it: leave dates were corrected.")
            self.write({"state": "recalled", "recalled_on": fields.Datetime.now(), "recalled_why": why})
