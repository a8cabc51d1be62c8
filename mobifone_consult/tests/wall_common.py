"""The wall, as its users ask for it, and what makes its figures move."""

from odoo import fields
from odoo.tools import SQL

from .common import OPEN
from .papers_common import PapersCase
from .script_common import ScriptCase


class WallCase(ScriptCase, PapersCase):
    """The people of ConsultCase, calls by the mini script, papers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.leader_a | cls.leader_b | cls.vendor_manager_a).lang = "en_US"

    def wall(self, user):
        """The wall as an RPC without context asks for it."""
        return self.env(user=user, context={"lang": user.lang})["mobifone.wall"]

    def tiles(self, user, **options):
        self.env.flush_all()
        return {tile["key"]: tile for tile in self.wall(user).overview(**options)["tiles"]}

    def figures(self, user, **options):
        tiles = self.tiles(user, **options).values()
        return {figure["key"]: figure["value"] for tile in tiles for figure in tile["figures"]}

    def behind(self, user, figure, value=None, **options):
        """The records that a click on a figure shows."""
        action = self.wall(user).records(figure, value, **options)
        return self.env(user=user)[action["res_model"]].search(action["domain"])

    def assert_leads_to_what_it_counts(self, user, **options):
        """Each figure and each part of one, as against the list behind it; how many there were."""
        counted = 0
        for tile in self.tiles(user, **options).values():
            parts = tile["bars"]["items"] if tile["bars"] else []
            for shown in [*tile["figures"], *parts]:
                key, part = shown.get("key") or shown["figure"], shown.get("part")
                records = self.behind(user, key, part, **options)
                self.assertEqual(shown["value"], len(records), f"{user.login}: {key} {part}")
                counted += 1
            for row in tile["rows"]["items"] if tile["rows"] else []:
                self.env(user=user)[tile["rows"]["model"]].browse(row["id"]).check_access("read")
        return counted

    def move(self, record, name, moment):
        """Move a stored moment, as time would."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s = %s WHERE id = %s",
                SQL.identifier(record._table),
                SQL.identifier(name),
                moment,
                record.id,
            )
        )
        self.env.invalidate_all()

    def saved(self, user=None, number=OPEN):
        answer = self.consult(user or self.agent_a1, number)
        self.assertTrue(answer["ok"])
        return self.env["mobifone.consultation"].browse(answer["consultation_id"])

    def install(self, consultation, sms_state="delivered"):
        consultation.write({"sms_state": sms_state, "state": "converted", "installed_on": fields.Datetime.now()})

    def letter(self, vendor, due_on):
        self.env.cr.execute(
            """INSERT INTO mobifone_removal_letter (vendor_id, month, kind, state, drafted_on, due_on)
               VALUES (%s, '2026-01-01', 'main', 'draft', '2026-02-01', %s)""",
            [vendor.id, due_on],
        )
