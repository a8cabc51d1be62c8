from odoo.tests import HttpCase, tagged

from odoo.addons.mobifone_consult.tests.common import OPEN

from .common import TicketCase


@tagged("-at_install", "post_install")
class TestTicketGuard(TicketCase, HttpCase):
    """Tickets over HTTP, as the web client of a vendor's agent asks for them where the guard is installed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "mobifone.guard.event" not in cls.env:
            cls.skipTest(cls, "mobifone_consult_guard is not installed here")

    def call(self, model, method, *args, **kwargs):
        answer = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            json={
                "jsonrpc": "2.0",
                "params": {"model": model, "method": method, "args": list(args), "kwargs": kwargs},
            },
        )
        return answer.json()

    def test_the_agent_s_screens_work(self):
        ticket = self.open_ticket()
        self.authenticate("t_agent_a1", "t_agent_a1")
        views = self.call(
            "helpdesk.ticket",
            "get_views",
            views=[[self.env.ref("mobifone_consult_helpdesk.helpdesk_ticket_view_list_vendor").id, "list"]],
        )
        self.assertIn("result", views)
        answer = self.call(
            "helpdesk.ticket",
            "web_search_read",
            domain=[],
            specification={"number": {}, "team_id": {"fields": {"display_name": {}}}},
        )
        self.assertEqual([row["number"] for row in answer["result"]["records"]], [ticket.number])
        answer = self.call("helpdesk.ticket", "web_read", [ticket.id], specification={"description": {}})
        self.assertIn("Mạng chậm", answer["result"][0]["description"])
        answer = self.call("helpdesk.ticket", "action_mobifone_desk", [ticket.id])
        self.assertEqual(answer["result"]["params"], {"ticket_id": ticket.id})
        answer = self.call("mobifone.desk", "lookup_ticket", ticket_id=ticket.id)
        self.assertEqual(answer["result"]["number"], OPEN)

    def test_all_else_of_a_ticket_is_closed(self):
        ticket = self.open_ticket()
        self.authenticate("t_agent_a1", "t_agent_a1")
        for method, args, kwargs in (
            ("message_post", [[ticket.id]], {"body": "x"}),
            ("message_subscribe", [[ticket.id]], {"partner_ids": [1]}),
            ("action_share", [[ticket.id]], {}),
            ("assign_to_me", [[ticket.id]], {}),
            ("copy", [[ticket.id]], {}),
            ("write", [[ticket.id], {"name": "x"}], {}),
            ("create", [{"name": "x", "description": "x"}], {}),
            ("unlink", [[ticket.id]], {}),
            ("export_data", [[ticket.id], ["number"]], {}),
            ("action_duplicate_tickets", [[ticket.id]], {}),
        ):
            with self.subTest(method=method):
                answer = self.call("helpdesk.ticket", method, *args, **kwargs)
                self.assertIn("error", answer)
                self.assertNotIn("Traceback", str(answer))
        for model, method in (("helpdesk.ticket.team", "retrieve_dashboard"), ("helpdesk.ticket.team", "read")):
            with self.subTest(model=model, method=method):
                self.assertIn("error", self.call(model, method, *([[1]] if method == "read" else [])))
