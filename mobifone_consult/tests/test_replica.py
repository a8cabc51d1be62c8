import functools
import time
from types import SimpleNamespace
from unittest.mock import MagicMock, patch

import psycopg2
from werkzeug.routing import Rule

from odoo.tests import TransactionCase, tagged

from ..tools import replica

OURS = "odoo.addons.mobifone_consult"


@tagged("-at_install", "post_install")
class TestReplica(TransactionCase):
    """Who decides reads the primary database."""

    def worker(self, known, primary):
        """A worker that has seen so many invalidations where the primary has so many: (registry, default cache)."""
        cursor = MagicMock()
        return SimpleNamespace(
            registry_sequence=known[0],
            cache_sequences={"default": known[1]},
            get_sequences=lambda _cr: (primary[0], {"default": primary[1]}),
            cursor=lambda: cursor,
            check_signaling=MagicMock(),
            _db_readonly_failed_time=None,
        )

    def is_behind(self, registry, host="replica.example.com", *, readonly=True):
        env = SimpleNamespace(registry=registry, cr=SimpleNamespace(readonly=readonly, rollback=lambda: None))
        with patch.object(replica, "config", {"db_replica_host": host}):
            return replica.is_behind(env)

    def test_the_desk_is_served_by_the_primary(self):
        desk = type(self.env["mobifone.desk"])
        for name in {name for name in dir(desk) if not name.startswith("_")}:
            method = getattr(desk, name)
            if callable(method) and getattr(method, "__module__", "").startswith(OURS):
                self.assertFalse(any(getattr(vars(cls).get(name), "_readonly", False) for cls in desk.mro()), name)

    def test_nothing_of_ours_that_writes_may_read_a_replica(self):
        for model in self.env.values():
            for cls in type(model).mro():
                if cls.__module__.startswith("odoo.addons.mobifone"):
                    marked = [name for name, method in vars(cls).items() if getattr(method, "_readonly", False)]
                    self.assertFalse(marked, f"{cls.__module__} marks {marked} as read-only")

    def test_a_replica_that_keeps_up_is_read(self):
        registry = self.worker((1, 7), (1, 7))
        self.assertFalse(self.is_behind(registry))
        self.assertIsNone(registry._db_readonly_failed_time)

    def test_without_a_primary_the_replica_may_say_so(self):
        registry = self.worker((1, 7), (1, 7))
        registry.cursor = MagicMock(side_effect=psycopg2.OperationalError("connection refused"))
        self.assertFalse(self.is_behind(registry))
        registry.cursor.assert_called_once()

    def test_one_that_is_behind_is_left_alone_for_a_while(self):
        registry = self.worker((1, 7), (1, 8))
        self.assertTrue(self.is_behind(registry))
        registry.check_signaling.assert_called_once()
        again = registry._db_readonly_failed_time + replica.RETRY_AFTER
        self.assertAlmostEqual(again - time.monotonic(), replica.REST, delta=1)

    def test_an_updated_registry_is_left_to_the_next_request(self):
        registry = self.worker((1, 7), (2, 7))
        self.assertTrue(self.is_behind(registry))
        registry.check_signaling.assert_not_called()

    def test_without_a_replica_nothing_is_asked(self):
        registry = self.worker((1, 7), (1, 8))
        self.assertFalse(self.is_behind(registry, host=None))
        self.assertFalse(self.is_behind(registry, readonly=False))
        self.assertTrue(replica.follow(registry))

    def test_a_route_changes_for_one_request_only(self):
        endpoint = functools.partial(self.is_behind)
        endpoint.routing = {"readonly": True, "type": "http"}
        endpoint.original_routing = "as declared"
        rule = Rule("/mobifone", endpoint=endpoint)
        other = replica.on_primary(rule)
        self.assertEqual(other.endpoint.routing, {"readonly": False, "type": "http"})
        self.assertIs(rule.endpoint.routing["readonly"], True)
        self.assertEqual(other.endpoint.func, rule.endpoint.func)
        self.assertEqual(other.endpoint.original_routing, "as declared")
