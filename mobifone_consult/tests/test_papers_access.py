import json

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .common import MISSING
from .papers_common import NUMBER, PapersCase

# Models that tell of papers, and what they hold that somebody might want.
PAPERS = {
    "mobifone.identity": (
        "partner_id", "data_key", "key_name", "person", "masked", "number_index", "id_front", "id_back", "portrait",
    ),
    "mobifone.registration": (
        "number_masked", "subscriber_id", "number", "document_number", "partner_id", "identity_id", "state", "missing",
        "doubts", "consent_text", "reject_reason_id", "reject_note", "photos", "identity_full_name",
        "identity_birth_year", "identity_nationality", "identity_document_type", "identity_document_number",
        "identity_document_year", "has_identity",
    ),
    "mobifone.feedback": ("number_masked", "subscriber_id", "registration_id", "text", "answer", "sent_to"),
    "mobifone.person.request": ("number_masked", "number_hash", "line_ref", "proof", "held", "answer"),
    "mobifone.identity.log": ("number_masked", "number_hash", "partner_ref", "seen", "reason", "ip"),
}  # fmt: skip
# Fields of customers that papers have filled in.
CUSTOMER = (
    "identity_full_name", "identity_birth_year", "identity_nationality",
    "identity_document_type", "identity_document_number", "identity_document_year", "has_identity", "occupation_id",
    "registration_state", "registration_missing",
)  # fmt: skip
# Fields that nobody reads, or only the manager.
FORBIDDEN = {"mobifone.registration": {"identity_id"}}
MANAGERS = {
    "mobifone.registration": {"subscriber_id"},
    "mobifone.feedback": {"subscriber_id"},
    "mobifone.person.request": {"number_hash", "line_ref"},
    "mobifone.identity.log": {"number_hash", "partner_ref"},
}
SECRETS = (NUMBER, "Khách Hàng Mẫu Một", "1990-03-15", "Số 1 đường Mẫu")


@tagged("-at_install", "post_install")
class TestPapersAccess(PapersCase, HttpCase):
    """Who gets what of papers, by every way there is: reads, searches, groups, orders, exports, names, attachments."""

    def setUp(self):
        super().setUp()
        self.portal = new_test_user(self.env, "t_portal", "base.group_portal", context={"no_reset_password": True})
        self.public = self.env.ref("base.public_user")
        # Whether they may export is one question, what they would find another.
        exporters = self.agent_a1 | self.leader_a | self.vendor_manager_a | self.care | self.manager | self.stranger
        exporters.group_ids = [Command.link(self.env.ref("base.group_allow_export").id)]
        self.pending = self.request(self.submit())
        self.customer = self.pending.with_user(self.manager).partner_id
        desk = self.desk(self.agent_a1)
        desk.file_feedback(desk.acknowledge(desk.lookup(MISSING)["lookup_id"])["lookup_id"], "Chưa duyệt")
        wizard = self.env["mobifone.person.search"].with_user(self.care).create({"number": MISSING, "kind": "copy"})
        wizard.action_open()
        self.people = {
            name: getattr(self, name)
            for name in (
                "agent_a1", "agent_b1", "leader_a", "leader_b", "vendor_manager_a", "care", "manager", "feed",
                "stranger", "portal", "public",
            )
        }  # fmt: skip

    def ways(self, records, name):
        """{what it is called: how to get at the field}."""
        model = records.browse()
        # What Odoo sees through at once (“is set” of what is always set) asks for no right and tells nothing.
        probe = {"many2one": 1, "integer": 1, "boolean": True}.get(model._fields[name].type, NUMBER)
        return {
            "read": lambda: records.read([name]),
            "search": lambda: model.search([(name, "=", probe)]),
            "search_count": lambda: model.search_count([(name, "!=", probe)]),
            "group": lambda: model.formatted_read_group([], [name], ["__count"]),
            "aggregate": lambda: model.formatted_read_group([], [], [f"{name}:array_agg"]),
            "order": lambda: model.search([], order=f"{name} desc"),
            "export": lambda: records.export_data([name]),
            "web_search_read": lambda: model.web_search_read([], {name: {}}),
        }

    def outcome(self, way):
        """ "denied", or what came out as text."""
        try:
            with self.env.cr.savepoint():
                return str(way())
        except (UserError, ValueError, NotImplementedError) as error:
            self.assertNotIn(NUMBER, str(error))
            return "denied"

    def test_matrix(self):
        readers = {"care", "manager"}
        for model, names in PAPERS.items():
            rows = self.env[model].sudo().search([])
            self.assertTrue(rows, model)
            for login, user in self.people.items():
                records = rows.with_user(user)
                for name in names:
                    for way, call in self.ways(records, name).items():
                        with self.subTest(model=model, user=login, field=name, way=way):
                            found = self.outcome(call)
                            for secret in SECRETS:
                                self.assertNotIn(secret, found)
                            may = login in readers and name not in FORBIDDEN.get(model, ())
                            may = may and model != "mobifone.identity"
                            may = may and (login == "manager" or name not in MANAGERS.get(model, ()))
                            if not may:
                                self.assertEqual(found, "denied")
                            elif way == "read":
                                self.assertNotEqual(found, "denied")

    def test_names_tell_nothing(self):
        for model in PAPERS:
            for login, user in self.people.items():
                with self.subTest(model=model, user=login):
                    found = self.outcome(lambda model=model, user=user: self.env[model].with_user(user).name_search(""))
                    self.assertEqual(
                        found == "denied", login not in ("care", "manager") or model == "mobifone.identity"
                    )
                    for secret in SECRETS:
                        self.assertNotIn(secret, found)

    def test_customers_show_masks_to_care_only(self):
        self.pending.action_approve()
        for login, user in self.people.items():
            customer = self.customer.with_user(user)
            for name in CUSTOMER:
                for way, call in self.ways(customer, name).items():
                    with self.subTest(user=login, field=name, way=way):
                        found = self.outcome(call)
                        self.assertNotIn(NUMBER, found)
                        if login not in ("care", "manager"):
                            self.assertEqual(found, "denied")

    def test_nobody_writes(self):
        for model in (*PAPERS, "mobifone.document.type", "mobifone.registration.item"):
            rows = self.env[model].sudo().search([], limit=1)
            for login, user in self.people.items():
                if login == "manager" and model in ("mobifone.document.type", "mobifone.registration.item"):
                    continue
                of_user = rows.with_user(user)
                name = "code" if "code" in rows._fields else "reason" if "reason" in rows._fields else "state"
                name = name if name in rows._fields else "key_name"
                for way, call in {
                    "write": lambda of_user=of_user, name=name: of_user.write({name: "x"}),
                    "create": lambda of_user=of_user, name=name: of_user.create({name: "x"}),
                    "copy": lambda of_user=of_user: of_user.copy(),
                    "unlink": lambda of_user=of_user: of_user.unlink(),
                }.items():
                    with self.subTest(model=model, user=login, way=way):
                        self.assert_denied(call)

    def test_defaults_in_the_context_make_nothing(self):
        for context in ({"default_state": "approved"}, {"default_identity_id": 1, "default_missing": False}):
            desk = self.env["mobifone.desk"].with_user(self.agent_a2).with_context(**context)
            lookup = desk.lookup("0900091001")
            answer = desk.submit_registration(lookup["lookup_id"], {"full_name": "Khách Hàng", "consent": True})
            self.assertEqual(self.request(answer).state, "draft")

    def test_no_address_serves_a_photo(self):
        identity = self.pending.sudo().identity_id
        attachments = (
            self.env["ir.attachment"]
            .sudo()
            .search([("res_model", "=", "mobifone.identity"), ("res_field", "!=", False)])
        )
        self.assertEqual(len(attachments), 3)
        addresses = [f"/web/content/{attachment.id}" for attachment in attachments]
        addresses += [f"/web/image/{attachment.id}" for attachment in attachments]
        addresses += [f"/web/{kind}/mobifone.identity/{identity.id}/{name}" for kind in ("content", "image")
                      for name in ("portrait", "person", "data_key")]  # fmt: skip
        addresses += [
            f"/web/{kind}/mobifone.registration/{self.pending.id}/identity_id" for kind in ("content", "image")
        ]
        self.env.flush_all()
        for login in (None, "t_agent_a1", "t_leader_a", "t_portal", "t_care", "t_manager"):
            self.authenticate(login, login)
            for address in addresses:
                with self.subTest(user=login, address=address):
                    answer = self.url_open(address, allow_redirects=False)
                    # Without a right, images are Odoo's placeholder.
                    is_placeholder = answer.headers.get("Content-Disposition", "").find("placeholder") >= 0
                    self.assertTrue(answer.status_code != 200 or is_placeholder, answer.status_code)
                    for attachment in attachments:
                        self.assertNotEqual(answer.content, attachment.raw)

    def test_attachments_tell_nothing(self):
        for login, user in self.people.items():
            attachments = self.env["ir.attachment"].with_user(user)
            domain = [("res_model", "=", "mobifone.identity"), ("res_field", "!=", False)]
            with self.subTest(user=login):
                self.assertIn(self.outcome(lambda domain=domain, a=attachments: a.search(domain).ids), ("denied", "[]"))
                rows = self.env["ir.attachment"].sudo().search(domain)
                for method in ("generate_access_token", "copy"):
                    self.assert_denied(getattr(rows.with_user(user), method))
                self.assert_denied(rows.with_user(user).write, {"public": True})
                self.assert_denied(rows.with_user(user).read, ["raw"])

    def test_the_copy_is_for_care_only(self):
        request = self.env["mobifone.person.request"].search([], limit=1)
        self.env.flush_all()
        for login, status in (("t_agent_a1", 404), ("t_vendor_a", 404), ("t_portal", 404), ("t_care", 200)):
            self.authenticate(login, login)
            answer = self.url_open(f"/mobifone_consult/person_request/{request.id}/copy")
            with self.subTest(user=login):
                self.assertEqual(answer.status_code, status)
                if status == 200:
                    self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertEqual(self.url_open("/mobifone_consult/person_request/999999/copy").status_code, 404)
        self.authenticate(None, None)
        address = f"/mobifone_consult/person_request/{request.id}/copy"
        self.assertEqual(self.url_open(address, allow_redirects=False).status_code, 303)

    def test_private_methods_are_not_called_from_outside(self):
        self.env.flush_all()
        self.authenticate("t_care", "t_care")
        calls = (
            ("mobifone.registration", "_decide", [[self.pending.id], "approved"]),
            ("mobifone.registration", "_delete_papers", [[self.pending.id]]),
            ("mobifone.identity", "_open", [[1]]),
            ("mobifone.person.request", "_erase", [[1]]),
            ("mobifone.registration.form", "_take", [{}, {}]),
        )
        for model, method, arguments in calls:
            with self.subTest(method=method):
                answer = self.url_open(
                    f"/web/dataset/call_kw/{model}/{method}",
                    data=json.dumps({"params": {"model": model, "method": method, "args": arguments, "kwargs": {}}}),
                    headers={"Content-Type": "application/json"},
                ).json()
                self.assertIn("error", answer)
        self.assertEqual(self.pending.state, "submitted")

    def test_dialogs_are_ones_own(self):
        for model, values in (
            ("mobifone.person.search", {"number": MISSING}),
            ("mobifone.registration.reject", {"note": "x", "reason_id": self.reason.id}),
        ):
            mine = self.env[model].with_user(self.care).create(values)
            for user in (self.manager, self.agent_a1):
                with self.subTest(model=model, user=user.login), self.assertRaises(AccessError):
                    mine.with_user(user).read(list(values))
