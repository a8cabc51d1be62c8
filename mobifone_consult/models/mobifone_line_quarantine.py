import csv
from collections import defaultdict
from io import BytesIO, StringIO

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import line_cells
from ..tools import msisdn as numbers


class MobifoneLineQuarantine(models.Model):
    """A fed number that is no line's and lies in no range of mobile numbers that was given out.

    It is held back with the newest row fed of it, never dropped: ranges are given out before the library knows of
    them. It becomes a line when its range is added to the setting mobile_ranges and it is fed again, or when a manager
    takes it.
    """

    _name = "mobifone.line.quarantine"
    _description = "Number Held Back"
    _log_access = False
    _order = "id"
    _rec_name = "number_masked"

    msisdn = fields.Char(string="Number", required=True, readonly=True)
    number_masked = fields.Char(compute="_compute_number_masked")
    first_seen_on = fields.Datetime(required=True, readonly=True)
    seen_on = fields.Datetime(string="Last Seen", required=True, readonly=True)
    cells = fields.Json(string="Row", required=True, readonly=True)
    cells_text = fields.Char(string="What Was Fed", compute="_compute_cells_text")

    _msisdn_uniq = models.Constraint("unique(msisdn)", "This number is held back already.")

    @api.depends("msisdn")
    def _compute_number_masked(self):
        for row in self:
            row.number_masked = numbers.masked(row.msisdn)

    @api.depends("cells")
    @api.depends_context("lang")
    def _compute_cells_text(self):
        # sudo: names of fields and of their values, no lines
        told = self.env["mobifone.subscriber"].sudo().fields_get(line_cells.COLUMNS, ["string", "selection"])
        told |= {
            "customer_ref": {"string": self.env._("Customer's Reference")},
            "customer_name": {"string": self.env._("Customer's Name")},
        }
        for row in self:
            cells = row._fed_cells()
            row.cells_text = " · ".join(
                f"{told[name]['string']}: {dict(told[name].get('selection', ())).get(value, value)}"
                for name in line_cells.COLUMNS
                if (value := cells.get(name))
            )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_take(self):
        """Make lines of these numbers, as they were fed. Managers.

        :return: the action that tells how many
        :raise UserError: when a sync is running
        """
        self.check_access("write")
        inserted = sum(self._load(rows)["inserted"] for rows in self._by_columns().values())
        message = self.env._("%s numbers are lines now.", inserted)
        if left := len(self.exists()):
            message += " " + self.env._("%s could not be taken as they were fed.", left)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if left else "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _by_columns(self):
        """{columns: rows} of what was fed: an absent column says something else than an empty cell."""
        groups = defaultdict(list)
        for row in self:
            groups[tuple(name for name in line_cells.COLUMNS if name in row.cells)].append(
                {"msisdn": row.msisdn, **row._fed_cells()}
            )
        return groups

    def _fed_cells(self):
        """{column: cell} as the file has them; JSON writes a moment with a T."""
        cells = self.cells
        moment = cells.get("app_installed_on")
        return {**cells, "app_installed_on": moment.replace("T", " ")} if moment else cells

    @api.model
    def _load(self, rows):
        text = StringIO()
        writer = csv.DictWriter(text, ["msisdn", *(name for name in rows[0] if name != "msisdn")])
        writer.writeheader()
        writer.writerows(rows)
        # sudo: lines are written by feeds only; the caller has checked who asks
        feed_sudo = self.env["mobifone.line.feed"].sudo()
        return feed_sudo._load(BytesIO(text.getvalue().encode()), any_range=True)

    @api.model
    def _hold_back(self, reader):
        """Stage the doubtful rows of a feed whose numbers are lines, and keep the others here; how many were kept.

        :param line_feed.Reader reader: read to its end
        """
        feed = self.env["mobifone.line.feed"]
        feed._make_table("mobifone_feed_doubtful", feed._no_rows(reader.columns))
        feed._copy("mobifone_feed_doubtful", reader.columns, reader.doubtful.rewound())
        self.env.cr.execute(
            SQL(
                """INSERT INTO mobifone_feed_row (%(names)s)
                   SELECT %(names)s FROM mobifone_feed_doubtful fed
                    WHERE EXISTS (SELECT FROM mobifone_subscriber line WHERE line.msisdn = fed.msisdn)
                 ORDER BY ctid""",
                names=SQL(", ").join(map(SQL.identifier, reader.columns)),
            )
        )
        known = self.env.cr.rowcount
        self.env.cr.execute(
            """
            INSERT INTO mobifone_line_quarantine AS held (msisdn, first_seen_on, seen_on, cells)
            SELECT DISTINCT ON (msisdn) msisdn, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC',
                   to_jsonb(fed) - 'msisdn'
              FROM mobifone_feed_doubtful fed
             WHERE NOT EXISTS (SELECT FROM mobifone_subscriber line WHERE line.msisdn = fed.msisdn)
          ORDER BY msisdn, ctid DESC
            ON CONFLICT (msisdn) DO UPDATE SET seen_on = excluded.seen_on, cells = excluded.cells
            """
        )
        return reader.doubtful.count - known

    @api.model
    def _release(self):
        """Forget the numbers that are lines by now."""
        self.env.cr.execute(
            """DELETE FROM mobifone_line_quarantine held
                WHERE EXISTS (SELECT FROM mobifone_subscriber line WHERE line.msisdn = held.msisdn)"""
        )
        self.env.invalidate_all(flush=False)
