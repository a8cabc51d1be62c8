"""Lines and contacts that nobody has: made by SQL, in numbers that no carrier of Vietnam was given."""

import random
import time

import psycopg2

# 071–075: ten million numbers each; the plan of numbers has no carrier there.
FIRST, LAST = 710_000_000, 759_999_999
BATCH = 1_000_000
# A customer base as it might be, the same in each run. Most papers are complete; of eight lines one has the app.
LINE = f"""
    INSERT INTO mobifone_subscriber (msisdn, payment_mode, line_status, usage_class, device_class, app_status,
                                     app_installed_on, commitment_type, owner_unit, registration_state,
                                     registration_missing)
    SELECT '+84' || {FIRST} + n,
           CASE WHEN n %% 4 = 0 THEN 'postpaid' ELSE 'prepaid' END,
           CASE WHEN n %% 50 = 7 THEN 'one_way' ELSE 'active' END,
           CASE WHEN n %% 100 = 9 THEN 'official' ELSE 'personal' END,
           CASE WHEN n %% 10 < 7 THEN 'smartphone' WHEN n %% 10 = 8 THEN 'unknown' ELSE 'feature_phone' END,
           CASE WHEN n %% 8 = 1 THEN 'installed' ELSE 'not_installed' END,
           CASE WHEN n %% 8 = 1 THEN timestamp '2026-01-01' + n %% 200 * interval '1 day' END,
           CASE WHEN n %% 30 = 0 THEN 'CK 12T' END, CASE WHEN n %% 40 = 0 THEN 'Chi nhanh ' || n %% 60 END,
           CASE WHEN n %% 20 = 3 THEN 'incomplete' ELSE 'complete' END,
           CASE WHEN n %% 20 = 3 THEN 'portrait' END
      FROM generate_series(%s, %s) n
"""
# Nothing speaks against a consult of these.
OPEN_LINE = f"""
    INSERT INTO mobifone_subscriber (msisdn, payment_mode, line_status, usage_class, device_class, app_status,
                                     registration_state)
    SELECT '+84' || {FIRST} + n, 'prepaid', 'active', 'personal', 'smartphone', 'not_installed', 'complete'
      FROM generate_series(%s, %s) n
"""
# As the form makes them, with the number in the format that Odoo itself writes.
CONTACT = f"""
    INSERT INTO res_partner (name, complete_name, active, type, lang, phone, phone_sanitized, email, email_normalized,
                             is_company, partner_share, color, create_uid, write_uid, create_date, write_date)
    SELECT 'Khach ' || n, 'Khach ' || n, TRUE, 'contact', 'vi_VN', '+84' || {FIRST} + n, '+84' || {FIRST} + n,
           'khach' || n || '@example.com', 'khach' || n || '@example.com', FALSE, TRUE, 0, 1, 1, now(), now()
      FROM generate_series(%s, %s) n
"""


def msisdn(place: int) -> str:
    """The number, in E.164, of the line (and of the contact) at `place`, counted from 0."""
    return f"+84{FIRST + place}"


def someone(count: int) -> str:
    """The number of any of the first `count` lines, as a person dials it."""
    return f"0{FIRST + random.randrange(count)}"


def add_lines(database: str, count: int, first: int = 0) -> None:
    """Lines at the places from `first` up to before `count`, committed in batches."""
    _add(database, LINE, first, count, "lines", "mobifone_subscriber")


def add_open(database: str, count: int) -> None:
    """Lines at the places before `count` that may be consulted."""
    _add(database, OPEN_LINE, 0, count, "lines", "mobifone_subscriber")


def add_contacts(database: str, count: int, first: int = 0) -> None:
    """Contacts of a stock Odoo with the numbers of those places."""
    _add(database, CONTACT, first, count, "contacts", "res_partner")


def _add(database: str, statement: str, first: int, end: int, what: str, table: str) -> None:
    if end > LAST - FIRST:
        raise SystemExit(f"at most {LAST - FIRST:,} {what}")
    begin = time.monotonic()
    connection = psycopg2.connect(dbname=database)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        for start in range(first, end, BATCH):
            cursor.execute(statement, [start, min(start + BATCH, end) - 1])
        cursor.execute(f"VACUUM ANALYZE {table}")
    connection.close()
    print(f"  {end - first:,} {what} made in {time.monotonic() - begin:.0f} s", flush=True)
