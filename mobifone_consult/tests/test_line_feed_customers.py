from datetime import datetime
from unittest.mock import patch

from ..tools import msisdn
from .test_line_feed import LineFeedCase

MODELS = "odoo.addons.mobifone_consult.models"
HEADER = "msisdn,customer_ref,customer_name"
COUNT = 20
# What tells who and when: the id, and the moments of the making.
OWN = {"id", "ref", "name", "complete_name", "commercial_partner_id"}


class TestLineFeedCustomers(LineFeedCase):
    """A first feed has customers by the million: copies of those that the ORM made, where it may be."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, value in (("customers.CUSTOMER_BATCH", 5), ("customers_copy.CHUNK", 4)):
            cls.startClassPatcher(patch(f"{MODELS}.mobifone_line_feed_{name}", value))

    def feed_customers(self, count=COUNT):
        """(their partners, number of those that the ORM made), after feeding so many new customers."""
        partners = type(self.env["res.partner"])
        made, create = [], partners.create

        def counted(model, values):
            made.extend(values)
            return create(model, values)

        rows = [f"09000921{n:02d},KH-B{n},{f'Khách {n}' if n % 3 else ''}" for n in range(count)]
        with patch.object(partners, "create", counted):
            self.assertCounts(self.load(*rows, header=HEADER), inserted=count, customers=count)
        found = self.env["res.partner"].search([("ref", "=like", "KH-B%")])
        self.assertEqual(len(found), count)
        for n in range(count):
            number = f"+849000921{n:02d}"
            partner = self.line(number).partner_id
            name = f"Khách {n}" if n % 3 else msisdn.masked(number)
            self.assertEqual((partner.ref, partner.name, partner.display_name), (f"KH-B{n}", name, name))
        return found, len(made)

    def rows_of(self, partners):
        self.env.flush_all()
        self.env.cr.execute("SELECT * FROM res_partner WHERE id = ANY(%s) ORDER BY id", [partners.ids])
        return self.env.cr.dictfetchall()

    def test_copies_are_what_the_orm_makes(self):
        """Column by column, with all that the installed add-ons bring: an update that adds one is noticed here."""
        partners, made = self.feed_customers()
        self.assertEqual(made, 5)
        by_orm = self.env["res.partner"].with_context(tracking_disable=True).create({"ref": "KH-O", "name": "Khách O"})
        [expected] = self.rows_of(by_orm)
        for row in self.rows_of(partners):
            self.assertEqual((row["complete_name"], row["commercial_partner_id"]), (row["name"], row["id"]))
            for name, value in expected.items():
                if isinstance(value, datetime):
                    self.assertLess(abs(value - row[name]).total_seconds(), 60, name)
                elif name not in OWN:
                    self.assertEqual(row[name], value, name)

    def test_copies_read_like_others(self):
        """Whatever is stored elsewhere or worked out when it is read, field by field."""
        partners, _made = self.feed_customers()
        by_orm = self.env["res.partner"].with_context(tracking_disable=True).create({"ref": "KH-B7", "name": "Khách 7"})
        copy = partners.filtered(lambda partner: partner.name == "Khách 7")
        names = [name for name, field in copy._fields.items() if field.type not in ("datetime", "binary")]
        own = OWN | {"__last_update", "display_name", "subscriber_ids", "self", "avatar_cache_key"}
        values, expected = (record.read(names, load="")[0] for record in (copy, by_orm))
        for name in set(names) - own:
            # Some tell the number of the record itself, in one word or another.
            told, wanted = str(values[name]), str(expected[name])
            self.assertEqual(told.replace(str(copy.id), "#"), wanted.replace(str(by_orm.id), "#"), name)

    def test_nothing_else_is_made_for_them(self):
        partners, _made = self.feed_customers()
        about = [("res_model", "=", "res.partner"), ("res_id", "in", partners.ids)]
        self.assertFalse(self.env["mail.followers"].search(about))
        about[0] = ("model", "=", "res.partner")
        self.assertFalse(self.env["mail.message"].search(about))

    def test_a_name_that_comes_later_is_given_to_the_nameless(self):
        self.load("0900092101,KH-1", "0900092102,KH-2", header="msisdn,customer_ref")
        first, second = (self.line(f"+8490009210{n}").partner_id for n in (1, 2))
        second.name = "Trần Thị B"
        rows = ("0900092101,KH-1,Nguyễn Văn A", "0900092102,KH-2,Trần Thị C")
        self.assertCounts(self.load(*rows, header=HEADER), unchanged=2)
        self.assertEqual((first.name, first.display_name, second.name), ("Nguyễn Văn A", "Nguyễn Văn A", "Trần Thị B"))

    def test_few_are_made_by_the_orm(self):
        _partners, made = self.feed_customers(4)
        self.assertEqual(made, 4)

    def test_orm_makes_all_when_an_add_on_writes_elsewhere(self):
        partners = type(self.env["res.partner"])
        create = partners.create

        def with_tag(model, values):
            created = create(model, values)
            created.category_id = tag
            return created

        tag = self.env["res.partner.category"].create({"name": "Tự động"})
        with patch.object(partners, "create", with_tag):
            found, made = self.feed_customers()
        self.assertEqual(made, COUNT)
        self.assertEqual(found.category_id, tag)
        self.assertTrue(all(partner.category_id for partner in found))

    def test_orm_makes_all_when_a_column_cannot_be_learned(self):
        partners = type(self.env["res.partner"])
        create = partners.create

        def with_code(model, values):
            return create(model, [{**vals, "function": f"#{vals['ref'][::-1]}"} for vals in values])

        with patch.object(partners, "create", with_code):
            found, made = self.feed_customers()
        self.assertEqual(made, COUNT)
        self.assertTrue(all(partner.function == f"#{partner.ref[::-1]}" for partner in found))

    def test_column_that_an_add_on_fills_alike_is_copied(self):
        self.env["ir.default"].set("res.partner", "function", "Khách hàng")
        found, made = self.feed_customers()
        self.assertEqual(made, 5)
        self.assertEqual(set(found.mapped("function")), {"Khách hàng"})

    def test_orm_makes_all_when_an_add_on_asks_for_it(self):
        with patch.object(type(self.env["mobifone.line.feed"]), "_may_copy_customers", lambda self: False):
            _found, made = self.feed_customers()
        self.assertEqual(made, COUNT)
