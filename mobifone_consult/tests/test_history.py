from odoo.tests import tagged

from .common import OPEN
from .plan_common import PlanCase, filter_domain

# Filters that few rows match, or none: (search view, filter, index).
RARE = (
    ("mobifone_lookup_view_search", "filter_not_found", "mobifone_lookup_not_found_idx"),
    ("mobifone_lookup_view_search", "filter_refusal", "mobifone_lookup_refusal_idx"),
    ("mobifone_call_view_search", "filter_open", "mobifone_call_open_idx"),
    ("mobifone_call_view_search", "filter_abandoned", "mobifone_call_abandoned_idx"),
    ("mobifone_call_view_search", "filter_excluded", "mobifone_call_excluded_idx"),
    ("mobifone_consultation_view_search", "filter_open", "mobifone_consultation_open_idx"),
    ("mobifone_consultation_view_search", "filter_sms_failed", "mobifone_consultation_sms_failed_idx"),
    ("mobifone_identity_log_view_search", "filter_person", "mobifone_identity_log_person_idx"),
)
# Tables behind what is no table.
BEHIND = {"mobifone.call.report": "mobifone_call_step"}


@tagged("-at_install", "post_install")
class TestHistory(PlanCase):
    """Screens of tables that grow for years read what they show, and no more (docs/histories.md)."""

    def histories(self, user):
        names = self.registry.descendants(["mobifone.history"], "_inherit") - {"mobifone.history"}
        models = [self.env[name].with_user(user) for name in sorted(names)]
        return [model for model in models if model.has_access("read")]

    def test_every_order_is_that_of_an_index(self):
        for user in (self.manager, self.vendor_manager_a, self.leader_a):
            models = self.histories(user)
            self.assertGreaterEqual(len(models), 4)
            for model in models:
                orders = [f"{name} {way}" for name in model._mobifone_sorted for way in ("asc", "desc")]
                for order in (model._order, *orders):
                    with self.subTest(user=user.login, model=model._name, order=order):
                        self.assert_in_order(model, order, BEHIND.get(model._name))

    def test_a_person_s_and_a_vendor_s_rows_are_found_in_order(self):
        for name in ("mobifone.lookup", "mobifone.consultation", "mobifone.call"):
            model = self.env[name].with_user(self.vendor_manager_a)
            self.assertEqual(self.indexes(model, order=model._order), {f"{model._table}_vendor_idx"})
            own = [("user_id", "=", self.agent_b1.id)]
            model = model.with_user(self.manager)
            self.assertEqual(self.indexes(model, own, order=model._order), {f"{model._table}_user_idx"})

    def test_a_line_s_consults_are_found_in_order(self):
        model = self.env["mobifone.consultation"].with_user(self.manager)
        domain = [("number", "ilike", OPEN)]
        self.assertEqual(self.indexes(model, domain, order=model._order), {"mobifone_consultation_line_idx"})
        self.assert_in_order(model, model._order, domain=domain)

    def test_no_other_column_can_be_clicked(self):
        for model in self.histories(self.manager):
            fields = model.fields_get(attributes=["sortable"])
            sortable = {name for name, description in fields.items() if description.get("sortable")}
            self.assertEqual(sortable, set(model._mobifone_sorted), model._name)

    def test_rare_rows_have_an_index(self):
        for view, name, index in RARE:
            with self.subTest(view=view, name=name):
                model = self.env[self.env.ref(f"mobifone_consult.{view}").model].with_user(self.manager)
                domain = filter_domain(self.env, f"mobifone_consult.{view}", name)
                self.assertEqual(self.indexes(model, domain, order=model._order), {index})

    def test_removal_finds_what_points_to_a_row(self):
        """A foreign key to a log without an index would read its whole table for each row that is removed."""
        self.env.cr.execute(
            """
            SELECT conrelid::regclass::text, a.attname FROM pg_constraint c
              JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
             WHERE c.contype = 'f'
               AND c.confrelid IN (SELECT tgrelid FROM pg_trigger WHERE tgname = 'append_only_rows' AND tgnargs = 1)
               AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1])
            """
        )
        self.assertEqual(self.env.cr.fetchall(), [])
