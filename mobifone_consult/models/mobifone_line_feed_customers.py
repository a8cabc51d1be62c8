from odoo import api, models
from odoo.tools import SQL, split_every

from ..tools import line_merge
from .mobifone_line_feed import ANALYZE_FROM

CUSTOMER_BATCH = 1000


class MobifoneLineFeed(models.AbstractModel):
    """The customers that fed lines belong to: found by their reference, made where there is none."""

    _inherit = "mobifone.line.feed"

    @api.model
    def _find_customers(self, columns):
        """Make mobifone_feed_customer, the partner of each reference; the number of partners created for it.

        The first batch is made by the ORM, and so are all when there are no more. Of many the others are copies of
        the first, where these are all alike.
        """
        self._make_table(
            "mobifone_feed_customer",
            SQL(
                """
                SELECT row_number() OVER () AS seq, customer.*
                  FROM (SELECT DISTINCT ON (fed.ref) fed.ref, found.id AS partner_id,
                               coalesce(fed.name, %(masked)s) AS name,
                               fed.name IS NOT NULL AND found.name LIKE '%%•••%%' AS is_named_now
                          FROM (SELECT DISTINCT ON (customer_ref) customer_ref AS ref, msisdn, %(name)s AS name
                                  FROM mobifone_feed_row
                                 WHERE customer_ref IS NOT NULL
                              ORDER BY customer_ref, %(name)s IS NULL, ctid DESC) AS fed
                     LEFT JOIN res_partner found ON found.ref = fed.ref
                      ORDER BY fed.ref, found.active DESC, found.id) AS customer
                """,
                name=SQL("customer_name") if "customer_name" in columns else SQL("NULL::varchar"),
                # A customer without a name is called by his masked number until papers give one.
                masked=line_merge.masked(SQL("fed.msisdn")),
            ),
        )
        self.env.cr.execute(SQL("ALTER TABLE mobifone_feed_customer ADD PRIMARY KEY (seq)"))
        self._name_customers()
        created = last = 0
        while batch := self._customers_to_create(last):
            before = self._rows_written()
            partner_ids = self._create_customers(batch)
            last = batch[-1][0]
            if not created and len(batch) == CUSTOMER_BATCH:
                created += self._copy_customers(batch, partner_ids, before)
            created += len(batch)
        self._analyze("mobifone_feed_customer")
        if created >= ANALYZE_FROM:
            self._analyze("res_partner")
        return created

    @api.model
    def _name_customers(self):
        """Give those who are still called by a masked number the name that the file has."""
        self.env.cr.execute("SELECT partner_id, name FROM mobifone_feed_customer WHERE is_named_now")
        for batch in split_every(CUSTOMER_BATCH, self.env.cr.fetchall()):
            partners = self.env["res.partner"].with_context(tracking_disable=True).browse(row[0] for row in batch)
            for partner, (_id, name) in zip(partners, batch, strict=True):
                partner.name = name
            self.env.flush_all()
            self.env.invalidate_all()  # the cache must not grow with the file

    @api.model
    def _customers_to_create(self, after):
        self.env.cr.execute(
            SQL(
                """SELECT seq, ref, name FROM mobifone_feed_customer
                    WHERE partner_id IS NULL AND seq > %s ORDER BY seq LIMIT %s""",
                after,
                CUSTOMER_BATCH,
            )
        )
        return self.env.cr.fetchall()

    @api.model
    def _create_customers(self, batch):
        partners = (
            self.env["res.partner"]
            .with_context(tracking_disable=True)
            .create([{"ref": ref, "name": name} for _seq, ref, name in batch])
        )
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE mobifone_feed_customer customer SET partner_id = made.id
                     FROM unnest(%s::bigint[], %s::int[]) AS made (seq, id) WHERE customer.seq = made.seq""",
                [row[0] for row in batch],
                partners.ids,
            )
        )
        self.env.invalidate_all()  # the cache must not grow with the file
        return partners.ids
