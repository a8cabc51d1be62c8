from odoo import fields, models
from odoo.tools import SQL

from ..tools import local_time


class MobifoneVendorScore(models.Model):
    """How a vendor kept the rules about leavers, month by month (months of Vietnam): whom it reported in time, how long
    accounts stood open, whom MobiFone had to find, and whether its letters came in time.

    Counted are those who have left by now, and letters in force; a letter counts for the month that it is about.
    """

    _name = "mobifone.vendor.score"
    _description = "Vendor Score"
    _auto = False
    _order = "month desc, vendor_id"
    _rec_name = "vendor_id"

    vendor_id = fields.Many2one("mobifone.vendor", readonly=True)
    month = fields.Date(readonly=True)
    month_text = fields.Char(string="Month as Written", readonly=True)
    leavers = fields.Integer(readonly=True)
    reported_in_time = fields.Integer(readonly=True)
    reported_late = fields.Integer(readonly=True)
    exposure_hours = fields.Float(string="Exposure (hours)", readonly=True, digits=(16, 1))
    found = fields.Integer(string="Found by MobiFone", readonly=True)
    letters_in_time = fields.Integer(readonly=True)
    letters_late = fields.Integer(readonly=True)
    letters_missing = fields.Integer(readonly=True, help="Due, and not sent.")

    @property
    def _table_query(self):
        # sudo: settings are administrators' to read
        due_day = int(self.env["ir.config_parameter"].sudo()._mobifone_number("letter_due_day"))
        return SQL(
            """
            WITH departure AS (
                SELECT vendor_id, left_at, reported_at, exposure_minutes, source,
                       date_trunc('month', left_at AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date AS month,
                       EXISTS (SELECT FROM mobifone_removal_letter_line line
                                WHERE line.departure_id = departure.id AND line.is_live) AS is_listed
                  FROM mobifone_departure departure
                 WHERE left_at <= %(now)s
            ), event AS (
                SELECT vendor_id, month,
                       count(*) AS leavers,
                       count(*) FILTER (WHERE exposure_minutes = 0) AS reported_in_time,
                       count(*) FILTER (WHERE exposure_minutes > 0) AS reported_late,
                       sum(exposure_minutes) / 60.0 AS exposure_hours,
                       count(*) FILTER (WHERE source = 'mobifone') AS found,
                       0 AS letters_in_time, 0 AS letters_late,
                       -- A letter that was never drafted is missing too.
                       (bool_or(NOT is_listed) AND (month + interval '1 month' + %(days)s * interval '1 day')
                            AT TIME ZONE %(zone)s AT TIME ZONE 'UTC' <= %(now)s)::int AS letters_missing
                  FROM departure GROUP BY vendor_id, month
             UNION ALL
                SELECT vendor_id, month, 0, 0, 0, 0, 0,
                       count(*) FILTER (WHERE state = 'sent' AND is_late IS NOT TRUE),
                       count(*) FILTER (WHERE state = 'sent' AND is_late),
                       count(*) FILTER (WHERE state IN ('draft', 'confirmed') AND due_on < %(now)s)
                  FROM mobifone_removal_letter
                 WHERE state != 'recalled' GROUP BY vendor_id, month
            )
            SELECT vendor_id * 10000
                       + (extract(year FROM month)::int - 2000) * 12 + extract(month FROM month)::int AS id,
                   vendor_id, month, to_char(month, 'MM/YYYY') AS month_text,
                   sum(leavers)::int AS leavers,
                   sum(reported_in_time)::int AS reported_in_time,
                   sum(reported_late)::int AS reported_late,
                   sum(exposure_hours)::float AS exposure_hours,
                   sum(found)::int AS found,
                   sum(letters_in_time)::int AS letters_in_time,
                   sum(letters_late)::int AS letters_late,
                   sum(letters_missing)::int AS letters_missing
              FROM event GROUP BY vendor_id, month
            """,
            zone=str(local_time.VIETNAM),
            now=fields.Datetime.now(),
            days=due_day,
        )
