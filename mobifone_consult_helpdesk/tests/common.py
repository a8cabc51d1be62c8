from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import HttpCase
from odoo.tools import mute_logger

from odoo.addons.mobifone_consult.tests.common import MISSING, OPEN
from odoo.addons.mobifone_consult.tests.papers_common import PapersCase


class TicketCase(PapersCase):
    """The people of ConsultCase, and those of MobiFone who work on tickets."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.handler = cls._user("t_handler", "helpdesk_mgmt.group_helpdesk_user")
        cls.care_team = cls.env.ref("mobifone_consult_helpdesk.helpdesk_team_care")
        cls.care_team.user_ids += cls.care
        cls.new = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_new")
        cls.done = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        cls.route_complaint = cls.env.ref("mobifone_consult_helpdesk.route_complaint")

    def setUp(self):
        super().setUp()
        if not isinstance(self, HttpCase):
            # Refusals are logged on a cursor of their own.
            self.enterContext(self.enter_registry_test_mode())

    def assert_no_row(self, call, *arguments):
        """The call is refused: by the ORM, or by the database."""
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                call(*arguments)
                self.env.flush_all()
        except (UserError, ValueError, IntegrityError):
            return
        self.fail("not refused")

    def look_up(self, user, number=OPEN):
        """The id of a look-up, its notice answered."""
        lookup = self.desk(user).lookup(number)
        if lookup["registration"]["must_acknowledge"]:
            self.desk(user).acknowledge(lookup["lookup_id"])
        return lookup["lookup_id"]

    def open_ticket(self, user=None, matter="complaint", text="Mạng chậm", number=OPEN):
        """The ticket of a call of `user`, as a superuser's record to look at."""
        user = user or self.agent_a1
        answer = self.desk(user).open_ticket(self.look_up(user, number), matter, text)
        self.assertTrue(answer["ok"], answer)
        return self.env["helpdesk.ticket"].search([("number", "=", answer["number"])], order="id desc", limit=1)

    def feedback_ticket(self, text="Giấy tờ gửi lâu chưa duyệt", user=None):
        """(feedback, its ticket), both as customer care has them."""
        user = user or self.agent_a1
        answer = self.desk(user).file_feedback(self.look_up(user, MISSING), text)
        feedback = self.env["mobifone.feedback"].with_user(self.care).browse(answer["feedback_id"])
        return feedback, feedback.ticket_ids
