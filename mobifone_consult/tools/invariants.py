"""What must always be true of the data: for each rule the rows that break it. One query is one rule, named by it.

A query answers ids of the table named beside it. They are for `odoo mobifone_check`, which reads whole tables.
"""

NOW = "clock_timestamp() AT TIME ZONE 'UTC'"
# Clocks of servers differ.
SKEW = "interval '5 minutes'"
# Moments that Odoo stores have no parts of a second, the database's have.
SECOND = "interval '1 second'"

_OF_LOOKUP = """
    SELECT {table}.id FROM {table} LEFT JOIN mobifone_lookup lookup ON lookup.id = {table}.lookup_id
     WHERE lookup.kind IS DISTINCT FROM 'lookup' OR {differs}
"""
_SAME_PEOPLE = """
    lookup.user_id != {table}.user_id OR lookup.agent_id IS DISTINCT FROM {table}.agent_id
    OR lookup.vendor_id IS DISTINCT FROM {table}.vendor_id
"""


def _of_lookup(table: str, differs: str) -> tuple:
    """The rows that do not follow from a look-up of the same line or people."""
    return table, _OF_LOOKUP.format(table=table, differs=differs.format(table=table))


INVARIANTS = {
    # Locks (design 1, 2)
    "a lock has the consultation it was taken for, on the same line": (
        "mobifone_consult_lease",
        """SELECT lease.id FROM mobifone_consult_lease lease
        LEFT JOIN mobifone_consultation consult ON consult.id = lease.consultation_id
            WHERE consult.id IS NULL OR consult.subscriber_id != lease.subscriber_id
               OR consult.channel != lease.channel""",
    ),
    "a lock runs as long as its consultation says": (
        "mobifone_consult_lease",
        f"""SELECT lease.id FROM mobifone_consult_lease lease
              JOIN mobifone_consultation consult ON consult.id = lease.consultation_id
             WHERE lease.until > {NOW}
               AND (consult.state = 'cancelled' OR consult.locked_until IS NULL
                    OR consult.locked_until NOT BETWEEN lease.until - {SECOND} AND lease.until + {SECOND})""",
    ),
    "a consultation holds its line until its time": (
        "mobifone_consultation",
        f"""SELECT consult.id FROM mobifone_consultation consult
              LEFT JOIN mobifone_consult_lease lease ON lease.consultation_id = consult.id
             WHERE consult.locked_until > {NOW} + {SECOND} AND consult.state != 'cancelled'
               AND (lease.until > {NOW}) IS NOT TRUE""",
    ),
    "two consultations of a line never hold it at once": (
        "mobifone_consultation",
        f"""SELECT id FROM (
                SELECT id, state, saved_on, subscriber_id,
                       max(locked_until) OVER (PARTITION BY subscriber_id ORDER BY id
                                               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS held_until
                  FROM mobifone_consultation WHERE state != 'cancelled') consult
             WHERE held_until > saved_on + {SECOND}""",
    ),
    "a line has one lock": (
        "mobifone_consult_lease",
        """SELECT max(id) FROM mobifone_consult_lease GROUP BY subscriber_id HAVING count(*) > 1""",
    ),
    "an install is credited to a converted consultation": (
        "mobifone_consultation",
        "SELECT id FROM mobifone_consultation WHERE (state = 'converted') != (installed_on IS NOT NULL)",
    ),
    # SMS (design 3)
    "a consultation asks for at most one SMS": (
        "mobifone_consultation",
        """SELECT tracker.mobifone_consultation_id FROM sms_tracker tracker
             JOIN mobifone_consultation consult ON consult.id = tracker.mobifone_consultation_id
        LEFT JOIN sms_sms sms ON sms.uuid = tracker.sms_uuid
         GROUP BY tracker.mobifone_consultation_id, consult.sms_uuid
           HAVING count(*) > 1 OR min(tracker.sms_uuid) IS DISTINCT FROM consult.sms_uuid""",
    ),
    "an SMS that is to be sent is in the queue, one that is not has none": (
        "mobifone_consultation",
        """SELECT consult.id FROM mobifone_consultation consult
        LEFT JOIN sms_sms sms ON sms.uuid = consult.sms_uuid
            WHERE (consult.sms_uuid IS NULL) != (consult.sms_state = 'none')
               OR consult.sms_state = 'queued' AND consult.sms_after IS NULL AND sms.state IS DISTINCT FROM 'outgoing'
               OR consult.sms_after IS NOT NULL
                  AND (consult.state != 'open' OR consult.sms_state != 'queued' OR sms.id IS NOT NULL)""",
    ),
    "an SMS that was taken back is not sent": (
        "mobifone_consultation",
        """SELECT consult.id FROM mobifone_consultation consult JOIN sms_sms sms ON sms.uuid = consult.sms_uuid
            WHERE consult.sms_state = 'cancelled' AND sms.state != 'canceled'""",
    ),
    "the moments of an SMS fit its state, and follow each other": (
        "mobifone_consultation",
        """SELECT id FROM mobifone_consultation
            WHERE sms_sent_on < sms_asked_on
               OR sms_state IN ('none', 'queued') AND coalesce(sms_asked_on, sms_sent_on, sms_done_on) IS NOT NULL
               OR sms_state = 'sent' AND sms_sent_on IS NULL
               OR sms_state = 'delivered' AND (sms_sent_on <= sms_done_on) IS NOT TRUE
               OR sms_state IN ('failed', 'unknown') AND sms_done_on IS NULL""",
    ),
    # The log (design 4)
    "a consultation follows from a look-up of its line by the same people": _of_lookup(
        "mobifone_consultation", f"lookup.line_id IS DISTINCT FROM {{table}}.subscriber_id OR {_SAME_PEOPLE}"
    ),
    "a call follows from a look-up by the same people": _of_lookup("mobifone_call", _SAME_PEOPLE),
    "an update request follows from a look-up of its line": _of_lookup(
        "mobifone_registration", "lookup.line_id IS DISTINCT FROM {table}.subscriber_id"
    ),
    "a feedback follows from a look-up of its line": _of_lookup(
        "mobifone_feedback", "lookup.line_id IS DISTINCT FROM {table}.subscriber_id"
    ),
    "a consultation is in the log": (
        "mobifone_consultation",
        """SELECT consult.id FROM mobifone_consultation consult
            WHERE NOT EXISTS (SELECT FROM mobifone_lookup row WHERE row.parent_id = consult.lookup_id
                                 AND row.kind = 'consult' AND row.result = 'ok')""",
    ),
    "a consult in the log was saved": (
        "mobifone_lookup",
        """SELECT row.id FROM mobifone_lookup row
        LEFT JOIN mobifone_consultation consult ON consult.lookup_id = row.parent_id
            WHERE row.kind = 'consult' AND row.result = 'ok' AND consult.id IS NULL""",
    ),
    "what follows in the log points to a look-up of the same number": (
        "mobifone_lookup",
        """SELECT row.id FROM mobifone_lookup row LEFT JOIN mobifone_lookup first ON first.id = row.parent_id
            WHERE row.kind = 'lookup' AND row.parent_id IS NOT NULL
               OR row.kind NOT IN ('lookup', 'refusal') AND first.id IS NULL
               OR first.id IS NOT NULL
                  AND (first.kind != 'lookup' OR first.id > row.id
                       OR first.number_hash IS DISTINCT FROM row.number_hash
                       OR first.line_id IS DISTINCT FROM row.line_id)""",
    ),
    "a look-up tells whose number it was about": (
        "mobifone_lookup",
        """SELECT id FROM mobifone_lookup
            WHERE kind = 'lookup' AND (number_hash IS NULL OR number_masked IS NULL OR verdicts IS NULL
                                       OR (result = 'found') != (line_id IS NOT NULL))""",
    ),
    # People (design 6, 7)
    "a user and his account file know each other, and their vendor": (
        "res_users",
        """SELECT coalesce(account.id, agent.user_id) FROM res_users account
             FULL JOIN (SELECT * FROM mobifone_agent WHERE user_id IS NOT NULL) agent ON agent.user_id = account.id
            WHERE account.mobifone_agent_id IS DISTINCT FROM agent.id
               OR account.mobifone_vendor_id IS DISTINCT FROM agent.vendor_id""",
    ),
    "a working account has a commitment, and nobody works without one": (
        "mobifone_agent",
        """SELECT agent.id FROM mobifone_agent agent LEFT JOIN res_users account ON account.id = agent.user_id
            WHERE CASE WHEN agent.state = 'active' THEN agent.commitment_date IS NULL OR account.active IS NOT TRUE
                       WHEN agent.state != 'draft' THEN account.active END""",
    ),
    "a vendor's group comes with a working account": (
        "res_users",
        """SELECT account.id FROM res_users account
             JOIN res_groups_users_rel membership ON membership.uid = account.id
             JOIN ir_model_data data ON data.res_id = membership.gid AND data.model = 'res.groups'
              AND data.module = 'mobifone_consult'
              AND data.name IN ('group_agent', 'group_team_leader', 'group_vendor_manager')
        LEFT JOIN mobifone_agent agent ON agent.user_id = account.id
            WHERE account.active AND agent.state IS DISTINCT FROM 'active'""",
    ),
    "who left has a liability file, and no way in": (
        "mobifone_agent",
        """SELECT agent.id FROM mobifone_agent agent LEFT JOIN res_users account ON account.id = agent.user_id
        LEFT JOIN mobifone_departure departure ON departure.id = agent.departure_id
            WHERE agent.state IN ('left', 'closed') AND (account.active OR account.password IS NOT NULL)
               OR agent.state = 'left' AND (departure.disabled_at IS NULL OR departure.rehired_at IS NOT NULL)""",
    ),
    # Scripts (design 8)
    "a script and its live version know each other": (
        "mobifone_script",
        """SELECT coalesce(script.id, version.script_id) FROM mobifone_script script
             FULL JOIN (SELECT * FROM mobifone_script_version WHERE state = 'live') version
                    ON version.script_id = script.id
            WHERE script.live_version_id IS DISTINCT FROM version.id""",
    ),
    "a call that ended has an outcome": (
        "mobifone_call",
        """SELECT id FROM mobifone_call
            WHERE (state = 'finished') != (outcome IS NOT NULL AND finished_on IS NOT NULL)""",
    ),
    "an open call shows a step": (
        "mobifone_call",
        """SELECT id FROM mobifone_call call
            WHERE state = 'open' AND NOT EXISTS (SELECT FROM mobifone_call_step row WHERE row.call_id = call.id
                                                    AND row.answered_on IS NULL AND row.voided_on IS NULL)""",
    ),
    "a consultation in a call follows from the same look-up": (
        "mobifone_consultation",
        """SELECT consult.id FROM mobifone_consultation consult JOIN mobifone_call call ON call.id = consult.call_id
            WHERE call.lookup_id IS DISTINCT FROM consult.lookup_id""",
    ),
    # Customers (design 9)
    "a customer's occupation says when, where and by whom it was told": (
        "res_partner",
        """SELECT id FROM res_partner
            WHERE occupation_id IS NOT NULL
              AND (occupation_on IS NULL OR occupation_user_id IS NULL OR occupation_channel IS NULL)""",
    ),
    "an occupation has a code from 1 to 18 of its own": (
        "mobifone_occupation",
        """SELECT max(id) FROM mobifone_occupation GROUP BY code HAVING count(*) > 1 OR code NOT BETWEEN 1 AND 18""",
    ),
    # Lines
    "a line's number is whole, in E.164": (
        "mobifone_subscriber",
        r"SELECT id FROM mobifone_subscriber WHERE msisdn !~ '^\+[1-9][0-9]{6,14}$' OR msisdn ~ '^\+840'",
    ),
    "a number is in the table once": (
        "mobifone_subscriber",
        "SELECT max(id) FROM mobifone_subscriber GROUP BY msisdn HAVING count(*) > 1",
    ),
    "one feed runs at a time, and what ended says when": (
        "mobifone_feed_run",
        """SELECT id FROM mobifone_feed_run run
            WHERE state IN ('done', 'failed') AND ended_on IS NULL
               OR state = 'running' AND id < (SELECT max(id) FROM mobifone_feed_run)""",
    ),
    "what is known of a line does not come from the future": (
        "mobifone_subscriber",
        f"""SELECT line.id FROM mobifone_subscriber line
        LEFT JOIN mobifone_subscriber_note note ON note.subscriber_id = line.id AND note.noted_on > {NOW} + {SKEW}
            WHERE greatest(line.device_class_on, line.registration_on, line.app_event_on) > {NOW} + {SKEW}
               OR note.id IS NOT NULL""",
    ),
}
