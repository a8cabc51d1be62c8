from datetime import timedelta

from odoo.addons.mobifone_consult.tests.common import OPEN, ConsultCase


class LeadCase(ConsultCase):
    """A sales team with its people, and promotions: one that takes leads, one that does not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["mobifone.promotion"].search([]).active = False  # those of the database
        cls.salesman = cls._user("t_salesman", "sales_team.group_sale_salesman_all_leads")
        cls.team = cls.env["crm.team"].create({"name": "T Sales", "company_id": False})
        cls.today = cls.env["mobifone.promotion"]._today()
        cls.data_gift = cls.promotion("Tặng data", lead_team_id=cls.team.id)
        cls.plain = cls.promotion("Không nhận đầu mối")

    @classmethod
    def promotion(cls, name, begin=0, end=None, **values):
        """A promotion that a manager enters, from and to so many days from today."""
        values = {
            "name": name,
            "text": f"{name} khi cài ứng dụng.",
            "date_from": cls.today + timedelta(days=begin),
            "date_to": end is not None and cls.today + timedelta(days=end),
            **values,
        }
        return cls.env["mobifone.promotion"].with_user(cls.manager).create(values)

    def look_up(self, user=None, number=OPEN):
        return self.desk(user or self.agent_a1).lookup(number)["lookup_id"]

    def open_lead(self, user=None, number=OPEN, promotion=None, **options):
        """Look up and take a lead, as an agent does; the answer of `open_lead`."""
        user = user or self.agent_a1
        lookup_id = self.look_up(user, number)
        return self.desk(user).open_lead(lookup_id, (promotion or self.data_gift).id, **options)

    def lead(self, answer, user=None):
        """The lead as a salesman has it."""
        return self.env["crm.lead"].with_user(user or self.salesman).browse(answer["lead_id"])

    def rows(self, lookup_id, **values):
        domain = [("parent_id", "=", lookup_id), *((name, "=", value) for name, value in values.items())]
        return self.env["mobifone.lookup"].with_user(self.manager).search(domain)
