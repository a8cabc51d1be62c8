import re
import unicodedata
from collections import Counter

from psycopg2 import IntegrityError

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import single_email_re

from ..models.mobifone_agent import TEXTS
from ..tools import account_file, leave_moment, local_time

READ = ("employee_code", "name", "phone", "email", "status", "left_at", "vendor")
LONGEST = {**TEXTS, "status": 50, "left_at": 50, "vendor": 100}
CHANGING = ("name", "phone", "email")
PHONE = re.compile(r"[\d+ ().-]{3,30}", re.ASCII)
# A file says Vietnam's clock, also with seconds, which elsewhere stand for UTC.
SECONDS = re.compile(r"(\d{1,2}:\d{2}):\d{2}(\.\d+)?$", re.ASCII)


class MobifoneAgentImport(models.TransientModel):
    """What the rows of a list mean, and doing it."""

    _inherit = "mobifone.agent.import"

    def _plan(self, rows):
        """What each row will do: list of values of mobifone.agent.import.line."""
        accounts = self._accounts()
        codes = Counter((row.get("employee_code") or "").casefold() for _number, row in rows)
        planned = []
        for number, row in rows:
            row = {name: row.get(name, "") for name in READ}
            try:
                self._check_texts(row)
                if codes[row["employee_code"].casefold()] > 1:
                    raise UserError(self.env._("The code “%s” is in the file more than once.", row["employee_code"]))
                kind, message, _values = self._judge(row, accounts)
            except UserError as error:
                kind, message = "error", str(error)
            shown = {name: self._shown(value) for name, value in row.items()}
            planned.append({**shown, "row": number, "kind": kind, "is_error": kind == "error", "message": message})
        return planned

    def _apply(self):
        """Do what the rows say, each on a savepoint."""
        accounts = self._accounts()
        # sudo: rows are written by the system only
        for line_sudo in self.sudo().line_ids.filtered(lambda line: line.kind != "error"):
            row = {name: line_sudo[name] or "" for name in READ}
            try:
                with self.env.cr.savepoint():
                    kind, _message, values = self._judge(row, accounts)
                    if kind != line_sudo.kind:
                        raise UserError(self.env._("The account changed since the preview: import this row again."))
                    self._do(kind, row, values, accounts)
                line_sudo.is_done = True
            except UserError as error:
                line_sudo.write({"kind": "error", "is_error": True, "message": str(error)})
            except IntegrityError:
                message = self.env._("Somebody made this account at the same moment: import this row again.")
                line_sudo.write({"kind": "error", "is_error": True, "message": message})

    def _do(self, kind, row, values, accounts):
        if kind == "new":
            self.env["mobifone.agent"].create({**values, "vendor_id": self._vendor().id})
        elif kind == "changed":
            accounts[row["employee_code"].casefold()].write(values)
        elif kind == "left":
            agent = accounts[row["employee_code"].casefold()]
            agent._check_reporter()
            agent._leave(values["left_at"], None, "import")

    # ------------------------------------------------------------
    # HELPERS
    # ------------------------------------------------------------

    def _accounts(self):
        """{employee code, whatever its case: account} of the vendor."""
        agents = self.env["mobifone.agent"].search([("vendor_id", "=", self._vendor().id)])
        return {agent.employee_code.casefold(): agent for agent in agents}

    def _check_texts(self, row):
        for name, value in row.items():
            label = self._label(name)
            if value is None:
                raise UserError(self.env._("%s holds a formula or an error: write the value itself.", label))
            if len(value) > LONGEST[name]:
                longest = LONGEST[name]
                raise UserError(self.env._("%(label)s is longer than %(max)s characters.", label=label, max=longest))
            if any(unicodedata.category(character) in ("Cc", "Cs") for character in value):
                raise UserError(self.env._("%s holds a character that is no text.", label))
        if not row["employee_code"]:
            raise UserError(self.env._("The employee code is missing."))
        if row["email"] and not single_email_re.fullmatch(row["email"]):
            raise UserError(self.env._("“%s” is no e-mail address.", row["email"][:50]))
        if row["phone"] and not PHONE.fullmatch(row["phone"]):
            raise UserError(self.env._("“%s” is no telephone number.", row["phone"]))

    def _judge(self, row, accounts):
        """What a row does: (kind, message, values for it).

        :raise UserError: saying why it can do nothing
        """
        vendor = self._vendor()
        names = {account_file.spoken(vendor.code), account_file.spoken(vendor.name)}
        if row["vendor"] and account_file.spoken(row["vendor"]) not in names:
            raise UserError(self.env._("“%s” is another vendor.", row["vendor"]))
        status = account_file.STATUSES.get(account_file.spoken(row["status"]))
        if not status:
            raise UserError(self.env._("The status “%s” is not known: “đang làm” or “nghỉ việc”.", row["status"]))
        agent = accounts.get(row["employee_code"].casefold(), self.env["mobifone.agent"])
        if agent and agent.employee_code != row["employee_code"]:
            raise UserError(
                self.env._("There is an account “%s”: write its code in the same way.", agent.employee_code)
            )
        return self._judge_leaver(row, agent) if status == "left" else self._judge_worker(row, agent)

    def _judge_worker(self, row, agent):
        if row["left_at"]:
            raise UserError(self.env._("There is a leave date, “%s”, but not the status “nghỉ việc”.", row["left_at"]))
        if not agent:
            if not row["name"]:
                raise UserError(self.env._("The name is missing."))
            return "new", False, {name: row[name] for name in ("employee_code", *CHANGING)}
        if agent.departure_id:
            raise UserError(
                self.env._(
                    "Reported as leaver at %s: MobiFone takes people on again.", local_time.spoken(agent.reported_at)
                )
            )
        if agent.state in ("closed", "left"):
            raise UserError(self.env._("This account is closed: MobiFone takes people on again."))
        changes = self._differences(row, agent)
        told = self._told(changes, agent)
        if changes and (agent.state == "draft" or agent._is_manager()):
            return "changed", told, changes
        return "unchanged", self.env._("MobiFone changes this: %s", told) if told else False, {}

    def _judge_leaver(self, row, agent):
        if not agent:
            raise UserError(self.env._("No account has the code “%s”.", row["employee_code"]))
        text = SECONDS.sub(r"\1", row["left_at"])
        if agent.departure_id:
            if text and leave_moment.read(text) == agent.left_at.replace(second=0):
                return "unchanged", self.env._("Reported at %s.", local_time.spoken(agent.reported_at)), {}
            raise UserError(
                self.env._(
                    "Reported at %(reported)s as left at %(left)s: MobiFone corrects leave dates.",
                    reported=local_time.spoken(agent.reported_at),
                    left=local_time.spoken(agent.left_at),
                )
            )
        if agent.state == "draft":
            raise UserError(self.env._("%s has no account yet: delete the draft.", agent.name))
        if not text:
            raise UserError(self.env._("The leave date is missing."))
        if self.env.user in agent.sudo().user_id:  # sudo: users are none of a vendor's business
            raise UserError(self.env._("Nobody reports himself: another manager or MobiFone does it."))
        moment = agent._leave_moment(text)
        told = [self.env._("left at %s", local_time.spoken(moment))]
        if changes := self._differences(row, agent):
            told.append(self.env._("MobiFone changes this: %s", self._told(changes, agent)))
        return "left", " · ".join(told), {"left_at": moment}

    def _differences(self, row, agent):
        """What the row says otherwise; an empty cell says nothing."""
        return {
            name: row[name]
            for name in CHANGING
            if row[name] and _compared(name, row[name]) != _compared(name, agent[name] or "")
        }

    def _told(self, changes, agent):
        return ", ".join(f"{self._label(name)}: {agent[name] or '–'} → {value}" for name, value in changes.items())

    def _label(self, name):
        return self.env["mobifone.agent.import.line"].fields_get([name], ["string"])[name]["string"]

    def _shown(self, value):
        """A value of the file that can be stored, whatever it is."""
        return "".join(character for character in value or "" if character.isprintable())[:254]


def _compared(name, value):
    # Spreadsheet programs take the first zeros from a number.
    return re.sub(r"\D", "", value).lstrip("0") if name == "phone" else value
