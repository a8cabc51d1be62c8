import ast
import re

from lxml import etree

from odoo.tools import SQL

from .common import ConsultCase


def filter_domain(env, view, name):
    """The domain of a filter of a search view."""
    [node] = etree.fromstring(env.ref(view).arch).findall(f".//filter[@name='{name}']")
    return ast.literal_eval(re.sub(r"\buid\b", str(env.uid), node.get("domain")))


class PlanCase(ConsultCase):
    """How PostgreSQL would read a list, whatever the tables hold: sorts and scans of a whole table are what it does
    only when no index will do."""

    def plan(self, model, domain=(), order="", limit=80):
        """The nodes of the plan for a page of a list, as dicts.

        :param model: with the user who looks
        """
        query = model._search(list(domain), order=order or None, limit=limit)
        for kind in ("seqscan", "bitmapscan", "sort"):
            self.env.cr.execute(SQL("SET LOCAL %s = off", SQL.identifier(f"enable_{kind}")))
        self.env.cr.execute(SQL("EXPLAIN (FORMAT JSON) %s", query.select()))
        [[[answer]]] = self.env.cr.fetchall()
        nodes, left = [], [answer["Plan"]]
        while left:
            node = left.pop()
            nodes.append(node)
            left += node.get("Plans", [])
        return nodes

    def indexes(self, model, *args, **options):
        """Names of the indexes in such a plan, were there none on the time alone: of few rows that one is as good."""
        savepoint = self.env.cr.savepoint()
        try:
            for name in self._time_indexes(model):
                self.env.cr.execute(SQL("DROP INDEX %s", SQL.identifier(name)))
            nodes = self.plan(model, *args, **options)
        finally:
            savepoint.close(rollback=True)
        return {node["Index Name"] for node in nodes if "Index Name" in node}

    def _time_indexes(self, model):
        self.env.cr.execute(
            SQL(
                """
                SELECT indexrelid::regclass::text FROM pg_index
                  JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
                 WHERE indrelid = %s::regclass AND indnatts = 1 AND indpred IS NULL AND attname = ANY(%s)
                """,
                model._table,
                list(model._mobifone_sorted),
            )
        )
        return [name for (name,) in self.env.cr.fetchall()]

    def assert_in_order(self, model, order, table=None, domain=()):
        """A page is read off an index that has the order already; equal moments are sorted among themselves."""
        nodes = self.plan(model, domain, order=order)
        kinds = {(node["Node Type"], node.get("Relation Name", "")) for node in nodes}
        self.assertNotIn(("Sort", ""), kinds, (model, order))
        self.assertNotIn(("Seq Scan", table or model._table), kinds, (model, order))
