from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ConsultCase

NAME = {"fields": {"display_name": {}}}


@tagged("-at_install", "post_install")
class TestOnchangeWall(ConsultCase):
    """A form shows the names of what it links, and by related fields what is in it: never of what one may not read."""

    def setUp(self):
        super().setUp()
        self.customer = self.env["res.partner"].create(
            {"name": "Khách Hàng Thử", "email": "khach@example.com", "phone": "0900091001"}
        )

    def shown(self, user, model, values, names, ids=(), **context):
        spec = {name: NAME if self.env[model]._fields[name].relational else {} for name in {*names, *values}}
        records = self.env[model].with_user(user).with_context(**context).browse(ids)
        return records.onchange(values, list(values), spec).get("value", {})

    def test_customers_on_ones_own_preferences(self):
        names = ["partner_id", "name", "email", "phone"]
        for user in (self.agent_a1, self.leader_a, self.vendor_manager_a, self.feed):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    self.shown(user, "res.users", {"partner_id": self.customer.id}, names, user.ids)
                with self.assertRaises(AccessError):
                    self.shown(user, "res.users", {}, names, user.ids, default_partner_id=self.customer.id)
                with self.assertRaises(AccessError):
                    self.shown(user, "res.users", {"partner_id": {"id": self.customer.id}}, names, user.ids)
                mine = {"id": user.partner_id.id, "parent_id": self.customer.id}
                with self.assertRaises(AccessError):
                    self.shown(user, "res.users", {"partner_id": mine}, names, user.ids)
                line = [Command.update(user.partner_id.id, {"parent_id": self.customer.id})]
                with self.assertRaises(AccessError):
                    self.shown(user, "res.partner", {"child_ids": line}, ["child_ids"])
                own = {
                    "partner_id": user.partner_id.id,
                    "lang": "en_US",
                    "company_ids": [Command.link(user.company_id.id)],
                }
                self.assertIsInstance(self.shown(user, "res.users", own, names, user.ids), dict)

    def test_files_of_other_vendors(self):
        theirs = self.account(self.agent_b1)
        departure = self.env["mobifone.departure"].browse(theirs.with_user(self.manager).report_leaver()["departures"])
        by = self.vendor_manager_a
        for values, names in (
            ({"departure_id": departure.id}, ["left_at", "reported_at"]),
            ({"user_id": self.agent_b1.id}, ["user_id"]),
            ({"vendor_id": self.vendor_b.id}, ["vendor_id"]),
        ):
            with self.subTest(values=values):
                with self.assertRaises(AccessError):
                    self.shown(by, "mobifone.agent", values, names)
                with self.assertRaises(AccessError):
                    self.shown(
                        by, "mobifone.agent", {}, names, **{f"default_{key}": id_ for key, id_ in values.items()}
                    )
        for model in ("mobifone.agent.export", "mobifone.agent.import"):
            with self.assertRaises(AccessError):
                self.shown(by, model, {}, ["vendor_id"], default_vendor_id=self.vendor_b.id)
        with self.assertRaises(AccessError):
            self.shown(by, "mobifone.leaver.report", {}, ["agent_id"], active_ids=theirs.ids)
        with self.assertRaises(AccessError):
            self.env["mobifone.leaver.report"].with_user(by).create({"agent_id": theirs.id})
        mine = self.account(self.agent_a1)
        shown = self.shown(by, "mobifone.leaver.report", {}, ["agent_id"], active_ids=mine.ids)
        self.assertEqual(shown["agent_id"]["id"], mine.id)

    def test_what_is_linked_stays(self):
        mine = self.account(self.agent_a1)
        values = {"user_id": self.agent_a1.id, "vendor_id": self.vendor_a.id, "extension": "12"}
        self.assertIsInstance(
            self.shown(self.vendor_manager_a, "mobifone.agent", values, ["extension"], mine.ids), dict
        )
