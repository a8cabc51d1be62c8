import io
import json
import zipfile

from odoo import fields, models

from ..tools import local_time
from ..tools import msisdn as numbers
from .mobifone_registration import OPEN_STATES

# What the words of feedback become: the row stays, as the count of what customers complain of.
ERASED = "–"
# Fields of a customer that say who he is.
PERSONAL = (
    "image_1920", "phone", "email", "website", "function", "street", "street2", "city", "zip", "state_id", "vat",
    "comment",
    "occupation_id", "occupation_on", "occupation_user_id", "occupation_channel", "occupation_purpose",
    "occupation_consent",
)  # fmt: skip


class MobifonePersonRequest(models.Model):
    """What is kept of the person: found, counted, copied, erased."""

    _inherit = "mobifone.person.request"

    def _line(self):
        # sudo: care reads no lines; the whole number was typed in when the request was opened
        return self.env["mobifone.subscriber"].sudo().browse(self.sudo().line_ref).exists()

    def _records(self):
        """All that hangs on the person's line: {name: sudo recordset}."""
        env_sudo = self.sudo().env  # sudo: as above, and nobody has access to identities
        line, key = self._line(), self.sudo().number_hash
        customer = line.partner_id

        def of_line(model):
            return env_sudo[model].search([("subscriber_id", "=", line.id)]) if line else env_sudo[model]

        def of_person(model):
            # What is there of an earlier owner of the number is not this person's.
            return of_line(model).filtered(lambda row: row.partner_id == customer)

        requests = of_person("mobifone.registration")
        lookups = env_sudo["mobifone.lookup"].search([("number_hash", "=", key)])
        of_customer = env_sudo["mobifone.identity"].search([("partner_id", "in", customer.ids)])
        return {
            "line": line,
            "customer": customer,
            "identity": requests.identity_id.filtered(lambda row: not row.partner_id) | of_customer,
            "registration": requests,
            "feedback": of_person("mobifone.feedback"),
            "note": of_line("mobifone.subscriber.note"),
            "consultation": of_line("mobifone.consultation"),
            "call": env_sudo["mobifone.call"].search([("lookup_id", "in", lookups.ids)]),
            "lookup": lookups,
            "log": env_sudo["mobifone.identity.log"].search([("number_hash", "=", key)]),
            "sms": env_sudo["sms.sms"].search([("number", "=", line.msisdn)]) if line else env_sudo["sms.sms"],
        }

    def _held(self):
        """Category → how much of it is kept; counts only, to be kept as proof."""
        records = self._records()
        held = {name: len(found) for name, found in records.items()}
        held["photos"] = sum(len(identity._photos()) for identity in records["identity"])
        held["occupation"] = int(bool(records["customer"].occupation_id))
        held["name"] = int(bool(records["customer"]) and records["customer"].name != self.number_masked)
        held["feedback"] = len(records["feedback"].filtered(lambda feedback: feedback.text != ERASED))
        return held

    # ------------------------------------------------------------
    # COPY
    # ------------------------------------------------------------

    def _copy(self):
        """What is kept of the person, as a ZIP file for him: a page to read, the same as data, and his photos."""
        records = self._records()
        identity = records["identity"].filtered("partner_id")[:1] or records["identity"][-1:]
        parts = {title: [row for row in rows if row[1]] for title, rows in self._parts(records, identity).items()}
        page = self.env["ir.qweb"]._render("mobifone_consult.person_copy", {"parts": parts})
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("du_lieu.json", json.dumps(parts, ensure_ascii=False, indent=1))
            archive.writestr("du_lieu.html", f"<!DOCTYPE html>\n{page}")
            for name in identity._photos() if identity else ():
                archive.writestr(f"{name}.jpg", identity._photo(name))
        # sudo: written by these actions only
        self.sudo().copied_on = now = fields.Datetime.now()
        seen = [*identity._open(), *identity._photos()] if identity else []
        records["registration"].write({"photos_seen_on": now, "photos_seen_by_id": self.env.uid} if seen else {})
        self.sudo()._log("person_copy", seen=";".join(seen))
        return content.getvalue()

    def _parts(self, records, identity):
        """Title → [(label, value)] of all that is kept, in words."""
        form, spoken = self.env["mobifone.registration.form"], local_time.spoken
        line, customer, labels = records["line"], records["customer"], form._labels()
        papers = form._shown(identity._open()) if identity else []
        return {
            self.env._("Line"): [(self.env._("Number"), numbers.national(line.msisdn))] if line else [],
            self.env._("Customer"): [
                (labels["full_name"], customer.name),
                (self.env._("Telephone"), customer.phone),
                (self.env._("E-mail"), customer.email),
                (labels["occupation"], customer.occupation_id.name),
                (self.env._("Occupation recorded on"), spoken(customer.occupation_on)),
                (self.env._("Purpose"), customer.occupation_purpose),
            ],
            self.env._("Papers"): [(row["label"], row["value"]) for row in papers],
            self.env._("Update requests"): [
                (f"{spoken(row.submitted_on or row.saved_on)} · {_word(row, 'state')}", row.consent_text)
                for row in records["registration"]
            ],
            self.env._("Feedback"): [(spoken(row.taken_on), row.text) for row in records["feedback"]],
            self.env._("Consultations"): [
                (spoken(row.saved_on), _word(row, "channel")) for row in records["consultation"]
            ],
            self.env._("Messages"): [(spoken(row.create_date), row.body) for row in records["sms"]],
            self.env._("Look-ups"): [(spoken(row.looked_up_on), _word(row, "kind")) for row in records["lookup"]],
            self.env._("Who saw or changed the papers"): [
                (spoken(row.logged_on), f"{_word(row, 'action')}. {row.reason or ''}".strip()) for row in records["log"]
            ],
        }

    # ------------------------------------------------------------
    # ERASURE
    # ------------------------------------------------------------

    def _erase(self):
        """Erase what nothing asks to be kept: papers, photos, name, occupation, the words of feedback, the handset.

        The line is the network's, and the logs hold no personal data: they stay.
        """
        records, now = self._records(), fields.Datetime.now()
        requests, customer = records["registration"], records["customer"]
        for request in requests.filtered(lambda request: request.state in OPEN_STATES):
            request._move(
                "rejected", OPEN_STATES, decided_on=now, decided_by_id=self.env.uid,
                reject_reason_id=self.env.ref("mobifone_consult.rejection_reason_withdrawn").id,
            )  # fmt: skip
        # Papers of a customer with other lines are those lines' papers too.
        other_lines = customer.subscriber_ids - records["line"]
        erased = records["identity"].filtered(lambda identity: not (other_lines and identity.partner_id))
        requests.filtered(lambda request: request.identity_id in erased and not request.photos_deleted_on).write(
            {"photos_deleted_on": now}
        )
        erased.unlink()
        requests.write({"doubts": False, "reject_note": False})
        for feedback in records["feedback"]:
            feedback.write({"text": ERASED, "answer": ERASED if feedback.state == "closed" else False})
        self._erase_messages(records["feedback"])
        records["note"].filtered(lambda note: note.topic == "device_class").unlink()
        # One that waits in the queue goes out first.
        records["sms"].filtered(lambda message: message.state != "outgoing").unlink()
        if customer and not other_lines:
            values = {"name": self.number_masked, **dict.fromkeys(PERSONAL, False)}
            # Untracked: the chatter would keep what is erased.
            customer.with_context(tracking_disable=True).write(values)
            self._erase_messages(customer)
            self._attachments_of(customer).unlink()

    def _erase_messages(self, records):
        """Mails that were sent about them, and their chatter, with all that is attached to it."""
        domain = [("model", "=", records._name), ("res_id", "in", records.ids)]
        messages = records.env["mail.message"].search(domain) if records else records.env["mail.message"]
        records.env["mail.mail"].search([("mail_message_id", "in", messages.ids)]).unlink()
        messages.unlink()

    def _attachments_of(self, records):
        domain = [("res_model", "=", records._name), ("res_id", "in", records.ids), ("res_field", "=", False)]
        return records.env["ir.attachment"].search(domain)

    # ------------------------------------------------------------
    # SHOWN
    # ------------------------------------------------------------

    def _counts_page(self, columns):
        """An HTML table of counts, a row for each category.

        :param columns: [(title, {category: count})]
        """
        return self.env["ir.qweb"]._render("mobifone_consult.person_held", {"columns": columns, "names": self._names()})

    def _names(self):
        return {
            "line": self.env._("Line, as the network feeds it"),
            "customer": self.env._("Customer"),
            "name": self.env._("Name of the customer"),
            "occupation": self.env._("Occupation"),
            "identity": self.env._("Identity records (encrypted)"),
            "photos": self.env._("Photos of papers (encrypted)"),
            "registration": self.env._("Update requests"),
            "feedback": self.env._("Feedback"),
            "note": self.env._("Notes on handset and papers"),
            "sms": self.env._("Messages in the queue"),
            "consultation": self.env._("Consultations"),
            "call": self.env._("Calls"),
            "lookup": self.env._("Look-ups (number as a hash)"),
            "log": self.env._("Log of papers (number as a hash)"),
        }


def _word(record, name):
    return dict(record._fields[name]._description_selection(record.env)).get(record[name], "")
