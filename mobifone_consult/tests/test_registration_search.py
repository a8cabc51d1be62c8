from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .papers_common import NUMBER, PapersCase


@tagged("-at_install", "post_install")
class TestRegistrationSearch(PapersCase):
    """Update requests found by a whole number: by care alone, each search logged, and so many a day."""

    def test_searched_by_the_whole_number_of_the_paper_only(self):
        request = self.request(self.submit())
        requests = self.env["mobifone.registration"].with_user(self.care)
        self.assertEqual(requests.search([("document_number", "=", "001 190 123 456")]), request)
        self.assertEqual(requests.search([("number", "=", "0900 091 003")]), request)
        self.assertFalse(requests.search([("document_number", "=", NUMBER[:-1])]))
        for values in ([NUMBER, "001190000000"], ["x" * 500], ["\ud800"]):
            with self.subTest(values=str(values)[:20]), self.assertRaises(UserError):
                requests.search([("document_number", "in", values), ("id", "!=", 0)])
        log = self.env["mobifone.identity.log"].search([("action", "=", "search")])
        self.assertEqual((len(log), log.user_id), (3, self.care), "each search leaves a row")
        self.set_param("paper_searches", "3")
        with self.assertRaisesRegex(UserError, "24 hours"):
            requests.search([("number", "=", "0900091003")])
        self.set_param("paper_searches", "100")
        for operator in ("ilike", "like", "=like", ">"):
            with self.subTest(operator=operator), self.assertRaises(Exception):  # noqa: B017
                requests.search([("document_number", operator, "001")])
        request.action_approve()
        self.assertEqual(requests.search([("document_number", "=", NUMBER)]), request)

    def test_only_care_searches_by_a_whole_number(self):
        self.submit()
        requests = self.env["mobifone.registration"].with_user(self.leader_a)
        for name, number in (("document_number", NUMBER), ("number", "0900091003")):
            with self.subTest(name=name), self.assertRaises(AccessError):
                requests.search([(name, "=", number)])
