import base64
import io
import unicodedata
from datetime import datetime

from freezegun import freeze_time

from odoo.tools.pdf import PdfFileReader

from ..tools import local_time
from .common import ConsultCase


class LetterCase(ConsultCase):
    """Vendors with what their letters need, and a clock that the test moves (on Vietnam's time)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("report.print_delay", "1")
        cls.set_param("letter_recipients", "dai1090@example.com")
        cls.vendor_manager_b = cls._hire("t_vendor_b", cls.vendor_b, "vendor_manager")
        for vendor in cls.vendor_a, cls.vendor_b:
            vendor.write(
                {
                    "letter_unit": "NS",
                    "letter_place": "Hà Nội",
                    "head_name": "Nguyễn Văn Mẫu",
                    "mail_recipients": f"nhansu@{vendor.code.lower()}.example.com",
                }
            )
        cls.clerks = {cls.vendor_a: cls.vendor_manager_a, cls.vendor_b: cls.vendor_manager_b}

    def setUp(self):
        super().setUp()
        self.clock = self.enterContext(freeze_time("2027-01-05 02:00:00"))

    def at(self, clock):
        """It is so late in Vietnam now."""
        self.clock.move_to(local_time.utc(datetime.fromisoformat(clock)))

    def join(self, vendor, code, name=None, **values):
        """Somebody with a working account from now on."""
        today = local_time.local(datetime.now()).date()
        person = {"name": name or f"Điện thoại viên {code}", "vendor_id": vendor.id, "employee_code": code}
        agents = self.env["mobifone.agent"].with_user(self.manager)
        agent = agents.create({**person, "commitment_date": today, **values})
        agent.action_activate()
        return agent

    def leave(self, agent, left_at=None, user=None, note=None):
        """Report a leaver; his liability file."""
        reported = agent.with_user(user or self.clerks[agent.vendor_id]).report_leaver(left_at, note)
        return self.env["mobifone.departure"].browse(reported["departures"])

    def again(self, agent):
        """Take a leaver on again."""
        agent = agent.with_user(self.manager)
        agent.action_rehire("comes back")
        agent.commitment_date = local_time.local(datetime.now()).date()
        agent.action_activate()

    def cron(self, times=1):
        with self.enter_registry_test_mode():
            for _run in range(times):
                self.env.ref("mobifone_consult.ir_cron_letters").method_direct_trigger()

    def march(self, *codes, vendor=None):
        """A draft of March with these leavers, on 1 April."""
        vendor = vendor or self.vendor_a
        people = [self.join(vendor, code) for code in codes]
        self.at("2027-03-10 17:30")
        for agent in people:
            self.leave(agent)
        self.at("2027-04-01 06:00")
        self.cron()
        return self.letters(vendor)

    def recall(self, letter, why="Sai ngày nghỉ việc", user=None):
        wizard = self.env["mobifone.letter.recall"].with_user(user or self.manager).with_context(active_id=letter.id)
        wizard.create({"why": why}).action_recall()

    def letters(self, vendor, user=None, **values):
        domain = [("vendor_id", "=", vendor.id), *((name, "=", value) for name, value in values.items())]
        return self.env["mobifone.removal.letter"].with_user(user or self.clerks[vendor]).search(domain, order="id")

    def codes(self, letter):
        return letter.line_ids.mapped("employee_code")

    def issue(self, letter):
        letter.action_confirm()
        letter.action_send()
        return letter

    def mails(self, **values):
        return self.env["mail.mail"].search([(name, "like", value) for name, value in values.items()], order="id")

    def assert_says(self, letter, *texts):
        """The stored file says this. How letters are put together to words is lost in a PDF: spaces do not count."""
        reader = PdfFileReader(io.BytesIO(base64.b64decode(letter.pdf)))
        said = self._run_together("".join(page.extract_text() for page in reader.pages))
        for text in texts:
            self.assertIn(self._run_together(text), said)
        return said

    def assert_says_not(self, letter, *texts):
        said = self.assert_says(letter)
        for text in texts:
            self.assertNotIn(self._run_together(text), said)

    def _run_together(self, text):
        return "".join(unicodedata.normalize("NFC", text).split())
