"""All facts about one line, read by a function of the database: PostgreSQL keeps its plan for as long as a connection
lives. As a statement of its own, planning it took seven times as long as reading the line."""

from odoo.tools import SQL

FUNCTION = "mobifone_line_facts"
# Joins a line's note on its papers that is younger than what the feed says of them.
PAPERS_NOTE = SQL(
    """papers.subscriber_id = line.id AND papers.topic = 'registration_state'
       AND papers.noted_on > coalesce(line.registration_on, '-infinity')"""
)


def create(cr) -> None:
    """(Re)make the function: by number in E.164, or where that is NULL by the line's id."""
    cr.execute(SQL("DROP FUNCTION IF EXISTS %s", SQL.identifier(FUNCTION)))
    cr.execute(
        SQL(
            """
            CREATE FUNCTION %(name)s(number varchar, line_id integer) RETURNS TABLE (
                id integer, msisdn varchar, payment_mode varchar, line_status varchar,
                usage_class varchar, commitment_type varchar, owner_unit varchar,
                app_status varchar, app_installed_on timestamp, device_class varchar,
                registration_state varchar, registration_missing varchar, locked_until timestamp,
                locked_channel varchar, locked_consultation_id integer, locked_vendor_id integer,
                locked_user_id integer, locked_name varchar, is_blacklisted boolean,
                occupation_code integer, occupation_name varchar, request_state varchar,
                request_submitted_on timestamp, request_due_on timestamp,
                request_decided_on timestamp, request_reason varchar
            ) LANGUAGE plpgsql ROWS 1 AS $$
            #variable_conflict use_column
            BEGIN
                IF number IS NOT NULL THEN
                    SELECT id INTO line_id FROM mobifone_subscriber WHERE msisdn = number;
                END IF;
                -- LIMIT keeps each part a query of its own, which is planned by itself.
                RETURN QUERY
                SELECT line.id, line.msisdn, line.payment_mode, line.line_status, line.usage_class,
                       line.commitment_type, line.owner_unit, line.app_status,
                       CASE WHEN line.app_status = 'installed' THEN line.app_installed_on END,
                       coalesce(device.value, line.device_class), coalesce(papers.value, line.registration_state),
                       line.registration_missing, lock.*,
                       EXISTS (SELECT FROM phone_blacklist WHERE phone_blacklist.number = line.msisdn AND active),
                       occupation.*, request.*
                  FROM mobifone_subscriber line
             LEFT JOIN mobifone_subscriber_note device
                    ON device.subscriber_id = line.id AND device.topic = 'device_class'
                   AND device.noted_on > coalesce(line.device_class_on, '-infinity')
             LEFT JOIN mobifone_subscriber_note papers ON %(papers_note)s
             LEFT JOIN LATERAL (
                SELECT lease.until, lease.channel, lease.consultation_id, holder.vendor_id, holder.user_id,
                       coalesce(agent.name, person.name)
                  FROM mobifone_consult_lease lease
             LEFT JOIN mobifone_consultation holder ON holder.id = lease.consultation_id
             LEFT JOIN mobifone_agent agent ON agent.id = holder.agent_id
             LEFT JOIN res_users account ON account.id = holder.user_id
             LEFT JOIN res_partner person ON person.id = account.partner_id
                 WHERE lease.subscriber_id = line.id AND lease.until > clock_timestamp() AT TIME ZONE 'UTC'
                 LIMIT 1) lock ON TRUE
             LEFT JOIN LATERAL (
                SELECT occupation.code, occupation.name
                  FROM res_partner customer
                  JOIN mobifone_occupation occupation ON occupation.id = customer.occupation_id
                 WHERE customer.id = line.partner_id
                 LIMIT 1) occupation ON TRUE
             LEFT JOIN LATERAL (
                SELECT request.state, request.submitted_on, request.due_on, request.decided_on, rejection.name
                  FROM mobifone_registration request
             LEFT JOIN mobifone_rejection_reason rejection ON rejection.id = request.reject_reason_id
                 WHERE request.subscriber_id = line.id
              ORDER BY request.id DESC
                 LIMIT 1) request ON TRUE
                 WHERE line.id = line_id;
            END $$
            """,
            name=SQL.identifier(FUNCTION),
            papers_note=PAPERS_NOTE,
        )
    )


def fetch(cr, number: str | None, line_id: int | None) -> dict | None:
    """The facts by column; None when there is no such line."""
    cr.execute(SQL("SELECT * FROM %s(%s, %s)", SQL.identifier(FUNCTION), number, line_id))
    return next(iter(cr.dictfetchall()), None)
