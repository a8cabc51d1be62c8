from odoo.tests import tagged

from .common import FEATURE, LOCKED, MISSING, OPEN
from .papers_common import PapersCase, whole_form
from .script_common import ScriptCase

# At most so many statements for each method, in a request of its own and with warm caches; some are fewer without the
# other add-ons.
COSTS = {
    "lookup": 3,  # the quota, the facts, the row
    "notice": 2,  # the look-up, the facts
    "acknowledge": 3,  # and the row
    "history": 3,  # and the consultations
    "exclude": 8,
    "consult": 17,  # with the lock, its savepoint, the message and its tracker
    "cancel": 19,
    "set_occupation": 22,  # with a new customer
    "start_call": 10,
    "call_line": 3,
    "resume_call": 5,
    "answer": 11,
    "back": 10,
    "finish": 11,
    "open_calls": 3,
    "recent": 4,  # the look-ups with their calls and consults; and what `history` costs
    "registration_form": 11,
    "submit_registration": 56,  # with a new customer, his papers and three photos
    "file_feedback": 34,  # with the ticket
}


@tagged("-at_install", "post_install")
class TestDeskCost(ScriptCase, PapersCase):
    """No method of the desk sends more statements than it needs, nor more for each row it finds."""

    def measured(self, user, method, *args, **kwargs):
        """The method's answer; its statements are noted, in a transaction that knows no record yet, as a request's."""
        self.env.flush_all()
        self.env.transaction.reset()
        before = self.cr.sql_log_count
        answer = getattr(self.desk(user), method)(*args, **kwargs)
        self.env.flush_all()
        self.costs[method] = self.cr.sql_log_count - before
        return answer

    def walk(self, plain, missing):
        """Every method once, on one line whose papers are complete and one whose are missing."""
        self.costs = {}
        agent, leader = self.agent_a1, self.leader_a
        lookup_id = self.measured(agent, "lookup", missing)["lookup_id"]
        self.measured(agent, "notice", lookup_id)
        self.measured(agent, "acknowledge", lookup_id)
        self.measured(agent, "registration_form", lookup_id)
        self.assertTrue(self.measured(agent, "submit_registration", lookup_id, whole_form())["ok"])
        self.assertTrue(self.measured(agent, "file_feedback", lookup_id, "Giấy tờ gửi lâu chưa duyệt")["ok"])
        self.assertTrue(self.measured(agent, "exclude", lookup_id, "difficult")["ok"])
        lookup_id = self.desk(agent).lookup(plain)["lookup_id"]
        call = self.measured(agent, "start_call", lookup_id)
        self.measured(agent, "call_line", call["call_id"])
        self.measured(agent, "resume_call", call["call_id"])
        self.measured(agent, "answer", call["call_id"], call["step"]["id"], "service")
        self.measured(agent, "back", call["call_id"])
        self.measured(agent, "open_calls")
        self.measured(agent, "finish", call["call_id"], "abandoned")
        self.assertTrue(self.measured(agent, "consult", lookup_id)["ok"])
        self.measured(agent, "history", lookup_id)
        self.measured(agent, "recent", lookup_id)
        self.measured(agent, "set_occupation", lookup_id, 4)
        lookup_id = self.desk(leader).lookup(plain)["lookup_id"]
        self.assertTrue(self.measured(leader, "cancel", lookup_id, "saved by mistake")["ok"])
        return self.costs

    def test_few_queries(self):
        self.change(FEATURE, registration_state="incomplete", registration_missing="portrait")
        self.walk(OPEN, MISSING)
        costs = self.walk(LOCKED, FEATURE)
        self.assertEqual(set(costs), set(COSTS))
        self.assertEqual({name: cost for name, cost in costs.items() if cost > COSTS[name]}, {})
