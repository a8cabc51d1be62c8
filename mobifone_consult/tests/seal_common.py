from datetime import timedelta

from .common import OPEN
from .papers_common import PapersCase

LOG = "mobifone.lookup"


class SealCase(PapersCase):
    def setUp(self):
        super().setUp()
        self.seals = self.env["mobifone.log.seal"]
        self.env.cr.execute("SET LOCAL lock_timeout = '20s'")

    def seal(self):
        """The scheduled action, as it is run."""
        with self.enter_registry_test_mode():
            self.env.ref("mobifone_consult.ir_cron_seal_logs").method_direct_trigger()
        self.env.invalidate_all()
        return self.seals._last(LOG)


class SealedLogCase(SealCase):
    """A log whose rows are old enough to be sealed."""

    def setUp(self):
        super().setUp()
        # What other tests have committed a moment ago is no hindrance.
        self.tamper("UPDATE mobifone_lookup SET looked_up_on = looked_up_on - interval '1 day'")

    def look_up(self, times, **ago):
        """Rows of the log as of some time ago; their ids."""
        ids = [self.desk(self.agent_a1).lookup(OPEN)["lookup_id"] for _time in range(times)]
        self.tamper(
            "UPDATE mobifone_lookup SET looked_up_on = looked_up_on - %s WHERE id IN %s",
            [timedelta(**ago), tuple(ids)],
        )
        return ids

    def tamper(self, statement, parameters=(), table="mobifone_lookup"):
        """What the owner of the table can do."""
        self.env.cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")  # pylint: disable=sql-injection
        self.env.cr.execute(statement, parameters)  # pylint: disable=sql-injection
        self.env.cr.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")  # pylint: disable=sql-injection
        self.env.invalidate_all()

    def problems(self, **options):
        return [(fault["problem"], fault["first_id"]) for fault in self.seals._verify(LOG, **options)]
