import json
import zipfile
from io import BytesIO

from odoo.tests import tagged

from odoo.addons.mobifone_consult.tests.common import OPEN

from .lead_common import LeadCase


@tagged("-at_install", "post_install")
class TestLeadPerson(LeadCase):
    """A person asks what is kept of him: leads of his calls are among it."""

    def open(self, kind, number="0900 091 001"):
        wizard = self.env["mobifone.person.search"].with_user(self.manager)
        action = wizard.create({"number": number, "kind": kind}).action_open()
        return self.env["mobifone.person.request"].with_user(self.manager).browse(action["res_id"])

    def test_told_and_copied(self):
        self.open_lead(note="Gọi buổi sáng")
        request = self.open("copy")
        self.assertEqual(request._held()["lead"], 1)
        self.assertEqual(self.open("access", "0900091002")._held()["lead"], 0)
        page = zipfile.ZipFile(BytesIO(request._copy())).read("du_lieu.json").decode()
        self.assertIn("Tặng data – 0900•••001", page)
        self.assertIn("Gọi buổi sáng", str(json.loads(page)))

    def test_erased(self):
        customer = self.env["res.partner"].create({"name": "Khách Mẫu", "street": "Số 1 đường Mẫu"})
        self.line(OPEN).partner_id = customer
        lead = self.lead(self.open_lead(note="Gọi buổi sáng"))
        lead.message_post(body="Khách Mẫu hẹn gọi lại")
        lead.email_from = "khach@example.com"
        self.env.flush_all()
        request = self.open("erase")
        request.action_erase()
        self.env.flush_all()
        self.assertTrue(lead.exists(), "that a promotion interested somebody stays")
        self.assertFalse(any(lead[name] for name in ("phone", "email_from", "partner_id", "contact_name", "street")))
        self.assertFalse(lead.description)
        self.assertFalse(lead.message_ids)
        self.assertEqual(request._held()["lead"], 0)

    def test_of_an_earlier_owner(self):
        self.line(OPEN).partner_id = self.env["res.partner"].create({"name": "Chủ cũ"})
        lead = self.lead(self.open_lead())
        self.line(OPEN).partner_id = self.env["res.partner"].create({"name": "Chủ mới"})
        self.assertEqual(self.open("access")._held()["lead"], 0)
        self.open("erase").action_erase()
        self.assertEqual(lead.phone, OPEN)
