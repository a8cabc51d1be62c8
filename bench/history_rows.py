"""Histories of two years, as quickly as SQL makes them: look-ups, their consults, and some guided calls with steps.

The newest rows come first: so the screens are measured on the first days of a system and, with everything before them
added, on the same days after two years.
"""

from bench.cleanup import shell
from bench.sizes import HISTORY

DAYS = 730
AGENTS = 400
LINES = 20_000
CALL_EVERY = 5  # look-ups; each call of so many steps
STEPS = 5
EVENT_EVERY = 10  # look-ups; one in each of the other logs

# Two vendors beside the sample's two, and people of all four who never log in; lines, and what stands for them in logs.
PREPARE = f"""
import json
from odoo.addons.mobifone_consult.tools import msisdn
env.cr.execute('''
    DROP TABLE IF EXISTS bench_agent, bench_line;
    INSERT INTO mobifone_vendor (name, code, active) VALUES ('Bench 1', 'BENCH1', TRUE), ('Bench 2', 'BENCH2', TRUE)
        ON CONFLICT DO NOTHING;
    CREATE UNLOGGED TABLE bench_agent AS
        WITH vendors AS (
            SELECT id, row_number() OVER (ORDER BY id) AS place FROM mobifone_vendor
             WHERE code IN ('BENCH1', 'BENCH2') OR id IN (SELECT vendor_id FROM mobifone_agent
                                                           WHERE role = 'vendor_manager')
        ), partners AS (
            INSERT INTO res_partner (name, active, type, lang)
            SELECT 'history-' || n, FALSE, 'contact', 'vi_VN' FROM generate_series(0, {AGENTS} - 1) n
            RETURNING id, name
        ), users AS (
            INSERT INTO res_users (login, partner_id, company_id, active, share, notification_type,
                                   mobifone_color_scheme)
            SELECT name || '-' || id, id, 1, FALSE, FALSE, 'email', 'system' FROM partners RETURNING id, login
        ), agents AS (
            INSERT INTO mobifone_agent (name, vendor_id, employee_code, user_id, role, state)
            SELECT users.login, vendors.id, users.login, users.id, 'agent', 'closed'
              FROM users JOIN vendors ON vendors.place = 1 + users.id % (SELECT count(*) FROM vendors)
            RETURNING id, user_id, vendor_id
        )
        SELECT (row_number() OVER (ORDER BY id) - 1)::int AS place, user_id, id AS agent_id, vendor_id FROM agents;
    CREATE UNLOGGED TABLE bench_line (place int, line_id int, number_hash varchar, number_masked varchar);
    INSERT INTO mobifone_subscriber (msisdn, line_status, usage_class, device_class, app_status, registration_state,
                                     payment_mode)
    SELECT '+849000' || 50000 + n, 'active', 'personal', 'smartphone', 'not_installed', 'complete', 'prepaid'
      FROM generate_series(0, {LINES} - 1) n
        ON CONFLICT DO NOTHING;
    SELECT id, msisdn FROM mobifone_subscriber WHERE msisdn LIKE '+8490005%' OR msisdn LIKE '+8490006%'
     ORDER BY msisdn
''')
keyed = env["mobifone.lookup"]._number_hash
env.cr.execute_values(
    "INSERT INTO bench_line VALUES %s",
    [(place, line, keyed(number), msisdn.masked(number)) for place, (line, number) in enumerate(env.cr.fetchall())],
)
env.cr.execute("ALTER TABLE bench_agent ADD PRIMARY KEY (place); ALTER TABLE bench_line ADD PRIMARY KEY (place)")
env.cr.commit()
"""
RESERVE = """
    SELECT setval('mobifone_lookup_id_seq', (SELECT last_value FROM mobifone_lookup_id_seq) + %(rows)s) - %(rows)s,
           setval('mobifone_consultation_id_seq',
                  (SELECT last_value FROM mobifone_consultation_id_seq) + %(rows)s) - %(rows)s,
           setval('mobifone_call_id_seq', (SELECT last_value FROM mobifone_call_id_seq) + %(rows)s) - %(rows)s,
           setval('mobifone_call_step_id_seq', (SELECT last_value FROM mobifone_call_step_id_seq) + %(rows)s) - %(rows)s
"""
SOURCE = """
      FROM generate_series(%(first)s, %(last)s) n
      JOIN bench_agent agent ON agent.place = (n * 7919::bigint) %% %(agents)s
      JOIN bench_line line ON line.place = (n * 104729::bigint) %% %(lines)s
CROSS JOIN LATERAL (SELECT now() AT TIME ZONE 'UTC' - make_interval(secs => (%(rows)s - n) * %(seconds)s) AS at) moment
"""
FILL = (
    f"""
    INSERT INTO mobifone_lookup (id, looked_up_on, kind, user_id, agent_id, vendor_id, number_hash, number_masked,
                                 line_id, hotline, result, verdicts, ip)
    SELECT %(lookup)s + n, at, 'lookup', agent.user_id, agent.agent_id, agent.vendor_id, line.number_hash,
           line.number_masked, line.line_id, '1090', 'found', 'ok/ok/ok', '10.0.0.' || n %% 200
    {SOURCE} ORDER BY n
    """,
    f"""
    INSERT INTO mobifone_call (id, lookup_id, version_id, script_id, hotline, user_id, agent_id, vendor_id, started_on,
                               finished_on, state, outcome)
    SELECT %(call)s + n, %(lookup)s + n, script.live_version_id, script.id, '1090', agent.user_id, agent.agent_id,
           agent.vendor_id, at, at + interval '3 minutes', 'finished', 'done'
    {SOURCE}
      JOIN mobifone_script script ON script.key = '1090'
     WHERE n %% {CALL_EVERY} = 0 ORDER BY n
    """,
    f"""
    INSERT INTO mobifone_consultation (id, lookup_id, subscriber_id, saved_on, channel, user_id, agent_id, vendor_id,
                                       call_id, state, locked_until, sms_state)
    SELECT %(consultation)s + n, %(lookup)s + n, line.line_id, at, 'web', agent.user_id, agent.agent_id,
           agent.vendor_id, CASE WHEN n %% {CALL_EVERY} = 0 THEN %(call)s + n END,
           CASE WHEN n %% 10 < 3 THEN 'converted' ELSE 'expired' END, at + interval '1 day', 'delivered'
    {SOURCE} ORDER BY n
    """,
    f"""
    INSERT INTO mobifone_call_step (id, call_id, step_id, shown_on, answered_on)
    SELECT %(step)s + n - {CALL_EVERY} + step.place, %(call)s + n, step.id, at + step.place * interval '20 seconds',
           at + (step.place + 1) * interval '20 seconds'
    {SOURCE}
      JOIN (SELECT step.id, row_number() OVER (ORDER BY step.id) AS place FROM mobifone_script_step step
              JOIN mobifone_script script ON script.key = '1090' AND script.live_version_id = step.version_id
          ORDER BY step.id LIMIT {STEPS}) step ON TRUE
     WHERE n %% {CALL_EVERY} = 0 ORDER BY n, step.place
    """,
    f"""
    INSERT INTO mobifone_identity_log (logged_on, user_id, action, registration_ref, number_hash, number_masked, seen)
    SELECT at, agent.user_id, 'reveal', n, line.number_hash, line.number_masked, 'portrait'
    {SOURCE} WHERE n %% {EVENT_EVERY} = 0 ORDER BY n
    """,
    f"""
    INSERT INTO mobifone_agent_event (occurred_on, agent_id, vendor_id, kind, user_id)
    SELECT at, agent.agent_id, agent.vendor_id, 'commitment', agent.user_id
    {SOURCE} WHERE n %% {EVENT_EVERY * 10} = 0 ORDER BY n
    """,
)
GUARD_EVENTS = f"""
    INSERT INTO mobifone_guard_event (happened_on, kind, user_id, vendor_id, detail, ip)
    SELECT at, 'address', agent.user_id, agent.vendor_id, 'login', '10.0.0.' || n %% 200
    {SOURCE} WHERE n %% {EVENT_EVERY} = 0 ORDER BY n
"""
# What is short beside them is told to the planner too.
TABLES = (
    "mobifone_lookup", "mobifone_consultation", "mobifone_call", "mobifone_call_step", "mobifone_identity_log",
    "mobifone_agent_event", "mobifone_agent", "mobifone_subscriber", "res_users", "res_partner",
)  # fmt: skip


class Maker:
    """Makes rows `first` to `last` of a history that ends with row HISTORY now."""

    def __init__(self, cursor, database: str):
        """:param cursor: of a connection to `database` in autocommit"""
        self.cursor = cursor
        cursor.execute("SET synchronous_commit = off")
        shell(PREPARE, database)
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:
            # The rows fit each other by how they are made: not looked up one by one.
            cursor.execute("SET session_replication_role = replica")
        cursor.execute(RESERVE, {"rows": HISTORY})
        self.before = dict(zip(("lookup", "consultation", "call", "step"), cursor.fetchone(), strict=True))
        cursor.execute("SELECT to_regclass('mobifone_guard_event') IS NOT NULL")
        self.has_guard = cursor.fetchone()[0]
        self.statements = (*FILL, GUARD_EVENTS) if self.has_guard else FILL

    def fill(self, first: int, last: int, lines: int = LINES, chunk: int = 250_000) -> None:
        """Append the rows.

        :param lines: how many lines they are of; 1: all of them of the first
        """
        numbers = {"rows": HISTORY, "agents": AGENTS, "lines": lines, "seconds": DAYS * 86400 / HISTORY}
        for begin in range(first, last + 1, chunk):
            until = min(last, begin + chunk - 1)
            for statement in self.statements:
                self.cursor.execute(statement, {**self.before, **numbers, "first": begin, "last": until})

    def tell(self) -> None:
        """Tell PostgreSQL's planner of the rows."""
        for table in (*TABLES, *(["mobifone_guard_event"] if self.has_guard else [])):
            self.cursor.execute(f"VACUUM ANALYZE {table}")

    def close(self) -> None:
        """Take away what only helped to make the rows; these stay, as they would in a log."""
        self.cursor.execute("DROP TABLE bench_agent, bench_line")
