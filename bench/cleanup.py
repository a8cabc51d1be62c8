"""The clean-up of accounts: its cost beside core's own archiving, killed half way and resumed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg2

from bench.sizes import ACCOUNTS

DATABASE = os.environ["MOBIFONE_DB"]
REFERENCE = 2000  # accounts that core archives, for comparison
MARK = f"bench{int(time.time())}"  # new ones each time: accounts are never deleted

# Accounts that nobody used for 40 days, as quickly as SQL makes them.
MAKE = f"""
    INSERT INTO mobifone_vendor (name, code, active) VALUES ('{MARK}', '{MARK}', TRUE) ON CONFLICT DO NOTHING;
    WITH partners AS (
        INSERT INTO res_partner (name, active, company_id, type, lang)
        SELECT '{MARK}-' || n, TRUE, NULL, 'contact', 'vi_VN' FROM generate_series(1, %(count)s) n RETURNING id, name
    ), users AS (
        INSERT INTO res_users (login, partner_id, company_id, active, share, notification_type,
                               mobifone_color_scheme, mobifone_vendor_id)
        SELECT partners.name, partners.id, 1, TRUE, FALSE, 'email', 'system', vendor.id
          FROM partners, mobifone_vendor vendor WHERE vendor.code = '{MARK}' RETURNING id, login, mobifone_vendor_id
    ), groups AS (
        INSERT INTO res_groups_users_rel (gid, uid)
        SELECT data.res_id, users.id FROM users, ir_model_data data
         WHERE (data.module, data.name) IN (('mobifone_consult', 'group_agent'), ('base', 'group_user'))
    ), companies AS (
        INSERT INTO res_company_users_rel (cid, user_id) SELECT 1, id FROM users
    )
    INSERT INTO mobifone_agent (name, vendor_id, employee_code, user_id, role, state, commitment_date, started_on,
                                activated_on)
    SELECT login, mobifone_vendor_id, login, id, 'agent', 'active', '2026-01-05', now() AT TIME ZONE 'UTC' - interval
           '40 days', now() AT TIME ZONE 'UTC' - interval '40 days' FROM users;
    UPDATE res_users u SET mobifone_agent_id = a.id FROM mobifone_agent a
     WHERE a.user_id = u.id AND u.login LIKE '{MARK}-%%';
    ANALYZE mobifone_agent; ANALYZE res_users;
"""
JOB = """
env["ir.config_parameter"].set_param("mobifone_consult.stop_percent", "100")
env.cr.commit()
env["mobifone.agent"]._job_dormant()
"""
ARCHIVE = f"""
import time
users = env["res.users"].search([("login", "like", "{MARK}-%")], limit={REFERENCE})
begin = time.perf_counter()
for start in range(0, len(users), 200):
    users[start:start + 200].write({{"active": False}})
    env.cr.flush()
print("took", time.perf_counter() - begin)
env.cr.rollback()
"""


def measure() -> list:
    """Make the accounts, archive some as core does (rolled back), clean up with a kill, print and return the result."""
    connection = psycopg2.connect("")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(MAKE, {"count": ACCOUNTS})
        took = [float(line.split()[1]) for line in shell(ARCHIVE).stdout.splitlines() if line.startswith("took ")]
        reference = 1000 * took[-1] / REFERENCE

        begin = time.perf_counter()
        before = _killed_half_way(cursor)
        killed = time.perf_counter() - begin
        begin = time.perf_counter()
        shell(JOB)
        rest = ACCOUNTS - before
        value = 1000 * (time.perf_counter() - begin) / max(rest, 1)
        suspended, twice = _counted(cursor)
    connection.close()
    print(f"clean-up of {ACCOUNTS} accounts: killed after {killed:.1f} s with {before} done, then the other {rest}")
    print(
        f"  {suspended} suspended, {twice} twice; {value:.2f} ms an account (core archives one in {reference:.2f} ms)"
    )
    if suspended != ACCOUNTS or twice:
        raise SystemExit("the clean-up lost or repeated accounts")
    return [
        {
            "name": "account_cleanup_vs_core_archive",
            "value": round(value, 3),
            "unit": "ms/account",
            "reference": round(reference, 3),
            "ratio": round(reference / value, 3),
            "goal": 0.1,
        }
    ]


def _killed_half_way(cursor) -> int:
    """Run the job until half of the accounts are done, kill it with SIGKILL, and answer how many stay done."""
    process = subprocess.Popen(
        _command(), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True,
        start_new_session=True,
    )  # fmt: skip
    process.stdin.write(JOB)
    process.stdin.close()
    while process.poll() is None and _counted(cursor)[0] < ACCOUNTS / 2:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    time.sleep(1)  # PostgreSQL notices that nobody is there any more
    return _counted(cursor)[0]


def _counted(cursor) -> tuple:
    """(suspended, those with two events of it)"""
    cursor.execute(
        f"""SELECT count(*), count(*) FILTER (WHERE times > 1) FROM (
                SELECT agent.id, count(event.id) AS times FROM mobifone_agent agent
                  JOIN mobifone_vendor vendor ON vendor.id = agent.vendor_id AND vendor.code = '{MARK}'
             LEFT JOIN mobifone_agent_event event ON event.agent_id = agent.id AND event.kind = 'suspended'
                 WHERE agent.state = 'suspended' GROUP BY agent.id) counted"""
    )
    return cursor.fetchone()


def shell(script: str, database: str = DATABASE) -> subprocess.CompletedProcess:
    """Run a script in `odoo shell` of the measured database, or of another one."""
    answer = subprocess.run(_command(database), input=script, capture_output=True, text=True, timeout=1800, check=False)
    if answer.returncode:
        raise SystemExit(f"odoo shell failed:\n{answer.stderr[-2000:]}")
    return answer


def _command(database: str = DATABASE) -> list:
    odoo = Path(sys.executable).with_name("odoo")
    return [sys.executable, str(odoo), "shell", "-d", database, "--no-http", "--log-level=warn"]
